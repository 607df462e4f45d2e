//! Import of response demos: JSON and XML documents, both inside a text.

use std::collections::BTreeMap;

use codegen_spec::{Action, Examples, Type};
use pop_rpc::xml::{self, response_element};
use serde_json::Value;

use super::findings::FindingKind;
use super::importer::Importer;
use super::node::Node;

impl<'a> Importer<'a> {
    /// Converts a demo into an example, with a request made of the examples of its parameters.
    ///
    /// Later, the check of the spec compares the demo with the types of the response.
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
                        "a demo that is not JSON",
                        detail,
                    );
                    return None;
                }
            },
            value => value.clone(),
        };
        let Some(demos) = demos.as_array() else {
            let message = "demos that are not a list";
            self.findings
                .add(FindingKind::NotCarried, &demo.pointer, message, "");
            return None;
        };
        let mut found: BTreeMap<&str, &str> = BTreeMap::new();
        for (index, one) in demos.iter().enumerate() {
            let at = |key: &str| one.get(key).and_then(Value::as_str).unwrap_or_default();
            let pointer = format!("{}/{index}", demo.pointer);
            if !one.is_object() {
                let message = "a demo that is not an object";
                self.findings
                    .add(FindingKind::NotCarried, &pointer, message, one.to_string());
                continue;
            }
            if !at("errorExample").trim().is_empty() {
                let message = "an example of an error, which the spec cannot hold";
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
                let message = "a demo that is not JSON";
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
                let message = "an XML demo without a JSON demo";
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
                let message = "a demo that cannot be written as XML";
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

    /// Returns a request with every required parameter, or `None` if one has no example.
    fn request(&mut self, action: &Action, demo: &Node<'a>) -> Option<BTreeMap<String, String>> {
        let mut request = BTreeMap::new();
        for field in &action.parameters {
            let is_repeated = matches!(field.type_, Type::List { .. }) && field.style.is_none();
            let name = if is_repeated {
                format!("{}.1", field.key())
            } else {
                field.name.clone()
            };
            match &field.example {
                Some(value) => {
                    request.insert(name, value.clone());
                }
                None if field.required => {
                    let message =
                        "a demo without a request, because a required parameter has no example";
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
