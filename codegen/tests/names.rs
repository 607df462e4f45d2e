//! Names that a product may use, and generated code cannot or does itself.

#![allow(clippy::unwrap_used)]

use codegen::load::load;
use codegen::lower::lower;
use serde_json::Value;

const SPEC: &str = include_str!("small.json");

/// The method of an action that has this name.
fn method(action: &str) -> String {
    let mut spec: Value = serde_json::from_str(SPEC).unwrap();
    let actions = spec["actions"].as_array_mut().unwrap();
    actions.last_mut().unwrap()["name"] = action.into();
    let api = lower(&load("small.json", &spec.to_string()).unwrap());
    api.actions.last().unwrap().method.clone()
}

#[test]
fn keywords_are_raw_and_names_of_crates_and_helpers_have_a_number() {
    assert_eq!(method("Gen"), "r#gen");
    assert_eq!(method("Move"), "r#move");
    assert_eq!(method("PopRpc"), "pop_rpc_2");
    assert_eq!(method("Std"), "std_2");
    assert_eq!(method("Expected"), "expected_2");
    assert_eq!(method("Into"), "into_2");
    assert_eq!(method("List"), "list");
}
