//! Content of XML documents, for comparison.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::Reader;
use quick_xml::errors::IllFormedError;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

/// Content of an element. Comments, whitespace around children, and the order of children with
/// different names do not count.
#[derive(Default)]
pub(super) struct Element {
    text: String,
    children: BTreeMap<String, Vec<Element>>,
}

/// First difference between two elements.
pub(super) struct Difference {
    /// Path of the element, separated by `/`.
    pub(super) path: String,
    /// Content of the first element there.
    pub(super) first: String,
    /// Content of the second element there.
    pub(super) second: String,
}

impl Element {
    /// Parses a document into an element that contains its outermost element.
    pub(super) fn around(document: &str) -> Result<Self, quick_xml::Error> {
        let mut reader = Reader::from_str(document);
        reader.config_mut().expand_empty_elements = true;
        let mut element = Self::default();
        let mut outer: Vec<(String, Self)> = Vec::new();
        loop {
            match reader.read_event()? {
                Event::Start(start) => {
                    let name = start.name().0.to_owned();
                    outer.push((name, std::mem::take(&mut element)));
                }
                Event::Text(more) => element.text.push_str(&more.xml10_content()),
                Event::CData(more) => element.text.push_str(&more.xml10_content()),
                Event::GeneralRef(reference) => match reference.resolve_char_ref()? {
                    Some(character) => element.text.push(character),
                    None => element
                        .text
                        .push_str(resolve_predefined_entity(&reference).unwrap_or(&reference)),
                },
                Event::End(_) => {
                    if let Some((name, outer)) = outer.pop() {
                        let inner = std::mem::replace(&mut element, outer).without_whitespace();
                        element.children.entry(name).or_default().push(inner);
                    }
                }
                Event::Eof => {
                    return match outer.pop() {
                        None => Ok(element.without_whitespace()),
                        Some((name, _)) => Err(IllFormedError::MissingEndTag(name).into()),
                    };
                }
                _ => {}
            }
        }
    }

    fn without_whitespace(mut self) -> Self {
        if !self.children.is_empty() && self.text.trim().is_empty() {
            self.text.clear();
        }
        self
    }

    /// Returns the distinct names of the children.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.children.keys()
    }

    /// Returns the first difference from another element at `path`.
    pub(super) fn difference(&self, other: &Self, path: &str) -> Option<Difference> {
        let differs = |first, second| Difference {
            path: if path.is_empty() { "/" } else { path }.to_owned(),
            first,
            second,
        };
        if self.text != other.text {
            return Some(differs(shown(&self.text), shown(&other.text)));
        }
        let names: BTreeSet<&String> = self.names().chain(other.names()).collect();
        names.into_iter().find_map(|name| {
            let (mine, others) = (self.children(name), other.children(name));
            if mine.len() != others.len() {
                let count = |children: &[Self]| format!("{} of `{name}`", children.len());
                return Some(differs(count(mine), count(others)));
            }
            let path = format!("{path}/{name}");
            let mut pairs = mine.iter().zip(others);
            pairs.find_map(|(mine, other)| mine.difference(other, &path))
        })
    }

    fn children(&self, name: &str) -> &[Self] {
        self.children.get(name).map_or(&[], Vec::as_slice)
    }
}

fn shown(text: &str) -> String {
    match text {
        "" => "no text".to_owned(),
        text => format!("`{text}`"),
    }
}
