//! Lists in pages are recognized by the vendor's usual names, and corrections by hand stay.

#![allow(clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
mod common;

use codegen_evolve::import::Options;
use codegen_spec::load;
use serde_json::{Value, json};

use common::{checked, gateway, import};

/// Returns the spec of an action with these parameters and this response, imported after `older`.
fn imported(parameters: &Value, response: &Value, older: Option<&Value>) -> Value {
    let metadata = json!({
        "info": {"style": "RPC", "product": "Ab", "version": "2020-01-01"},
        "apis": {"ListThings": {
            "operationType": "read",
            "summary": "Lists things.",
            "parameters": parameters,
            "responses": {"200": {"schema": {"type": "object", "properties": response}}}
        }}
    });
    let gateway = gateway();
    let older = older.map(|older| load("older.json", &older.to_string()).expect("a spec"));
    let options = Options {
        actions: &[],
        from: older.as_ref(),
        gateway: &gateway,
    };
    checked(&import(&metadata.to_string(), options).expect("imported"))
}

fn pages(spec: &Value) -> &Value {
    &spec["actions"][0]["pages"]
}

fn parameter(name: &str, type_: &str) -> Value {
    json!({"name": name, "in": "query", "schema": {"type": type_, "description": "A parameter."}})
}

fn texts() -> Value {
    json!({"type": "array", "items": {"type": "string"}})
}

#[test]
fn pages_are_recognized_by_their_names() {
    let (text, number) = (json!({"type": "string"}), json!({"type": "integer"}));
    let token = [
        parameter("NextToken", "string"),
        parameter("MaxResults", "integer"),
    ];
    let numbered = [
        parameter("PageNumber", "integer"),
        parameter("PageSize", "integer"),
    ];
    let cases = [
        (
            json!(token),
            json!({"NextToken": text, "TotalCount": number, "Things": texts()}),
            json!({"items": "Things", "token": "NextToken", "next": "NextToken"}),
        ),
        (
            json!(numbered),
            json!({"TotalCount": number, "Things": texts()}),
            json!({"items": "Things", "number": "PageNumber", "size": "PageSize", "total": "TotalCount"}),
        ),
        (
            json!([
                parameter("CurrentPage", "integer"),
                parameter("PageSize", "integer")
            ]),
            json!({"PageInfo": {"type": "object", "properties": {"TotalCount": number, "Count": number}}, "Things": texts()}),
            json!({"items": "Things", "number": "CurrentPage", "size": "PageSize", "total": "PageInfo.TotalCount"}),
        ),
        (
            json!(numbered),
            json!({"Data": {"type": "object", "properties": {"Total": number, "List": texts()}}, "Others": texts()}),
            json!({"items": "Data.List", "number": "PageNumber", "size": "PageSize", "total": "Data.Total"}),
        ),
        // It is not clear which list is meant, or when it ends.
        (
            json!(token),
            json!({"NextToken": text, "Things": texts(), "Others": texts()}),
            Value::Null,
        ),
        (json!(token), json!({"Things": texts()}), Value::Null),
        (json!(numbered), json!({"Things": texts()}), Value::Null),
        (
            json!([{"name": "PageNumber", "in": "query", "schema": {"type": "integer", "default": "0", "description": "From 0."}}]),
            json!({"TotalCount": number, "Things": texts()}),
            Value::Null,
        ),
    ];
    for (parameters, response, expected) in cases {
        let spec = imported(&parameters, &response, None);
        assert_eq!(*pages(&spec), expected, "{parameters} {response}");
    }
}

#[test]
fn corrections_by_hand_stay_as_long_as_their_fields_exist() {
    let parameters = json!([parameter("NextToken", "string")]);
    let response =
        json!({"NextToken": {"type": "string"}, "More": {"type": "string"}, "Things": texts()});
    let recognized = json!({"items": "Things", "token": "NextToken", "next": "NextToken"});
    let spec = imported(&parameters, &response, None);
    assert_eq!(*pages(&spec), recognized);

    let mut corrected = spec.clone();
    corrected["actions"][0]["pages"]["next"] = json!("More");
    let again = imported(&parameters, &response, Some(&corrected));
    assert_eq!(pages(&again)["next"], "More");
    let without = json!({"NextToken": {"type": "string"}, "Things": texts()});
    let again = imported(&parameters, &without, Some(&corrected));
    assert_eq!(*pages(&again), recognized);

    let mut removed = spec;
    let action = removed["actions"][0].as_object_mut().expect("an action");
    action.remove("pages");
    let again = imported(&parameters, &response, Some(&removed));
    assert_eq!(*pages(&again), Value::Null);
}
