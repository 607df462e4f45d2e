//! Import of the metadata in `api-docs.json`.

use std::collections::HashSet;

use codegen_spec::Action;
use codegen_spec::names::is_wire_name;
use serde_json::Value;

use super::assemble::Imported;
use super::chapters::Chapters;
use super::error::{Error, shape};
use super::findings::FindingKind;
use super::importer::Importer;
use super::input::Options;
use super::node::Node;
use super::product;

/// Imports the metadata in `api-docs.json`.
pub(super) fn published(document: &Value, options: Options<'_>) -> Result<Imported, Error> {
    const KNOWN: [&str; 6] = [
        "version",
        "info",
        "directories",
        "components",
        "apis",
        "endpoints",
    ];
    let root = Node::root(document, None);
    let mut importer = Importer::new(
        Some(&root),
        product::language(document, options.from),
        options,
    );
    let (product, version) = importer.product(&root)?;
    importer.keep_signature(&product);
    root.only(&KNOWN, &mut importer.findings);
    let chapters = importer.chapters(root.get("directories").as_ref());
    let actions = importer.actions(&root, options.actions, &chapters);
    let regions = match root.get("endpoints") {
        Some(endpoints) => importer.regions(&endpoints),
        None => Vec::new(),
    };
    importer.finish((&product, &version), chapters, actions, regions)
}

impl<'a> Importer<'a> {
    fn product(&mut self, root: &Node<'a>) -> Result<(String, String), Error> {
        let info = root.get("info");
        let info =
            info.ok_or_else(|| shape("/info", "`info` with product and version is missing"))?;
        info.only(&["style", "product", "version"], &mut self.findings);
        let style = info
            .text_at("style", &mut self.findings)
            .unwrap_or_default();
        if !style.is_empty() && !style.eq_ignore_ascii_case("rpc") {
            let message = format!("the API style is `{style}`, but only `RPC` can be imported");
            return Err(shape("/info/style", message));
        }
        let mut name = |key: &str, pointer: &'static str| {
            let text = info.text_at(key, &mut self.findings).unwrap_or_default();
            if is_wire_name(&text) {
                Ok(text)
            } else {
                Err(shape(pointer, format!("`{text}` is not a valid {key}")))
            }
        };
        Ok((
            name("product", "/info/product")?,
            name("version", "/info/version")?,
        ))
    }

    fn actions(&mut self, root: &Node<'a>, wanted: &[String], chapters: &Chapters) -> Vec<Action> {
        let apis = match root.get("apis") {
            Some(apis) => apis.entries(&mut self.findings),
            None => Vec::new(),
        };
        let known: Vec<&str> = apis.iter().map(|(name, _)| *name).collect();
        product::unknown_actions(wanted, &known, &mut self.findings);
        let wanted: HashSet<&str> = wanted.iter().map(String::as_str).collect();
        let mut actions = Vec::new();
        for (name, node) in apis {
            if !wanted.is_empty() && !wanted.contains(name) {
                continue;
            }
            if let Some(mut action) = self.action(name, &node) {
                action.category = chapters.of(name);
                actions.push(action);
            }
        }
        self.close_components();
        if wanted.is_empty() {
            let mut unused: Vec<_> = self.components.iter().collect();
            unused.retain(|(name, _)| !self.used_components.contains(*name));
            unused.sort_by_key(|(name, _)| (*name).clone());
            for (_, schema) in unused {
                let message = "a named schema that no action uses";
                self.findings
                    .add(FindingKind::NotCarried, &schema.pointer, message, "");
            }
        }
        actions
    }
}
