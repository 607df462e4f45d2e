//! Import of product, chapters and endpoints.

use std::collections::{HashMap, HashSet};

use codegen_spec::names::is_taken;
use codegen_spec::{Language, Region, Spec};
use heck::ToKebabCase;
use serde_json::Value;

use super::chapters::{Chapters, OTHER};
use super::findings::{FindingKind, Findings};
use super::importer::Importer;
use super::node::Node;
use super::texts::clean;

/// Returns the language of the texts of a document: Chinese if they have more than one Chinese
/// letter per ten others. Without texts, it is the first language of the older spec.
pub(super) fn language(value: &Value, older: Option<&Spec>) -> Language {
    let (mut chinese, mut other) = (0_usize, 0_usize);
    count(value, false, &mut chinese, &mut other);
    let older = older.and_then(|spec| spec.languages.first());
    match older {
        Some(language) if chinese + other == 0 => *language,
        _ if chinese * 10 > other => Language::Zh,
        _ => Language::En,
    }
}

fn count(value: &Value, is_text: bool, chinese: &mut usize, other: &mut usize) {
    const TEXTS: [&str; 3] = ["title", "summary", "description"];
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                count(value, TEXTS.contains(&key.as_str()), chinese, other);
            }
        }
        Value::Array(items) => {
            for item in items {
                count(item, false, chinese, other);
            }
        }
        Value::String(text) if is_text => {
            let letters = text.chars().filter(|c| c.is_alphabetic());
            for letter in letters {
                match letter {
                    '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => *chinese += 1,
                    _ => *other += 1,
                }
            }
        }
        _ => {}
    }
}

/// Returns the prefix for crate names: the product and, because a product has several versions at a
/// time, its version, such as `ecs-20140526`.
pub(super) fn package(product: &str, version: &str) -> String {
    let name = product.to_kebab_case();
    let name: String = name
        .chars()
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-')
        .collect();
    let version = version.chars().filter(char::is_ascii_alphanumeric);
    let version: String = version.map(|c| c.to_ascii_lowercase()).collect();
    let parts = [name.trim_matches('-'), &version];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let package = parts.join("-");
    if name.starts_with(|c: char| c.is_ascii_lowercase()) && !is_taken(&package) {
        package
    } else {
        format!("api-{package}").trim_end_matches('-').to_owned()
    }
}

impl<'a> Importer<'a> {
    pub(super) fn chapters(&mut self, directories: Option<&Node<'a>>) -> Chapters {
        let mut chapters = Chapters {
            categories: Vec::new(),
            ids: HashSet::from([OTHER.to_owned()]),
            of_action: HashMap::new(),
        };
        if let Some(list) = directories {
            self.directories(list, "", &mut chapters);
        }
        chapters
    }

    fn directories(&mut self, list: &Node<'a>, parent: &str, chapters: &mut Chapters) {
        for node in list.items(&mut self.findings) {
            if node.value.is_object() {
                self.directory(&node, parent, chapters);
            } else if !node.value.is_string() {
                let message = "expected a chapter";
                let detail = node.shown();
                self.findings
                    .add(FindingKind::NotCarried, &node.pointer, message, detail);
            }
        }
    }

    /// Reads a chapter with its actions, then its nested chapters.
    fn directory(&mut self, node: &Node<'a>, parent: &str, chapters: &mut Chapters) {
        node.only(&["id", "title", "type", "children"], &mut self.findings);
        let title = node.text_at("title", &mut self.findings).map(clean);
        let title = match (title.filter(|title| !title.is_empty()), parent) {
            (Some(title), "") => title,
            (Some(title), parent) => format!("{parent} / {title}"),
            (None, parent) => parent.to_owned(),
        };
        let Some(children) = node.get("children") else {
            return;
        };
        let actions: Vec<(&str, String)> = children
            .items(&mut self.findings)
            .into_iter()
            .filter_map(|child| Some((child.value.as_str()?, child.pointer)))
            .collect();
        if title.is_empty() && !actions.is_empty() {
            let message = "chapters without a title, whose actions are assigned to no chapter";
            self.findings
                .add(FindingKind::Missing, &node.pointer, message, "");
        } else if !actions.is_empty() {
            let id = chapters.add(&title, self.in_language(title.clone()));
            for (name, pointer) in actions {
                let earlier = chapters.of_action.insert(name.to_owned(), id.clone());
                if earlier.is_some() {
                    let message = "an action in two chapters";
                    self.findings
                        .add(FindingKind::Changed, &pointer, message, name);
                }
            }
        }
        self.directories(&children, &title, chapters);
    }

    pub(super) fn regions(&mut self, endpoints: &Node<'a>) -> Vec<Region> {
        let mut regions: Vec<Region> = Vec::new();
        let mut seen = HashSet::new();
        for node in endpoints.items(&mut self.findings) {
            let Some(region) = self.region(&node) else {
                continue;
            };
            if !seen.insert(region.id.clone()) {
                let message = "a second endpoint of a region";
                self.findings.add(
                    FindingKind::NotCarried,
                    &node.pointer,
                    message,
                    region.endpoint,
                );
                continue;
            }
            self.places
                .insert(format!("regions/{}", region.id), node.pointer);
            regions.push(region);
        }
        regions
    }

    pub(super) fn region(&mut self, node: &Node<'a>) -> Option<Region> {
        const KNOWN: [&str; 5] = ["regionId", "regionName", "endpoint", "public", "vpc"];
        node.only(&KNOWN, &mut self.findings);
        let mut text = |key: &str| {
            let text = node.text_at(key, &mut self.findings);
            let text = text.map(|text| text.trim().to_owned());
            text.filter(|text| !text.is_empty())
        };
        let (id, name) = (text("regionId"), text("regionName"));
        let endpoint = text("endpoint").or_else(|| text("public"));
        let vpc_endpoint = text("vpc");
        let (Some(id), Some(endpoint)) = (id, endpoint) else {
            let message = "an endpoint without region or host";
            self.findings.add(
                FindingKind::NotCarried,
                &node.pointer,
                message,
                node.shown(),
            );
            return None;
        };
        Some(Region {
            name: self.in_language(name.unwrap_or_else(|| id.clone())),
            note: None,
            id,
            endpoint,
            vpc_endpoint,
        })
    }
}

/// Reports requested actions that the metadata does not have.
pub(super) fn unknown_actions(wanted: &[String], known: &[&str], findings: &mut Findings) {
    for action in wanted {
        if !known.contains(&action.as_str()) {
            let message = "a requested action that is not in the metadata";
            findings.add(FindingKind::NotCarried, "/apis", message, action);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::package;

    #[test]
    fn crate_prefixes_name_product_and_version_and_avoid_reserved_names() {
        let products = ["OnsMqtt", "Pop", "PopClient", "Build", "12306", "云"];
        let packages = products.map(|product| package(product, "2020-04-20"));
        assert_eq!(
            packages,
            [
                "ons-mqtt-20200420",
                "api-pop-20200420",
                "api-pop-client-20200420",
                "build-20200420",
                "api-12306-20200420",
                "api-20200420"
            ]
        );
        assert_ne!(package("ecd", "2020-09-30"), package("ecd", "2020-10-02"));
        assert_eq!(package("Build", "-"), "api-build");
    }
}
