//! The import repairs values outside their types, names that collide on the wire, and demos that do
//! not survive conversion. The generated code has values that compile and are accepted.

#![allow(clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
mod common;

use codegen::lower::lower;
use codegen_evolve::import::{FindingKind, Imported, Options};
use codegen_spec::load;
use codegen_spec::{Spec, Type};
use serde_json::{Value, json};

use common::{called, checked, gateway, import};

const VALUES: &str = include_str!("metadata/values.json");

fn imported(text: &str) -> Imported {
    let mut gateway = gateway();
    gateway.dispatch_errors.unknown_region = Some("BIZ_REGION_NOT_FOUND".to_owned());
    let options = Options {
        actions: &[],
        from: None,
        gateway: &gateway,
    };
    import(text, options).unwrap_or_else(|error| panic!("{error}"))
}

/// Returns the names of the parameters of an action.
fn parameters<'a>(spec: &'a Value, action: &str) -> Vec<&'a str> {
    let list = called(&spec["actions"], action)["parameters"].as_array();
    let names = list.expect("parameters").iter();
    names
        .filter_map(|parameter| parameter["name"].as_str())
        .collect()
}

fn parameter<'a>(spec: &'a Value, action: &str, name: &str) -> &'a Value {
    called(&called(&spec["actions"], action)["parameters"], name)
}

fn example<'a>(spec: &'a Value, action: &str) -> &'a Value {
    &called(&spec["actions"], action)["examples"]
}

#[test]
fn impossible_facts_are_dropped_and_reported() {
    let imported = imported(VALUES);
    let spec = checked(&imported);
    #[rustfmt::skip] // A table: one line per case.
    let facts = [
        ("Bounds", "Over", "minimum", Value::Null),
        ("Bounds", "Under", "maximum", Value::Null),
        ("Bounds", "Wide", "maximum", json!(9_999_999_999_i64)),
        ("Bounds", "Half", "maximum", json!(9_999_999_999_i64)),
        ("Items", "None", "max_items", Value::Null),
        ("Long", "Text", "min_length", json!(4_000_000_000_u32)),
        ("Joined", "Rows", "style", Value::Null),
        ("Joined", "Maps", "style", Value::Null),
        ("Joined", "Odd", "style", Value::Null),
        ("Joined", "Even", "style", json!("simple")),
        ("Regional", "RegionId", "example", json!("cn-hangzhou")),
    ];
    for (action, name, key, value) in facts {
        assert_eq!(
            parameter(&spec, action, name)[key],
            value,
            "{action} {name}"
        );
    }
    #[rustfmt::skip] // A table: one line per case.
    let findings = [
        (FindingKind::NotCarried, "/apis/Bounds/parameters/0/schema", "`minimum` excludes every `int32`"),
        (FindingKind::NotCarried, "/apis/Bounds/parameters/1/schema", "`maximum` excludes every `int32`"),
        (FindingKind::NotCarried, "/apis/Items/parameters/0/schema", "allows no items"),
        (FindingKind::NotCarried, "/apis/Joined/parameters/0/schema", "`Rows` is a list of lists"),
        (FindingKind::NotCarried, "/apis/Joined/parameters/1/schema", "`Maps` is a list of maps"),
        (FindingKind::NotCarried, "/apis/Joined/parameters/2/schema", "`Odd` is a list of values with commas"),
        (FindingKind::NotCarried, "/apis/Overlap/parameters/1/schema", "`Tag.1` and `Tag` collide"),
        (FindingKind::NotCarried, "/apis/Overlap/parameters/4/schema", "`Lab.1` and `Lab` collide"),
        (FindingKind::NotCarried, "/apis/Overlap/parameters/6/schema", "`Str.B` and `Str` collide"),
        (FindingKind::NotCarried, "/apis/Overlap/parameters/7/schema", "`Rev.1` and `Rev` collide"),
        (FindingKind::NotCarried, "/apis/Overlap/parameters/9/schema", "`Rev.2` and `Rev` collide"),
        (FindingKind::NotCarried, "/apis/Overlap/parameters/17/schema", "`Labels.N` and `Labels` collide"),
        (FindingKind::NotCarried, "/apis/Overlap/parameters/21/schema", "`Late.B` and `Late` collide"),
        (FindingKind::NotCarried, "/apis/Overlap/parameters/10/schema/properties/L.1", "collide on the wire"),
        (FindingKind::NotCarried, "/apis/MapIsList/responseDemo (json/Map)", "expected a map"),
        (FindingKind::NotCarried, "/apis/MapIsText/responseDemo (json/Map)", "expected a map"),
        (FindingKind::NotCarried, "/apis/MapOfNothing/responseDemo (json)", "cannot express part of it"),
        (FindingKind::NotCarried, "/apis/AnyRows/responseDemo (json)", "does not survive conversion to XML"),
        (FindingKind::NotCarried, "/apis/AnyList/responseDemo (json)", "does not survive conversion to XML"),
        (FindingKind::Changed, "/apis/Apart/responseDemo (xml)", "not read like the JSON example"),
        (FindingKind::Changed, "/apis/Regional/parameters/0/schema", "not a region of the product"),
    ];
    for (kind, pointer, message) in findings {
        let is_reported = imported.findings.all().iter().any(|finding| {
            (finding.kind, finding.pointer.as_str()) == (kind, pointer)
                && (finding.message.contains(message) || finding.detail.contains(message))
        });
        assert!(is_reported, "{pointer}: {message}\n{}", imported.findings);
    }
}

#[test]
fn of_names_that_collide_on_the_wire_only_the_part_is_dropped() {
    let spec = checked(&imported(VALUES));
    let names = [
        "Tag", "Tag.Of", "Lab", "Str", "Rev", "Mem", "Text", "Text.1", "Data", "Data.A", "Id",
        "Id.N", "Labels", "Row", "Late.C", "Late",
    ];
    assert_eq!(parameters(&spec, "Overlap"), names);
    let members = called(&spec["structs"], "OverlapMem")["members"].as_array();
    let names = members
        .expect("members")
        .iter()
        .map(|member| &member["name"]);
    assert_eq!(names.collect::<Vec<_>>(), ["Deep", "L"]);
}

#[test]
fn a_demo_is_kept_if_both_formats_are_read_alike() {
    let spec = checked(&imported(VALUES));
    for action in [
        "MapIsList",
        "MapIsText",
        "MapOfNothing",
        "AnyRows",
        "AnyList",
    ] {
        assert_eq!(example(&spec, action), &Value::Null, "{action}");
    }
    for action in ["MapIsMap", "AnyObject", "Rows", "Apart", "Regional"] {
        assert!(example(&spec, action).is_object(), "{action}");
    }
    let xml = "<ApartResponse><RequestId>1</RequestId><A>1</A><A>2</A><B>x</B></ApartResponse>";
    assert_eq!(example(&spec, "Apart")["xml"], xml);
    let request = json!({"RegionId": "cn-hangzhou", "Name": "n"});
    assert_eq!(example(&spec, "Regional")["request"], request);
}

/// Returns the pointers and messages of the mistakes in a spec.
fn mistakes(spec: &Spec) -> Vec<(String, String)> {
    let text = codegen_spec::pretty::spec(spec).expect("a spec can be written");
    let report = load("values.json", &text).err();
    let mistakes = report.iter().flat_map(|report| report.mistakes());
    mistakes
        .map(|mistake| (mistake.pointer.clone(), mistake.message.clone()))
        .collect()
}

fn region_type(spec: &mut Spec) -> &mut Type {
    let mut actions = spec.actions.iter_mut();
    let regional = actions.find(|action| action.name == "Regional");
    &mut regional.expect("Regional").parameters[0].type_
}

#[test]
fn a_region_that_the_gateway_rejects_is_not_an_example() {
    let mut spec = imported(VALUES).spec;
    spec.regions[0].id = "cn-other".to_owned();
    let found = mistakes(&spec);
    for place in ["parameters/0/example", "examples/request/RegionId"] {
        let is_found = |(pointer, message): &(String, String)| {
            pointer.ends_with(place) && message.contains("`cn-hangzhou` is not a region")
        };
        assert!(found.iter().any(is_found), "{place}: {found:#?}");
    }
    spec.regions[0].id = "cn-hangzhou".to_owned();
    let list = serde_json::from_value(json!({"list": {"of": "string"}})).expect("a type");
    let text = std::mem::replace(region_type(&mut spec), list);
    let found = mistakes(&spec);
    let is_refused = |(_, message): &(String, String)| message.contains("`RegionId` is neither");
    assert!(found.iter().any(is_refused), "{found:#?}");
    *region_type(&mut spec) = text;
    spec.regions.clear();
    let pointers: Vec<String> = mistakes(&spec)
        .into_iter()
        .map(|(pointer, _)| pointer)
        .collect();
    assert_eq!(pointers, ["/dispatch_errors/unknown_region"]);
}

#[test]
fn if_no_region_is_known_none_is_rejected() {
    let mut metadata: Value = serde_json::from_str(VALUES).expect("JSON");
    metadata["endpoints"] = json!([]);
    let spec = checked(&imported(&metadata.to_string()));
    assert_eq!(spec["dispatch_errors"]["unknown_region"], Value::Null);
    assert_eq!(
        example(&spec, "Regional")["request"]["RegionId"],
        "cn-nowhere"
    );
}

#[test]
fn numbers_of_the_wire_become_literals() {
    let api = lower(&imported(VALUES).spec);
    let literals = api.actions.iter().find(|action| action.name == "Literals");
    let literals = literals.expect("Literals");
    let example = literals.example.as_ref().expect("an example");
    assert_eq!(example.arguments, ["5", "5.0"]);
    let setters = [
        "more(7)",
        "zeros(7)",
        "part(0.5)",
        "whole(5.0)",
        "large(1e30)",
    ];
    assert_eq!(example.setters, setters);
    let page = &api.reference.languages[0].actions;
    let call = page
        .iter()
        .find(|page| page.name == "`Literals`")
        .map(|page| &page.call);
    let call = call.expect("a page");
    assert_eq!(call.arguments, "5, 5.0");
    let values: Vec<&str> = call.options.iter().map(|option| &*option.value).collect();
    assert_eq!(values, ["7", "7", "0.5", "5.0", "1e30"]);
    let openapi = api.reference.openapi.to_string();
    assert!(openapi.contains(r#""example":0.5"#), "{openapi}");
    assert!(!openapi.contains(r#""+5""#), "{openapi}");
}

#[test]
fn a_fence_in_a_demo_does_not_end_its_block() {
    let text = codegen_spec::pretty::spec(&imported(VALUES).spec).expect("a spec can be written");
    let generated = codegen::generate("values.json", &text).expect("no mistakes");
    let mut files = generated.files.iter();
    let page = files.find(|(path, _)| path.ends_with("/fenced.md"));
    let (_, page) = page.expect("a page");
    let xml = "<FencedResponse><RequestId>1\n```\n2</RequestId></FencedResponse>";
    assert!(page.contains(&format!("````xml\n{xml}\n````\n")), "{page}");
}

#[test]
fn no_sample_is_generated_for_a_text_of_gigabytes() {
    let api = lower(&imported(VALUES).spec);
    let long = api.actions.iter().find(|action| action.name == "Long");
    assert!(long.expect("Long").sample.is_none());
}
