//! Calls in Rust.

use std::collections::BTreeSet;

use codegen_spec::request_example::items;
use codegen_spec::{self as spec, Type};

use super::writer::ReferenceWriter;
use crate::ir;
use crate::ir::reference::{Call, CallOption};
use crate::lower::literal::{exact, scalar};

impl ReferenceWriter<'_> {
    /// Returns the call of an action, with the values of its example request.
    pub(super) fn call(&self, action: &spec::Action, lowered: &ir::Action) -> Call {
        let mut types = BTreeSet::new();
        let mut arguments = Vec::new();
        let mut options = Vec::new();
        for (field, lowered) in action.parameters.iter().zip(&lowered.parameters.all) {
            let example = action
                .examples
                .as_ref()
                .and_then(|examples| examples.request.get(&field.name))
                .or(field.example.as_ref());
            let items = (action.examples.as_ref()).and_then(|examples| items(examples, field));
            if !self.names.is_argument(field) && example.is_none() && items.is_none() {
                continue;
            }
            let value = match (&field.type_, &items) {
                (Type::List { list }, Some(items)) => self.list(&list.of, items, &mut types),
                _ => self.value(&field.type_, example, &mut types),
            };
            if self.names.is_argument(field) {
                let given =
                    value.unwrap_or_else(|| self.argument(&field.type_, example, &mut types));
                arguments.push(given);
            } else if let (Some(value), true) = (value, example.is_some() || items.is_some()) {
                options.push(CallOption {
                    method: lowered.value.setter.clone(),
                    value,
                });
            }
        }
        Call {
            client: format!("{}_client", self.spec.package.replace('-', "_")),
            types: match types.len() {
                0 => None,
                1 => types.pop_first(),
                _ => {
                    let types: Vec<String> = types.into_iter().collect();
                    Some(format!("{{{}}}", types.join(", ")))
                }
            },
            region: self.spec.regions.first().map(|region| exact(&region.id)),
            method: lowered.method.clone(),
            arguments: arguments.join(", "),
            options,
        }
    }

    /// Returns a list in Rust, or `None` if an item does not fit on one line.
    fn list(&self, of: &Type, items: &[String], types: &mut BTreeSet<String>) -> Option<String> {
        let is_text = matches!(of, Type::Name(name) if name == "string");
        let owned = if is_text { ".to_owned()" } else { "" };
        let item = |text: &String| Some(self.value(of, Some(text), types)? + owned);
        let items: Option<Vec<String>> = items.iter().map(item).collect();
        Some(format!("vec![{}]", items?.join(", ")))
    }

    /// Returns a value that must be given in Rust; a struct has its required members only.
    ///
    /// Adds the types of the value to `types` if they must be imported.
    fn argument(
        &self,
        type_: &Type,
        example: Option<&String>,
        types: &mut BTreeSet<String>,
    ) -> String {
        if let Some(value) = self.value(type_, example, types) {
            return value;
        }
        let Type::Name(name) = type_ else {
            return "Default::default()".to_owned();
        };
        let required = self
            .spec
            .members(type_)
            .iter()
            .filter(|member| member.required);
        let arguments: Vec<String> = required
            .map(|member| self.argument(&member.type_, member.example.as_ref(), types))
            .collect();
        match self.names.structs.get(name.as_str()) {
            Some(rust) => {
                types.insert(rust.clone());
                format!("{rust}::new({})", arguments.join(", "))
            }
            None => "Default::default()".to_owned(),
        }
    }

    /// Returns a value in Rust, or `None` if it does not fit on one line.
    ///
    /// Adds the type of the value to `types` if it must be imported.
    fn value(
        &self,
        type_: &Type,
        example: Option<&String>,
        types: &mut BTreeSet<String>,
    ) -> Option<String> {
        let Type::Name(name) = type_ else { return None };
        let text = example.map(String::as_str);
        match name.as_str() {
            "string" => Some(exact(text.unwrap_or("…"))),
            "int32" | "int64" | "float" | "double" => scalar(name, text.unwrap_or("0")),
            "boolean" => scalar(name, text.unwrap_or("true")),
            name => {
                let rust = self.names.enums.get(name)?;
                let e = self.spec.enum_named(name)?;
                let at = e.values.iter().position(|v| Some(&*v.value) == text);
                let lowered = self.enums.iter().find(|e| e.name == *rust)?;
                let variant = lowered.variants.get(at.unwrap_or_default())?;
                types.insert(rust.clone());
                Some(format!("{rust}::{}", variant.name))
            }
        }
    }
}
