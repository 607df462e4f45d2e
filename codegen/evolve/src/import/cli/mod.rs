//! The older metadata, made for a command line: a file an action, with parameters and no responses.

mod parameters;

use std::collections::BTreeMap;

use codegen_spec::names::is_wire_name;
use codegen_spec::{Action, Operation, Region, Text};
use serde_json::Value;

use super::node::Node;
use super::report::Kind;
use super::schema::Place;
use super::{Error, Importer, shape};

/// Files of the older metadata, by what they hold.
pub(super) struct Files<'a> {
    /// One action each.
    pub(super) actions: Vec<Node<'a>>,
    /// The entry of the product in `products.json`, if that is there.
    pub(super) product: Option<Node<'a>>,
    /// `version.json`, if that is there.
    pub(super) version: Option<Node<'a>>,
}

impl<'a> Importer<'a> {
    /// Sorts files by what they hold.
    pub(super) fn files(&mut self, roots: Vec<Node<'a>>) -> Files<'a> {
        let mut files = Files {
            actions: Vec::new(),
            product: None,
            version: None,
        };
        let mut products = Vec::new();
        for root in roots {
            if let Some(list) = root.get("products") {
                products = list.items(&mut self.report);
            } else if root.value.get("apis").is_some() {
                files.version = Some(root);
            } else if root.value.get("name").is_some() {
                files.actions.push(root);
            } else {
                let message = "a file that is neither an action nor a list of products";
                self.report
                    .add(Kind::NotCarried, &root.pointer, message, "");
            }
        }
        let only = products.len() == 1;
        let is_ours = |product: &Node<'_>| only || files.is_of(product.value);
        files.product = products.into_iter().find(is_ours);
        files
    }

    /// Product and version, which may have to come from an older spec.
    pub(super) fn cli_product(&mut self, files: &Files<'a>) -> Result<(String, String), Error> {
        let mut text = |node: &Option<Node<'a>>, key: &str| {
            let node = node.as_ref()?;
            node.text_at(key, &mut self.report)
        };
        let style = text(&files.product, "api_style").or_else(|| text(&files.version, "style"));
        if let Some(style) = style.filter(|style| !style.eq_ignore_ascii_case("rpc")) {
            let message =
                format!("the style is `{style}`; only APIs of the style `RPC` can be imported");
            return Err(shape("/api_style", message));
        }
        let product = text(&files.product, "code");
        let version = text(&files.product, "version").or_else(|| text(&files.version, "version"));
        let from = self.older.as_ref().map(|older| older.spec);
        let product = product.or_else(|| from.map(|spec| spec.product.clone()));
        let version = version.or_else(|| from.map(|spec| spec.version.clone()));
        let (Some(product), Some(version)) = (product, version) else {
            let message = "these files do not say product and version; add the file \
                `products.json` that lists their product, or give an older spec with `--from`";
            return Err(shape("/products", message));
        };
        for (what, name) in [("product", &product), ("version", &version)] {
            if !is_wire_name(name) {
                let message = format!("`{name}` cannot travel as a {what}");
                return Err(shape("/products", message));
            }
        }
        Ok((product, version))
    }

    /// Endpoints in `products.json`, in either of its forms.
    pub(super) fn cli_regions(&mut self, product: &Node<'a>) -> Vec<Region> {
        const KNOWN: [&str; 8] = [
            "code",
            "name",
            "version",
            "api_style",
            "apis",
            "endpoints",
            "regional_endpoints",
            "regional_vpc_endpoints",
        ];
        product.only(&KNOWN, &mut self.report);
        let hosts = match product.get("regional_endpoints") {
            Some(hosts) => hosts.entries(&mut self.report),
            None => Vec::new(),
        };
        let vpc_hosts = product.get("regional_vpc_endpoints");
        let mut vpc_hosts: BTreeMap<&str, Node<'_>> = match vpc_hosts {
            Some(hosts) => hosts.entries(&mut self.report).into_iter().collect(),
            None => BTreeMap::new(),
        };
        let mut regions = Vec::new();
        for (id, host) in hosts {
            let vpc_host = vpc_hosts.remove(id);
            let vpc_host = vpc_host.and_then(|host| host.text(&mut self.report));
            if let Some(endpoint) = host.text(&mut self.report) {
                self.places.insert(format!("regions/{id}"), host.pointer);
                regions.push(Region {
                    id: id.to_owned(),
                    name: self.in_language(id.to_owned()),
                    note: None,
                    endpoint,
                    vpc_endpoint: vpc_host.filter(|host| !host.is_empty()),
                });
            }
        }
        for (_, host) in vpc_hosts {
            let message = "a VPC endpoint of a region without a public one";
            self.report
                .add(Kind::NotCarried, &host.pointer, message, host.shown());
        }
        let endpoints = match product.get("endpoints") {
            Some(endpoints) => endpoints.entries(&mut self.report),
            None => Vec::new(),
        };
        for (_, node) in endpoints {
            if let Some(region) = self.region(&node) {
                self.places
                    .insert(format!("regions/{}", region.id), node.pointer);
                regions.push(region);
            }
        }
        regions
    }

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
        node.only(&KNOWN, &mut self.report);
        let name = node.text_at("name", &mut self.report)?;
        let path = node.text_at("pathPattern", &mut self.report);
        let refused = match path.as_deref() {
            _ if !is_wire_name(&name) => "an action without a name or without content",
            Some(path) if !path.is_empty() => {
                "an action with a path, which the RPC style does not have"
            }
            _ => "",
        };
        if !refused.is_empty() {
            self.report
                .add(Kind::NotCarried, &node.pointer, refused, name);
            return None;
        }
        self.cli_transport(node);
        self.missing(&node.pointer, "actions without a response");
        let message = "actions that may read or write; they count as writing";
        self.missing(&node.pointer, message);
        self.unsaid.insert(name.clone());
        let (summary, scenario) = self.cli_texts(&name, node, files);
        let place = Place::new(vec![name.clone()], false);
        let parameters = match node.get("parameters") {
            Some(list) => self.cli_parameters(&list, &place, true),
            None => Vec::new(),
        };
        self.places.insert(name.clone(), node.pointer.clone());
        let deprecated = node.truth_at("deprecated", &mut self.report);
        Some(Action {
            name,
            category: String::new(),
            command: None,
            summary,
            scenario,
            restriction: None,
            rate_limit: None,
            operation: Operation::Write,
            idempotent: false,
            deprecated: deprecated.then(|| self.own(super::fields::DEPRECATED)),
            parameters,
            response: Vec::new(),
            errors: Vec::new(),
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
        if !has("method", &["GET", "POST"]) {
            self.lost(node, "method", "not both GET and POST");
        }
        if !has("protocol", &["HTTPS"]) {
            self.lost(node, "protocol", "no HTTPS");
        }
    }

    /// The texts of an action, which may stand in `version.json` alone.
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

    fn missing(&mut self, pointer: &str, message: &str) {
        self.report.add(Kind::Missing, pointer, message, "");
    }
}

impl Files<'_> {
    /// Whether an entry of `products.json` is that of the actions: it lists them, or the folder in
    /// which they are has its name.
    fn is_of(&self, product: &Value) -> bool {
        if let Some(listed) = product["apis"].as_array() {
            let names = self.actions.iter().map(|action| &action.value["name"]);
            return names.clone().count() > 0 && names.clone().all(|name| listed.contains(name));
        }
        let file = self.actions.first().or(self.version.as_ref());
        let file = file.map(|file| file.pointer.as_str());
        let folder = file.and_then(|file| {
            let (path, _) = file.rsplit_once(['/', '\\'])?;
            path.rsplit(['/', '\\']).next()
        });
        let code = product["code"].as_str();
        code.is_some_and(|code| folder.is_some_and(|folder| folder.eq_ignore_ascii_case(code)))
    }
}
