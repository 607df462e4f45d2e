//! Generated files import only what they use, whatever a product lacks.

#![allow(clippy::unwrap_used)]

use codegen::generate;
use serde_json::Value;

const SPEC: &str = include_str!("small.json");

fn generated(spec: &Value, path: &str) -> String {
    let generated = generate("small.json", &spec.to_string()).unwrap();
    let mut files = generated.files.into_iter();
    files.find(|(at, _)| at == path).unwrap().1
}

#[test]
fn calls_name_no_models_without_optional_parameters() {
    let call = "crates/client/src/generated/call.rs";
    let mut spec: Value = serde_json::from_str(SPEC).unwrap();
    assert!(generated(&spec, call).contains("_models::*"));
    for action in spec["actions"].as_array_mut().unwrap() {
        action["parameters"] = Value::Array(Vec::new());
        action.as_object_mut().unwrap().remove("examples");
    }
    spec["errata"] = Value::Array(Vec::new());
    assert!(!generated(&spec, call).contains("_models"));
}
