//! Example requests, whose keys and values are those of the wire.

use std::cmp::Reverse;

use serde_json::Value;

use crate::names::part_of;
use crate::spec::{Examples, Field, ListStyle, Type};

/// Returns the parameter that a key of an example request names, as a whole or in part.
pub fn parameter<'f>(parameters: &'f [Field], key: &str) -> Option<&'f Field> {
    candidates(parameters, key).into_iter().next()
}

/// Returns the parameters that a key of an example request may name, the most likely one first.
pub(crate) fn candidates<'f>(parameters: &'f [Field], key: &str) -> Vec<&'f Field> {
    let is_named = |field: &&Field| key == field.name || part_of(key, field.key()).is_some();
    let mut named: Vec<&Field> = parameters.iter().filter(is_named).collect();
    // `Disk.Size` may be a parameter beside `Disk`, and `Id.N` beside `Id`.
    named.sort_by_key(|field| Reverse((field.key().len(), field.key() != field.name)));
    named
}

/// Returns the items of a list parameter in an example request, as text, if it has any.
///
/// They are `Name.1`, `Name.2` and so on; or one value, for a list sent as JSON or with commas.
pub fn items(examples: &Examples, field: &Field) -> Option<Vec<String>> {
    if !matches!(field.type_, Type::List { .. }) {
        return None;
    }
    match field.style {
        Some(ListStyle::Simple) => {
            let text = examples.request.get(&field.name)?;
            Some(text.split(',').map(str::to_owned).collect())
        }
        Some(ListStyle::Json) => {
            let text = examples.request.get(&field.name)?;
            let items: Vec<Value> = serde_json::from_str(text).ok()?;
            Some(items.into_iter().map(text_of).collect())
        }
        Some(ListStyle::Repeat) | None => {
            let item = |number: usize| examples.request.get(&format!("{}.{number}", field.key()));
            let items: Vec<String> = (1..).map_while(item).cloned().collect();
            (!items.is_empty()).then_some(items)
        }
    }
}

/// Returns the reason why a key and its value are not a part of a parameter, and the remedy.
pub(crate) fn malformed(field: &Field, key: &str, value: &str) -> Option<(String, String)> {
    let name = field.key();
    let is_list = matches!(field.type_, Type::List { .. });
    match field.style {
        Some(ListStyle::Simple | ListStyle::Json) if key != name => {
            let message = format!("`{name}` is sent as one value, so `{key}` is no part of it");
            Some((message, format!("write all of it under `{name}`")))
        }
        Some(ListStyle::Json) if is_list => {
            let is_array = serde_json::from_str::<Vec<Value>>(value).is_ok();
            let message = format!("`{value}` is not a list in JSON");
            let hint = "write it as on the wire, such as `[\"a\",\"b\"]`".to_owned();
            (!is_array).then_some((message, hint))
        }
        Some(ListStyle::Repeat) | None if is_list => {
            let number = part_of(key, name).unwrap_or_default();
            let number = number.split('.').next().unwrap_or_default();
            let is_number = number.parse::<u32>().is_ok_and(|number| number > 0);
            let message = format!("`{name}` is a list, so `{key}` is no item of it");
            let hint = format!("write each item under its number: `{name}.1`, `{name}.2`");
            (!is_number).then_some((message, hint))
        }
        _ => None,
    }
}

fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        value => value.to_string(),
    }
}
