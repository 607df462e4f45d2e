//! How a request is made: positions, methods and authentication survive the import.

#![allow(clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
mod common;

use codegen_evolve::import::{FindingKind, Imported, Options};
use codegen_spec::{Action, HttpMethod, Position};
use serde_json::{Value, json};

use common::{gateway, import};

/// Imports one action, `Do`, with these keys.
fn imported(keys: &Value) -> Imported {
    let mut action = json!({
        "methods": ["get", "post"], "schemes": ["https"], "security": [{"AK": []}],
        "operationType": "read", "summary": "Does it.",
        "responses": {"200": {"schema": {"type": "object", "properties": {"RequestId": {"type": "string"}}}}},
    });
    for (key, value) in keys.as_object().expect("an object") {
        action[key] = value.clone();
    }
    let metadata = json!({
        "version": "1.0",
        "info": {"style": "RPC", "product": "Things", "version": "2020-01-02"},
        "directories": [], "components": {"schemas": {}},
        "apis": {"Do": action},
        "endpoints": [{"regionId": "north", "endpoint": "things.north.example.com"}],
    });
    let gateway = gateway();
    let options = Options {
        actions: &[],
        from: None,
        gateway: &gateway,
    };
    import(&metadata.to_string(), options).expect("it can be imported")
}

fn action(keys: &Value) -> Action {
    imported(keys).spec.actions[0].clone()
}

fn is_reported(imported: &Imported, kind: FindingKind, message: &str) -> bool {
    let mut findings = imported.findings.all().iter();
    findings.any(|finding| finding.kind == kind && finding.message.contains(message))
}

#[test]
fn parameters_keep_their_positions() {
    let parameter = |name: &str, place: &str| json!({"name": name, "in": place, "schema": {"type": "string", "description": "One."}});
    let parameters = [
        parameter("Id", "query"),
        parameter("Text", "formData"),
        parameter("Tag.N.Key", "formData"),
        parameter("Tag.N.Value", "query"),
        parameter("Whole", "body"),
        parameter("Part", "path"),
    ];
    let imported = imported(&json!({"parameters": parameters}));
    let found: Vec<(&str, Position)> = (imported.spec.actions[0].parameters.iter())
        .map(|field| (&*field.name, field.position))
        .collect();
    let form = Position::Form;
    assert_eq!(
        found,
        [("Id", Position::Query), ("Text", form), ("Tag", form)]
    );
    assert!(is_reported(
        &imported,
        FindingKind::Changed,
        "is sent with the first part"
    ));
    assert!(is_reported(
        &imported,
        FindingKind::NotCarried,
        "neither in the query nor in the form"
    ));
}

#[test]
fn actions_keep_their_methods() {
    use HttpMethod::{Delete, Get, Post, Put};
    let cases: [(&[&str], &[HttpMethod]); 6] = [
        (&["post", "get"], &[]),
        (&["get"], &[Get]),
        (&["post"], &[Post]),
        (&["put", "post", "get"], &[Get, Post, Put]),
        (&["delete"], &[Delete]),
        (&[], &[]),
    ];
    for (stated, expected) in cases {
        let action = action(&json!({"methods": stated}));
        assert_eq!(action.methods, expected, "{stated:?}");
    }
    let imported = imported(&json!({"methods": ["get", "head"]}));
    assert_eq!(imported.spec.actions[0].methods, [Get]);
    assert!(is_reported(
        &imported,
        FindingKind::NotCarried,
        "a method that the spec cannot hold"
    ));
}

#[test]
fn only_actions_without_an_access_key_are_anonymous() {
    let cases = [
        (json!([{"Anonymous": []}]), true),
        (json!([{"AK": []}]), false),
        (json!([{"Anonymous": []}, {"AK": []}]), false),
        (json!([]), false),
        (json!(null), false),
    ];
    for (stated, expected) in cases {
        assert_eq!(
            action(&json!({"security": stated})).anonymous,
            expected,
            "{stated}"
        );
    }
    let other = imported(&json!({"security": [{"OIDC": []}]}));
    assert!(is_reported(
        &other,
        FindingKind::NotCarried,
        "not signed with an access key"
    ));
}
