//! Checks of keys and types against the schema of the format.

use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use crate::mistake::Mistake;
use crate::names::did_you_mean;
use crate::pointer::escape;
use crate::schema;

/// Checks keys and types against the schema of the format.
///
/// Removes unknown keys from `repaired` and turns `"400"` into `400`, so that further checks can
/// run.
pub(crate) fn check(value: &Value, repaired: &mut Value, mistakes: &mut Vec<Mistake>) {
    let schema = schema::schema();
    let validator = match jsonschema::validator_for(&schema) {
        Ok(validator) => validator,
        Err(error) => {
            let hint = "this is a bug in the generator, not a mistake in the spec";
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

/// Removes the quotes around a number or boolean, or adds them.
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
        None => format!("use one of these keys: {}", known.join(", ")),
    };
    Mistake::new(pointer, format!("unknown key `{key}`"), hint).on_key()
}

/// Returns the keys allowed by the object schema whose `additionalProperties` is at `schema_path`.
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
            "the value has none of the allowed forms".to_owned()
        }
        _ => error.to_string(),
    }
}

fn shape_hint(kind: &ValidationErrorKind) -> &'static str {
    match kind {
        ValidationErrorKind::Required { .. } => "add it; spec/README.md explains it",
        ValidationErrorKind::AnyOf { .. } => {
            r#"for a type, write a name, `{"list": {"of": …}}` or `{"map": …}`"#
        }
        ValidationErrorKind::Enum { .. } | ValidationErrorKind::OneOfNotValid { .. } => {
            "use one of the allowed words; spec/README.md lists them"
        }
        _ => "see spec/README.md for the form of each key",
    }
}
