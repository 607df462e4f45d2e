//! Example requests and responses.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use super::values::{is_base, is_scalar};
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

    /// The XML example is well-formed, has the right root, and says what the JSON example says.
    fn xml_example(&mut self, action: &Action, examples: &Examples, pointer: &str, before: usize) {
        let leaves = match xml_leaves(&examples.xml) {
            Ok(leaves) => leaves,
            Err(error) => {
                let hint = "close every element in the order in which they were opened";
                self.mistake(pointer, format!("not well-formed XML: {error}"), hint);
                return;
            }
        };
        let root = format!("{}Response", action.name);
        if leaves
            .iter()
            .any(|(path, _)| path.split('/').next() != Some(&root))
        {
            let hint = format!("the outermost element is `{root}`");
            self.mistake(pointer, "the XML example has another root", hint);
            return;
        }
        let mut json = Leaves::new();
        json_leaves(&examples.json, root, &mut json);
        let differs = json
            .keys()
            .chain(leaves.keys())
            .find(|path| json.get(*path) != leaves.get(*path));
        if let Some(path) = differs
            && self.mistakes.len() == before
        {
            let shown = |leaves: &Leaves| match leaves.get(path) {
                Some(texts) => format!("`{}`", texts.join("`, `")),
                None => "nothing".to_owned(),
            };
            let message = format!(
                "at {path} the JSON example has {}, the XML example {}",
                shown(&json),
                shown(&leaves)
            );
            self.mistake(pointer, message, "make the two examples say the same");
        }
    }
}

/// Texts by the path of their element, in order.
type Leaves = BTreeMap<String, Vec<String>>;

/// Texts of an XML document with the path of their element.
fn xml_leaves(document: &str) -> Result<Leaves, quick_xml::Error> {
    let mut reader = Reader::from_str(document);
    reader.config_mut().expand_empty_elements = true;
    let mut path: Vec<String> = Vec::new();
    let mut text = String::new();
    let mut leaves = Leaves::new();
    loop {
        match reader.read_event()? {
            Event::Start(start) => {
                path.push(start.name().0.to_owned());
                text.clear();
            }
            Event::Text(more) => text.push_str(&more.xml10_content()),
            Event::CData(more) => text.push_str(&more.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref()? {
                Some(character) => text.push(character),
                None => text.push_str(
                    quick_xml::escape::resolve_predefined_entity(&reference).unwrap_or_default(),
                ),
            },
            Event::End(_) => {
                if !text.trim().is_empty() {
                    let texts = leaves.entry(path.join("/")).or_default();
                    texts.push(std::mem::take(&mut text));
                }
                path.pop();
                text.clear();
            }
            Event::Eof => return Ok(leaves),
            _ => {}
        }
    }
}

/// Values of a JSON document with the path of the XML element that would hold them.
fn json_leaves(value: &Value, path: String, leaves: &mut Leaves) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                json_leaves(value, format!("{path}/{key}"), leaves);
            }
        }
        Value::Array(array) => {
            for value in array {
                json_leaves(value, path.clone(), leaves);
            }
        }
        Value::String(text) if text.trim().is_empty() => {}
        Value::String(text) => {
            leaves.entry(path).or_default().push(text.clone());
        }
        Value::Null => {}
        scalar => {
            leaves.entry(path).or_default().push(scalar.to_string());
        }
    }
}
