//! Schemas of fields, responses, structs, enums and errors.

use codegen_spec::{self as spec, EnumBase, Field, Type};
use pop_rpc::xml::response_element;
use serde_json::{Map, Value, json};

use super::builder::OpenApiBuilder;
use crate::ir;
use crate::lower::json_schema::{keywords, typed};
use crate::lower::limits::Side;

/// Name of the schema of errors.
pub(super) const ERROR: &str = "ErrorBody";

impl OpenApiBuilder<'_> {
    /// Returns the schema of a field with its limits.
    pub(super) fn schema(&self, field: &Field, side: Side) -> Value {
        let mut schema = self.type_(&field.type_, side);
        if let (Type::Name(name), true) = (&field.type_, field.accepts_unknown)
            && let Some(e) = self.names.spec.enum_named(name)
        {
            schema = open(schema, e);
        }
        for (keyword, value) in keywords(self.names.spec, field) {
            schema[keyword] = value;
        }
        schema
    }

    fn type_(&self, type_: &Type, side: Side) -> Value {
        match type_ {
            Type::Name(name) => self.named(name, side),
            Type::Map { map } => {
                json!({ "type": "object", "additionalProperties": self.type_(map, side) })
            }
            Type::List { list } => {
                let mut items = self.type_(&list.of, side);
                match &list.item {
                    None => json!({ "type": "array", "items": items }),
                    Some(item) => {
                        items["xml"] = json!({ "name": item });
                        json!({
                            "type": "object",
                            "properties": { item: { "type": "array", "items": items } },
                        })
                    }
                }
            }
        }
    }

    fn named(&self, name: &str, side: Side) -> Value {
        let number = |type_: &str, format: &str| match side {
            Side::Request => json!({ "type": type_, "format": format }),
            // Examples of the vendor quote numbers.
            Side::Response => json!({ "type": [type_, "string"], "format": format }),
        };
        match name {
            "string" => json!({ "type": "string" }),
            "int32" | "int64" => number("integer", name),
            "float" | "double" => number("number", name),
            "boolean" => match side {
                Side::Request => json!({ "type": "boolean" }),
                Side::Response => json!({ "type": ["boolean", "string"] }),
            },
            "any" => json!({}),
            name => match (self.names.spec.enum_named(name), side) {
                (Some(e), Side::Request) => reference(&self.names.enums[&*e.name]),
                (Some(e), Side::Response) => open(reference(&self.names.enums[&*e.name]), e),
                (None, _) => reference(self.names.structs.get(name).map_or("", |name| name)),
            },
        }
    }

    pub(super) fn schemas(&self, actions: &[ir::Action]) -> Value {
        let spec = self.names.spec;
        let mut schemas = Map::new();
        for (action, lowered) in spec.actions.iter().zip(actions) {
            let mut schema = match action.response.first() {
                Some(whole) if action.bare => self.schema(whole, Side::Response),
                _ => self.object(spec.response(action)),
            };
            schema["description"] = json!(self.titles(&action.summary));
            if !action.bare {
                schema["xml"] = json!({ "name": response_element(&action.name) });
            }
            schemas.insert(lowered.response.clone(), schema);
        }
        for s in &spec.structs {
            let mut schema = self.object(s.members.iter());
            schema["title"] = json!(s.name);
            schema["description"] = json!(self.text(&s.description));
            schemas.insert(self.names.structs[&*s.name].clone(), schema);
        }
        for e in &spec.enums {
            schemas.insert(self.names.enums[&*e.name].clone(), self.enum_(e));
        }
        schemas.insert(ERROR.to_owned(), self.error_body());
        Value::Object(schemas)
    }

    fn object<'f>(&self, members: impl Iterator<Item = &'f Field> + Clone) -> Value {
        let required = members.clone().filter(|member| member.required);
        let required: Vec<&String> = required.map(|member| &member.name).collect();
        let properties: Map<String, Value> = members
            .map(|member| {
                let mut schema = self.schema(member, Side::Response);
                schema["description"] = json!(self.description(member));
                if let Some(example) = self.example(member) {
                    schema["examples"] = json!([example]);
                }
                (member.name.clone(), schema)
            })
            .collect();
        json!({ "type": "object", "required": required, "properties": properties })
    }

    fn enum_(&self, e: &spec::Enum) -> Value {
        let base = Type::Name(base(e).to_owned());
        let values = e.values.iter().map(|value| {
            json!({
                "const": typed(self.names.spec, &base, &value.value),
                "description": self.text(&value.description),
            })
        });
        json!({
            "title": e.name,
            "description": self.text(&e.description),
            "oneOf": values.collect::<Vec<_>>(),
        })
    }

    /// Returns the schema of errors, which belongs to the protocol and not to one API.
    fn error_body(&self) -> Value {
        let member =
            |zh: &str, en: &str| json!({ "type": "string", "description": self.words(zh, en) });
        json!({
            "type": "object",
            "description": self.words("错误响应。", "Body of a response that reports an error."),
            "required": ["RequestId", "HostId", "Code", "Message"],
            "properties": {
                "RequestId": member("本次请求的 ID。", "ID of the request."),
                "HostId": member("所访问的域名。", "Host that was called."),
                "Code": member("错误码。", "Error code."),
                "Message": member("错误信息。", "Error message."),
                "Recommend": member("排查页面的地址。", "Address of a troubleshooting page."),
            },
            "xml": { "name": "Error" },
        })
    }
}

fn base(e: &spec::Enum) -> &'static str {
    match e.base {
        EnumBase::String => "string",
        EnumBase::Int32 => "integer",
    }
}

/// Returns the schema of an enum that allows other values.
fn open(known: Value, e: &spec::Enum) -> Value {
    let any = match e.base {
        EnumBase::String => json!({ "type": "string" }),
        EnumBase::Int32 => json!({ "type": ["integer", "string"] }),
    };
    json!({ "anyOf": [known, any] })
}

pub(super) fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}
