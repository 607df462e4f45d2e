//! The older metadata, made for a command line, becomes a spec, both in its first form and in the
//! later form with texts.

#![allow(clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
mod common;

use codegen_evolve::import::{self, Error, File, FindingKind, Imported, Options};
use serde_json::{Value, json};

use common::{called, checked, file, gateway};

fn import(files: &[(&str, Value)]) -> Result<Imported, Error> {
    let gateway = gateway();
    let files: Vec<File> = files
        .iter()
        .map(|(name, value)| file(name, &value.to_string()))
        .collect();
    let options = Options {
        actions: &[],
        from: None,
        gateway: &gateway,
    };
    import::import(&files, options)
}

fn imported(files: &[(&str, Value)]) -> Imported {
    import(files).unwrap_or_else(|error| panic!("{error}"))
}

fn action() -> Value {
    json!({
        "name": "AddThings", "protocol": "HTTP|HTTPS", "method": "GET|POST", "pathPattern": "",
        "parameters": [
            {"name": "Name", "position": "Query", "type": "String", "required": true},
            {"name": "Count", "position": "Body", "type": "Integer", "required": false, "example": "3"},
            {"name": "Large", "position": "FormData", "type": "Long"},
            {"name": "Dry", "position": "Query", "type": "Boolean"},
            {"name": "Ratio", "position": "Query", "type": "Double"},
            {"name": "Ids", "position": "Query", "type": "RepeatList"},
            {"name": "Hosts.N", "position": "Query", "type": "String"},
            {"name": "Tag", "position": "Query", "type": "RepeatList", "sub_parameters": [
                {"name": "Key", "position": "Query", "type": "String", "required": true},
                {"name": "Value", "position": "Query", "type": "RepeatList"},
                {"name": "2fa", "position": "Query", "type": "String"}
            ]},
            {"name": "Options", "position": "Query", "type": "Json", "sub_parameters": [
                {"name": "A", "position": "Query", "type": "String"}
            ]},
            {"name": "Items", "position": "Query", "type": "Array"},
            {"name": "Part", "position": "Query", "type": "Struct", "hidden": true},
            {"name": "X-Trace", "position": "Header", "type": "String"},
            {"name": "Bucket", "position": "Host", "type": "String"},
            {"name": "Version", "position": "Query", "type": "String"},
            {"name": "Name", "position": "Body", "type": "String"}
        ]
    })
}

fn products() -> Value {
    json!({"products": [
        {"code": "Other", "version": "2019-01-01", "api_style": "rpc", "apis": ["Another"]},
        {"code": "Ab", "version": "2020-01-01", "api_style": "rpc", "apis": ["AddThings"],
         "location_service_code": "ab", "global_endpoint": "",
         "regional_endpoints": {"north": "ab.north.example.com"},
         "regional_vpc_endpoints": {
             "north": "ab-vpc.north.example.com", "south": "ab-vpc.south.example.com"
         }}
    ]})
}

#[test]
fn parameters_have_their_types_and_the_rest_is_reported_at_its_location() {
    let imported = imported(&[("AddThings.json", action()), ("products.json", products())]);
    let spec = checked(&imported);
    assert_eq!(spec["product"], "Ab");
    assert_eq!(spec["version"], "2020-01-01");
    assert_eq!(
        spec["regions"][0]["vpc_endpoint"],
        "ab-vpc.north.example.com"
    );
    let parameters = &called(&spec["actions"], "AddThings")["parameters"];
    #[rustfmt::skip] // A table: one line per case.
    let types = [
        ("Name", json!("string")),
        ("Count", json!("int32")),
        ("Large", json!("int64")),
        ("Dry", json!("boolean")),
        ("Ratio", json!("double")),
        ("Ids", json!({"list": {"of": "string"}})),
        ("Hosts", json!({"list": {"of": "string"}})),
        ("Tag", json!({"list": {"of": "AddThingsTag"}})),
        ("Options", json!("any")),
        ("Items", json!({"list": {"of": "string"}})),
        ("Part", json!("any")),
        ("Version", json!("string")),
    ];
    for (name, type_) in &types {
        assert_eq!(&called(parameters, name)["type"], type_, "{name}");
    }
    assert_eq!(parameters.as_array().expect("a list").len(), types.len());
    assert_eq!(called(parameters, "Name")["required"], true);
    let tag = &called(&spec["structs"], "AddThingsTag")["members"];
    assert_eq!(
        called(tag, "Value")["type"],
        json!({"list": {"of": "string"}})
    );
    use FindingKind::{Changed, Missing, NotCarried};
    #[rustfmt::skip] // A table: one line per case.
    let cases = [
        (NotCarried, "AddThings.json#/parameters/8/sub_parameters", "a list or an object"),
        (Changed, "AddThings.json#/parameters/9", "its items are strings"),
        (Changed, "AddThings.json#/parameters/10", "any value"),
        (NotCarried, "AddThings.json#/parameters/10/hidden", "no key"),
        (NotCarried, "AddThings.json#/parameters/11", "in a header"),
        (NotCarried, "AddThings.json#/parameters/12", "neither in the query nor in the form"),
        (NotCarried, "AddThings.json#/parameters/14", "declared twice"),
        (NotCarried, "products.json#/products/1/location_service_code", "no key"),
        (NotCarried, "products.json#/products/1/regional_vpc_endpoints/south", "without a public one"),
        (Missing, "AddThings.json#", "without a response"),
        (Missing, "AddThings.json#/parameters/0", "without a description"),
    ];
    for (kind, pointer, message) in cases {
        let mut findings = imported.findings.all().iter();
        let is_reported = findings.any(|finding| {
            finding.kind == kind && finding.pointer == pointer && finding.message.contains(message)
        });
        assert!(is_reported, "{pointer}: {message}\n{}", imported.findings);
    }
}

#[test]
fn the_later_form_has_texts_a_version_and_the_folder_of_its_product() {
    let mut action = action();
    action["deprecated"] = json!(true);
    action["parameters"][0]["description"] = json!("What it is called.");
    let products = json!({"products": [
        {"code": "Other", "name": "Other", "version": "2019-01-01", "endpoints": {}},
        {"code": "Ab-Open", "name": "Ab", "version": "2020-01-01", "endpointType": "regional", "endpoints": {
            "north": {"regionId": "north", "regionName": "North", "public": "ab.north.example.com", "vpc": ""},
            "south": {"regionId": "south", "regionName": "South", "areaId": "a"}
        }}
    ]});
    let version = json!({"version": "2020-01-01", "style": "rpc", "apis": {
        "AddThings": {"title": "AddThings", "summary": "Adds things.", "deprecated": true}
    }});
    let imported = imported(&[
        ("/somewhere/ab-open/AddThings.json", action),
        ("/somewhere/ab-open/version.json", version),
        ("/somewhere/products.json", products),
    ]);
    let spec = checked(&imported);
    assert_eq!(spec["product"], "Ab-Open");
    assert_eq!(spec["regions"].as_array().map(Vec::len), Some(1));
    assert_eq!(spec["regions"][0]["name"]["en"], "North");
    let action = called(&spec["actions"], "AddThings");
    assert_eq!(action["summary"]["en"], "Adds things.");
    assert!(action["deprecated"].is_object());
    assert_eq!(
        called(&action["parameters"], "Name")["description"]["en"],
        "What it is called."
    );
}

#[test]
fn without_a_list_of_products_an_older_spec_names_the_product() {
    let error = import(&[("AddThings.json", action())])
        .expect_err("rejected")
        .to_string();
    assert!(error.contains("--from"), "{error}");
    let gateway = gateway();
    let files = [file("AddThings.json", &action().to_string())];
    let options = Options {
        actions: &[],
        from: Some(&gateway),
        gateway: &gateway,
    };
    let imported = import::import(&files, options).expect("imported");
    checked(&imported);
    assert_eq!(imported.spec.product, gateway.product);
}

#[test]
fn a_product_of_another_style_is_rejected_with_the_reason() {
    let restful = json!({"products": [{"code": "Ab", "version": "1", "api_style": "restful", "apis": ["AddThings"]}]});
    let error = import(&[("AddThings.json", action()), ("products.json", restful)]);
    let error = error.expect_err("rejected").to_string();
    assert!(
        error.contains("restful") && error.contains("RPC"),
        "{error}"
    );
    let mut with_path = action();
    with_path["pathPattern"] = json!("/things");
    let error = import(&[("AddThings.json", with_path), ("products.json", products())]);
    let error = error.expect_err("rejected").to_string();
    assert!(error.contains("no action to import"), "{error}");
}
