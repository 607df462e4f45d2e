//! An import depends neither on the order of members nor on what was imported before, and a diff
//! sees neither.

#![allow(clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
mod common;

use std::collections::{BTreeMap, BTreeSet};

use codegen::lower::Names;
use codegen_evolve::diff::{Change, ChangeKind, Class, diff};
use codegen_evolve::import::Options;
use codegen_spec::Spec;
use proptest::prelude::*;
use serde_json::{Value, json};

use common::{called, checked, gateway, import};

const HARD: &str = include_str!("metadata/hard.json");
const VALUES: &str = include_str!("metadata/values.json");

fn spec(metadata: &Value, from: Option<&Spec>) -> Spec {
    let gateway = gateway();
    let options = Options {
        actions: &[],
        from,
        gateway: &gateway,
    };
    let imported = import(&metadata.to_string(), options);
    imported.unwrap_or_else(|error| panic!("{error}")).spec
}

fn document(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// Shuffles the members of every object, with numbers that `next` draws.
fn shuffle(value: &mut Value, next: &mut impl FnMut() -> usize) {
    match value {
        Value::Object(object) => {
            let mut left: Vec<(String, Value)> = std::mem::take(object).into_iter().collect();
            while !left.is_empty() {
                let (key, mut value) = left.swap_remove(next() % left.len());
                shuffle(&mut value, next);
                object.insert(key, value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shuffle(item, next)),
        _ => {}
    }
}

/// Returns metadata with one list of structs in each of three actions.
fn tags(members: [Value; 3]) -> Value {
    let action = |members: &Value| {
        json!({"parameters": [{"name": "Tag", "in": "query", "style": "repeatList", "schema": {
            "type": "array", "items": {"type": "object", "properties": members}
        }}]})
    };
    let [a, b, c] = members.each_ref().map(action);
    json!({"info": {"style": "RPC", "product": "Held", "version": "2020-01-01"}, "apis": {"A": a, "B": b, "C": c}})
}

fn key_and_value() -> Value {
    json!({"Key": {"type": "string"}, "Value": {"type": "string"}})
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shuffled_members_change_nothing(mut seed in any::<u64>(), text in prop_oneof![Just(HARD), Just(VALUES)]) {
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize
        };
        let before = document(text);
        let mut after = before.clone();
        shuffle(&mut after, &mut next);
        let (old, new) = (spec(&before, None), spec(&after, None));
        prop_assert_eq!(diff(&old, &new), []);
        prop_assert_eq!(&spec(&after, Some(&old)).structs, &old.structs);
    }
}

#[test]
fn what_was_imported_before_does_not_change_names() {
    let later = tags([
        json!({"Key": {"type": "string"}, "Value": {"type": "string"}, "Scope": {"type": "string"}}),
        key_and_value(),
        key_and_value(),
    ]);
    let earlier = spec(
        &tags([key_and_value(), key_and_value(), key_and_value()]),
        None,
    );
    let (alone, after) = (spec(&later, None), spec(&later, Some(&earlier)));
    let names =
        |spec: &Spec| -> Vec<String> { spec.structs.iter().map(|s| s.name.clone()).collect() };
    assert_eq!(names(&alone), names(&after));
    let readers = diff(&alone, &after);
    assert!(
        readers
            .iter()
            .all(|change| change.kind == ChangeKind::Reordered),
        "{readers:#?}"
    );
    let changes = diff(&earlier, &after);
    let classes: Vec<Class> = changes.iter().map(|change| change.class()).collect();
    assert_eq!(classes, [Class::Additive], "{changes:#?}");
}

#[test]
fn a_name_that_people_chose_is_kept_where_the_type_is_the_same() {
    let mut edited = serde_json::to_string(&spec(
        &tags([key_and_value(), key_and_value(), key_and_value()]),
        None,
    ))
    .expect("JSON");
    for generated in ["ATag", "BTag"] {
        edited = edited.replace(generated, "Label");
    }
    let mut edited: Value = serde_json::from_str(&edited).expect("JSON");
    edited["structs"].as_array_mut().expect("a list").remove(0);
    let edited = codegen_spec::load("edited", &edited.to_string()).expect("no mistakes");
    let names = |members: [Value; 3]| -> Vec<String> {
        let spec = spec(&tags(members), Some(&edited));
        spec.structs.iter().map(|s| s.name.clone()).collect()
    };
    let same = [key_and_value(), key_and_value(), key_and_value()];
    assert_eq!(names(same), ["Label", "CTag"]);
    let other = json!({"Key": {"type": "string"}});
    let mut different = names([key_and_value(), other, key_and_value()]);
    different.sort();
    assert_eq!(different, ["BTag", "CTag", "Label"]);
}

#[test]
fn a_name_that_an_import_gave_is_not_kept() {
    let tag = json!({"type": "object", "properties": key_and_value()});
    let response = json!({"200": {"schema": {"type": "object", "properties": {"Tag": tag}}}});
    let metadata = |parameters: Value| {
        json!({
            "info": {"style": "RPC", "product": "Held", "version": "2020-01-01"},
            "apis": {"A": {"parameters": parameters, "responses": response}}
        })
    };
    let other = json!({"type": "object", "properties": {"Size": {"type": "string"}}});
    let with_both =
        metadata(json!([{"name": "Tag", "in": "query", "style": "flat", "schema": other}]));
    let earlier = spec(&with_both, None);
    let names = |from: Option<&Spec>| -> Vec<String> {
        let later = spec(&metadata(json!([])), from);
        later.structs.iter().map(|s| s.name.clone()).collect()
    };
    assert_eq!(earlier.structs.len(), 2);
    assert_eq!(
        (names(None), names(Some(&earlier))),
        (vec!["ATag".to_owned()], vec!["ATag".to_owned()])
    );
}

#[test]
fn members_that_differ_only_in_case_are_paired_by_their_spelling() {
    let twins = |first: &str, second: &str| {
        let members = json!({first: {"type": "string"}, second: {"type": "string"}});
        spec(&tags([members, key_and_value(), key_and_value()]), None)
    };
    assert_eq!(diff(&twins("key", "Key"), &twins("Key", "key")), []);
}

#[test]
fn a_code_has_the_status_of_each_action_and_most_decide_the_declared_one() {
    let action = |status: &str, code: &str| json!({"errorCodes": {status: [{"errorCode": code, "errorMessage": "It is."}]}});
    let metadata = |first: &str| {
        json!({
            "info": {"style": "RPC", "product": "Held", "version": "2020-01-01"},
            "apis": {"A": action(first, "X.%s"), "B": action("404", "X.%s"), "C": action("404", "X.%s"), "D": action("403", "-1020004")}
        })
    };
    let old = spec(&metadata("409"), None);
    let codes = serde_json::to_value(&old.error_codes).expect("JSON");
    let status = |code: &str| {
        let mut codes = codes.as_array().expect("a list").iter();
        codes
            .find(|e| e["code"] == code)
            .map(|e| e["status"].clone())
    };
    assert_eq!(status("X.{Value}"), Some(json!(404)));
    assert_eq!(status("-1020004"), Some(json!(403)));
    assert_eq!(old.actions[0].statuses["X.{Value}"], 409);
    assert!(old.actions[1].statuses.is_empty());
    let changes = diff(&old, &spec(&metadata("404"), None));
    let pointers: Vec<&str> = changes.iter().map(|change| &*change.pointer).collect();
    assert_eq!(pointers, ["/actions/A/statuses/X.{Value}"]);
}

#[test]
fn an_action_keeps_its_status_of_a_code_that_the_gateway_has_too() {
    let metadata = |status: &str| {
        let error = |code: &str, message: &str| json!({"errorCode": code, "errorMessage": message});
        let codes = json!({
            status: [error("Denied", "The sender is not known, or calls too often."), error("Missing%s", "%s is missing.")],
            "500": [error("Internal", "It failed.")]
        });
        json!({
            "info": {"style": "RPC", "product": "Held", "version": "2020-01-01"},
            "apis": {"A": {"errorCodes": codes}, "B": {}}
        })
    };
    let gateway = gateway();
    let options = Options {
        actions: &[],
        from: None,
        gateway: &gateway,
    };
    let imported = import(&metadata("429").to_string(), options).expect("imported");
    let spec_again = checked(&imported);
    let action = called(&spec_again["actions"], "A");
    let mut errors = action["errors"].as_array().expect("a list").clone();
    errors.sort_by_key(Value::to_string);
    assert_eq!(errors, ["Denied", "Internal", "Missing{Parameter}"]);
    let statuses = json!({"Denied": 429, "Missing{Parameter}": 429});
    assert_eq!(action["statuses"], statuses);
    let declared = imported.spec.error_codes.iter();
    let declared = declared.filter(|error| error.code == "Denied");
    let declared: Vec<u16> = declared.map(|error| error.status).collect();
    assert_eq!(declared, [403], "the gateway's own status stays");
    let findings = imported.findings.all().iter();
    let others = findings.filter(|finding| finding.message.contains("with another message"));
    let others: Vec<&str> = others.map(|finding| &*finding.detail).collect();
    assert_eq!(others, ["Internal, 500: It failed."]);

    let pointers = |old: &Spec, new: &Spec| -> Vec<String> {
        let changes = diff(old, new).into_iter();
        let changes = changes.filter(|change| change.kind == ChangeKind::StatusChanged);
        changes.map(|change| change.pointer).collect()
    };
    let after = spec(&metadata("400"), None);
    let both = [
        "/actions/A/statuses/Denied",
        "/actions/A/statuses/Missing{Parameter}",
    ];
    assert_eq!(pointers(&imported.spec, &after), both);
    let mut unlisted = after.clone();
    unlisted.actions[0].errors.clear();
    unlisted.actions[0].statuses.clear();
    assert_eq!(pointers(&imported.spec, &unlisted), both);

    let mut older = imported.spec.clone();
    let mut codes = older.error_codes.iter_mut();
    let denied = codes.find(|error| error.code == "Denied");
    denied.expect("a code of the gateway").status = 429;
    older.actions[0].statuses.remove("Denied");
    for (status, expected) in [("429", None), ("403", Some(&403))] {
        let again = spec(&metadata(status), Some(&older));
        assert_eq!(again.actions[0].statuses.get("Denied"), expected);
    }
}

#[test]
fn a_first_region_parameter_is_only_an_addition() {
    let parameter = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string"}});
    let action = |names: &[&str]| {
        let parameters: Vec<Value> = names.iter().map(|name| parameter(name)).collect();
        json!({"operationType": "read", "parameters": parameters})
    };
    let document = |apis: Value| json!({"info": {"style": "RPC", "product": "Held", "version": "2020-01-01"}, "apis": apis});
    let mut gateway = gateway();
    let mut region = gateway.common_parameters[0].clone();
    region.name = "RegionId".to_owned();
    region.required = false;
    gateway.common_parameters.push(region);
    let spec = |apis: Value| {
        let options = Options {
            actions: &[],
            from: None,
            gateway: &gateway,
        };
        let imported = import(&document(apis).to_string(), options);
        imported.expect("imported").spec
    };
    let old = spec(json!({"A": action(&["X"])}));
    let is_common = |spec: &Spec| {
        let mut common = spec.common_parameters.iter();
        common.any(|field| field.name == "RegionId")
    };
    assert!(is_common(&old));
    let class = |change: &Change| change.callers.max(change.implementers).max(change.wire);
    for apis in [
        json!({"A": action(&["X"]), "B": action(&["RegionId", "Y"])}),
        json!({"A": action(&["X", "RegionId"])}),
    ] {
        let new = spec(apis);
        assert!(!is_common(&new));
        let most = diff(&old, &new).iter().map(class).max();
        assert_eq!(most, Some(Class::Additive));
        let back = diff(&new, &old);
        assert_eq!(back.iter().map(class).max(), Some(Class::Breaking));
        let additive = back.iter().find(|change| class(change) == Class::Additive);
        assert_eq!(additive, None);
    }
}

#[test]
fn hosts_with_blanks_are_trimmed_and_kept() {
    let mut metadata = tags([key_and_value(), key_and_value(), key_and_value()]);
    metadata["endpoints"] = json!([{"regionId": " north\n", "endpoint": "held.example.com\t", "vpc": " held-vpc.example.com"}, {"regionId": "south", "endpoint": "south.example.com", "vpc": "c d"}]);
    let gateway = gateway();
    let options = Options {
        actions: &[],
        from: None,
        gateway: &gateway,
    };
    let imported = import(&metadata.to_string(), options).expect("imported");
    let spec = checked(&imported);
    let region = &spec["regions"][0];
    let found = [&region["id"], &region["endpoint"], &region["vpc_endpoint"]];
    assert_eq!(found, ["north", "held.example.com", "held-vpc.example.com"]);
    let region = &spec["regions"][1];
    assert_eq!(
        (&region["endpoint"], &region["vpc_endpoint"]),
        (&json!("south.example.com"), &Value::Null)
    );
    assert_eq!(
        called(&spec["structs"], "ATag")["members"][0]["name"],
        "Key"
    );
}

/// Returns the spec of an action with an enum of these values.
fn with_values(values: &[&str], from: Option<&Spec>) -> Spec {
    let schema = json!({"type": "string", "enum": values});
    let parameters = json!([{"name": "Mark", "in": "query", "schema": schema}]);
    let metadata = json!({
        "info": {"style": "RPC", "product": "Held", "version": "2020-01-01"},
        "apis": {"A": {"parameters": parameters}}
    });
    spec(&metadata, from)
}

/// Returns the names of the values of the only enum, by value.
fn value_names(spec: &Spec) -> BTreeMap<String, String> {
    let [e] = spec.enums.as_slice() else {
        panic!("{:#?}", spec.enums);
    };
    let variants = Names::new(spec).variants(e);
    let values = e.values.iter().map(|value| value.value.clone());
    values.zip(variants).collect()
}

#[test]
fn the_name_of_a_value_does_not_depend_on_its_position() {
    let values = ["<", "中文", "-1", "a,b", "plain", "*", ">="];
    let old = with_values(&values, None);
    let reversed: Vec<&str> = values.iter().rev().copied().collect();
    for from in [None, Some(&old)] {
        let new = with_values(&reversed, from);
        assert_eq!(value_names(&old), value_names(&new));
        assert_eq!(changes_but_order(&old, &new), []);
        let new = with_values(
            &["new!", "<", "中文", "-1", "=", "a,b", "plain", "*", ">="],
            from,
        );
        let mut names = value_names(&new);
        assert_eq!(names.remove("new!").as_deref(), Some("NewNot"));
        assert_eq!(names.remove("=").as_deref(), Some("Equal"));
        assert_eq!(value_names(&old), names);
        let additive = [Class::Additive, Class::Additive];
        assert_eq!(changes_but_order(&old, &new), additive);
    }
}

/// Returns the classes of the changes other than to the order.
fn changes_but_order(old: &Spec, new: &Spec) -> Vec<Class> {
    let changes = diff(old, new);
    let others = changes
        .iter()
        .filter(|change| change.kind != ChangeKind::Reordered);
    others.map(|change| change.class()).collect()
}

#[test]
fn a_value_that_cannot_be_a_name_is_named_in_words() {
    let long = "一".repeat(100);
    let longer = format!("{long}二");
    #[rustfmt::skip] // A table: one line per case.
    let table = [
        ("-1", "Minus1"), ("-x", "MinusX"), ("<", "Less"), ("<=", "LessEqual"), (">", "Greater"), ("==", "EqualEqual"),
        ("*", "Star"), ("+86", "Plus86"), ("!", "Not"), ("99%", "_99Percent"), ("9.9%", "_9Dot9Percent"), ("#", "Hash"),
        ("@", "At"), ("a&b", "AAndB"), ("a|b", "AOrB"), ("~", "Tilde"), ("^", "Caret"), ("$", "Dollar"), ("?", "Question"),
        ("a, b", "ACommaSpaceB"), ("16:9", "_16Colon9"), (";", "Semicolon"), ("'", "Quote"), ("\"", "DoubleQuote"),
        ("`", "Backtick"), ("\\", "Backslash"), ("(", "LeftParenthesis"), ("]", "RightBracket"), ("{", "LeftBrace"),
        ("-", "Minus"), ("/", "Slash"), (".", "Dot"), ("_", "Underscore"), (" ", "Space"), ("\t", "U0009"),
        ("é", "U00e9"), ("中a-b", "U4e2dAB"), ("😀", "U1f600"), ("less-than", "LessThan"),
        (&long, "U4e00U4e00U4e00U4e00U4e00U4e00B7ffc805"), (&longer, "U4e00U4e00U4e00U4e00U4e00U4e00Fa5f7c65"),
    ];
    let values: Vec<&str> = table.iter().map(|(value, _)| *value).collect();
    let names = value_names(&with_values(&values, None));
    let expected = table.map(|(value, name)| (value.to_owned(), name.to_owned()));
    assert_eq!(names, BTreeMap::from(expected));
}

#[test]
fn values_that_would_have_the_same_name_are_told_apart() {
    let names = value_names(&with_values(&["less", "<", "a_b=", "a-b=", "A-B="], None));
    let distinct: BTreeSet<&String> = names.values().collect();
    assert_eq!(distinct.len(), names.len(), "{names:#?}");
    assert_eq!(names["less"], "Less");
    let apart: Vec<&String> = names
        .values()
        .filter(|name| name.starts_with("ABEqual"))
        .collect();
    assert!(apart.iter().all(|name| name.len() == 15), "{apart:?}");
}

#[test]
fn a_value_name_of_an_older_spec_is_kept() {
    let mut old = with_values(&["<", "a"], None);
    old.enums[0].values[0].rename = Some("Below".to_owned());
    old.enums[0].values[1].rename = Some("Greater".to_owned());
    let before = value_names(&old);
    let mut names = value_names(&with_values(&[">", "below", "<", "a"], Some(&old)));
    let (greater, below) = (names.remove(">"), names.remove("below"));
    assert_eq!(names, before);
    assert!(greater.is_some_and(|name| name.starts_with("Greater")));
    assert!(below.is_some_and(|name| name.starts_with("Below")));
}
