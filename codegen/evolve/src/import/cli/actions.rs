//! Import of actions from the older metadata.

use std::collections::BTreeMap;

use codegen_spec::names::is_wire_name;
use codegen_spec::{Action, Operation, Text};
use serde_json::Value;

use super::super::findings::FindingKind;
use super::super::importer::Importer;
use super::super::node::Node;
use super::super::schema::SchemaContext;
use super::super::substitutes::DEPRECATED;
use super::files::Files;

impl<'a> Importer<'a> {
    pub(super) fn cli_action(&mut self, node: &Node<'a>, files: &Files<'a>) -> Option<Action> {
        const KNOWN: [&str; 9] = [
            "name",
            "protocol",
            "method",
            "pathPattern",
            "parameters",
            "title",
            "summary",
            "description",
            "deprecated",
        ];
        node.only(&KNOWN, &mut self.findings);
        let name = node.text_at("name", &mut self.findings)?;
        let path = node.text_at("pathPattern", &mut self.findings);
        let refused = match path.as_deref() {
            _ if !is_wire_name(&name) => "an action without a name or content",
            Some(path) if !path.is_empty() => {
                "an action with a path, which the RPC style does not support"
            }
            _ => "",
        };
        if !refused.is_empty() {
            self.findings
                .add(FindingKind::NotCarried, &node.pointer, refused, name);
            return None;
        }
        self.cli_transport(node);
        self.missing(&node.pointer, "actions without a response");
        let message = "actions that may read or write, and count as writing";
        self.missing(&node.pointer, message);
        self.unsaid.insert(name.clone());
        let (summary, scenario) = self.cli_texts(&name, node, files);
        let context = SchemaContext::new(vec![name.clone()], false);
        let parameters = match node.get("parameters") {
            Some(list) => self.cli_parameters(&list, &context, true),
            None => Vec::new(),
        };
        self.places.insert(name.clone(), node.pointer.clone());
        let deprecated = node.truth_at("deprecated", &mut self.findings);
        Some(Action {
            name,
            category: String::new(),
            command: None,
            summary,
            scenario,
            restriction: None,
            rate_limit: None,
            pages: None,
            operation: Operation::Write,
            idempotent: false,
            methods: self.methods(node, "method"),
            anonymous: false,
            deprecated: deprecated.then(|| self.own(DEPRECATED)),
            parameters,
            response: Vec::new(),
            bare: false,
            errors: Vec::new(),
            statuses: BTreeMap::new(),
            examples: None,
        })
    }

    fn cli_transport(&mut self, node: &Node<'a>) {
        let has = |key: &str, wanted: &[&str]| match node.value.get(key).and_then(Value::as_str) {
            None | Some("") => true,
            Some(text) => wanted
                .iter()
                .all(|word| text.split('|').any(|w| w == *word)),
        };
        if !has("protocol", &["HTTPS"]) {
            self.lost(node, "protocol", "the action does not accept HTTPS");
        }
    }

    /// Reads the texts of an action, which may be only in `version.json`.
    fn cli_texts(
        &mut self,
        name: &str,
        node: &Node<'a>,
        files: &Files<'a>,
    ) -> (Text, Option<Text>) {
        let has_texts = ["summary", "title", "description"].iter().any(|key| {
            node.value[*key]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        });
        let listed = files
            .version
            .as_ref()
            .and_then(|v| v.get("apis")?.get(name));
        match listed {
            Some(listed) if !has_texts => self.action_texts(name, &listed),
            _ => self.action_texts(name, node),
        }
    }

    pub(super) fn missing(&mut self, pointer: &str, message: &str) {
        self.findings
            .add(FindingKind::Missing, pointer, message, "");
    }
}
