//! Examples as code.

use codegen_spec::graph::{reach, struct_name};
use codegen_spec::{EnumBase, Examples, Field, Type};

use super::declared::{Names, setter};
use super::literal;
use crate::ir;

impl<'a> Names<'a> {
    /// Returns the example of an action; `fields` are its parameters.
    pub(super) fn example(
        &self,
        fields: &[&'a Field],
        response: &[&'a Field],
        examples: &Examples,
    ) -> ir::Example {
        let named: Vec<_> = self.field_names(fields).into_iter().zip(fields).collect();
        let arguments = named
            .iter()
            .filter(|(_, field)| self.is_argument(field))
            .map(|(_, field)| self.value(field, examples))
            .collect();
        let setters = named
            .iter()
            .filter(|(_, field)| {
                !self.is_argument(field) && examples.request.contains_key(&field.name)
            })
            .map(|(name, field)| format!("{}({})", setter(name), self.value(field, examples)))
            .collect();
        ir::Example {
            json: literal::multi_line(&format!("{:#}", examples.json)),
            xml: literal::multi_line(&examples.xml),
            is_exact: !self.leads_to_any(response),
            arguments,
            setters,
        }
    }

    /// Returns `true` if a field has the type `any`, directly or through members.
    fn leads_to_any(&self, fields: &[&'a Field]) -> bool {
        let mut found = std::collections::BTreeSet::new();
        reach(&self.definitions, fields.iter().copied(), &mut found);
        let inside = found
            .iter()
            .flat_map(|name| &self.definitions[name].members);
        let mut all = fields.iter().copied().chain(inside);
        all.any(|field| struct_name(&field.type_) == "any")
    }

    /// Returns the value of a parameter in an example request, as an expression.
    ///
    /// If the example has no scalar for it, returns any value that the parameter accepts.
    fn value(&self, field: &Field, examples: &Examples) -> String {
        let any = || {
            let is_text = matches!(&field.type_, Type::Name(name) if name == "string");
            let none = if is_text {
                "\"\""
            } else {
                "Default::default()"
            };
            self.any_value(field).unwrap_or(none.to_owned())
        };
        let (Some(text), Type::Name(type_)) = (examples.request.get(&field.name), &field.type_)
        else {
            return any();
        };
        let declared = self.spec.enum_named(type_);
        match (type_.as_str(), declared) {
            (_, Some(e)) if e.base == EnumBase::String => {
                format!("{}::from({text:?})", self.qualified(&field.type_))
            }
            (_, Some(_)) => format!("{}::from({text})", self.qualified(&field.type_)),
            ("string", None) => format!("{text:?}"),
            (scalar, None) => literal::scalar(scalar, text).unwrap_or_else(any),
        }
    }
}
