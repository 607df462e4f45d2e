//! A repeated import keeps the handwritten parts of a spec if the facts they describe are
//! unchanged. Parts that are not kept are reported.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[allow(dead_code)]
mod common;

use codegen_evolve::import::{FindingKind, Imported, Options};
use codegen_spec::load;
use codegen_spec::{Language, Spec};
use serde_json::{Value, json};

use common::{called, checked, gateway, import};

/// Returns the metadata as first published.
fn metadata() -> Value {
    json!({
        "info": {"style": "RPC", "product": "Ab", "version": "2020-01-01"},
        "directories": [{"title": "Things", "children": ["GetThing"]}],
        "apis": {"GetThing": {
            "operationType": "read",
            "summary": "Gets a thing.",
            "parameters": [
                {"name": "Id", "in": "query", "schema": {"type": "string", "description": "Which thing."}},
                {"name": "Size", "in": "query", "schema": {"type": "integer", "format": "int32", "description": "How many.", "maximum": "100"}},
                {"name": "Mode", "in": "query", "schema": {"type": "string", "description": "How."}}
            ],
            "responses": {"200": {"schema": {"type": "object", "properties": {
                "Things": {"type": "array", "description": "The things.", "items": {"type": "object", "properties": {
                    "Name": {"type": "string", "description": "Name of the thing."},
                    "At": {"type": "integer", "format": "int64", "description": "Time."}
                }}}
            }}}},
            "errorCodes": {"400": [{"errorCode": "Thing.Bad", "errorMessage": "The thing is bad."}]}
        }},
        "endpoints": [{"regionId": "north", "endpoint": "ab.north.example.com"}]
    })
}

/// Returns the spec of that metadata after handwritten edits.
fn by_hand() -> Value {
    let gateway = gateway();
    let options = Options {
        actions: &[],
        from: None,
        gateway: &gateway,
    };
    let mut spec = checked(&import(&metadata().to_string(), options).expect("imported"));
    translate(&mut spec);
    spec["languages"] = json!(["en", "zh"]);
    spec["title"] = json!({"en": "The Ab", "zh": "甲乙"});
    spec["package"] = json!("our-ab");
    spec["signature"] = json!("rpc");
    spec["regions"][0]["name"] = json!({"en": "North", "zh": "北"});
    spec["releases"] = json!([{"version": "0.1.0", "date": "2020-01-02", "changes": [{"en": "First.", "zh": "首版。"}]}]);
    spec["enums"] = json!([{"name": "Mode", "base": "string", "description": {"en": "Ways.", "zh": "方式。"},
        "values": [{"value": "FAST", "description": {"en": "Fast.", "zh": "快。"}}]}]);
    let action = &mut spec["actions"][0];
    action["rate_limit"] = json!({"requests": 30, "seconds": 60});
    action["command"] = json!("thing get");
    action["parameters"][0]["max_length"] = json!(64);
    action["parameters"][0]["pattern"] = json!("[a-z]+");
    action["parameters"][0]["required"] = json!(true);
    action["parameters"][2]["type"] = json!("Mode");
    spec["error_codes"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .for_each(|error| {
            if error["code"] == "Thing.Bad" {
                error["remedy"] = json!({"en": "Take another.", "zh": "换一个。"});
            }
        });
    spec["structs"][0]["members"][0]["unit"] = json!("epoch_milliseconds");
    spec["errata"] = json!([{
        "id": "E1", "section": "GetThing", "at": "actions/GetThing/parameters/Id/required",
        "document": false, "spec": true,
        "says": {"en": "Optional.", "zh": "可选。"}, "wire": {"en": "Refused.", "zh": "拒绝。"},
        "decision": {"en": "Required.", "zh": "必填。"}
    }]);
    spec
}

/// Gives every text a Chinese translation.
fn translate(value: &mut Value) {
    match value {
        Value::Object(object) if object.len() == 1 && object.contains_key("en") => {
            let text = format!("译：{}", object["en"].as_str().unwrap());
            object.insert("zh".to_owned(), json!(text));
        }
        Value::Object(object) => object.values_mut().for_each(translate),
        Value::Array(list) => list.iter_mut().for_each(translate),
        _ => {}
    }
}

fn spec(value: &Value) -> Spec {
    load("older.json", &value.to_string()).unwrap_or_else(|report| panic!("{report}"))
}

fn again(metadata: &Value, older: &Spec) -> Imported {
    let options = Options {
        actions: &[],
        from: Some(older),
        gateway: older,
    };
    import(&metadata.to_string(), options).unwrap_or_else(|error| panic!("{error}"))
}

fn as_json(spec: &Spec) -> Value {
    serde_json::to_value(spec).expect("a spec is JSON")
}

fn is_reported(imported: &Imported, kind: FindingKind, place: &str) -> bool {
    let mut findings = imported.findings.all().iter();
    findings.any(|finding| finding.kind == kind && finding.pointer.ends_with(place))
}

/// Removes texts, responses, error codes and chapters from the metadata.
fn stripped(value: &mut Value) {
    if let Value::Object(object) = value {
        for key in [
            "summary",
            "description",
            "responses",
            "errorCodes",
            "directories",
        ] {
            object.remove(key);
        }
        object.values_mut().for_each(stripped);
    }
    if let Value::Array(list) = value {
        list.iter_mut().for_each(stripped);
    }
}

#[test]
fn if_the_metadata_has_no_texts_those_of_the_older_spec_are_kept() {
    let chinese = metadata().to_string();
    let chinese = chinese
        .replace("Gets a thing.", "查询物品。")
        .replace("Which thing.", "物品。");
    let gateway = gateway();
    let options = Options {
        actions: &[],
        from: None,
        gateway: &gateway,
    };
    let older = import(&chinese, options).expect("imported").spec;
    assert_eq!(older.languages, [Language::Zh]);
    let mut metadata = metadata();
    stripped(&mut metadata);
    let imported = again(&metadata, &older);
    checked(&imported);
    assert_eq!(as_json(&imported.spec), as_json(&older));
}

#[test]
fn importing_the_same_metadata_again_changes_nothing() {
    let older = spec(&by_hand());
    let imported = again(&metadata(), &older);
    checked(&imported);
    assert_eq!(as_json(&imported.spec), as_json(&older));
    assert_eq!(
        imported.findings.count(FindingKind::NotKept),
        0,
        "{}",
        imported.findings
    );
}

#[test]
fn if_the_metadata_has_no_responses_and_descriptions_those_of_the_older_spec_are_kept() {
    let older = spec(&by_hand());
    let mut stripped = metadata();
    let action = &mut stripped["apis"]["GetThing"];
    for key in ["responses", "errorCodes", "summary", "operationType"] {
        action.as_object_mut().unwrap().remove(key);
    }
    for parameter in action["parameters"].as_array_mut().unwrap() {
        parameter["schema"]
            .as_object_mut()
            .unwrap()
            .remove("description");
    }
    stripped["endpoints"] = json!([]);
    stripped["directories"] = json!([]);
    let imported = again(&stripped, &older);
    checked(&imported);
    assert_eq!(as_json(&imported.spec), as_json(&older));
}

#[test]
fn the_order_of_the_older_spec_is_kept_and_new_fields_follow() {
    let mut by_hand = by_hand();
    let parameters = by_hand["actions"][0]["parameters"].as_array_mut();
    parameters.unwrap().reverse();
    let older = spec(&by_hand);
    let mut metadata = metadata();
    let parameters = metadata["apis"]["GetThing"]["parameters"].as_array_mut();
    let new = json!({"name": "New", "in": "query", "schema": {"type": "string"}});
    parameters.unwrap().insert(0, new);
    let imported = again(&metadata, &older);
    let parameters = &imported.spec.actions[0].parameters;
    let names: Vec<&str> = parameters.iter().map(|field| &*field.name).collect();
    assert_eq!(names, ["Mode", "Size", "Id", "New"]);
}

#[test]
fn new_fields_and_actions_join_the_older_ones_and_lack_a_translation() {
    let older = spec(&by_hand());
    let mut metadata = metadata();
    metadata["apis"]["AddThing"] = json!({"operationType": "write", "summary": "Adds a thing."});
    let parameters = metadata["apis"]["GetThing"]["parameters"]
        .as_array_mut()
        .unwrap();
    parameters.push(
        json!({"name": "New", "in": "query", "schema": {"type": "string", "description": "New."}}),
    );
    let imported = again(&metadata, &older);
    let spec = checked(&imported);
    let get = called(&spec["actions"], "GetThing");
    assert_eq!(
        called(&get["parameters"], "Id")["description"]["zh"],
        "译：Which thing."
    );
    assert_eq!(
        called(&get["parameters"], "New")["description"],
        json!({"en": "New.", "zh": "New."})
    );
    assert_eq!(
        called(&spec["actions"], "AddThing")["summary"]["zh"],
        "Adds a thing."
    );
    let missing = imported.findings.all().iter();
    let missing = missing
        .filter(|f| f.message == "texts without a translation")
        .count();
    assert_eq!(
        missing, 3,
        "two texts and the chapter `Other`: {}",
        imported.findings
    );
}

#[test]
fn if_a_fact_changed_the_metadata_wins_and_the_loss_is_reported() {
    let older = spec(&by_hand());
    let mut metadata = metadata();
    let parameters = &mut metadata["apis"]["GetThing"]["parameters"];
    parameters[0]["schema"]["maxLength"] = json!(10);
    parameters[1]["schema"] = json!({"type": "string", "description": "How large."});
    parameters[2] = json!({"name": "Way", "in": "query", "schema": {"type": "string"}});
    metadata["apis"]["GetThing"]["errorCodes"]["400"][0]["errorMessage"] = json!("Another.");
    let imported = again(&metadata, &older);
    let spec = checked(&imported);
    let get = called(&spec["actions"], "GetThing");
    assert_eq!(called(&get["parameters"], "Id")["max_length"], 10);
    assert_eq!(called(&get["parameters"], "Size")["type"], "string");
    assert_eq!(
        called(&get["parameters"], "Size")["description"]["en"],
        "How large."
    );
    for place in [
        "parameters/Id/max_length",
        "parameters/Size",
        "parameters/Mode",
        "error_codes/Thing.Bad",
    ] {
        assert!(
            is_reported(&imported, FindingKind::NotKept, place),
            "{place}: {}",
            imported.findings
        );
    }
}

#[test]
fn changed_texts_of_the_metadata_are_reported_and_translated_ones_are_kept() {
    let older = spec(&by_hand());
    let mut metadata = metadata();
    metadata["apis"]["GetThing"]["summary"] = json!("Finds a thing.");
    let imported = again(&metadata, &older);
    let spec = checked(&imported);
    assert_eq!(
        spec["actions"][0]["summary"],
        json!({"en": "Gets a thing.", "zh": "译：Gets a thing."})
    );
    assert!(is_reported(
        &imported,
        FindingKind::Changed,
        "actions/GetThing/summary"
    ));
}

#[test]
fn facts_that_the_vendor_may_have_dropped_are_reported() {
    let mut older = by_hand();
    let deprecated = json!({"en": "Old.", "zh": "旧。"});
    older["actions"][0]["deprecated"] = deprecated.clone();
    older["actions"][0]["parameters"][1]["deprecated"] = deprecated;
    let imported = again(&metadata(), &spec(&older));
    let now = as_json(&imported.spec);
    assert!(now["actions"][0]["deprecated"].is_object());
    for key in [
        "Id/max_length",
        "Id/pattern",
        "Mode/type",
        "Size/deprecated",
    ] {
        let place = format!("actions/GetThing/parameters/{key}");
        assert!(is_reported(&imported, FindingKind::Kept, &place), "{place}");
    }
    let mut stated = metadata();
    stated["apis"]["GetThing"]["deprecated"] = json!(false);
    let imported = again(&stated, &spec(&older));
    let now = as_json(&imported.spec);
    assert_eq!(now["actions"][0]["deprecated"], Value::Null);
    let place = "actions/GetThing/deprecated";
    assert!(is_reported(&imported, FindingKind::NotKept, place));
}

#[test]
fn an_action_without_a_chapter_stays_in_its_chapter_of_the_older_spec() {
    let mut new = metadata();
    new["directories"] = json!([]);
    new["apis"]["Another"] = new["apis"]["GetThing"].clone();
    let mut older = again(&new, &spec(&by_hand())).spec;
    for _ in 0..2 {
        let categories: Vec<&str> = older.actions.iter().map(|a| &*a.category).collect();
        assert_eq!(categories, ["things", "other"]);
        older = again(&new, &older).spec;
    }
}

#[test]
fn chapters_keep_their_ids_when_others_precede_them_or_have_the_same_title() {
    let mut new = metadata();
    for name in ["Another", "Third"] {
        new["apis"][name] = new["apis"]["GetThing"].clone();
    }
    new["directories"] = json!([
        {"title": "一", "children": ["Another"]},
        {"title": "二", "children": ["GetThing"]},
        {"title": "二", "children": ["Third"]}
    ]);
    let first = again(&new, &spec(&by_hand())).spec;
    let second = again(&new, &first).spec;
    assert_eq!(as_json(&second), as_json(&first));
    new["directories"] = json!([
        {"title": "零", "children": ["Third"]},
        {"title": "一", "children": ["Another"]},
        {"title": "二", "children": ["GetThing"]}
    ]);
    let chapter = |spec: &Spec, name: &str| {
        let action = spec.actions.iter().find(|action| action.name == name);
        action.expect("the action").category.clone()
    };
    let moved = again(&new, &first).spec;
    for name in ["Another", "GetThing"] {
        assert_eq!(chapter(&moved, name), chapter(&first, name), "{name}");
    }
    assert_ne!(chapter(&moved, "Third"), chapter(&first, "Third"));
}

#[test]
fn an_erratum_is_dropped_if_the_metadata_states_neither_side_of_it() {
    let mut by_hand = by_hand();
    by_hand["errata"] = json!([{
        "id": "E2", "section": "GetThing", "at": "actions/GetThing/parameters/Size/maximum",
        "document": 100, "spec": 50,
        "says": {"en": "100.", "zh": "100。"}, "wire": {"en": "50.", "zh": "50。"},
        "decision": {"en": "50.", "zh": "50。"}
    }]);
    by_hand["actions"][0]["parameters"][1]["maximum"] = json!(50);
    let older = spec(&by_hand);
    let maximum =
        |imported: &Imported| checked(imported)["actions"][0]["parameters"][1]["maximum"].clone();

    let kept = again(&metadata(), &older);
    assert_eq!(maximum(&kept), 50);
    assert_eq!(kept.spec.errata.len(), 1);

    let mut other = metadata();
    other["apis"]["GetThing"]["parameters"][1]["schema"]["maximum"] = json!("70");
    let gone = again(&other, &older);
    assert_eq!(maximum(&gone), 70);
    assert!(gone.spec.errata.is_empty());
    assert!(
        is_reported(&gone, FindingKind::NotKept, "errata/E2"),
        "{}",
        gone.findings
    );
}

#[test]
fn a_removed_action_is_reported_unless_only_others_were_requested() {
    let older = spec(&by_hand());
    let mut metadata = metadata();
    metadata["apis"] = json!({"Other": {"operationType": "read", "summary": "Another."}});
    let imported = again(&metadata, &older);
    assert!(is_reported(
        &imported,
        FindingKind::NotKept,
        "actions/GetThing"
    ));
    let actions = ["Other".to_owned()];
    let options = Options {
        actions: &actions,
        from: Some(&older),
        gateway: &older,
    };
    let imported = import(&metadata.to_string(), options).expect("imported");
    assert!(!is_reported(
        &imported,
        FindingKind::NotKept,
        "actions/GetThing"
    ));
}
