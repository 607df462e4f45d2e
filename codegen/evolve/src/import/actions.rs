//! Import of actions.

use codegen_spec::names::is_wire_name;
use codegen_spec::{Action, Field, HttpMethod, Operation, Text, Type};
use serde_json::{Map, Value};

use super::findings::FindingKind;
use super::importer::Importer;
use super::node::{Node, is_empty};
use super::schema::{SchemaContext, component_name};
use super::substitutes::{DEPRECATED, is_substitute};
use super::texts::clean;

/// Returns the ways to call an action, each with the keys that it needs.
fn ways<'n>(node: &'n Node<'_>) -> impl Iterator<Item = &'n Map<String, Value>> {
    let ways = node.value.get("security").and_then(Value::as_array);
    ways.into_iter().flatten().filter_map(Value::as_object)
}

/// Returns `true` if an action can be called with an access key.
fn accepts_access_key(node: &Node<'_>) -> bool {
    ways(node).any(|way| way.contains_key("AK"))
}

/// Returns `true` if an action can be called without any key.
fn accepts_anonymous(node: &Node<'_>) -> bool {
    ways(node).any(|way| way.len() == 1 && way.contains_key("Anonymous"))
}

/// Returns `true` if requests of an action are not signed. The vendor's SDKs sign wherever an
/// access key is accepted.
fn is_anonymous(node: &Node<'_>) -> bool {
    accepts_anonymous(node) && !accepts_access_key(node)
}

/// Name of the only member of a response that is not an object with members.
const WHOLE: &str = "Body";

/// Returns `true` if a schema is a list, a scalar or a map.
fn is_bare(schema: &Node<'_>) -> bool {
    let has = |key| schema.get(key).is_some_and(|node| !is_empty(node.value));
    let type_ = schema.value.get("type").and_then(Value::as_str);
    match type_ {
        None | Some("" | "object") => {
            let is_map = schema.get("additionalProperties");
            !has("properties") && is_map.is_some_and(|values| values.value.is_object())
        }
        Some(_) => true,
    }
}

impl<'a> Importer<'a> {
    pub(super) fn action(&mut self, name: &str, node: &Node<'a>) -> Option<Action> {
        const KNOWN: [&str; 15] = [
            "methods",
            "schemes",
            "security",
            "extraInfo",
            "requestParamsDescription",
            "responseParamsDescription",
            "operationType",
            "deprecated",
            "summary",
            "title",
            "description",
            "parameters",
            "responses",
            "errorCodes",
            "responseDemo",
        ];
        if !is_wire_name(name) || !node.value.is_object() {
            let message = "an action without a name or content";
            self.findings
                .add(FindingKind::NotCarried, &node.pointer, message, name);
            return None;
        }
        node.only(&KNOWN, &mut self.findings);
        let methods = self.methods(node, "methods");
        self.transport(node);
        let (summary, scenario) = self.action_texts(name, node);
        let operation = self.operation(name, node);
        let parameters = match node.get("parameters") {
            Some(list) => self.parameters(name, &list),
            None => Vec::new(),
        };
        let (response, bare) = match node.get("responses") {
            Some(responses) => self.response(name, &responses),
            None => {
                let message = "actions without a response";
                self.findings
                    .add(FindingKind::Missing, &node.pointer, message, "");
                Default::default()
            }
        };
        let (errors, statuses) = match node.get("errorCodes") {
            Some(codes) => self.errors(&codes),
            None => Default::default(),
        };
        self.places.insert(name.to_owned(), node.pointer.clone());
        if node.value.get("deprecated") == Some(&Value::Bool(false)) {
            self.undeprecated.insert(name.to_owned());
        }
        let mut action = Action {
            name: name.to_owned(),
            category: String::new(),
            command: None,
            summary,
            scenario,
            restriction: None,
            rate_limit: None,
            pages: None,
            operation,
            idempotent: operation == Operation::Read,
            methods,
            anonymous: is_anonymous(node),
            deprecated: node
                .truth_at("deprecated", &mut self.findings)
                .then(|| self.own(DEPRECATED)),
            parameters,
            response,
            bare,
            errors,
            statuses,
            examples: None,
        };
        if let Some(demo) = node.get("responseDemo") {
            action.examples = self.examples(&action, &demo);
        }
        Some(action)
    }

    /// Reads the HTTP methods of an action, a list or a text such as `GET|POST`.
    pub(super) fn methods(&mut self, node: &Node<'a>, key: &str) -> Vec<HttpMethod> {
        const ALL: [HttpMethod; 4] = [
            HttpMethod::Get,
            HttpMethod::Post,
            HttpMethod::Put,
            HttpMethod::Delete,
        ];
        let words: Vec<String> = match node.value.get(key) {
            Some(Value::Array(list)) => list
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_uppercase)
                .collect(),
            Some(Value::String(text)) => text
                .split('|')
                .map(|word| word.trim().to_uppercase())
                .collect(),
            _ => Vec::new(),
        };
        let is_known = |word: &String| ALL.iter().any(|method| method.as_str() == word);
        if !words.iter().all(is_known) && words.iter().any(|word| !word.is_empty()) {
            self.lost(node, key, "a method that the spec cannot hold");
        }
        let methods = ALL.into_iter();
        let methods: Vec<HttpMethod> = methods
            .filter(|method| words.iter().any(|word| word == method.as_str()))
            .collect();
        if methods == HttpMethod::DEFAULT {
            return Vec::new();
        }
        methods
    }

    /// Reports actions that do not accept HTTPS, or neither an access key nor none.
    fn transport(&mut self, node: &Node<'a>) {
        let has = |key: &str, value: &str| match node.value.get(key) {
            Some(Value::Array(list)) => list.iter().any(|one| match one {
                Value::String(text) => text.eq_ignore_ascii_case(value),
                Value::Object(object) => object.contains_key(value),
                _ => false,
            }),
            _ => true,
        };
        if !has("schemes", "https") {
            self.lost(node, "schemes", "the action does not accept HTTPS");
        }
        if accepts_access_key(node) && accepts_anonymous(node) {
            let message = "the action also accepts requests without an access key";
            self.lost(node, "security", message);
        } else if !has("security", "AK") && !is_anonymous(node) {
            let message = "the action is not signed with an access key";
            self.lost(node, "security", message);
        }
    }

    /// Returns the summary in one sentence, and the rest of the texts.
    pub(super) fn action_texts(&mut self, name: &str, node: &Node<'a>) -> (Text, Option<Text>) {
        let mut text = |key| {
            let text = node.text_at(key, &mut self.findings).map(clean);
            text.filter(|text| !text.is_empty())
        };
        const TEXTS: [&str; 6] = [
            "summary",
            "title",
            "description",
            "requestParamsDescription",
            "responseParamsDescription",
            "extraInfo",
        ];
        let parts: Vec<String> = TEXTS.iter().filter_map(|key| text(key)).collect();
        let mut parts = parts.into_iter();
        let Some(first) = parts.next() else {
            let message = "actions without any text";
            self.findings
                .add(FindingKind::Missing, &node.pointer, message, "");
            return (self.undescribed(name), None);
        };
        let (summary, rest) = match first.split_once('\n') {
            Some((line, rest)) => (line.trim().to_owned(), rest.trim().to_owned()),
            None => (first, String::new()),
        };
        let mut scenario = rest;
        for part in parts {
            if !summary.contains(&part) && !scenario.contains(&part) {
                let separator = if scenario.is_empty() { "" } else { "\n" };
                scenario = format!("{scenario}{separator}{part}");
            }
        }
        let scenario = (!scenario.is_empty()).then(|| self.in_language(scenario));
        (self.in_language(summary), scenario)
    }

    /// Reads the kind of operation. Actions not declared as reading count as writing.
    fn operation(&mut self, name: &str, node: &Node<'a>) -> Operation {
        match node.text_at("operationType", &mut self.findings).as_deref() {
            Some("read") => Operation::Read,
            Some("write") => Operation::Write,
            Some("readAndWrite") => {
                self.changed(
                    node,
                    "an action that reads and writes counts as writing",
                    "",
                );
                Operation::Write
            }
            Some(other) => {
                let detail = other.to_owned();
                self.changed(
                    node,
                    "an action of an unknown kind counts as writing",
                    &detail,
                );
                Operation::Write
            }
            None => {
                let message = "actions that may read or write, and count as writing";
                self.findings
                    .add(FindingKind::Missing, &node.pointer, message, "");
                self.unsaid.insert(name.to_owned());
                Operation::Write
            }
        }
    }

    /// Reads the members of the response with status 200. Returns `true` with them if the response is
    /// the value of the only one.
    fn response(&mut self, name: &str, responses: &Node<'a>) -> (Vec<Field>, bool) {
        responses.only(&["200"], &mut self.findings);
        let Some(ok) = responses.get("200") else {
            let message = "actions without a response";
            self.findings
                .add(FindingKind::Missing, &responses.pointer, message, "");
            return Default::default();
        };
        ok.only(&["schema"], &mut self.findings);
        let Some(mut schema) = ok.get("schema") else {
            return Default::default();
        };
        if let Some(target) = self.response_component(&schema) {
            schema = target;
        }
        let context = SchemaContext::new(vec![name.to_owned(), String::new()], true);
        if is_bare(&schema) {
            let message = "a response that is not an object with members: only JSON can hold it";
            self.changed(&schema, message, name);
            let mut whole = self.field(WHOLE, &schema, &context.member(WHOLE));
            whole.required = true;
            return (vec![whole], true);
        }
        let known = ["type", "properties", "required", "$ref"];
        schema.only(&known, &mut self.findings);
        let properties = match schema.get("properties") {
            Some(properties) => properties.entries(&mut self.findings),
            None => Vec::new(),
        };
        let is_empty = schema
            .value
            .as_object()
            .is_none_or(|object| object.is_empty());
        if properties.is_empty() && !is_empty {
            let message = "a response without named members";
            let detail = schema.get("type").map(|node| node.shown());
            self.findings.add(
                FindingKind::NotCarried,
                &schema.pointer,
                message,
                detail.unwrap_or_default(),
            );
        }
        let mut members = self.members(properties, &context);
        members.retain(|member| !self.is_common(name, member));
        (members, false)
    }

    fn response_component(&mut self, schema: &Node<'a>) -> Option<Node<'a>> {
        let name = component_name(&schema.get("$ref")?)?;
        let target = self.components.get(&*name)?.clone();
        self.used_components.insert(name);
        Some(target)
    }

    /// Returns `true` if a member is common to all responses.
    fn is_common(&mut self, action: &str, member: &Field) -> bool {
        let common = self.gateway.common_response.iter();
        let Some(common) = common.clone().find(|common| common.name == member.name) else {
            return false;
        };
        let is_same =
            matches!((&common.type_, &member.type_), (Type::Name(a), Type::Name(b)) if a == b);
        let text = self.language.of(&member.description);
        let is_said = !is_substitute(text) || member.example.is_some();
        let place = self.places.get(&format!("{action}//{}", member.name));
        let pointer = place.map(String::as_str).unwrap_or_default();
        if !is_same {
            let message = "a common member of responses, with another type";
            self.findings
                .add(FindingKind::NotCarried, pointer, message, &member.name);
        }
        // Metadata seldom states that a common member is always there.
        if is_said || member.required && !common.required {
            let message = "facts about a common member of responses, which the spec states once";
            self.findings
                .add(FindingKind::NotCarried, pointer, message, text);
        }
        true
    }
}
