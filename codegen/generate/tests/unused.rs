//! Generated files import only what they use, whichever features the product lacks.

#![allow(clippy::unwrap_used)]

use codegen::workspace::{Choices, Template, WorkspaceSettings};
use codegen::{generate, generate_workspace};
use serde_json::Value;

const SPEC: &str = include_str!("../../spec/tests/small.json");

/// Removes the struct that only parameters use.
fn remove_source(spec: &mut Value) {
    let structs = spec["structs"].as_array_mut().unwrap();
    structs.retain(|s| s["name"] != "SourceDo");
}

fn remove_parameters(spec: &mut Value) {
    for action in spec["actions"].as_array_mut().unwrap() {
        action["parameters"] = Value::Array(Vec::new());
        for key in ["examples", "pages"] {
            action.as_object_mut().unwrap().remove(key);
        }
    }
    remove_source(spec);
    spec["errata"] = Value::Array(Vec::new());
}

fn generated(spec: &Value, path: &str) -> String {
    let generated = generate("small.json", &spec.to_string()).unwrap();
    let mut files = generated.files.into_iter();
    files.find(|(at, _)| at == path).unwrap().1
}

#[test]
fn calls_import_models_only_for_optional_parameters() {
    let call = "crates/ons/client/src/generated/call.rs";
    let mut spec: Value = serde_json::from_str(SPEC).unwrap();
    assert!(generated(&spec, call).contains("_models::*"));
    remove_parameters(&mut spec);
    assert!(!generated(&spec, call).contains("_models"));
}

#[test]
fn services_without_parameters_import_no_reader() {
    let read = "crates/ons/service/src/generated/read.rs";
    let mut spec: Value = serde_json::from_str(SPEC).unwrap();
    remove_parameters(&mut spec);
    assert!(!generated(&spec, read).contains("Reader"));
}

#[test]
fn the_command_line_imports_what_sets_options_only_for_single_values() {
    let run = "crates/cli/src/generated/run.rs";
    let mut spec: Value = serde_json::from_str(SPEC).unwrap();
    assert!(generated(&spec, run).contains("use pop_cli::Given;"));
    let list = serde_json::json!({
        "name": "Names", "type": {"list": {"of": "string"}}, "description": {"en": "Names."},
    });
    for action in spec["actions"].as_array_mut().unwrap() {
        action["parameters"] = Value::Array(vec![list.clone()]);
        for key in ["examples", "pages"] {
            action.as_object_mut().unwrap().remove(key);
        }
    }
    remove_source(&mut spec);
    spec["errata"] = Value::Array(Vec::new());
    assert!(!generated(&spec, run).contains("Given"));
}

#[test]
fn tests_of_requests_need_an_action_with_values() {
    let requests = |spec: &Value| {
        let template = Template {
            manifest: String::new(),
            clippy: String::new(),
            licences: Vec::new(),
        };
        let settings = WorkspaceSettings::new(template, Choices::default()).unwrap();
        let generated = generate_workspace("small.json", &spec.to_string(), &settings).unwrap();
        let mut files = generated.files.into_iter();
        let is_requests = |(at, _): &(String, String)| at == "client/tests/requests.rs";
        files.find(is_requests).unwrap().1
    };
    let mut spec: Value = serde_json::from_str(SPEC).unwrap();
    assert!(requests(&spec).contains("struct Notes"));
    for action in spec["actions"].as_array_mut().unwrap() {
        let endless = serde_json::json!({
            "name": "Endless", "type": "string", "required": true, "min_length": 4_000_000_000_u32,
            "description": {"en": "A text too long for a sample."},
        });
        action["parameters"] = Value::Array(vec![endless]);
        for key in ["examples", "pages"] {
            action.as_object_mut().unwrap().remove(key);
        }
    }
    remove_source(&mut spec);
    spec["errata"] = Value::Array(Vec::new());
    let without = requests(&spec);
    for unused in ["Notes", "pairs", "assert_round_trip", "models", "Service"] {
        assert!(!without.contains(unused), "{unused}: {without}");
    }
}
