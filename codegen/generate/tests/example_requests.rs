//! Lists and parts in the example of a request reach the reference, `OpenAPI` and the call in Rust.

#![allow(clippy::unwrap_used)]

use codegen::generate;
use serde_json::{Value, json};

const SPEC: &str = include_str!("../../spec/tests/small.json");

#[test]
fn a_list_in_an_example_is_shown_as_sent_as_an_array_and_in_rust() {
    let mut spec: Value = serde_json::from_str(SPEC).unwrap();
    spec["actions"][1]["examples"] = json!({
        "request": {"Ids.1": "a b", "Ids.2": "c", "Levels": "0,-1", "Numbers": "[1,2]", "Parts.1.Key": "k"},
        "json": {"RequestId": "1"},
        "xml": "<SmallPutThingsResponse><RequestId>1</RequestId></SmallPutThingsResponse>",
    });
    let generated = generate("small.json", &spec.to_string()).unwrap();
    let file = |path: &str| {
        let path = format!("crates/ons/docs/src/generated/{path}");
        let mut files = generated.files.iter();
        files.find(|(at, _)| *at == path).unwrap().1.as_str()
    };
    let page = file("pages/en/put_things.md");
    for part in [
        "POST /?Ids.1=a%20b\n    &Ids.2=c\n    &Parts.1.Key=k\n    &Levels=0%2C-1\n    &Numbers=%5B1%2C2%5D\n",
        ".put_things(vec![\"a b\".to_owned(), \"c\".to_owned()])\n        .levels(vec![Level::_0, Level::Low])\n        .numbers(vec![1, 2])\n",
        "use small_client::models::Level;\n",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let document: Value = serde_json::from_str(file("openapi.json")).unwrap();
    let parameters = &document["paths"]["/#Action=SmallPutThings"];
    let text = parameters.to_string();
    for (name, example) in [
        ("Ids", r#"["a b","c"]"#),
        ("Levels", "[0,-1]"),
        ("Numbers", "[1,2]"),
    ] {
        assert!(
            text.contains(&format!(r#""example":{example}"#)),
            "{name}: {text}"
        );
    }
}

#[test]
fn a_list_in_a_form_is_an_array_in_openapi_and_each_part_is_shown_once() {
    let mut spec: Value = serde_json::from_str(SPEC).unwrap();
    let request = &mut spec["actions"][6]["examples"]["request"];
    for (key, value) in [("Lines.1", "one"), ("Lines.2", "2"), ("Marks", "3,4")] {
        request[key] = json!(value);
    }
    spec["actions"][9]["examples"] = json!({
        "request": {"Source.Type": "OSS", "Source.Size": "3"},
        "json": {"RequestId": "1"},
        "xml": "<SmallPutMapsResponse><RequestId>1</RequestId></SmallPutMapsResponse>",
    });
    let generated = generate("small.json", &spec.to_string()).unwrap();
    let file = |path: &str| {
        let mut files = generated.files.iter();
        files.find(|(at, _)| at.ends_with(path)).unwrap().1.as_str()
    };
    let document: Value = serde_json::from_str(file("docs/src/generated/openapi.json")).unwrap();
    let body = &document["paths"]["/#Action=SmallSendText"]["post"]["requestBody"];
    let form = &body["content"]["application/x-www-form-urlencoded"]["schema"]["properties"];
    assert_eq!(form["Lines"]["examples"], json!([["one", "2"]]));
    assert_eq!(form["Marks"]["examples"], json!([[3, 4]]));
    let page = file("docs/src/generated/pages/en/put_maps.md");
    assert_eq!(page.matches("Source.Size=3").count(), 1, "{page}");
    assert_eq!(page.matches("Source.Type=OSS").count(), 1, "{page}");
}
