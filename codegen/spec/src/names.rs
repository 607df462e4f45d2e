//! Conversion of names on the wire into names in Rust.

use std::collections::HashSet;

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// Keywords that cannot be identifiers, not even as `r#…`.
const NEVER_RAW: [&str; 4] = ["self", "Self", "super", "crate"];

/// Keyword since edition 2024 that syn accepts as an identifier.
const GEN: &str = "gen";

/// Converts a name into one for a field, function or module.
pub fn snake(name: &str) -> String {
    identifier(name.to_snake_case())
}

/// Converts a name into one for a type or variant.
pub fn camel(name: &str) -> String {
    identifier(name.to_upper_camel_case())
}

/// Converts a name into one for a constant.
pub fn shouty(name: &str) -> String {
    identifier(name.to_shouty_snake_case())
}

/// Turns `name` into an identifier: not a keyword, not empty, without a leading digit.
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

/// Returns `true` if a crate prefix is reserved: for the crates that all products share, or for
/// directories of cargo.
pub fn is_taken(package: &str) -> bool {
    matches!(
        package,
        "build" | "deps" | "examples" | "incremental" | "pop"
    ) || package.starts_with("pop-")
}

/// Returns `true` if a name needs no escaping on the wire and contains a letter or digit, from
/// which code derives its name.
pub fn is_wire_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    name.chars().all(allowed) && has_letter(name)
}

/// Returns `true` if a member can have this name: one that can be seen, and that Rust writes as it is in a
/// literal. Other marks than those of a name on the wire occur in JSON only.
pub fn is_member_name(name: &str) -> bool {
    let is_literal = |c: char| c == '\'' || c.escape_debug().len() == 1;
    !name.trim().is_empty() && name.chars().all(is_literal)
}

/// Returns `true` if a name contains a letter or digit. Without one, code cannot name it.
pub fn has_letter(name: &str) -> bool {
    name.chars().any(|c| c.is_ascii_alphanumeric())
}

/// Returns `true` if a name of a member or on the wire can be the name of an XML element.
pub fn is_element_name(name: &str) -> bool {
    is_wire_name(name) && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// Returns what follows `outer` and a dot in a name.
pub(crate) fn part_of<'n>(name: &'n str, outer: &str) -> Option<&'n str> {
    name.strip_prefix(outer)?.strip_prefix('.')
}

/// Built-in subcommands of every command line, which call no action.
pub const TAKEN_COMMANDS: [&str; 4] = ["completions", "explain", "help", "mcp"];

/// Returns `true` if a value or code can become a recognizable name of a variant.
pub fn makes_variant(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '/');
    text.chars().all(allowed) && has_letter(text) && !text.starts_with('-')
}

/// Returns `true` if an error code can become a name of a variant, which drops its marks. The code
/// may be a negative number, and braces around a placeholder do not count.
pub fn makes_code(code: &str) -> bool {
    let fixed: String = code.chars().filter(|c| !matches!(c, '{' | '}')).collect();
    let fixed = fixed.strip_prefix('-').unwrap_or(&fixed);
    // A backtick would end the code in its docs.
    let is_mark = |c: char| match c {
        '"' | '\'' => true,
        '`' => false,
        _ => !c.is_alphanumeric() && c.escape_debug().len() == 1,
    };
    let allowed = |c: char| c.is_ascii_alphanumeric() || is_mark(c);
    fixed.chars().all(allowed) && has_letter(fixed) && !fixed.starts_with('-')
}

/// A scope that hands out each name only once.
#[derive(Debug, Default)]
pub struct Scope(HashSet<String>);

impl Scope {
    /// Creates a scope in which `names` are taken.
    pub fn new(names: &[&str]) -> Self {
        Self(names.iter().map(|name| (*name).to_owned()).collect())
    }

    /// Takes `name`, or `name` with the smallest number that makes it unique.
    pub fn unique(&mut self, name: String) -> String {
        let separator = if name.starts_with(char::is_uppercase) {
            ""
        } else {
            "_"
        };
        self.numbered(name, separator)
    }

    /// Takes a word of the command line, or the word with the smallest number that makes it unique.
    pub fn unique_word(&mut self, word: String) -> String {
        self.numbered(word, "-")
    }

    /// Takes `name`; returns `false` if it is already taken.
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

/// Returns the known name most similar to a misspelled one, if any is similar enough.
pub(crate) fn did_you_mean<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
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

/// Splits an error code with a placeholder into the parts before, inside and after its braces.
pub fn placeholder(code: &str) -> Option<(&str, &str, &str)> {
    let (prefix, rest) = code.split_once('{')?;
    let (name, suffix) = rest.split_once('}')?;
    Some((prefix, name, suffix))
}
