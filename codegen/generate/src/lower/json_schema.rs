//! Values and limits of fields in JSON Schema.

use codegen_spec::graph::struct_name;
use codegen_spec::{EnumBase, Field, Spec, Type};
use serde_json::{Value, json};

use super::literal;

/// Returns the keywords of JSON Schema that limit a value, and its default.
pub(super) fn keywords(
    spec: &Spec,
    field: &Field,
) -> impl Iterator<Item = (&'static str, Value)> + use<> {
    let default = field.default.as_ref();
    let keywords = [
        ("minLength", field.min_length.map(|n| json!(n))),
        ("maxLength", field.max_length.map(|n| json!(n))),
        ("pattern", field.pattern.as_ref().map(|p| json!(whole(p)))),
        ("minimum", field.minimum.map(|n| json!(n))),
        ("maximum", field.maximum.map(|n| json!(n))),
        ("maxItems", field.max_items.map(|n| json!(n))),
        (
            "default",
            default.map(|text| typed(spec, &field.type_, text)),
        ),
    ];
    let given = keywords.into_iter();
    given.filter_map(|(keyword, value)| Some((keyword, value?)))
}

/// Returns a value, written as on the wire, as JSON of its type.
pub(super) fn typed(spec: &Spec, type_: &Type, text: &str) -> Value {
    let is_text = match type_ {
        Type::Name(name) => match spec.enum_named(name) {
            Some(e) => e.base == EnumBase::String,
            None => name == "string",
        },
        _ => false,
    };
    if is_text {
        return json!(text);
    }
    let number = || {
        let literal = literal::scalar(struct_name(type_), text)?;
        serde_json::from_str(&literal).ok()
    };
    let value = serde_json::from_str(text).ok().or_else(number);
    value.unwrap_or_else(|| json!(text))
}

/// Returns a pattern that must match a whole text, as patterns of JSON Schema may match a part.
fn whole(pattern: &str) -> String {
    if pattern.starts_with('^') && pattern.ends_with('$') && !pattern.contains('|') {
        pattern.to_owned()
    } else {
        format!("^(?:{pattern})$")
    }
}
