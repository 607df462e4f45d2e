//! Names on the wire to names in Rust.

use std::collections::HashSet;

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// Words that cannot be names, not even as `r#…`.
const NEVER_RAW: [&str; 4] = ["self", "Self", "super", "crate"];

/// A keyword since the edition 2024 that syn takes for a name.
const GEN: &str = "gen";

/// Name of a field, function or module.
pub fn snake(name: &str) -> String {
    identifier(name.to_snake_case())
}

/// Name of a type or variant.
pub fn camel(name: &str) -> String {
    identifier(name.to_upper_camel_case())
}

/// Name of a constant.
pub fn shouty(name: &str) -> String {
    identifier(name.to_shouty_snake_case())
}

/// Makes `name` an identifier: no keyword, no digit in front, not empty.
fn identifier(name: String) -> String {
    let name = match name.chars().next() {
        None => "unnamed".to_owned(),
        Some(first) if first.is_numeric() => format!("_{name}"),
        Some(_) => name,
    };
    if NEVER_RAW.contains(&name.as_str()) {
        format!("{name}_")
    } else if name == GEN || syn::parse_str::<syn::Ident>(&name).is_err() {
        format!("r#{name}")
    } else {
        name
    }
}

/// Whether crates of a product with this name would be taken for others: for those that all
/// products share, or for directories that cargo makes.
pub fn is_taken(package: &str) -> bool {
    matches!(
        package,
        "build" | "deps" | "examples" | "incremental" | "pop"
    ) || package.starts_with("pop-")
}

/// Whether a name can travel as it is, in queries and as an XML element, and has what makes a name
/// in code: a letter or digit.
pub fn is_wire_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    name.chars().all(allowed) && has_letter(name)
}

/// Whether a name has a letter or digit, without which code has no name for it.
pub fn has_letter(name: &str) -> bool {
    name.chars().any(|c| c.is_ascii_alphanumeric())
}

/// Whether a name can be that of a member, in JSON as in XML.
pub fn is_member_name(name: &str) -> bool {
    is_wire_name(name) && is_element_name(name)
}

/// Whether a name on the wire can be the name of an XML element.
pub fn is_element_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// Subcommands of command lines that call no action.
pub const TAKEN_COMMANDS: [&str; 3] = ["completions", "explain", "help"];

/// Whether a value or code makes the name of a variant that a person would recognize.
pub fn makes_variant(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '/');
    text.chars().all(allowed) && has_letter(text) && !text.starts_with('-')
}

/// Hands out names, none of them twice.
#[derive(Debug, Default)]
pub struct Scope(HashSet<String>);

impl Scope {
    /// A scope in which `names` are taken.
    pub fn new(names: &[&str]) -> Self {
        Self(names.iter().map(|name| (*name).to_owned()).collect())
    }

    /// `name`, or `name` with the least number that makes it new.
    pub fn unique(&mut self, name: String) -> String {
        let separator = if name.starts_with(char::is_uppercase) {
            ""
        } else {
            "_"
        };
        self.numbered(name, separator)
    }

    /// A word of the command line, or the word with the least number that makes it new.
    pub fn unique_word(&mut self, word: String) -> String {
        self.numbered(word, "-")
    }

    /// Takes `name`, unless it is taken.
    pub fn take(&mut self, name: &str) -> bool {
        self.0.insert(name.to_owned())
    }

    fn numbered(&mut self, name: String, separator: &str) -> String {
        if self.take(&name) {
            return name;
        }
        let name = name.trim_end_matches('_');
        let mut number = 2;
        loop {
            let numbered = format!("{name}{separator}{number}");
            if self.0.insert(numbered.clone()) {
                return numbered;
            }
            number += 1;
        }
    }
}

/// The known name nearest to a misspelt one, if one is near.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const NEAR: f64 = 0.75;
    known
        .into_iter()
        .map(|candidate| {
            let likeness = strsim::jaro_winkler(&name.to_lowercase(), &candidate.to_lowercase());
            (likeness, candidate)
        })
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Splits an error code that varies into what is before, in and after its braces.
pub fn placeholder(code: &str) -> Option<(&str, &str, &str)> {
    let (prefix, rest) = code.split_once('{')?;
    let (name, suffix) = rest.split_once('}')?;
    Some((prefix, name, suffix))
}
