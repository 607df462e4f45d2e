//! Unique names in Rust for names on the wire that differ in spelling only.

use codegen_spec::names::Scope;
use heck::ToUpperCamelCase;

/// Spelling of a name on the wire, from the usual one to the rarest.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Spelling {
    UpperCamel,
    Mixed,
    Upper,
    LowerCamel,
    Lower,
    Snake,
    Kebab,
    Dotted,
}

impl Spelling {
    pub(super) fn of(name: &str) -> Self {
        let has_upper = name.contains(|c: char| c.is_ascii_uppercase());
        let has_lower = name.contains(|c: char| c.is_ascii_lowercase());
        match name {
            _ if name == name.to_upper_camel_case() => Self::UpperCamel,
            _ if name.contains('.') => Self::Dotted,
            _ if name.contains('-') => Self::Kebab,
            _ if name.contains('_') => Self::Snake,
            _ if !has_upper => Self::Lower,
            _ if !has_lower => Self::Upper,
            _ if name.starts_with(|c: char| c.is_ascii_lowercase()) => Self::LowerCamel,
            _ => Self::Mixed,
        }
    }

    /// Returns the words that mark a name with this spelling.
    fn mark(self) -> &'static str {
        match self {
            Self::UpperCamel => "upper_camel",
            Self::Mixed => "mixed",
            Self::Upper => "upper",
            Self::LowerCamel => "lower_camel",
            Self::Lower => "lower",
            Self::Snake => "snake",
            Self::Kebab => "kebab",
            Self::Dotted => "dotted",
        }
    }
}

/// A name on the wire and what a spec says about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spelled<'a> {
    /// Name on the wire.
    pub(super) wire: &'a str,
    /// Words from which the name in Rust is made.
    pub(super) spoken: &'a str,
    /// `true` if the spec states the words in `rename`.
    pub(super) is_given: bool,
}

/// Returns unique names in Rust, which do not depend on the order of `spelled`. `plain` converts
/// words into a name; no name is in `taken`.
///
/// Of several with the same name, the usual spelling gets it, or with a number if it is in `taken`.
/// The names of the others end in their spelling: `Key` is `key`, and `key` is `key_lower`.
pub(super) fn unique(
    spelled: &[Spelled<'_>],
    plain: fn(&str) -> String,
    taken: &[&str],
) -> Vec<String> {
    let mut names: Vec<String> = spelled.iter().map(|s| plain(s.spoken)).collect();
    let mut scope = Scope::new(taken);
    // Most names are unique without a comparison of spellings.
    if names.iter().all(|name| scope.take(name)) {
        return names;
    }
    let mut order: Vec<usize> = (0..spelled.len()).collect();
    order.sort_by_cached_key(|at| {
        let Spelled {
            wire,
            spoken,
            is_given,
        } = spelled[*at];
        (!is_given, Spelling::of(spoken), wire)
    });
    // All plain names come first, so that no marked name takes one of them.
    let mut scope = Scope::new(taken);
    order.retain(|at| !scope.take(&names[*at]));
    let mut numbered = Scope::default();
    for at in order {
        let name = &names[at];
        names[at] = if taken.contains(&name.as_str()) && numbered.take(name) {
            scope.unique(name.clone())
        } else {
            let words = name.trim_start_matches("r#").trim_end_matches('_');
            let mark = Spelling::of(spelled[at].spoken).mark();
            scope.unique(plain(&format!("{words}_{mark}")))
        };
    }
    names
}
