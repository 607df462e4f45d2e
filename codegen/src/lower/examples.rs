//! Examples as code.

use super::declared::Names;
use super::requests;
use crate::ir;
use crate::spec::{EnumBase, Examples, Field, Type};

impl<'a> Names<'a> {
    /// The example of an action with these parameters.
    pub(super) fn example(&self, fields: &[&'a Field], examples: &Examples) -> ir::Example {
        let json = format!("{:#}", examples.json);
        let mut hashes = "#".to_owned();
        while [&json, &examples.xml]
            .iter()
            .any(|text| text.contains(&format!("\"{hashes}")))
        {
            hashes.push('#');
        }
        let named: Vec<_> = self.field_names(fields).into_iter().zip(fields).collect();
        let arguments = named
            .iter()
            .filter(|(_, field)| field.required)
            .map(|(_, field)| self.value(field, examples))
            .collect();
        let setters = named
            .iter()
            .filter(|(_, field)| !field.required && examples.request.contains_key(&field.name))
            .map(|(name, field)| format!("{name}({})", self.value(field, examples)))
            .collect();
        ir::Example {
            json,
            xml: examples.xml.clone(),
            hashes,
            arguments,
            setters,
        }
    }

    /// The value of a parameter in an example request, as an expression.
    ///
    /// What travels under several names is left at its default.
    fn value(&self, field: &Field, examples: &Examples) -> String {
        let Some(text) = examples.request.get(&field.name) else {
            return "Default::default()".to_owned();
        };
        let Type::Name(type_) = &field.type_ else {
            return "Default::default()".to_owned();
        };
        let declared = self.spec.enums.iter().find(|e| e.name == *type_);
        match (type_.as_str(), declared) {
            (_, Some(e)) if e.base == EnumBase::String => {
                format!("{}::from({text:?})", self.type_(&field.type_))
            }
            (_, Some(_)) => format!("{}::from({text})", self.type_(&field.type_)),
            ("string", None) => format!("{text:?}"),
            ("float" | "double", None) => format!("f64::from({text})"),
            _ if requests::is_scalar(field) => text.clone(),
            _ => "Default::default()".to_owned(),
        }
    }
}
