//! Names of fields in Rust, which do not depend on the order of the fields.

use codegen_spec::names::{Scope, snake};
use codegen_spec::{Field, Type};
use heck::ToUpperCamelCase;

use super::declared::{Names, strip};

/// Spelling of a name on the wire, from the usual one to the rarest.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Spelling {
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
    fn of(name: &str) -> Self {
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

impl Names<'_> {
    /// Returns unique names of fields in Rust.
    ///
    /// If several would have the same name, the one with the usual spelling gets it. The names of
    /// the others end in their spelling: `Key` is `key`, and `key` is `key_lower`.
    pub(super) fn field_names(&self, fields: &[&Field]) -> Vec<String> {
        let spoken: Vec<&str> = fields.iter().map(|field| self.spoken_name(field)).collect();
        let mut names: Vec<String> = spoken.iter().map(|name| snake(name)).collect();
        let mut order: Vec<usize> = (0..fields.len()).collect();
        order.sort_by_key(|at| {
            let field = fields[*at];
            (
                field.rename.is_none(),
                Spelling::of(spoken[*at]),
                &field.name,
            )
        });
        let mut scope = Scope::default();
        // All plain names come first, so that no marked name takes one of them.
        order.retain(|at| !scope.take(&names[*at]));
        for twin in order {
            let plain = names[twin].trim_start_matches("r#").trim_end_matches('_');
            let mark = Spelling::of(spoken[twin]).mark();
            names[twin] = scope.unique(format!("{plain}_{mark}"));
        }
        names
    }

    /// Returns the name to use in code.
    ///
    /// A member with the name of its type loses the suffix of types, as the type does.
    fn spoken_name<'f>(&self, field: &'f Field) -> &'f str {
        match (&field.rename, &field.type_) {
            (Some(name), _) => name,
            (None, Type::Name(type_)) if *type_ == field.name => {
                let suffix = self.spec.naming.type_suffix.as_str();
                strip(&field.name, |name| name.strip_suffix(suffix))
            }
            _ => &field.name,
        }
    }
}
