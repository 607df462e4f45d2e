//! Forms of the actions, for pages and snippets of code.

use codegen_spec::{EnumBase, Field, Language, Text, Type};

use super::command_line::{is_positional, option};
use super::declared::{Names, setter};
use super::fields::is_time;
use super::limits::{Side, limits};
use super::literal::exact;
use super::markdown::prose;
use super::region::is_argument;
use crate::ir::{
    self,
    forms::{Both, Form, FormKind, FormParameter, Forms},
};

impl Names<'_> {
    /// Returns the forms of all actions.
    pub(super) fn forms(&self, actions: &[ir::Action]) -> Forms {
        let spec = self.spec;
        let actions = spec.actions.iter().zip(actions);
        Forms {
            program: spec.package.clone(),
            client: format!("{}_client", spec.package.replace('-', "_")),
            version: spec.version.clone(),
            region: spec.regions.first().map(|region| exact(&region.id)),
            actions: actions
                .map(|(action, lowered)| {
                    let fields: Vec<&Field> = action.parameters.iter().collect();
                    let names = self.field_names(&fields);
                    let parameters = names.iter().zip(fields);
                    Form {
                        action: exact(&action.name),
                        method: exact(&lowered.method),
                        command: lowered.command.iter().map(|word| exact(word)).collect(),
                        parameters: parameters
                            .map(|(name, field)| self.form_parameter(name, &names, field))
                            .collect(),
                    }
                })
                .collect(),
        }
    }

    fn form_parameter(&self, name: &str, names: &[String], field: &Field) -> FormParameter {
        let e = match &field.type_ {
            Type::Name(name) => self.spec.enum_named(name),
            _ => None,
        };
        let said = |language| {
            let separator = match language {
                Language::Zh => "；",
                Language::En => "; ",
            };
            limits(field, e, Side::Request, language).join(separator)
        };
        let is_argument = is_argument(field);
        let unless_argument = |text: String| {
            if is_argument { String::new() } else { text }
        };
        FormParameter {
            name: exact(&field.name),
            kind: self.form_kind(field),
            is_required: field.required,
            is_argument,
            setter: unless_argument(setter(name)),
            option: if is_positional(field) {
                String::new()
            } else {
                option(name, names)
            },
            example: exact(field.example.as_deref().unwrap_or_default()),
            required_when: self.both(|language| {
                let condition = field.required_when.as_ref();
                condition.map_or_else(String::new, |text: &Text| prose(language.of(text)))
            }),
            limits: self.both(said),
            meaning: self.both(|language| prose(language.of(&field.description))),
        }
    }

    fn form_kind(&self, field: &Field) -> FormKind {
        let mut kind = FormKind {
            is: "Several",
            type_name: String::new(),
            is_integer: false,
            is_open: field.accepts_unknown,
            values: Vec::new(),
        };
        let Type::Name(name) = &field.type_ else {
            return kind;
        };
        if let (Some(e), Some(type_name)) = (self.spec.enum_named(name), self.enums.get(&**name)) {
            kind.type_name.clone_from(type_name);
            kind.is_integer = e.base != EnumBase::String;
            kind.values = e.values.iter().map(|value| exact(&value.value)).collect();
            return kind;
        }
        kind.is = match name.as_str() {
            _ if is_time(field) => "Time",
            "string" => "Text",
            "boolean" => "Boolean",
            "int32" | "int64" | "float" | "double" => "Number",
            _ => "Several",
        };
        kind
    }

    /// Returns a text in both languages; a language that the spec lacks gets the spec's first one.
    fn both(&self, text: impl Fn(Language) -> String) -> Both {
        let first = self.spec.languages.first().copied().unwrap_or(Language::En);
        let of = |language| {
            let has = self.spec.languages.contains(&language);
            exact(&text(if has { language } else { first }))
        };
        Both {
            zh: of(Language::Zh),
            en: of(Language::En),
        }
    }
}
