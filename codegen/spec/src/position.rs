//! Positions of values and keys in JSON text.

use std::collections::HashSet;
use std::ops::Range;

use jsonc_parser::ast::{ObjectPropName, Value as Node};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::mistake::Mistake;
use crate::pointer::{escape, unescape};

/// Parses text into a tree that records the position of each value.
pub(crate) fn tree(text: &str) -> Option<Node<'_>> {
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        ..ParseOptions::default()
    };
    parse_to_ast(text, &CollectOptions::default(), &strict)
        .ok()?
        .value
}

fn value_range(value: &Node<'_>) -> Range<usize> {
    let range = value.range();
    range.start..range.end
}

fn name_range(name: &ObjectPropName<'_>) -> Range<usize> {
    let range = name.range();
    range.start..range.end
}

/// Returns pointers to the keys that repeat an earlier key of the same object.
pub fn repeated_keys(text: &str) -> Vec<String> {
    let mut pointers = Vec::new();
    if let Some(tree) = tree(text) {
        find_repeated_keys(&tree, &mut String::new(), &mut pointers);
    }
    pointers
}

/// Finds repeated keys below a node, of which JSON parsers silently keep one. `pointer` locates the
/// node.
fn find_repeated_keys(node: &Node<'_>, pointer: &mut String, found: &mut Vec<String>) {
    let length = pointer.len();
    match node {
        Node::Object(object) => {
            let mut seen = HashSet::new();
            for property in &object.properties {
                let name = property.name.as_str();
                pointer.extend(["/", &escape(name)]);
                if !seen.insert(name) {
                    found.push(pointer.clone());
                }
                find_repeated_keys(&property.value, pointer, found);
                pointer.truncate(length);
            }
        }
        Node::Array(array) => {
            for (index, element) in array.elements.iter().enumerate() {
                pointer.extend(["/", &index.to_string()]);
                find_repeated_keys(element, pointer, found);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}

/// Returns the range of a mistake in the text. If its location does not exist, this is the nearest
/// enclosing value.
pub(crate) fn locate(tree: Option<&Node<'_>>, mistake: &Mistake) -> Range<usize> {
    let Some(mut value) = tree else { return 0..0 };
    let mut key = None;
    for segment in mistake.pointer.split('/').skip(1) {
        let segment = unescape(segment);
        let found = match value {
            Node::Object(object) => object
                .properties
                .iter()
                .rfind(|property| property.name.as_str() == segment)
                .map(|property| (Some(name_range(&property.name)), &property.value)),
            Node::Array(array) => segment
                .parse()
                .ok()
                .and_then(|index: usize| array.elements.get(index))
                .map(|element| (None, element)),
            _ => None,
        };
        let Some(found) = found else { break };
        (key, value) = found;
    }
    match key {
        Some(key) if mistake.on_key => key,
        _ => value_range(value),
    }
}
