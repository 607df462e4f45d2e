//! Example requests and responses.

use pop_rpc::xml::{self, response_element};
use serde_json::Value;

use super::values::{is_base, is_scalar};
use super::xml_elements::{Difference, Element};
use super::{Checker, Named, below};
use crate::spec::{Action, Examples, Field, Type};

impl<'a> Checker<'a> {
    pub(super) fn examples(&mut self, action: &'a Action, pointer: &str) {
        let Some(examples) = &action.examples else {
            return;
        };
        let pointer = below(pointer, "examples");
        self.request_example(action, examples, &below(&pointer, "request"));
        let members: Vec<&Field> = (self.spec.common_response.iter())
            .chain(&action.response)
            .collect();
        let before = self.mistakes.len();
        self.members(&members, &examples.json, &below(&pointer, "json"));
        self.xml_example(action, examples, &below(&pointer, "xml"), before);
    }

    fn request_example(&mut self, action: &Action, examples: &Examples, pointer: &str) {
        for (name, value) in &examples.request {
            let base = name.split('.').next().unwrap_or(name);
            let mut fields = action.parameters.iter();
            let Some(field) = fields.find(|field| field.name == *name || field.name == base) else {
                let known: Vec<&str> = action.parameters.iter().map(|f| &*f.name).collect();
                self.unknown(below(pointer, name), "parameter", name, known);
                continue;
            };
            if let Some(misfit) = self.misfit(field, value) {
                let hint = "give a request that the service accepts";
                self.mistake(below(pointer, name), misfit, hint);
            }
        }
        for field in action.parameters.iter().filter(|field| field.required) {
            let is_sent = |name: &String| {
                *name == field.name || name.starts_with(&format!("{}.", field.name))
            };
            if !examples.request.keys().any(is_sent) {
                let message = format!("the example does not send `{}`", field.name);
                self.mistake(pointer, message, "add it: it is required");
            }
        }
    }

    /// An object of the example against the members that it may have.
    fn members(&mut self, members: &[&'a Field], value: &Value, pointer: &str) {
        let Value::Object(object) = value else {
            self.mistake(
                pointer,
                "this is no object",
                "give an object with the members",
            );
            return;
        };
        for (name, value) in object {
            match members.iter().find(|member| member.name == *name) {
                Some(member) => self.value(&member.type_, value, &below(pointer, name)),
                None => {
                    let known: Vec<&str> = members.iter().map(|m| &*m.name).collect();
                    self.unknown(below(pointer, name), "member", name, known);
                }
            }
        }
        for member in members.iter().filter(|member| member.required) {
            if !object.contains_key(&member.name) {
                let message = format!("the example lacks `{}`", member.name);
                self.mistake(pointer, message, "add it: it is always sent");
            }
        }
    }

    fn value(&mut self, type_: &'a Type, value: &Value, pointer: &str) {
        match type_ {
            Type::Name(name) => self.named_value(name, value, pointer),
            Type::Map { map } => {
                for (key, value) in value.as_object().into_iter().flatten() {
                    self.value(map, value, &below(pointer, key));
                }
            }
            Type::List { list } => {
                let (items, pointer) = match &list.item {
                    None => (value.as_array(), pointer.to_owned()),
                    Some(item) => (
                        value.get(item).and_then(Value::as_array),
                        below(pointer, item),
                    ),
                };
                let Some(items) = items else {
                    let hint = match &list.item {
                        None => "give a list".to_owned(),
                        Some(item) => format!("give an object with one member, the list `{item}`"),
                    };
                    self.mistake(pointer, "this is not the declared list", hint);
                    return;
                };
                for (index, item) in items.iter().enumerate() {
                    self.value(&list.of, item, &format!("{pointer}/{index}"));
                }
            }
        }
    }

    fn named_value(&mut self, name: &str, value: &Value, pointer: &str) {
        let text = match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(value) => Some(value.to_string()),
            _ => None,
        };
        let fits = match (self.types.get(name), text) {
            (Some(Named::Struct(s)), _) => {
                let members: Vec<&Field> = s.members.iter().collect();
                return self.members(&members, value, pointer);
            }
            (Some(Named::Scalar("any")) | None, _) => true,
            (Some(Named::Scalar(name)), Some(text)) => is_scalar(name, &text),
            (Some(Named::Enum(e)), Some(text)) => is_base(e.base, &text),
            (Some(_), None) => false,
        };
        if !fits {
            let message = format!("`{value}` is no `{name}`");
            self.mistake(pointer, message, "correct the example or the type");
        }
    }

    /// The XML example is well-formed and says what the JSON example says.
    fn xml_example(&mut self, action: &Action, examples: &Examples, pointer: &str, before: usize) {
        let document = match Element::around(&examples.xml) {
            Ok(document) => document,
            Err(error) => {
                let hint = "close every element in the order in which they were opened";
                self.mistake(pointer, format!("not well-formed XML: {error}"), hint);
                return;
            }
        };
        let root = response_element(&action.name);
        if !document.names().eq([&root]) {
            let hint = format!("the outermost element is `{root}`");
            self.mistake(pointer, "the XML example has another root", hint);
            return;
        }
        if self.mistakes.len() > before {
            return;
        }
        let made = match xml::to_string(&root, &examples.json) {
            Ok(made) => made,
            Err(error) => {
                let message = format!("the JSON example has no form in XML: {error}");
                self.mistake(pointer, message, "give an example that has one");
                return;
            }
        };
        if !is_text_of_xml(&examples.json) {
            let message = "the JSON example holds a character that XML cannot hold";
            self.mistake(pointer, message, "leave out control characters");
            return;
        }
        let difference = Element::around(&made).map(|made| made.difference(&document, ""));
        if let Ok(Some(Difference {
            path,
            first,
            second,
        })) = difference
        {
            let message =
                format!("at {path} the JSON example has {first}, the XML example {second}");
            self.mistake(pointer, message, "make the two examples say the same");
        }
    }
}

fn is_text_of_xml(value: &Value) -> bool {
    match value {
        Value::String(text) => text.chars().all(xml::can_hold),
        Value::Array(items) => items.iter().all(is_text_of_xml),
        Value::Object(members) => members.values().all(is_text_of_xml),
        _ => true,
    }
}
