//! Checks of example requests and responses.

use pop_rpc::xml::{self, response_element};
use serde_json::Value;

use super::checker::{Checker, Named};
use super::travel::sent_type;
use super::values::{is_base, is_scalar};
use super::xml_elements::{Difference, Element};
use crate::names::part_of;
use crate::pointer::below;
use crate::request_example::{candidates, items, malformed};
use crate::spec::{Action, Examples, Field, Type};

impl<'a> Checker<'a> {
    /// Checks the examples of an action.
    pub(super) fn examples(&mut self, action: &'a Action, pointer: &str) {
        let Some(examples) = &action.examples else {
            return;
        };
        let pointer = below(pointer, "examples");
        self.request_example(action, examples, &below(&pointer, "request"));
        let members: Vec<&Field> = self.spec.response(action).collect();
        let before = self.mistakes.len();
        self.members(&members, &examples.json, &below(&pointer, "json"));
        let document = self.xml_document(action, examples, &below(&pointer, "xml"));
        if let Some(document) = document
            && self.mistakes.len() == before
            && let Some(made) = self.made_xml(action, examples, &below(&pointer, "xml"))
            && self.same(&made, &document, &below(&pointer, "xml"))
        {
            self.read_back(&members, examples, &made, &pointer);
        }
    }

    fn request_example(&mut self, action: &Action, examples: &Examples, pointer: &str) {
        for (name, value) in &examples.request {
            let Some(field) = self.named_in_request(&action.parameters, name) else {
                let known: Vec<&str> = action.parameters.iter().map(|f| &*f.name).collect();
                self.unknown(below(pointer, name), "parameter", name, known);
                continue;
            };
            if let Some((message, hint)) = malformed(field, name, value) {
                self.mistake(below(pointer, name), message, hint);
                continue;
            }
            if part_of(name, &field.name).is_some_and(|part| !self.has_part(&field.type_, part)) {
                let message = format!("`{}` has no part `{name}`", field.name);
                let hint = "name an item, a key or a member of it, as it is sent";
                self.mistake(below(pointer, name), message, hint);
                continue;
            }
            match self.misfit(field, value) {
                Some(misfit) => {
                    let hint = "use a value that the service accepts";
                    self.mistake(below(pointer, name), misfit, hint);
                }
                None => self.region(field, value, below(pointer, name)),
            }
        }
        for field in &action.parameters {
            self.item_examples(field, examples, pointer);
        }
        for field in action.parameters.iter().filter(|field| field.required) {
            let keys = examples.request.keys();
            let mut sent = keys.filter_map(|key| self.named_in_request(&action.parameters, key));
            if !sent.any(|sent| sent.name == field.name) {
                let message = format!("the example request lacks `{}`", field.name);
                self.mistake(pointer, message, "add it: the parameter is required");
            }
        }
    }

    /// Returns the parameter that a key of an example request names, as a whole or in part.
    fn named_in_request<'f>(&self, parameters: &'f [Field], key: &str) -> Option<&'f Field> {
        let candidates = candidates(parameters, key);
        let has_key = |field: &&&Field| {
            let part = part_of(key, field.key()).zip(sent_type(field));
            key == field.name || part.is_some_and(|(part, type_)| self.has_part(type_, part))
        };
        let field = candidates.iter().find(has_key).or(candidates.first());
        field.copied()
    }

    /// Checks the items of a list in the example request.
    fn item_examples(&mut self, field: &Field, examples: &Examples, pointer: &str) {
        let Type::List { list } = &field.type_ else {
            return;
        };
        let item = Field {
            type_: list.of.clone(),
            ..field.clone()
        };
        for (index, text) in items(examples, field).into_iter().flatten().enumerate() {
            if let Some(misfit) = self.misfit(&item, &text) {
                let numbered = format!("{}.{}", field.name, index + 1);
                let is_numbered = examples.request.contains_key(&numbered);
                let key = if is_numbered { &numbered } else { &field.name };
                self.mistake(
                    below(pointer, key),
                    misfit,
                    "use a value that the service accepts",
                );
            }
        }
    }

    /// Checks an object of the example against the declared members.
    fn members(&mut self, members: &[&'a Field], value: &Value, pointer: &str) {
        let Value::Object(object) = value else {
            let hint = "write an object with the declared members";
            self.mistake(pointer, "expected an object", hint);
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
                let message = format!("the example lacks member `{}`", member.name);
                self.mistake(pointer, message, "add it: the member is always present");
            }
        }
    }

    fn value(&mut self, type_: &'a Type, value: &Value, pointer: &str) {
        match type_ {
            Type::Name(name) => self.named_value(name, value, pointer),
            Type::Map { map } => {
                let Some(entries) = value.as_object() else {
                    let hint = "write an object; its keys may have any names";
                    self.mistake(pointer, "expected a map", hint);
                    return;
                };
                for (key, value) in entries {
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
                        None => "write a list".to_owned(),
                        Some(item) => format!("write an object with one member, the list `{item}`"),
                    };
                    self.mistake(pointer, "expected a list", hint);
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
            let message = format!("`{value}` is not of type `{name}`");
            self.mistake(pointer, message, "correct the example or the type");
        }
    }

    /// Returns the XML example, if it is well-formed and has the root element of the action.
    fn xml_document(
        &mut self,
        action: &Action,
        examples: &Examples,
        pointer: &str,
    ) -> Option<Element> {
        let document = match Element::around(&examples.xml) {
            Ok(document) => document,
            Err(error) => {
                let hint = "close every element, the innermost first";
                self.mistake(
                    pointer,
                    format!("the XML example is not well-formed: {error}"),
                    hint,
                );
                return None;
            }
        };
        let root = response_element(&action.name);
        if !document.names().eq([&root]) {
            let hint = format!("use `{root}` as the outermost element");
            self.mistake(pointer, "the XML example has the wrong root element", hint);
            return None;
        }
        Some(document)
    }

    /// Converts the JSON example into XML, as a service does.
    fn made_xml(&mut self, action: &Action, examples: &Examples, pointer: &str) -> Option<String> {
        if !is_text_of_xml(&examples.json) {
            let message = "the JSON example contains a character that XML does not allow";
            self.mistake(pointer, message, "remove control characters");
            return None;
        }
        match xml::to_string(&response_element(&action.name), &examples.json) {
            Ok(made) => Some(made),
            Err(error) => {
                let message = format!("the JSON example cannot be written as XML: {error}");
                self.mistake(pointer, message, "use an example that XML can hold");
                None
            }
        }
    }

    /// Checks that the XML example agrees with `made`, the XML converted from the JSON example.
    fn same(&mut self, made: &str, document: &Element, pointer: &str) -> bool {
        let difference = Element::around(made).map(|made| made.difference(document, ""));
        let Ok(Some(Difference {
            path,
            first,
            second,
        })) = difference
        else {
            return true;
        };
        let message =
            format!("at {path}, the JSON example has {first}, but the XML example has {second}");
        self.mistake(pointer, message, "make the two examples agree");
        false
    }

    /// Checks that both the converted XML and the XML example are read as the JSON example.
    fn read_back(&mut self, members: &[&'a Field], examples: &Examples, made: &str, pointer: &str) {
        let json = self.read_json(members, &examples.json);
        let misread = |xml: &str| match (&json, self.read_xml(members, xml)) {
            (Ok(json), Ok(xml)) if *json == xml => None,
            (Ok(_), Ok(_)) => Some("XML cannot express part of it".to_owned()),
            (Err(error), _) => Some(error.clone()),
            (_, Err(error)) => Some(error),
        };
        if let Some(error) = misread(made) {
            let message = format!("the JSON example does not survive conversion to XML: {error}");
            let hint = "use an example or types that XML can hold";
            self.mistake(below(pointer, "json"), message, hint);
        } else if examples.xml != made
            && let Some(error) = misread(&examples.xml)
        {
            let message = format!("the XML example is not read like the JSON example: {error}");
            let hint = "put the items of each list next to one another";
            self.mistake(below(pointer, "xml"), message, hint);
        }
    }
}

/// Returns `true` if XML allows every character of a value.
fn is_text_of_xml(value: &Value) -> bool {
    match value {
        Value::String(text) => text.chars().all(xml::can_hold),
        Value::Array(items) => items.iter().all(is_text_of_xml),
        Value::Object(members) => members.values().all(is_text_of_xml),
        _ => true,
    }
}
