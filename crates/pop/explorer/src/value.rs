//! Values of parameters, as JSON: read from what a person entered, and shown by an example.

use std::collections::BTreeMap;

use pop_docs::{Forms, ValueKind};
use pop_rpc::Json;
use serde_json::Map;

/// Value of examples that is a time.
const TIME: i64 = 1_589_788_800_000;

/// The part of a value that does not have the form of its parameter, named as on the wire.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Misfit(pub(crate) String);

/// Reads what a person entered.
///
/// A list of single values has one line per item. Any other value with parts is JSON. A single value
/// that is no value of its kind stays as it is: the service explains what is wrong with it.
pub(crate) fn read(
    forms: &Forms,
    name: &str,
    kind: &ValueKind,
    text: &str,
) -> Result<Json, Misfit> {
    match kind {
        ValueKind::List(item) if !item.has_parts() => {
            let lines = text.lines().filter(|line| !line.is_empty());
            Ok(lines.map(|line| single(item, line)).collect())
        }
        kind if kind.has_parts() => {
            let value = serde_json::from_str(text).map_err(|_| Misfit(name.to_owned()))?;
            fitted(forms, name, kind, value)
        }
        kind => Ok(single(kind, text)),
    }
}

/// Returns a single value: a number if the kind and the text are.
fn single(kind: &ValueKind, text: &str) -> Json {
    let number = match kind {
        ValueKind::Boolean => text.parse().ok().map(Json::Bool),
        ValueKind::Float => text.parse().ok().and_then(float),
        _ if is_integer(kind) => text.parse::<i64>().ok().map(Json::from),
        _ => None,
    };
    number.unwrap_or_else(|| Json::from(text))
}

/// Returns a number; those without a fraction are sent without one.
fn float(number: f64) -> Option<Json> {
    const EXACT: f64 = 1e15;
    let is_whole = number.fract() == 0.0 && number.abs() < EXACT;
    let number = serde_json::Number::from_f64(number)?;
    match number.to_string().strip_suffix(".0") {
        Some(whole) if is_whole => whole.parse::<i64>().ok().map(Json::from),
        _ => Some(Json::Number(number)),
    }
}

fn is_integer(kind: &ValueKind) -> bool {
    matches!(
        kind,
        ValueKind::Integer
            | ValueKind::Time
            | ValueKind::Enum {
                is_integer: true,
                ..
            }
    )
}

/// Returns a value in the form of its kind: texts of numbers become numbers, and null goes.
fn fitted(forms: &Forms, name: &str, kind: &ValueKind, value: Json) -> Result<Json, Misfit> {
    let misfit = || Misfit(name.to_owned());
    let below = |part: &dyn std::fmt::Display| format!("{name}.{part}");
    match (kind, value) {
        (ValueKind::Any, value) => Ok(value),
        (ValueKind::List(item), Json::Array(items)) => items
            .into_iter()
            .enumerate()
            .map(|(index, value)| fitted(forms, &below(&(index + 1)), item, value))
            .collect(),
        (ValueKind::Map(of), Json::Object(members)) => {
            // In the order in which clients write them.
            let members: BTreeMap<String, Json> = members.into_iter().collect();
            let member = |(key, value)| {
                let value = fitted(forms, &below(&key), of, value)?;
                Ok((key, value))
            };
            members.into_iter().map(member).collect()
        }
        (ValueKind::Struct(type_name), Json::Object(mut members)) => {
            members.retain(|_, value| !value.is_null());
            let mut ordered = Map::new();
            for member in forms.members(type_name) {
                if let Some(value) = members.remove(member.name) {
                    let value = fitted(forms, &below(&member.name), &member.kind, value)?;
                    ordered.insert(member.name.to_owned(), value);
                }
            }
            match members.keys().next() {
                Some(unknown) => Err(Misfit(below(unknown))),
                None => Ok(Json::Object(ordered)),
            }
        }
        (kind, value) if !kind.has_parts() => {
            let text = match value {
                Json::String(text) => text,
                Json::Bool(_) | Json::Number(_) => value.to_string(),
                _ => return Err(misfit()),
            };
            checked(kind, single(kind, &text)).ok_or_else(misfit)
        }
        _ => Err(misfit()),
    }
}

/// Returns a single value if it is one of its kind.
fn checked(kind: &ValueKind, value: Json) -> Option<Json> {
    let is_one = match kind {
        ValueKind::Boolean => value.is_boolean(),
        ValueKind::Float => value.is_number(),
        kind if is_integer(kind) => value.is_number(),
        _ => value.is_string(),
    };
    is_one.then_some(value)
}

/// Returns an example of what a person enters for a value with parts.
pub(crate) fn example(forms: &Forms, kind: &ValueKind) -> String {
    match kind {
        ValueKind::List(item) if !item.has_parts() => {
            let item = example_of(forms, item, &mut Vec::new());
            item.as_str()
                .map_or_else(|| item.to_string(), str::to_owned)
        }
        kind => example_of(forms, kind, &mut Vec::new()).to_string(),
    }
}

/// Returns an example of a value; `around` are the structs around it, which do not contain themselves.
fn example_of(forms: &Forms, kind: &ValueKind, around: &mut Vec<&'static str>) -> Json {
    match *kind {
        ValueKind::Text | ValueKind::Any => Json::from("text"),
        ValueKind::Integer => Json::from(1),
        ValueKind::Float => Json::from(1.5),
        ValueKind::Boolean => Json::from(true),
        ValueKind::Time => Json::from(TIME),
        ValueKind::Enum { values, .. } => single(kind, values.first().copied().unwrap_or("text")),
        ValueKind::List(item) => Json::Array(vec![example_of(forms, item, around)]),
        ValueKind::Map(of) => {
            let value = example_of(forms, of, around);
            Json::from(Map::from_iter([("key".to_owned(), value)]))
        }
        ValueKind::Struct(type_name) => {
            around.push(type_name);
            let mut members = Map::new();
            for member in forms.members(type_name) {
                if !holds(&member.kind, around) {
                    let value = example_of(forms, &member.kind, around);
                    members.insert(member.name.to_owned(), value);
                }
            }
            around.pop();
            Json::Object(members)
        }
    }
}

/// Returns `true` if a kind is one of some structs, or a list or a map of one.
fn holds(kind: &ValueKind, structs: &[&str]) -> bool {
    match kind {
        ValueKind::List(of) | ValueKind::Map(of) => holds(of, structs),
        ValueKind::Struct(name) => structs.contains(name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use pop_docs::{Member, Struct};

    use super::*;

    const PART: ValueKind = ValueKind::Struct("Part");

    const FORMS: Forms = Forms {
        program: "p",
        client: "p_client",
        version: "1",
        region: None,
        is_acs3: false,
        actions: &[],
        structs: &[Struct {
            name: "Part",
            members: &[
                member("Key", ValueKind::Text),
                member("Count", ValueKind::Integer),
                member("Ratio", ValueKind::Float),
                member("Parts", ValueKind::List(&PART)),
            ],
        }],
    };

    const fn member(name: &'static str, kind: ValueKind) -> Member {
        Member {
            name,
            kind,
            setter: "",
        }
    }

    #[test]
    fn an_entered_value_has_the_form_of_its_parameter() {
        let texts = ValueKind::List(&ValueKind::Text);
        let counts = ValueKind::Map(&ValueKind::Integer);
        let parts = ValueKind::List(&PART);
        let wrong = |name: &str| Err(Misfit(name.to_owned()));
        let json = |text: &str| Ok(serde_json::from_str(text).unwrap());
        for (kind, text, value) in [
            (&ValueKind::Integer, "12", json("12")),
            (&ValueKind::Integer, "many", json(r#""many""#)),
            (&ValueKind::Float, "1.50", json("1.5")),
            (&ValueKind::Float, "2.0", json("2")),
            (&texts, "one\r\n[two]\n\n", json(r#"["one", "[two]"]"#)),
            (
                &counts,
                r#"{"a": 1, "b": "2"}"#,
                json(r#"{"a": 1, "b": 2}"#),
            ),
            (&counts, r#"{"a": "many"}"#, wrong("P.a")),
            (&counts, "a=1", wrong("P")),
            (&counts, "[1]", wrong("P")),
            (
                &parts,
                r#"[{"Key": 7, "Count": null}]"#,
                json(r#"[{"Key": "7"}]"#),
            ),
            (&parts, r#"[{"Ratio": 3.0}]"#, json(r#"[{"Ratio": 3}]"#)),
            (
                &parts,
                r#"[{"Parts": [{"Kex": "a"}]}]"#,
                wrong("P.1.Parts.1.Kex"),
            ),
            (&parts, r#"[{"Parts": {}}]"#, wrong("P.1.Parts")),
            (&parts, "[[]]", wrong("P.1")),
            (
                &ValueKind::Any,
                r#"{"a": [null, 1]}"#,
                json(r#"{"a": [null, 1]}"#),
            ),
        ] {
            assert_eq!(read(&FORMS, "P", kind, text), value, "{text}");
        }
    }

    #[test]
    fn an_example_has_the_form_of_its_parameter() {
        let parts = ValueKind::List(&PART);
        for (kind, text) in [
            (ValueKind::List(&ValueKind::Text), "text"),
            (ValueKind::Map(&ValueKind::Float), r#"{"key":1.5}"#),
            (parts, r#"[{"Count":1,"Key":"text","Ratio":1.5}]"#),
        ] {
            let shown = example(&FORMS, &kind);
            let json =
                |text: &str| serde_json::from_str::<Json>(text).unwrap_or_else(|_| text.into());
            assert_eq!(json(&shown), json(text));
            assert!(read(&FORMS, "P", &kind, &shown).is_ok(), "{shown}");
        }
    }
}
