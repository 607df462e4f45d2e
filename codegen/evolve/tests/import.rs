//! Any published metadata becomes a spec that passes every check. Facts that the spec does not
//! contain unchanged are reported with their location.

#![allow(clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
mod common;

use std::collections::HashSet;

use codegen_evolve::import::{FindingKind, Imported, Options};
use serde_json::{Value, json};

use common::{called, checked, gateway, import};

const HARD: &str = include_str!("metadata/hard.json");

fn imported(text: &str) -> Imported {
    let gateway = gateway();
    let options = Options {
        actions: &[],
        from: None,
        gateway: &gateway,
    };
    import(text, options).unwrap_or_else(|error| panic!("{error}"))
}

/// Returns a fact of a spec by its path, such as `Action/parameters/Name/type`.
fn at<'a>(spec: &'a Value, path: &str) -> &'a Value {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [action, list, name, key] => &called(&called(&spec["actions"], action)[list], name)[key],
        [list, name, "members", member, key] => {
            &called(&called(&spec[list], name)["members"], member)[key]
        }
        [list, name, key] => &called(&spec[list], name)[key],
        _ => panic!("{path}"),
    }
}

#[test]
fn every_feature_of_the_metadata_has_its_form_in_the_spec() {
    let spec = checked(&imported(HARD));
    #[rustfmt::skip] // A table: one line per case.
    let cases = [
        ("GetThing/parameters/Id/pattern", json!("^[a-z]-\\d+$")),
        ("GetThing/parameters/Id/max_length", json!(9)),
        ("GetThing/parameters/Level/minimum", json!(1)),
        ("GetThing/parameters/Level/default", json!("3")),
        ("GetThing/parameters/Above/minimum", json!(2)),
        ("GetThing/parameters/Above/maximum", json!(7)),
        ("GetThing/parameters/Ratio/type", json!("float")),
        ("GetThing/parameters/Ratio/default", json!("0.75")),
        ("GetThing/parameters/Bad/pattern", json!(null)),
        ("GetThing/parameters/Bad/default", json!(null)),
        ("GetThing/parameters/Kind/type", json!("GetThingKind")),
        ("GetThing/parameters/Big/type", json!("int64")),
        ("GetThing/parameters/Signature/type", json!("string")),
        ("GetThing/parameters/RegionId/required", json!(true)),
        ("GetThing/response/Wrapped/type", json!({"list": {"of": "GetThingItem", "item": "Item"}})),
        ("GetThing/response/Plain/type", json!({"list": {"of": "GetThingPlain"}})),
        ("GetThing/response/Texts/type", json!({"list": {"of": "string", "item": "Text"}})),
        ("GetThing/response/Rows/type", json!({"list": {"of": {"list": {"of": "double"}}}})),
        ("GetThing/response/Map/type", json!({"map": {"list": {"of": "string"}}})),
        ("GetThing/response/2fa/type", json!("string")),
        ("GetThing/response/a $b:c/type", json!("string")),
        ("GetThing/response/Free/type", json!("any")),
        ("GetThing/response/Any/type", json!("any")),
        ("GetThing/response/Tree/type", json!("Tree_Node")),
        ("GetThing/response/Names/type", json!({"list": {"of": "string"}})),
        ("GetThing/response/Gone/type", json!("any")),
        ("structs/Tree_Node/members/Left/type", json!("Tree_Node")),
        ("structs/Tree_Node/members/Children/type", json!({"list": {"of": "Tree_Node"}})),
        ("structs/Endless/members/Again/required", json!(null)),
        ("type/parameters/Tag/type", json!({"list": {"of": "TypeTag"}})),
        ("type/parameters/Tag/required", json!(true)),
        ("structs/TypeTag/members/Part/type", json!({"list": {"of": "TypeTagPart"}})),
        ("type/parameters/Ids/type", json!({"list": {"of": "int32"}})),
        ("type/parameters/Repeated/style", json!(null)),
        ("type/parameters/Flat/style", json!(null)),
        ("GetThing/parameters/Id/in", json!(null)),
        ("GetThing/parameters/Level/in", json!("form")),
        ("type/parameters/Json/style", json!("json")),
        ("type/parameters/JsonList/style", json!("json")),
        ("type/parameters/Simple/style", json!("simple")),
        ("type/parameters/Simple/max_items", json!(3)),
        ("type/parameters/Tree/style", json!("json")),
        ("type/parameters/Anys/style", json!(null)),
        ("type/parameters/Map/type", json!({"map": "string"})),
        ("actions/GetThing/operation", json!("read")),
        ("actions/type/operation", json!("write")),
        ("actions/GetThing/category", json!("things-old-ones")),
        ("type/response/Body/type", json!({"list": {"of": "string"}})),
        ("actions/type/bare", json!(true)),
        ("actions/GetURLs/category", json!("other")),
        ("actions/GetThing/summary", json!({"en": "Gets a thing."})),
        ("actions/GetThing/errors", json!(["Odd", "Thing.Bad", "InvalidParameter.{Value}", "Two.{Value}", "Odd:Code", "Odd|Code,<b>(\"it's\")", "O∂dCode", "Number.{Value}", "Thing.NotFound", "Denied", "Missing{Parameter}"])),
        ("actions/GetThing/statuses", json!({"Denied": 429, "Missing{Parameter}": 429})),
    ];
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(path, value)| at(&spec, path) != value)
        .map(|(path, value)| format!("{path} is {}, not {value}", at(&spec, path)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn facts_missing_in_the_spec_are_reported_at_their_location() {
    let findings = imported(HARD).findings;
    use FindingKind::{Changed, Missing, NotCarried};
    #[rustfmt::skip] // A table: one line per case.
    let cases = [
        (NotCarried, "/more", "no key for `more`"),
        (NotCarried, "/apis/Bad name", "without a name"),
        (NotCarried, "/apis/GetThing/parameters/3/schema/minimum", "not a whole number"),
        (NotCarried, "/apis/GetThing/parameters/4/schema", "not a supported regular expression"),
        (NotCarried, "/apis/GetThing/parameters/4/schema", "required but has a default"),
        (NotCarried, "/apis/GetThing/parameters/5/schema", "is not a value of"),
        (NotCarried, "/apis/GetThing/parameters/5/schema/enum/2", "duplicate value"),
        (NotCarried, "/apis/GetThing/parameters/7/schema/enum", "not 32-bit integers"),
        (NotCarried, "/apis/GetThing/parameters/8", "in a header"),
        (NotCarried, "/apis/GetThing/parameters/9", "neither in the query nor in the form"),
        (NotCarried, "/apis/GetThing/parameters/11/allowEmptyValue", "no key"),
        (NotCarried, "/apis/GetThing/parameters/12", "duplicate parameter"),
        (NotCarried, "/apis/GetThing/parameters/13", "not valid on the wire"),
        (NotCarried, "/apis/GetThing/responses/404", "no key for `404`"),
        (NotCarried, "/apis/GetThing/responses/200/headers", "no key"),
        (NotCarried, "/apis/GetThing/responses/200/schema/properties/Both/additionalProperties", "besides"),
        (Changed, "/apis/GetThing/responses/200/schema/properties/2fa", "only JSON can hold"),
        (Changed, "/apis/GetThing/responses/200/schema/properties/a $b:c", "only JSON can hold"),
        (Changed, "/apis/GetThing/responses/200/schema/properties/d{e}", "only JSON can hold"),
        (Changed, "/apis/GetThing/responses/200/schema/properties/名称", "only JSON can hold"),
        (NotCarried, "/apis/GetThing/responses/200/schema/properties/a\"b", "not valid for a member"),
        (NotCarried, "/apis/GetThing/responses/200/schema/properties/\u{200b}", "not valid for a member"),
        (NotCarried, "/apis/GetThing/errorCodes/400/2", "only of placeholders"),
        (Changed, "/apis/GetThing/errorCodes/400/3", "several placeholders"),
        (NotCarried, "/apis/GetThing/errorCodes/400/4", "with another message"),
        (NotCarried, "/apis/GetThing/responseDemo/1", "an example of an error"),
        (NotCarried, "/apis/GetURLs/responseDemo", "not JSON"),
        (NotCarried, "/apis/Alone/responseDemo (json/Data/Itme)", "is not declared"),
        (NotCarried, "/apis/Alone/responses/200/schema/properties/RequestId", "another type"),
        (NotCarried, "/apis/type/parameters/6/schema/items/properties/Key", "is never checked"),
        (NotCarried, "/apis/type/parameters/11/schema", "cannot be joined with commas"),
        (NotCarried, "/apis/type/parameters/16/style", "does not apply to the type"),
        (Changed, "/apis/type/responses/200/schema", "only JSON can hold it"),
        (NotCarried, "/components/schemas/Unused", "no action uses"),
        (NotCarried, "/endpoints/1", "second endpoint"),
        (NotCarried, "/endpoints/2", "is not a host name"),
        (NotCarried, "/endpoints/3", "without region or host"),
        (NotCarried, "/endpoints/4/areaId", "no key"),
        (Changed, "/apis/GetThing/responseDemo (xml)", "disagrees with the JSON demo"),
        (Changed, "/apis/GetThing/responses/200/schema/properties/File", "any value is allowed"),
        (Changed, "/apis/GetThing/responses/200/schema/properties/Gone/$ref", "missing schema"),
        (Changed, "/components/schemas/Loop", "too deep"),
        (NotCarried, "/components/schemas/Endless/properties/Again", "contains itself"),
        (Changed, "/apis/GetThing/errorCodes/400/0", "braces"),
        (Changed, "/apis/GetThing/errorCodes/200", "not an HTTP status of an error"),
        (Changed, "/apis/type", "reads and writes"),
        (Changed, "/apis/type/parameters/14/schema", "contains itself"),
        (Changed, "/apis/type/parameters/17/schema", "any value is allowed"),
        (Changed, "/directories/0/children/1/children/1", "two chapters"),
        (Missing, "/apis/Type", "without any text"),
        (Missing, "/apis/GetThing/parameters/5/schema/enum/4", "without a title"),
        (Missing, "/apis/GetThing/errorCodes/404/0", "without a message"),
    ];
    let is_reported = |(kind, pointer, message): &(FindingKind, &str, &str)| {
        findings.all().iter().any(|finding| {
            finding.kind == *kind
                && finding.pointer == *pointer
                && (finding.message.contains(message) || finding.detail.contains(message))
        })
    };
    let missing: Vec<_> = cases.iter().filter(|case| !is_reported(case)).collect();
    assert!(missing.is_empty(), "{missing:#?}\n{findings}");
    let counts: usize = [NotCarried, Changed, Missing]
        .map(|kind| findings.count(kind))
        .iter()
        .sum();
    assert_eq!(counts, findings.all().len());
}

/// Metadata in which every fact is in a place where it has no meaning.
const ODD: &str = include_str!("metadata/odd.json");

#[test]
fn nothing_is_dropped_silently() {
    let imported = imported(&format!("\u{feff}{ODD}"));
    checked(&imported);
    let action = |place: &str| format!("/apis/A/{place}");
    let properties = "responses/200/schema/properties";
    let mut expected = vec![
        "/apis/A".to_owned(),
        "/components/schemas/Text/title".to_owned(),
        "/components/schemas/Text/maxLength".to_owned(),
        action("responseDemo/0"),
        action("errorCodes/400/0"),
        action("errorCodes/400/1"),
        action("parameters/0/schema/enum"),
        action("parameters/0/schema/items/description"),
        action("parameters/0/schema/items/required"),
        action("parameters/0/schema/items/deprecated"),
        action("parameters/1/schema/format"),
        action("parameters/2/schema/backendName"),
        action("parameters/2/schema/items"),
        action("parameters/2/schema/enumValueTitles/y"),
        action("responses/200/description"),
        action("responses/200/schema/description"),
        action("responses/200/schema/title"),
        action(&format!(
            "{properties}/Map/additionalProperties/description"
        )),
        action(&format!("{properties}/Map/additionalProperties/example")),
        action(&format!("{properties}/Wrap/properties/Item/title")),
        action(&format!("{properties}/Wrap/properties/Item/maxItems")),
        action(&format!("{properties}/RequestId")),
    ];
    let findings = imported.findings.all().iter();
    let mut found: Vec<String> = findings
        .filter(|finding| finding.kind == FindingKind::NotCarried)
        .map(|finding| finding.pointer.clone())
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "{}", imported.findings);
}

#[test]
fn metadata_without_responses_and_descriptions_makes_a_spec() {
    let stripped = json!({
        "version": "1.0",
        "info": {"style": "RPC", "product": "Ab", "version": "2020-01-01"},
        "components": {"schemas": []},
        "directories": [{"id": 1, "type": "directory", "children": ["Do"]}],
        "apis": {"Do": {"parameters": [
            {"name": "A", "in": "query", "schema": {"type": "string", "required": true}}
        ]}}
    });
    let imported = imported(&stripped.to_string());
    let spec = checked(&imported);
    assert_eq!(spec["languages"], json!(["en"]));
    assert_eq!(at(&spec, "actions/Do/idempotent"), &json!(false));
    assert_eq!(
        at(&spec, "Do/parameters/A/description"),
        &json!({"en": "A, not described."})
    );
    let missing = |message: &str| {
        let findings = imported.findings.all().iter();
        findings
            .filter(|f| f.kind == FindingKind::Missing && f.message.contains(message))
            .count()
    };
    assert_eq!(missing("without a response"), 1);
    assert_eq!(missing("without any text"), 1);
    assert_eq!(missing("may read or write"), 1);
    assert_eq!(missing("chapters without a title"), 1);
    assert_eq!(at(&spec, "actions/Do/category"), &json!("other"));
}

#[test]
fn names_without_a_letter_or_digit_are_left_out_and_reported() {
    let metadata = json!({
        "info": {"style": "RPC", "product": "Ab", "version": "2020-01-01"},
        "apis": {
            "Do": {"parameters": [
                {"name": "-", "in": "query", "schema": {"type": "string", "pattern": "^a$"}}
            ]},
            "_": {}
        }
    });
    let imported = imported(&metadata.to_string());
    let spec = checked(&imported);
    assert_eq!(spec["actions"].as_array().map(Vec::len), Some(1));
    assert_eq!(at(&spec, "actions/Do/parameters"), &json!(null));
    let findings = imported.findings.all();
    for pointer in ["/apis/Do/parameters/0", "/apis/_"] {
        let is_reported = findings
            .iter()
            .any(|f| f.pointer == pointer && f.kind == FindingKind::NotCarried);
        assert!(is_reported, "{pointer}: {}", imported.findings);
    }
}

#[test]
fn codes_with_marks_have_unique_names_and_those_without_letters_are_reported() {
    #[rustfmt::skip] // A table: one line per case.
    let cases = [
        ("X.%d", Some("X.{Value}")), ("%d.X", Some("{Value}.X")), ("A%dB%sC", Some("A{Value}C")),
        ("Colon:Code", Some("Colon:Code")), ("Colon,Code", Some("Colon,Code")), ("ColonCode", Some("ColonCode")),
        ("(Paren)", Some("(Paren)")), ("Paren", Some("Paren")), ("Star*", Some("Star*")), ("Quote'd", Some("Quote'd")),
        ("Bar|Code", Some("Bar|Code")), ("100%", Some("100%")), ("100", Some("100")), ("-100", Some("-100")), ("Percent%", Some("Percent%")),
        ("%s", None), ("%d", None), ("%s%s", None), ("%s.", None), ("%s:%d", None),
        ("_", None), ("%", None), ("中文", None), ("a{b}", None), ("${x}", None), ("a`b", None), ("a\tb", None), ("a\u{200b}b", None),
    ];
    let errors = cases.map(|(code, _)| json!({"errorCode": code, "errorMessage": "It is."}));
    let metadata = json!({
        "info": {"style": "RPC", "product": "Ab", "version": "2020-01-01"},
        "apis": {"Do": {"errorCodes": {"400": errors}}}
    });
    let imported = imported(&metadata.to_string());
    let spec = checked(&imported);
    let expected: Vec<&str> = cases.iter().filter_map(|case| case.1).collect();
    assert_eq!(at(&spec, "actions/Do/errors"), &json!(expected));
    for (index, (code, carried)) in cases.iter().enumerate() {
        let pointer = format!("/apis/Do/errorCodes/400/{index}");
        let mut findings = imported.findings.all().iter();
        let is_lost = findings.any(|f| f.pointer == pointer && f.kind == FindingKind::NotCarried);
        assert_eq!(is_lost, carried.is_none(), "{code}: {}", imported.findings);
    }
    let generated = codegen::generate("imported.json", &spec.to_string()).expect("generated");
    let mut texts = generated.files.iter().map(|(_, text)| text);
    let is_row = |text: &String| text.contains("| `Bar\\|Code` | 400 |");
    assert!(texts.any(is_row), "a bar would end the cell");
    let api = codegen::lower::lower(&imported.spec);
    let names: HashSet<&str> = api.errors.iter().map(|error| &*error.name).collect();
    assert_eq!(names.len(), imported.spec.error_codes.len());
}

#[test]
fn chinese_metadata_makes_a_spec_in_chinese() {
    let metadata = json!({
        "info": {"style": "RPC", "product": "Ab", "version": "2020-01-01"},
        "apis": {"Do": {"summary": "查询分组。", "operationType": "read", "responses": {"200": {}}}}
    });
    let spec = checked(&imported(&metadata.to_string()));
    assert_eq!(spec["languages"], json!(["zh"]));
    assert_eq!(
        at(&spec, "actions/Do/summary"),
        &json!({"zh": "查询分组。"})
    );
}

#[test]
fn an_xml_demo_that_disagrees_is_replaced_by_the_json_demo() {
    let made = "<DoResponse><RequestId>1</RequestId><Note></Note><Parts><Name>a&#13;</Name></Parts></DoResponse>";
    let imported_xml = |xml: &str| {
        let json = json!({"RequestId": "1", "Note": "", "Parts": [{"Name": "a\r"}]});
        let demos =
            json!([{"type": "json", "example": json.to_string()}, {"type": "xml", "example": xml}]);
        let text = json!({"type": "string"});
        let part = json!({"type": "object", "properties": {"Name": text}});
        let response = json!({"type": "object", "properties": {
            "RequestId": text, "Note": text, "Parts": {"type": "array", "items": part}
        }});
        let metadata = json!({
            "info": {"style": "RPC", "product": "Ab", "version": "2020-01-01"},
            "apis": {"Do": {
                "responses": {"200": {"schema": response}},
                "responseDemo": demos.to_string()
            }}
        });
        let spec = checked(&imported(&metadata.to_string()));
        at(&spec, "actions/Do/examples")["xml"].clone()
    };
    let blanks = made.replace("<Note></Note>", "\n  <Note/> <!-- -->\n");
    let blanks = format!("<?xml version=\"1.0\"?>\n{blanks}");
    assert_eq!(imported_xml(&blanks), blanks);
    let part = "<Parts><Name>a&#13;</Name></Parts>";
    for xml in [
        "",
        &made.replace("</DoResponse>", ""),
        &made.replace("<Note></Note>", ""),
        &made.replace(part, &format!("{part}<Parts/>")),
        &made.replace(part, "<Parts><Name>a\r</Name></Parts>"),
        &made.replace("DoResponse", "Do"),
        "{\"RequestId\":\"1\"}",
    ] {
        assert_eq!(imported_xml(xml), made, "{xml}");
    }
}

#[test]
fn a_file_parameter_says_that_it_is_a_url() {
    let metadata = json!({
        "info": {"style": "RPC", "product": "Ab", "version": "2020-01-01"},
        "apis": {"Recognize": {"summary": "Recognizes.", "parameters": [
            {"name": "ImageUrl", "in": "query", "schema": {"type": "string", "description": "An image.", "isFileTransferUrl": true}},
            {"name": "OtherUrl", "in": "query", "schema": {"type": "string", "description": "Another one.", "isFileTransferUrl": false}}
        ]}}
    });
    let spec = checked(&imported(&metadata.to_string()));
    let text =
        |name: &str| at(&spec, &format!("Recognize/parameters/{name}/description"))["en"].clone();
    assert_eq!(
        text("ImageUrl"),
        "An image.\n> Pass a URL that the service can read; the client does not upload local files."
    );
    assert_eq!(text("OtherUrl"), "Another one.");
}

#[test]
fn a_demo_without_xml_causes_no_finding() {
    let demos = json!([{"type": "json", "example": r#"{"RequestId":"1"}"#}]);
    let metadata = json!({
        "info": {"style": "RPC", "product": "Ab", "version": "2020-01-01"},
        "apis": {"Do": {"responseDemo": demos.to_string()}}
    });
    let imported = imported(&metadata.to_string());
    let spec = checked(&imported);
    let xml = &at(&spec, "actions/Do/examples")["xml"];
    assert_eq!(xml, "<DoResponse><RequestId>1</RequestId></DoResponse>");
    let changed = imported.findings.count(FindingKind::Changed);
    assert_eq!(changed, 0, "{}", imported.findings);
}

#[test]
fn parameters_of_the_protocol_have_examples_of_the_product() {
    let mut gateway = gateway();
    let mut version = gateway.common_parameters[0].clone();
    version.name = "Version".to_owned();
    gateway.common_parameters.push(version);
    let options = Options {
        actions: &[],
        from: None,
        gateway: &gateway,
    };
    let spec = checked(&import(HARD, options).expect("imported"));
    let example = |name: &str| &called(&spec["common_parameters"], name)["example"];
    assert_eq!(example("Action"), &spec["actions"][0]["name"]);
    assert_eq!(example("Version"), &spec["version"]);
}

#[test]
fn a_reference_to_a_response_may_contain_escapes() {
    let metadata = json!({
        "info": {"style": "RPC", "product": "Ab", "version": "2020-01-01"},
        "components": {"schemas": {
            "Do/Done": {"type": "object", "properties": {"Done": {"type": "boolean"}}}
        }},
        "apis": {"Do": {
            "responses": {"200": {"schema": {"$ref": "#/components/schemas/Do~1Done"}}},
            "responseDemo": "{}"
        }}
    });
    let imported = imported(&metadata.to_string());
    let spec = checked(&imported);
    assert_eq!(at(&spec, "Do/response/Done/type"), &json!("boolean"));
    let finding = |message: &str| {
        let findings = imported.findings.all().iter();
        findings
            .filter(|finding| finding.message.contains(message))
            .count()
    };
    assert_eq!(
        finding("demos that are not a list"),
        1,
        "{}",
        imported.findings
    );
}

#[test]
fn only_the_requested_actions_are_imported() {
    let gateway = gateway();
    let actions = ["type".to_owned(), "Gone".to_owned()];
    let options = Options {
        actions: &actions,
        from: None,
        gateway: &gateway,
    };
    let imported = import(HARD, options).expect("imported");
    checked(&imported);
    assert_eq!(imported.spec.actions.len(), 1);
    let is_gone = |finding: &codegen_evolve::import::Finding| finding.detail == "Gone";
    assert!(imported.findings.all().iter().any(is_gone));
}

#[test]
fn a_type_is_named_after_its_place_even_if_another_is_equal() {
    let thing = |members: Value| json!({"type": "array", "items": {"type": "object", "properties": members}});
    let action = |members: Value| {
        json!({"responses": {"200": {"schema": {"type": "object", "properties": {
            "Same": thing(json!({"A": {"type": "string", "description": "A."}})),
            "Other": thing(members)
        }}}}})
    };
    let metadata = json!({
        "info": {"style": "RPC", "product": "Ab", "version": "2020-01-01"},
        "apis": {
            "One": action(json!({"B": {"type": "string"}})),
            "Two": action(json!({"C": {"type": "string"}}))
        }
    });
    let spec = checked(&imported(&metadata.to_string()));
    let names: Vec<&str> = spec["structs"]
        .as_array()
        .expect("structs")
        .iter()
        .filter_map(|s| s["name"].as_str())
        .collect();
    assert_eq!(names, ["OneOther", "OneSame", "TwoOther", "TwoSame"]);
}

#[test]
fn anything_but_metadata_of_an_rpc_product_is_rejected_with_the_reason() {
    let gateway = gateway();
    #[rustfmt::skip] // A table: one line per case.
    let cases = [
        ("", "cannot be read as JSON"),
        ("[]", "/info"),
        (r#"{"info": {"style": "ROA", "product": "A", "version": "1"}}"#, "only `RPC` can be imported"),
        (r#"{"info": {"style": "RPC", "version": "1"}}"#, "/info/product"),
        (r#"{"info": {"style": "RPC", "product": "A b", "version": "1"}}"#, "`A b` is not a valid product"),
        (r#"{"info": {"style": "RPC", "product": "A", "version": "1"}, "apis": []}"#, "no action to import"),
        (r#"{"info": {"style": "RPC", "product": "A", "version": "1"}, "apis": {"A": 1}}"#, "no action to import"),
    ];
    for (text, message) in cases {
        let options = Options {
            actions: &[],
            from: None,
            gateway: &gateway,
        };
        let error = import(text, options).expect_err("rejected").to_string();
        assert!(error.contains(message), "{text}: {error}");
    }
}
