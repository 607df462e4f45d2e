//! Example requests and responses.

use std::collections::{BTreeMap, BTreeSet};

use pop_rpc::xml;
use quick_xml::Reader;
use quick_xml::errors::IllFormedError;
use quick_xml::events::Event;
use serde_json::Value;

use super::values::{is_base, is_scalar};
use super::{Checker, Named, below};
use crate::spec::{Action, Examples, Field, Type, response_element};

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
        let document = match document(&examples.xml) {
            Ok(document) => document,
            Err(error) => {
                let hint = "close every element in the order in which they were opened";
                self.mistake(pointer, format!("not well-formed XML: {error}"), hint);
                return;
            }
        };
        let root = response_element(&action.name);
        if document.children.len() != 1 || !document.children.contains_key(&root) {
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
        let difference = self::document(&made).map(|made| made.difference(&document, ""));
        if let Ok(Some(Difference { path, json, xml })) = difference {
            let message = format!("at {path} the JSON example has {json}, the XML example {xml}");
            self.mistake(pointer, message, "make the two examples say the same");
        }
    }
}

/// An element as readers see it: without comments, the blanks around its children, and the order
/// of children that have different names.
#[derive(Debug, Default, Eq, PartialEq)]
struct Element {
    /// Empty if it has children.
    text: String,
    children: BTreeMap<String, Vec<Element>>,
}

/// The first place where two examples say different things.
struct Difference {
    path: String,
    json: String,
    xml: String,
}

impl Element {
    fn push(&mut self, name: &str, child: Self) {
        self.children
            .entry(name.to_owned())
            .or_default()
            .push(child);
    }

    fn difference(&self, xml: &Self, path: &str) -> Option<Difference> {
        let differs = |json: String, xml: String| Difference {
            path: if path.is_empty() { "/" } else { path }.to_owned(),
            json,
            xml,
        };
        if self.text != xml.text {
            let shown = |text: &str| match text {
                "" => "no text".to_owned(),
                text => format!("`{text}`"),
            };
            return Some(differs(shown(&self.text), shown(&xml.text)));
        }
        let names: BTreeSet<&String> = self.children.keys().chain(xml.children.keys()).collect();
        names.into_iter().find_map(|name| {
            let all = |element: &Self| element.children.get(name).map_or(0, Vec::len);
            let (json_count, xml_count) = (all(self), all(xml));
            if json_count != xml_count {
                let shown = |count: usize| format!("{count} of `{name}`");
                return Some(differs(shown(json_count), shown(xml_count)));
            }
            let path = format!("{path}/{name}");
            let mut pairs = self.children.get(name)?.iter().zip(xml.children.get(name)?);
            pairs.find_map(|(json, xml)| json.difference(xml, &path))
        })
    }
}

/// What stands around the outermost element of an XML document.
fn document(text: &str) -> Result<Element, quick_xml::Error> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut element = Element::default();
    let mut around: Vec<(String, Element)> = Vec::new();
    loop {
        match reader.read_event()? {
            Event::Start(start) => {
                let outer = std::mem::take(&mut element);
                around.push((start.name().0.to_owned(), outer));
            }
            Event::Text(more) => element.text.push_str(&more.xml10_content()),
            Event::CData(more) => element.text.push_str(&more.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref()? {
                Some(character) => element.text.push(character),
                None => element.text.push_str(
                    quick_xml::escape::resolve_predefined_entity(&reference).unwrap_or_default(),
                ),
            },
            Event::End(_) => {
                if !element.children.is_empty() && element.text.trim().is_empty() {
                    element.text.clear();
                }
                let Some((name, outer)) = around.pop() else {
                    continue;
                };
                let inner = std::mem::replace(&mut element, outer);
                element.push(&name, inner);
            }
            Event::Eof => match around.pop() {
                None => return Ok(element),
                Some((name, _)) => {
                    return Err(IllFormedError::MissingEndTag(name).into());
                }
            },
            _ => {}
        }
    }
}
