//! Forms of the actions, for pages and snippets of code.

use std::collections::BTreeSet;

use codegen_spec::graph::reach;
use codegen_spec::{EnumBase, Field, Language, ListStyle, Position, Signature, Text, Type};

use super::command_line::option;
use super::declared::{Names, member_setter, setter};
use super::fields::is_time;
use super::limits::{Side, limits};
use super::literal::exact;
use super::markdown::prose;
use crate::ir::{
    self,
    forms::{Both, Form, FormKind, FormMember, FormParameter, FormStruct, Forms},
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
            is_acs3: spec.signature == Signature::Acs3,
            structs: self.form_structs(),
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
        let is_argument = self.is_argument(field);
        let unless_argument = |text: String| {
            if is_argument { String::new() } else { text }
        };
        FormParameter {
            name: exact(&field.name),
            kind: self.form_kind(field, &field.type_),
            style: match field.style {
                Some(ListStyle::Simple) => "Commas",
                Some(ListStyle::Json) => "Json",
                _ => "Parts",
            },
            is_in_form: field.position == Position::Form,
            is_required: field.required,
            is_argument,
            setter: unless_argument(setter(name)),
            option: if self.is_positional(field) {
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

    /// Returns the structs that parameters hold, in the order of the spec.
    fn form_structs(&self) -> Vec<FormStruct> {
        let mut sent = BTreeSet::new();
        for action in &self.spec.actions {
            reach(&self.definitions, action.parameters.iter(), &mut sent);
        }
        let structs = self.spec.structs.iter();
        let sent = structs.filter(|it| sent.contains(it.name.as_str()));
        sent.map(|it| {
            let fields: Vec<&Field> = it.members.iter().collect();
            let names = self.field_names(&fields);
            let member = |(name, field): (&String, &Field)| FormMember {
                name: exact(&field.name),
                kind: self.form_kind(field, &field.type_),
                setter: match field.required {
                    true => String::new(),
                    false => member_setter(name),
                },
            };
            FormStruct {
                name: self.type_name(&it.name).to_owned(),
                members: names.iter().zip(fields).map(member).collect(),
            }
        })
        .collect()
    }

    /// Returns the kind of a field, or of values inside it.
    fn form_kind(&self, field: &Field, type_: &Type) -> FormKind {
        let of = |is, of: &Type| FormKind {
            of: Some(Box::new(self.form_kind(field, of))),
            ..kind(is)
        };
        match type_ {
            Type::List { list } => of("List", &list.of),
            Type::Map { map } => of("Map", map),
            Type::Name(name) => match name.as_str() {
                "string" => kind("Text"),
                "boolean" => kind("Boolean"),
                "int32" | "int64" if is_time(field) => kind("Time"),
                "int32" | "int64" => kind("Integer"),
                "float" | "double" => kind("Float"),
                "any" => kind("Any"),
                name => match self.spec.enum_named(name) {
                    Some(e) => FormKind {
                        type_name: self.type_name(name).to_owned(),
                        is_integer: e.base != EnumBase::String,
                        is_open: field.accepts_unknown,
                        values: e.values.iter().map(|value| exact(&value.value)).collect(),
                        ..kind("Enum")
                    },
                    None => FormKind {
                        type_name: self.type_name(name).to_owned(),
                        ..kind("Struct")
                    },
                },
            },
        }
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

/// Returns a kind without further facts.
fn kind(is: &'static str) -> FormKind {
    FormKind {
        is,
        of: None,
        type_name: String::new(),
        is_integer: false,
        is_open: false,
        values: Vec::new(),
    }
}
