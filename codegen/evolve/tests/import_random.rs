//! The import never panics or produces a spec with mistakes, whatever the metadata.

#![allow(clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
mod common;

use codegen_evolve::import::Options;
use codegen_spec::load;
use proptest::prelude::*;
use serde_json::{Value, json};

use common::{checked, gateway, import};

const HARD: &str = include_str!("metadata/hard.json");

/// Generates JSON from words of the format, so that much of it is read.
fn any_json() -> impl Strategy<Value = Value> {
    const WORDS: &[&str] = &[
        "type",
        "object",
        "array",
        "string",
        "integer",
        "number",
        "boolean",
        "any",
        "properties",
        "items",
        "additionalProperties",
        "$ref",
        "#/components/schemas/A",
        "A",
        "B.N.C",
        "B.N",
        "name",
        "in",
        "query",
        "style",
        "json",
        "simple",
        "flat",
        "schema",
        "required",
        "enum",
        "enumValueTitles",
        "default",
        "example",
        "minimum",
        "maximum",
        "pattern",
        "(",
        "[a-z]+",
        "format",
        "int32",
        "200",
        "400",
        "errorCode",
        "%s",
        "errorMessage",
        "{",
        "description",
        "title",
        "children",
        "regionId",
        "endpoint",
        "true",
        "-1",
        "",
        "中文",
        "a\r\nb",
        "RequestId",
    ];
    let word = || proptest::sample::select(WORDS);
    let leaf = prop_oneof![
        3 => word().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            1 => proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            3 => proptest::collection::vec((word(), inner), 0..7).prop_map(|pairs| {
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Puts random values into each part of the metadata.
    #[test]
    fn random_metadata_gives_a_spec_without_mistakes(
        [parameters, responses, errors, demo, schema, property, rest, directories] in
            proptest::array::uniform8(any_json())
    ) {
        let document = json!({
            "info": {"style": "RPC", "product": "Ab", "version": "2020-01-01"},
            "directories": directories,
            "endpoints": rest.clone(),
            "components": {"schemas": {"A": schema, "B": {"type": "object", "properties": {"A": property.clone()}}}},
            "apis": {
                "Whole": {"parameters": parameters.clone(), "responses": responses, "errorCodes": errors, "responseDemo": demo},
                "Parts": {
                    "parameters": [
                        {"name": "A", "in": "query", "schema": property.clone()},
                        {"name": "B.N.C", "in": "query", "style": "flat", "schema": parameters},
                        {"name": "J", "in": "query", "style": "json", "schema": {"type": "object", "properties": {"X": property.clone()}}}
                    ],
                    "responses": {"200": {"schema": {"type": "object", "properties": {"P": property, "R": rest}}}},
                },
            },
        });
        let gateway = gateway();
        let options = Options { actions: &[], from: None, gateway: &gateway };
        let imported = import(&document.to_string(), options);
        let imported = imported.unwrap_or_else(|error| panic!("{error}\n{document:#}"));
        let text = codegen_spec::pretty::spec(&imported.spec).expect("a spec can be written");
        if let Err(report) = load("imported.json", &text) {
            panic!("{report}");
        }
    }

    /// Replaces random values of the hard metadata.
    #[test]
    fn changed_metadata_gives_a_spec_without_mistakes_or_an_error(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any_json()), 1..12)
    ) {
        let mut document: Value = serde_json::from_str(HARD).expect("JSON");
        for (place, value) in changes {
            let mut pointers = Vec::new();
            places(&document["apis"], "/apis", &mut pointers);
            for key in ["components", "directories", "endpoints"] {
                places(&document[key], &format!("/{key}"), &mut pointers);
            }
            let pointer = place.get(&pointers);
            *document.pointer_mut(pointer).expect("a place") = value;
        }
        let gateway = gateway();
        let options = Options { actions: &[], from: None, gateway: &gateway };
        match import(&document.to_string(), options) {
            Ok(imported) => {
                checked(&imported);
            }
            Err(error) => assert!(error.to_string().contains("no action to import"), "{error}\n{document:#}"),
        }
    }
}

/// Adds the JSON pointers of a value and of everything below it.
fn places(value: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(value, &format!("{pointer}/{key}"), found);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                places(value, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}
