//! Names of fields in Rust.

use codegen_spec::names::snake;
use codegen_spec::{Field, Type};

use super::declared::{Names, strip};
use super::spelling::{Spelled, unique};

impl Names<'_> {
    /// Returns unique names of fields in Rust.
    pub(super) fn field_names(&self, fields: &[&Field]) -> Vec<String> {
        let spelled = fields.iter().map(|field| Spelled {
            wire: &field.name,
            spoken: self.spoken_name(field),
            is_given: field.rename.is_some(),
        });
        unique(&spelled.collect::<Vec<_>>(), snake, &[])
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
