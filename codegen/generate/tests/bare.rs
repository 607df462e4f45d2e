//! A response that is not an object with members, in reference and `OpenAPI`.

#![allow(clippy::unwrap_used)]

use codegen::generate;
use serde_json::{Value, json};

const SPEC: &str = include_str!("../../spec/tests/small.json");

#[test]
fn a_bare_response_is_its_value_in_json_alone() {
    let generated = generate("small.json", SPEC).unwrap();
    let file = |path: &str| {
        let mut files = generated.files.iter();
        files.find(|(at, _)| at.ends_with(path)).unwrap().1.as_str()
    };
    let document: Value = serde_json::from_str(file("openapi.json")).unwrap();
    let answer = &document["paths"]["/#Action=SmallListAll"]["get"]["responses"]["200"];
    let content: Vec<&String> = answer["content"].as_object().unwrap().keys().collect();
    assert_eq!(content, ["application/json"]);
    let schema = &document["components"]["schemas"]["ListAllResponse"];
    assert_eq!(schema["type"], "array");
    assert_eq!(schema["items"], json!({"type": "string"}));

    let page = file("pages/en/list_all.md");
    assert!(page.contains("without an object around it"), "{page}");
    assert!(page.contains("| `Body` |"), "{page}");
    assert!(!page.contains("| `RequestId` |"), "{page}");
}
