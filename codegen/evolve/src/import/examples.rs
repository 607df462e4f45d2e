//! Response demos: JSON documents inside of a text, and the XML beside them.

use std::collections::BTreeMap;

use codegen_spec::{Action, Examples, Type};
use pop_rpc::xml::{self, response_element};
use serde_json::Value;

use super::findings::FindingKind;
use super::importer::Importer;
use super::node::Node;

impl<'a> Importer<'a> {
    /// The example that a demo gives, with a request made of the examples of its parameters.
    ///
    /// Whether the demo fits the types of the response is seen when the spec is checked.
    pub(super) fn examples(&mut self, action: &Action, demo: &Node<'a>) -> Option<Examples> {
        let demos: Value = match demo.value {
            Value::String(text) if text.trim().is_empty() => return None,
            Value::String(text) => match serde_json::from_str(text) {
                Ok(value) => value,
                Err(error) => {
                    let detail = error.to_string();
                    self.findings.add(
                        FindingKind::NotCarried,
                        &demo.pointer,
                        "a demo that is no JSON",
                        detail,
                    );
                    return None;
                }
            },
            value => value.clone(),
        };
        let Some(demos) = demos.as_array() else {
            let message = "demos that are no list";
            self.findings
                .add(FindingKind::NotCarried, &demo.pointer, message, "");
            return None;
        };
        let mut found: BTreeMap<&str, &str> = BTreeMap::new();
        for (index, one) in demos.iter().enumerate() {
            let at = |key: &str| one.get(key).and_then(Value::as_str).unwrap_or_default();
            let pointer = format!("{}/{index}", demo.pointer);
            if !one.is_object() {
                let message = "a demo that is no object";
                self.findings
                    .add(FindingKind::NotCarried, &pointer, message, one.to_string());
                continue;
            }
            if !at("errorExample").trim().is_empty() {
                let message = "the spec has no examples of errors";
                self.findings
                    .add(FindingKind::NotCarried, &pointer, message, "");
            }
            if at("example").trim().is_empty() {
                continue;
            }
            if !matches!(at("type"), "json" | "xml") || found.contains_key(at("type")) {
                let message = "a second demo, or one that is neither JSON nor XML";
                self.findings
                    .add(FindingKind::NotCarried, &pointer, message, at("type"));
                continue;
            }
            found.insert(at("type"), at("example"));
        }
        let text = found.get("json");
        let json = match text.map(|text| serde_json::from_str::<Value>(text)) {
            Some(Ok(json)) => json,
            Some(Err(error)) => {
                let message = "a demo that is no JSON";
                self.findings.add(
                    FindingKind::NotCarried,
                    &demo.pointer,
                    message,
                    error.to_string(),
                );
                return None;
            }
            None if found.is_empty() => return None,
            None => {
                let message = "an XML demo without a JSON one";
                self.findings
                    .add(FindingKind::NotCarried, &demo.pointer, message, "");
                return None;
            }
        };
        let request = self.request(action, demo)?;
        let xml = match found.get("xml") {
            Some(xml) => Ok((*xml).trim().to_owned()),
            None => xml::to_string(&response_element(&action.name), &json),
        };
        match xml {
            Ok(xml) => Some(Examples { request, json, xml }),
            Err(error) => {
                let message = "a demo that has no form in XML";
                self.findings.add(
                    FindingKind::NotCarried,
                    &demo.pointer,
                    message,
                    error.to_string(),
                );
                None
            }
        }
    }

    /// A request with every required parameter; `None` if one has no example.
    fn request(&mut self, action: &Action, demo: &Node<'a>) -> Option<BTreeMap<String, String>> {
        let mut request = BTreeMap::new();
        for field in &action.parameters {
            let is_repeated = matches!(field.type_, Type::List { .. }) && field.style.is_none();
            let name = if is_repeated {
                format!("{}.1", field.name)
            } else {
                field.name.clone()
            };
            match &field.example {
                Some(value) => {
                    request.insert(name, value.clone());
                }
                None if field.required => {
                    let message =
                        "a demo without a request, for a required parameter lacks an example";
                    self.findings
                        .add(FindingKind::NotCarried, &demo.pointer, message, &field.name);
                    return None;
                }
                None => {}
            }
        }
        Some(request)
    }
}
