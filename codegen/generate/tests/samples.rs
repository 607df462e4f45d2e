//! Requests with every parameter set, which generated tests send.

#![allow(clippy::unwrap_used)]

use codegen::lower::lower;
use codegen_spec::load;
use serde_json::{Value, json};

const SPEC: &str = include_str!("../../spec/tests/small.json");

/// Returns the names on the wire of a struct that is sent as a parameter in a style.
fn names(style: Value) -> Vec<String> {
    let mut spec: Value = serde_json::from_str(SPEC).unwrap();
    let mut parameter = json!({
        "name": "Part", "type": "PartDo", "description": {"zh": "部件。", "en": "A part."},
    });
    if !style.is_null() {
        parameter["style"] = style;
    }
    let parameters = spec["actions"][0]["parameters"].as_array_mut().unwrap();
    parameters.push(parameter);
    let api = lower(&load("small.json", &spec.to_string()).unwrap());
    let sample = api.actions[0].sample.as_ref().unwrap();
    let of_part = sample.names.iter().filter(|name| name.contains("Part"));
    of_part.cloned().collect()
}

#[test]
fn a_struct_is_sent_as_its_members_or_as_one_json_parameter() {
    let members = [r#""Part.Colour""#, r#""Part.Count""#, r#""Part.Key""#];
    assert_eq!(names(Value::Null), members);
    assert_eq!(names(json!("json")), [r#""Part""#]);
}

#[test]
fn a_time_in_an_int32_gets_a_value_that_fits() {
    let mut spec: Value = serde_json::from_str(SPEC).unwrap();
    spec["actions"][0]["parameters"][1] = json!({
        "name": "Depth", "type": "int32", "unit": "epoch_milliseconds",
        "description": {"en": "A time that does not fit."},
    });
    spec["errata"] = json!([]);
    let api = lower(&load("small.json", &spec.to_string()).unwrap());
    let sample = api.actions[0].sample.as_ref().unwrap();
    assert!(
        sample.setters.contains(&"depth(2147483647)".to_owned()),
        "{:?}",
        sample.setters
    );
}
