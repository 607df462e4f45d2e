//! Text to a checked [`Spec`].

use std::collections::HashSet;
use std::ops::Range;

use jsonc_parser::ast::{ObjectPropName, Value as Node};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use crate::check;
use crate::mistake::{Mistake, Report};
use crate::names::did_you_mean;
use crate::schema;
use crate::spec::Spec;

/// Reads and checks the text of a spec; `path` is for the report.
///
/// # Errors
///
/// Every mistake at once, of keys, of types and of meaning. Text that is no JSON gives that alone,
/// and a key that is missing hides mistakes of meaning.
pub fn load(path: &str, text: &str) -> Result<Spec, Report> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| Report::syntax(path, text, &error))?;
    let report = |mistakes| Report::new(path, text, mistakes);

    let mut mistakes = Vec::new();
    for pointer in repeated_keys(text) {
        let name = unescape(pointer.rsplit('/').next().unwrap_or_default());
        let message = format!("key `{name}` stands here twice");
        mistakes.push(Mistake::new(&pointer, message, "keep one of the two").on_key());
    }
    let mut repaired = value.clone();
    check_shape(&value, &mut repaired, &mut mistakes);
    match serde_json::from_value::<Spec>(repaired) {
        Ok(spec) => {
            mistakes.extend(check::check(&spec, &value));
            if mistakes.is_empty() {
                return Ok(spec);
            }
        }
        Err(error) if mistakes.is_empty() => {
            let hint = "spec/README.md shows the form of each key";
            mistakes.push(Mistake::new("", error.to_string(), hint));
        }
        // The shape is too far off to look at what the spec says.
        Err(_) => {}
    }
    Err(report(mistakes))
}

/// The text as a tree that knows where each value is.
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

pub(crate) fn value_range(value: &Node<'_>) -> Range<usize> {
    let range = value.range();
    range.start..range.end
}

pub(crate) fn name_range(name: &ObjectPropName<'_>) -> Range<usize> {
    let range = name.range();
    range.start..range.end
}

/// Pointers of the keys that stand in their object a second time.
pub(crate) fn repeated_keys(text: &str) -> Vec<String> {
    let mut pointers = Vec::new();
    if let Some(tree) = tree(text) {
        find_repeated_keys(&tree, &mut String::new(), &mut pointers);
    }
    pointers
}

/// JSON parsers keep one of two equal keys and say nothing; `pointer` is that of the node.
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

/// A segment of a JSON pointer.
pub(crate) fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

/// What a segment of a JSON pointer names.
pub(crate) fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// Checks keys and types against the schema of the format.
///
/// In `repaired`, unknown keys go and `"400"` becomes `400`, so that the rest can be checked, too.
fn check_shape(value: &Value, repaired: &mut Value, mistakes: &mut Vec<Mistake>) {
    let schema = schema::schema();
    let validator = match jsonschema::validator_for(&schema) {
        Ok(validator) => validator,
        Err(error) => {
            let hint = "this is a fault of the generator, not of the spec";
            mistakes.push(Mistake::new("", error.to_string(), hint));
            return;
        }
    };
    for error in validator.iter_errors(value) {
        let pointer = error.instance_path().to_string();
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let keys = known_keys(&schema, error.schema_path().as_str());
                for key in unexpected {
                    mistakes.push(unknown_key(&pointer, key, &keys));
                    if let Some(Value::Object(object)) = repaired.pointer_mut(&pointer) {
                        object.remove(key);
                    }
                }
            }
            kind => {
                let message = shape_message(kind, &error);
                mistakes.push(Mistake::new(&pointer, message, shape_hint(kind)));
                if let (ValidationErrorKind::Type { .. }, Some(value)) =
                    (kind, repaired.pointer_mut(&pointer))
                {
                    unquote(value);
                }
            }
        }
    }
}

/// Takes a number or truth value out of quotes, or puts it in.
fn unquote(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Ok(scalar) = serde_json::from_str(text) {
                *value = scalar;
            }
        }
        Value::Number(_) | Value::Bool(_) => *value = Value::String(value.to_string()),
        _ => {}
    }
}

fn unknown_key(pointer: &str, key: &str, known: &[String]) -> Mistake {
    let pointer = format!("{pointer}/{}", escape(key));
    let hint = match did_you_mean(key, known.iter().map(String::as_str)) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("the keys here are {}", known.join(", ")),
    };
    Mistake::new(pointer, format!("unknown key `{key}`"), hint).on_key()
}

/// The keys that the object allows whose `additionalProperties` stands at `schema_path`.
fn known_keys(schema: &Value, schema_path: &str) -> Vec<String> {
    let mut node = schema;
    for segment in schema_path.split('/').skip(1) {
        if segment == "additionalProperties" {
            break;
        }
        let next = match node {
            Value::Array(list) => segment.parse::<usize>().ok().and_then(|i| list.get(i)),
            object => object.get(segment),
        };
        let Some(next) = next else { break };
        node = match (segment, next.as_str()) {
            ("$ref", Some(target)) => schema
                .pointer(target.trim_start_matches('#'))
                .unwrap_or(next),
            _ => next,
        };
    }
    match node.get("properties") {
        Some(Value::Object(keys)) => keys.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

fn shape_message(kind: &ValidationErrorKind, error: &jsonschema::ValidationError<'_>) -> String {
    match kind {
        ValidationErrorKind::Required { property } => {
            format!("key `{}` is missing", property.as_str().unwrap_or_default())
        }
        ValidationErrorKind::AnyOf { .. } | ValidationErrorKind::OneOfNotValid { .. } => {
            "this is none of the forms that are allowed here".to_owned()
        }
        _ => error.to_string(),
    }
}

fn shape_hint(kind: &ValidationErrorKind) -> &'static str {
    match kind {
        ValidationErrorKind::Required { .. } => "add it; spec/README.md says what it holds",
        ValidationErrorKind::AnyOf { .. } => {
            r#"a type is a name, `{"list": {"of": …}}` or `{"map": …}`"#
        }
        ValidationErrorKind::Enum { .. } | ValidationErrorKind::OneOfNotValid { .. } => {
            "use one of the allowed words; spec/README.md lists them"
        }
        _ => "spec/README.md shows the form of each key",
    }
}
