//! How a request is made: positions, methods and authentication survive the import.

#![allow(clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
mod common;

use codegen_evolve::import::{FindingKind, Imported, Options};
use codegen_spec::{Action, HttpMethod, Position, Signature, Spec};
use pop_rpc::signature::PROTOCOL_PARAMETERS;
use serde_json::{Value, json};

use common::{gateway, import};

/// Imports one action, `Do`, with these keys.
fn imported(keys: &Value) -> Imported {
    imported_from(keys, None)
}

/// Imports one action, `Do`, with these keys, into an older spec.
fn imported_from(keys: &Value, from: Option<&Spec>) -> Imported {
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
        from,
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
        (json!([{"AK": []}, {"Anonymous": []}]), false),
        (json!([{"AK": [], "Anonymous": []}]), false),
        (json!([{"Anonymous": []}, {"BearerToken": []}]), true),
        (json!([{"BearerToken": []}, {"Anonymous": []}]), true),
        (json!([{"BearerToken": [], "Anonymous": []}]), false),
        (json!([{"BearerToken": []}]), false),
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
    let both = [
        json!([{"Anonymous": []}, {"AK": []}]),
        json!([{"AK": []}, {"Anonymous": []}]),
    ];
    for ways in both {
        assert!(is_reported(
            &imported(&json!({"security": ways})),
            FindingKind::NotCarried,
            "also accepts requests without an access key"
        ));
    }
}

#[test]
fn a_common_member_is_reported_only_if_something_is_said_about_it() {
    let response = |schema: Value| json!({"responses": {"200": {"schema": {"type": "object", "properties": {"RequestId": schema}}}}});
    let message = "facts about a common member";
    let is_said = |schema| {
        is_reported(
            &imported(&response(schema)),
            FindingKind::NotCarried,
            message,
        )
    };
    assert!(!is_said(json!({"type": "string"})));
    assert!(!is_said(json!({"type": "string", "required": true})));
    assert!(is_said(json!({"type": "string", "description": "The ID."})));
}

#[test]
fn names_of_common_parameters_are_free_unless_requests_are_signed_in_parameters() {
    let parameter = |name| json!({"name": name, "in": "query", "schema": {"type": "string"}});
    let parameters: Vec<Value> = PROTOCOL_PARAMETERS.map(parameter).to_vec();
    let keys = json!({"parameters": parameters});
    let free = imported(&keys);
    let names: Vec<&str> = (free.spec.actions[0].parameters.iter())
        .map(|field| &*field.name)
        .collect();
    assert_eq!(names, PROTOCOL_PARAMETERS);
    let common = free.spec.common_parameters.iter();
    let common: Vec<&str> = common.map(|field| &*field.name).collect();
    assert_eq!(common, ["Action", "Timestamp"], "they stay common, too");

    let mut older = imported(&json!({})).spec;
    older.signature = Signature::Rpc;
    let refused = imported_from(&keys, Some(&older));
    assert_eq!(refused.spec.signature, Signature::Rpc);
    assert_eq!(refused.spec.actions[0].parameters, []);
    let findings = refused.findings.all().iter();
    let reported = findings.filter(|finding| {
        finding.kind == FindingKind::NotCarried && finding.message.contains("signed in parameters")
    });
    assert_eq!(reported.count(), PROTOCOL_PARAMETERS.len());
}
