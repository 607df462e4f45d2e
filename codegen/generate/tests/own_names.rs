//! Parameters of an action that are named like those that headers carry reach every generated file.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use codegen::generate;
use serde_json::{Value, json};

const SPEC: &str = include_str!("../../spec/tests/small.json");

#[test]
fn a_parameter_named_like_one_that_headers_carry_is_the_action_s_own() {
    let generated = generate("small.json", SPEC).unwrap();
    let file = |path: &str| {
        let mut files = generated.files.iter();
        files.find(|(at, _)| at.ends_with(path)).unwrap().1.as_str()
    };
    let document: Value = serde_json::from_str(file("openapi.json")).unwrap();
    let operation = &document["paths"]["/#Action=SmallSpeak"]["post"];
    let parameters = operation["parameters"].as_array().unwrap();
    let name = |parameter: &Value| match parameter["$ref"].as_str() {
        Some(reference) => document.pointer(&reference[1..]).unwrap()["name"].clone(),
        None => parameter["name"].clone(),
    };
    let names: HashSet<Value> = parameters.iter().map(name).collect();
    assert_eq!(names.len(), parameters.len(), "{parameters:#?}");
    let format = parameters.iter().find(|one| one["name"] == "Format");
    assert_eq!(format.unwrap()["example"], "pcm");
    let content = &operation["requestBody"]["content"]["application/x-www-form-urlencoded"];
    assert_eq!(
        content["schema"]["properties"]["SecurityToken"]["type"],
        "string"
    );

    let page = file("pages/en/speak.md");
    let request = "POST /?Format=pcm\n    &Version=2\nx-acs-action: SmallSpeak\n";
    assert!(page.contains(request), "{page}");

    let tools: Value = serde_json::from_str(file("tools.en.json")).unwrap();
    let mut tools = tools.as_array().unwrap().iter();
    let tool = tools.find(|tool| tool["name"] == "SmallSpeak").unwrap();
    assert_eq!(tool["inputSchema"]["required"], json!(["Format"]));

    // `--version` is an option of every subcommand.
    let command = file("command.rs");
    assert!(command.contains("long = \"its-version\""), "{command}");
}
