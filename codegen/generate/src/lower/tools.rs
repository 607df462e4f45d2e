//! Actions as tools of the Model Context Protocol, in one language.

use std::collections::BTreeSet;

use codegen_spec::graph::reach;
use codegen_spec::{self as spec, Enum, EnumBase, Field, Language, Operation, Type};
use serde_json::{Map, Value, json};

use super::declared::Names;
use super::json_schema::{keywords, typed};
use super::limits::{self, call_rate, required_when};
use super::tidy::tidied;

/// Returns the tools in the order of the actions, as the protocol lists them.
pub(super) fn tools(names: &Names<'_>, language: Language) -> Value {
    let tools = Tools { names, language };
    let actions = names.spec.actions.iter();
    actions.map(|action| tools.tool(action)).collect()
}

struct Tools<'a> {
    names: &'a Names<'a>,
    language: Language,
}

impl Tools<'_> {
    fn tool(&self, action: &spec::Action) -> Value {
        let is_read = action.operation == Operation::Read;
        json!({
            "name": action.name,
            "title": self.language.of(&action.summary).trim_end_matches(['.', '。']),
            "description": self.action_description(action),
            "inputSchema": self.input(action),
            "annotations": {
                "readOnlyHint": is_read,
                "destructiveHint": !is_read,
                "idempotentHint": action.idempotent,
                "openWorldHint": true,
            },
        })
    }

    /// Returns everything that helps to choose the action.
    fn action_description(&self, action: &spec::Action) -> String {
        let texts = [
            Some(&action.summary),
            action.scenario.as_ref(),
            action.restriction.as_ref().map(|r| &r.description),
            action.deprecated.as_ref(),
        ];
        let texts = texts.into_iter().flatten();
        let mut parts: Vec<String> = texts.map(|text| tidied(text, self.language)).collect();
        parts.extend(
            action
                .rate_limit
                .map(|limit| call_rate(limit, self.language)),
        );
        parts.join("\n\n")
    }

    /// Returns the schema of the arguments, with the structs that it refers to.
    fn input(&self, action: &spec::Action) -> Value {
        let mut schema = self.object(&action.parameters);
        let structs = &self.names.definitions;
        let mut reached = BTreeSet::new();
        reach(structs, action.parameters.iter(), &mut reached);
        let definitions: Map<String, Value> = reached
            .iter()
            .map(|name| {
                let mut schema = self.object(&structs[name].members);
                schema["description"] = json!(tidied(&structs[name].description, self.language));
                ((*name).to_owned(), schema)
            })
            .collect();
        if !definitions.is_empty() {
            schema["$defs"] = Value::Object(definitions);
        }
        schema
    }

    fn object(&self, fields: &[Field]) -> Value {
        let required = fields.iter().filter(|field| field.required);
        let required: Vec<&str> = required.map(|field| field.name.as_str()).collect();
        let properties = fields.iter();
        let properties: Map<String, Value> = properties
            .map(|field| (field.name.clone(), self.property(field)))
            .collect();
        json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        })
    }

    fn property(&self, field: &Field) -> Value {
        let spec = self.names.spec;
        let mut schema = self.type_(&field.type_);
        for (keyword, value) in keywords(spec, field) {
            schema[keyword] = value;
        }
        if let Some(example) = &field.example {
            schema["examples"] = json!([typed(spec, &field.type_, example)]);
        }
        if field.deprecated.is_some() {
            schema["deprecated"] = json!(true);
        }
        schema["description"] = json!(self.description(field));
        schema
    }

    /// Returns the meaning of a parameter, its unit, its known values, and when it is required.
    fn description(&self, field: &Field) -> String {
        let language = self.language;
        let mut parts = vec![tidied(&field.description, language)];
        parts.extend(field.unit.map(|unit| match language {
            Language::Zh => format!("（{}）", limits::unit(unit, language)),
            Language::En => format!("({})", limits::unit(unit, language)),
        }));
        let condition = field.required_when.as_ref();
        parts.extend(condition.map(|text| required_when(text, language)));
        if let Some(e) = self.enum_of(&field.type_) {
            let values = e.values.iter();
            let lines =
                values.map(|v| format!("- {}: {}", v.value, tidied(&v.description, language)));
            parts.push(lines.collect::<Vec<_>>().join("\n"));
        }
        let reason = field.deprecated.as_ref();
        parts.extend(reason.map(|text| tidied(text, language)));
        parts.join("\n\n")
    }

    fn type_(&self, type_: &Type) -> Value {
        match type_ {
            Type::List { list } => {
                json!({ "type": "array", "items": self.type_(&list.of) })
            }
            Type::Map { map } => {
                json!({ "type": "object", "additionalProperties": self.type_(map) })
            }
            Type::Name(name) => self.named(name),
        }
    }

    fn named(&self, name: &str) -> Value {
        match name {
            "int32" | "int64" => json!({ "type": "integer" }),
            "float" | "double" => json!({ "type": "number" }),
            "string" | "boolean" => json!({ "type": name }),
            "any" => json!({}),
            name => match self.names.spec.enum_named(name) {
                Some(e) => self.enum_(e),
                None => json!({ "$ref": format!("#/$defs/{name}") }),
            },
        }
    }

    /// Returns the schema of an enum, which allows values that are not listed.
    fn enum_(&self, e: &Enum) -> Value {
        let base = match e.base {
            EnumBase::String => "string",
            EnumBase::Int32 => "integer",
        };
        let type_ = Type::Name(e.name.clone());
        let values = e.values.iter();
        let values = values.map(|value| typed(self.names.spec, &type_, &value.value));
        let known = json!({ "type": base, "enum": values.collect::<Vec<_>>() });
        json!({ "anyOf": [known, { "type": base }] })
    }

    /// Returns the enum of a value, or of the items of a list.
    fn enum_of(&self, type_: &Type) -> Option<&Enum> {
        match type_ {
            Type::Name(name) => self.names.spec.enum_named(name),
            Type::List { list } => self.enum_of(&list.of),
            Type::Map { .. } => None,
        }
    }
}
