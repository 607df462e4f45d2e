//! Checks the arguments of a tool against its schema.

use serde_json::{Map, Value};

/// Checks that all required parameters are given, and that there are no unknown ones.
///
/// Types and limits are not checked here: reading the request checks the types, and the service
/// the limits.
pub(super) fn check(schema: &Map<String, Value>, arguments: &Value) -> Result<(), String> {
    object(schema, schema, arguments, "")
}

/// Checks a value against a schema, which may refer to the definitions of `root`.
fn value(
    root: &Map<String, Value>,
    schema: &Value,
    value: &Value,
    path: &str,
) -> Result<(), String> {
    let defined = || {
        let name = schema["$ref"].as_str()?.strip_prefix("#/$defs/")?;
        root.get("$defs")?.get(name)
    };
    let Some(schema) = defined().unwrap_or(schema).as_object() else {
        return Ok(());
    };
    match (value, schema.get("items")) {
        (Value::Array(list), Some(items)) => {
            let mut numbered = (1..).zip(list);
            numbered.try_for_each(|(number, item)| {
                self::value(root, items, item, &format!("{path}.{number}"))
            })
        }
        _ => object(root, schema, value, path),
    }
}

fn object(
    root: &Map<String, Value>,
    schema: &Map<String, Value>,
    arguments: &Value,
    path: &str,
) -> Result<(), String> {
    let Some(given) = arguments.as_object() else {
        return Ok(());
    };
    let place = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    let required = schema.get("required").and_then(Value::as_array);
    let required = required.into_iter().flatten().filter_map(Value::as_str);
    for name in required {
        if given.get(name).is_none_or(Value::is_null) {
            return Err(format!("parameter {} is missing", place(name)));
        }
    }
    let others = schema.get("additionalProperties");
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        let mut values = given.iter();
        return others.map_or(Ok(()), |schema| {
            values.try_for_each(|(name, item)| value(root, schema, item, &place(name)))
        });
    };
    given
        .iter()
        .try_for_each(|(name, item)| match properties.get(name) {
            Some(schema) => value(root, schema, item, &place(name)),
            None => {
                let known: Vec<&str> = properties.keys().map(String::as_str).collect();
                let known = known.join(", ");
                Err(format!(
                    "there is no parameter {}; known: {known}",
                    place(name)
                ))
            }
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn missing_and_unknown_parameters_are_found_at_any_depth() {
        let schema = json!({
            "type": "object",
            "properties": {
                "Id": { "type": "string" },
                "Tag": { "type": "array", "items": { "$ref": "#/$defs/Tag" } },
                "ByName": { "type": "object", "additionalProperties": { "$ref": "#/$defs/Tag" } },
                "Any": {},
                "Mode": { "anyOf": [{ "type": "string", "enum": ["a"] }, { "type": "string" }] },
            },
            "required": ["Id"],
            "$defs": {
                "Tag": {
                    "type": "object",
                    "properties": { "Key": {}, "Below": { "$ref": "#/$defs/Tag" } },
                    "required": ["Key"],
                },
            },
        });
        let table = [
            (json!({ "Id": "1" }), None),
            (json!({ "Id": "1", "Any": { "x": [1] } }), None),
            (json!({ "Id": "1", "Mode": "a" }), None),
            (json!({ "Id": "1", "Mode": "b" }), None),
            (
                json!({ "Id": "1", "mode": "a" }),
                Some("there is no parameter mode; known: Id, Tag, ByName, Any, Mode"),
            ),
            (
                json!({ "Id": 1, "Tag": [{ "Key": "k", "Below": null }] }),
                None,
            ),
            (json!({}), Some("parameter Id is missing")),
            (json!({ "Id": null }), Some("parameter Id is missing")),
            (
                json!({ "Id": "1", "id": "1" }),
                Some("there is no parameter id; known: Id, Tag, ByName, Any, Mode"),
            ),
            (
                json!({ "Id": "1", "Tag": [{ "Key": "k" }, {}] }),
                Some("parameter Tag.2.Key is missing"),
            ),
            (
                json!({ "Id": "1", "Tag": [{ "Key": "k", "Below": { "Kye": "k", "Key": "" } }] }),
                Some("there is no parameter Tag.1.Below.Kye; known: Key, Below"),
            ),
            (
                json!({ "Id": "1", "ByName": { "a": {} } }),
                Some("parameter ByName.a.Key is missing"),
            ),
        ];
        let schema = schema.as_object().unwrap();
        for (arguments, expected) in table {
            let found = check(schema, &arguments).err();
            assert_eq!(found.as_deref(), expected, "{arguments}");
        }
    }
}
