//! The `OpenAPI` document is valid and agrees with the models.

#![allow(clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use ons_mqtt_docs::OPENAPI;
use ons_mqtt_models::{ACTIONS, Region};
use serde_json::{Map, Value, json};

/// Schema of `OpenAPI` 3.1 documents, published by the OpenAPI Initiative (Apache-2.0):
/// <https://spec.openapis.org/oas/3.1/schema/2022-10-07>.
const SCHEMA: &str = include_str!("openapi-3.1-schema.json");

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn operations(document: &Value) -> Vec<(&String, &Value)> {
    let items = document["paths"].as_object().expect("paths");
    items
        .iter()
        .map(|(path, item)| (path, &item["get"]))
        .collect()
}

/// Returns the parameters of an operation, with references resolved.
fn parameters<'a>(document: &'a Value, operation: &'a Value) -> Vec<&'a Value> {
    let parameters = operation["parameters"].as_array().expect("parameters");
    let follow = |parameter: &'a Value| match parameter["$ref"].as_str() {
        Some(reference) => document
            .pointer(reference.trim_start_matches('#'))
            .expect("what is referred to exists"),
        None => parameter,
    };
    parameters.iter().map(follow).collect()
}

/// Checks that a value matches a schema of the document.
fn assert_valid(document: &Value, schema: &Value, value: &Value) {
    let mut schema = schema.clone();
    schema["components"] = document["components"].clone();
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is one");
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|e| e.to_string())
        .collect();
    assert!(errors.is_empty(), "{value}: {errors:?}");
}

#[test]
fn it_keeps_to_the_schema_of_openapi_documents() {
    let validator = jsonschema::draft202012::new(&parse(SCHEMA)).expect("the schema is one");
    let document = parse(OPENAPI);
    let errors = validator.iter_errors(&document);
    let errors: Vec<String> = errors
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert!(!validator.is_valid(&json!({ "openapi": "3.1.0" })));
}

#[test]
fn every_action_is_an_operation() {
    let document = parse(OPENAPI);
    let operations = operations(&document);
    let paths: BTreeSet<&str> = operations.iter().map(|(path, _)| path.as_str()).collect();
    let actions = ACTIONS
        .iter()
        .map(|action| format!("/#Action={}", action.name));
    let actions: Vec<String> = actions.collect();
    assert_eq!(paths, actions.iter().map(String::as_str).collect());
    assert_eq!(operations.len(), ACTIONS.len());
    let ids: BTreeSet<Option<&str>> = operations
        .iter()
        .map(|(_, o)| o["operationId"].as_str())
        .collect();
    assert_eq!(ids.len(), operations.len());
}

#[test]
fn every_endpoint_is_a_server() {
    let document = parse(OPENAPI);
    let servers = document["servers"].as_array().expect("servers");
    let urls: BTreeSet<String> = servers
        .iter()
        .map(|server| server["url"].as_str().expect("a URL").to_owned())
        .collect();
    let hosts = Region::ALL
        .iter()
        .flat_map(|region| [Some(region.endpoint), region.vpc_endpoint])
        .flatten()
        .map(|host| format!("https://{host}"))
        .collect();
    assert_eq!(urls, hosts);
}

#[test]
fn examples_keep_to_their_schemas() {
    let document = parse(OPENAPI);
    for (path, operation) in operations(&document) {
        for parameter in parameters(&document, operation) {
            let example = &parameter["example"];
            if !example.is_null() {
                assert_valid(&document, &parameter["schema"], example);
            }
        }
        let json = &operation["responses"]["200"]["content"]["application/json"];
        assert!(json["example"].is_object(), "{path}");
        assert_valid(&document, &json["schema"], &json["example"]);
    }
    let error = json!({ "$ref": "#/components/schemas/ErrorBody" });
    let body = pop_rpc::error::ErrorBody {
        request_id: "E4581CCF".to_owned(),
        ..Default::default()
    };
    let body = body
        .write(pop_rpc::Format::Json)
        .expect("it can be written");
    let body = parse(std::str::from_utf8(&body).expect("UTF-8"));
    assert_valid(&document, &error, &body);
}

#[test]
fn bounds_are_there() {
    let document = parse(OPENAPI);
    let of = |action: &str, name: &str| {
        let path = format!("/#Action={action}");
        let operation = &document["paths"][path]["get"];
        let found = parameters(&document, operation);
        let parameter = found.into_iter().find(|p| p["name"] == name);
        parameter.expect("the parameter").clone()
    };
    let group = of("OnsMqttGroupIdCreate", "GroupId");
    assert_eq!(group["required"], true);
    let schema: &Map<String, Value> = group["schema"].as_object().expect("a schema");
    for limit in ["minLength", "maxLength", "pattern"] {
        assert!(schema.contains_key(limit), "{limit}");
    }
    let time = of("OnsMqttQueryHistoryOnline", "BeginTime");
    assert_eq!(time["schema"]["minimum"], 0);
    let kind = of("OnsMqttQueryMsgTransTrend", "TransType");
    for (value, is_valid) in [("PUB", true), ("pub", false)] {
        let mut schema = kind["schema"].clone();
        schema["components"] = document["components"].clone();
        assert_eq!(
            jsonschema::is_valid(&schema, &json!(value)),
            is_valid,
            "{value}"
        );
    }
}
