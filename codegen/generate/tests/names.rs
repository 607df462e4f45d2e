//! Names of a product that generated code cannot use, or already uses itself.

#![allow(clippy::unwrap_used)]

use codegen::ir::Api;
use codegen::lower::lower;
use codegen::render::Renderer;
use codegen_spec::load;
use serde_json::{Value, json};

const SPEC: &str = include_str!("../../spec/tests/small.json");

/// Returns the IR of the small spec after a change.
fn lowered(change: impl FnOnce(&mut Value)) -> Api {
    let mut spec: Value = serde_json::from_str(SPEC).unwrap();
    change(&mut spec);
    lower(&load("small.json", &spec.to_string()).unwrap())
}

/// Returns the IR of the small spec with one more action for each name.
fn with_actions(names: &[&str]) -> Api {
    lowered(|spec| {
        let actions = spec["actions"].as_array_mut().unwrap();
        let bare = (actions.iter().find(|action| action["name"] == "Small"))
            .unwrap()
            .clone();
        let named = |name: &&str| {
            let mut action = bare.clone();
            action["name"] = (*name).into();
            action
        };
        actions.extend(names.iter().map(named));
    })
}

/// Returns the method of an action with this name.
fn method(action: &str) -> String {
    with_actions(&[action])
        .actions
        .last()
        .unwrap()
        .method
        .clone()
}

#[test]
fn keywords_become_raw_and_taken_names_get_a_number() {
    assert_eq!(method("Gen"), "r#gen");
    assert_eq!(method("Move"), "r#move");
    assert_eq!(method("PopRpc"), "pop_rpc_2");
    assert_eq!(method("Std"), "std_2");
    assert_eq!(method("Expected"), "expected_2");
    assert_eq!(method("Into"), "into_2");
    assert_eq!(method("List"), "list");
}

#[test]
fn tests_have_names_without_two_underscores() {
    let api = with_actions(&["Self", "super", "Move"]);
    let tests: Vec<&str> = api.actions.iter().rev().map(|a| &*a.test).take(3).collect();
    assert_eq!(tests, ["r#move", "super", "self"]);
    let files = Renderer::new(&api, "small.json").unwrap().models().unwrap();
    let tests = files.iter().find(|file| file.path == "tests.rs").unwrap();
    assert!(tests.content.contains("fn self_round_trip()"));
}

#[test]
fn subcommands_have_unique_words_that_clap_knows() {
    #[rustfmt::skip] // A table with one line per case.
    let cases = [
        ("Help", "help-2", Some("help-2")),
        ("Explain", "explain-2", Some("explain-2")),
        ("A_B", "a-b", Some("a-b")),
        ("AB", "ab", None),
        ("List_1", "list-1", Some("list-1")),
        ("List1", "list1", Some("list1")),
        ("GetUsers", "get-users", None),
        ("Plain", "plain-2", Some("plain-2")),
        ("plain", "plain", None),
        ("PLAIN", "plain-3", Some("plain-3")),
    ];
    let api = with_actions(&cases.map(|(name, _, _)| name));
    let mut variants = std::collections::HashSet::new();
    for (name, word, rename) in cases {
        let index = api
            .actions
            .iter()
            .position(|action| action.name == name)
            .unwrap();
        assert_eq!(api.actions[index].command, [word], "{name}");
        let commands = api.command_line.commands.iter().flat_map(|c| &c.actions);
        let found = commands.filter(|a| a.method == api.actions[index].method);
        let found: Vec<_> = found.collect();
        assert_eq!(found[0].rename.as_deref(), rename, "{name}");
        assert!(variants.insert(found[0].name.clone()), "{name}");
    }
    let files = Renderer::new(&api, "small.json").unwrap().cli().unwrap();
    let commands = files.iter().find(|file| file.path == "command.rs").unwrap();
    assert!(commands.content.contains("#[command(name = \"help-2\")]"));
}

#[test]
fn parameters_named_like_global_options_get_other_ids() {
    let api = lowered(|spec| {
        let parameters = spec["actions"][0]["parameters"].as_array_mut().unwrap();
        for name in ["Help", "ItsHelp"] {
            let text = json!({"zh": "文本。", "en": "A text."});
            parameters.push(json!({"name": name, "type": "string", "description": text}));
        }
    });
    let method = api.actions[0].method.as_str();
    let mut actions = api.command_line.commands.iter().flat_map(|c| &c.actions);
    let action = actions.find(|action| action.method == method).unwrap();
    let renamed = |name: &str| {
        let mut parameters = action.parameters.iter();
        let renamed = parameters
            .find(|p| p.name == name)
            .unwrap()
            .renamed
            .as_ref();
        renamed.map(|renamed| (renamed.id.as_str(), renamed.option.as_str()))
    };
    assert_eq!(renamed("help"), Some(("its_its_help", "its-its-help")));
    assert_eq!(renamed("its_help"), None);
    let options = &api.actions[0].sample.as_ref().unwrap().options;
    assert!(
        options.contains(&"\"--its-its-help=a\"".to_owned()),
        "{options:?}"
    );
}

/// Names of fields on the wire, and their names in Rust.
const SPELLINGS: [&[(&str, &str)]; 7] = [
    &[("Key", "key"), ("key", "key_lower"), ("KEY", "key_upper")],
    &[("ID", "id"), ("id", "id_lower")],
    &[
        ("VpcIp", "vpc_ip"),
        ("VpcIP", "vpc_ip_mixed"),
        ("vpcIp", "vpc_ip_lower_camel"),
    ],
    &[("Type", "r#type"), ("type", "type_lower")],
    &[
        ("Self", "self_"),
        ("self", "self_lower"),
        ("SELF", "self_upper"),
    ],
    &[
        ("A.B", "a_b_dotted"),
        ("A-B", "a_b_kebab"),
        ("aB", "a_b"),
        ("a_b", "a_b_snake"),
    ],
    &[
        ("KeyLower", "key_lower"),
        ("Key", "key"),
        ("key", "key_lower_2"),
    ],
];

/// Returns a field of a spec.
fn field(name: &str) -> Value {
    json!({"name": name, "type": "string", "description": {"en": "A text."}})
}

#[test]
fn the_usual_spelling_of_a_field_has_the_plain_name_wherever_it_stands() {
    for spellings in SPELLINGS {
        for first in 0..spellings.len() {
            let mut fields = spellings.to_vec();
            fields.rotate_left(first);
            let declared: Vec<Value> = fields.iter().map(|(name, _)| field(name)).collect();
            let api = lowered(|spec| {
                spec["structs"][3]["members"] = json!(declared);
                spec["actions"][2]["parameters"] = json!(declared);
                spec["actions"][2]["response"] = json!(declared);
            });
            let action = &api.actions[2];
            let source = api.actions.iter().flat_map(|action| &action.own.structs);
            let source = source
                .chain(&api.shared.structs)
                .find(|s| s.name == "Source");
            for side in [
                &action.parameters,
                &action.members,
                &source.unwrap().members,
            ] {
                let names = side.all.iter().map(|f| (&*f.value.wire, &*f.value.name));
                let names: Vec<_> = names.filter(|(wire, _)| *wire != "RequestId").collect();
                assert_eq!(names, fields);
            }
        }
    }
}

#[test]
fn the_usual_spelling_of_an_action_has_the_plain_name_wherever_it_stands() {
    for names in [["GET", "get", "Get"], ["Get", "GET", "get"]] {
        let api = with_actions(&names);
        let method = |name: &str| {
            let mut actions = api.actions.iter();
            let action = actions.find(|action| action.name == name).unwrap();
            (action.method.clone(), action.request.clone())
        };
        let found = ["Get", "GET", "get"].map(method);
        let expected = [
            ("get", "GetRequest"),
            ("get_2", "GetRequest2"),
            ("get_3", "GetRequest3"),
        ];
        assert_eq!(
            found,
            expected.map(|(method, request)| (method.to_owned(), request.to_owned()))
        );
    }
}

#[test]
fn other_names_on_the_wire_are_literals() {
    let api = lowered(|spec| {
        let mut field = field("Key");
        field["aliases"] = json!(["a\"b"]);
        spec["actions"][2]["response"] = json!([field]);
    });
    let fields = &api.actions[2].members.all;
    let field = fields.iter().find(|field| field.value.wire == "Key");
    assert_eq!(field.unwrap().aliases, [r#""a\"b""#]);
}

#[test]
fn options_of_the_command_line_tell_spellings_apart() {
    let api = lowered(|spec| {
        spec["actions"][2]["parameters"] = json!([field("key"), field("Key")]);
    });
    let sample = api.actions[2].sample.as_ref().unwrap();
    assert_eq!(sample.options, [r#""--key-lower=a""#, r#""--key=a""#]);
}

/// Values of an enum or error codes, and the names of their variants.
const VARIANTS: [&[(&str, &str)]; 5] = [
    &[("Key", "Key"), ("key", "KeyLower"), ("KEY", "KeyUpper")],
    &[("A", "A"), ("a", "ALower")],
    &[
        ("InvalidVpcId", "InvalidVpcId"),
        ("Invalid.VpcId", "InvalidVpcIdDotted"),
        ("invalidVpcId", "InvalidVpcIdLowerCamel"),
    ],
    &[("1.0", "_10Dotted"), ("10", "_10")],
    &[
        ("Unknown", "Unknown2"),
        ("unknown", "UnknownLower"),
        ("UNKNOWN", "UnknownUpper"),
    ],
];

#[test]
fn the_usual_spelling_of_a_value_has_the_plain_name_wherever_it_stands() {
    for spellings in VARIANTS {
        for first in 0..spellings.len() {
            let mut values = spellings.to_vec();
            values.rotate_left(first);
            let api = lowered(|spec| {
                let text = json!({"zh": "文本。", "en": "A text."});
                let spellings = values.iter();
                let value = |(value, _): &(&str, _)| json!({"value": value, "description": text});
                let values: Vec<Value> = spellings.clone().map(value).collect();
                let e = json!({"name": "Spelled", "base": "string", "description": text, "values": values});
                spec["enums"].as_array_mut().unwrap().push(e);
                spec["actions"][2]["parameters"] =
                    json!([{"name": "Spelled", "type": "Spelled", "description": text}]);
                let code = |(code, _): &(&str, _)| json!({"code": code, "origin": "document", "status": 400, "message": "A text.", "cause": text, "remedy": text});
                let codes = spec["error_codes"].as_array_mut().unwrap();
                codes.splice(0..0, spellings.map(code));
            });
            let variants = api.enums.last().unwrap().variants.iter().map(|v| &*v.name);
            let expected: Vec<&str> = values.iter().map(|(_, name)| *name).collect();
            assert_eq!(variants.collect::<Vec<_>>(), expected);
            let codes = api.errors.iter().map(|error| &*error.name);
            assert_eq!(codes.take(values.len()).collect::<Vec<_>>(), expected);
        }
    }
}

#[test]
fn variants_avoid_the_name_of_the_constant() {
    let api = lowered(|spec| {
        spec["enums"][0]["values"][0]["rename"] = "K_N_O_W_N".into();
    });
    assert_eq!(api.enums[0].variants[0].name, "KNOWN2");
}

#[test]
fn generated_code_has_no_bidirectional_control_characters() {
    let api = lowered(|spec| {
        spec["enums"][0]["values"][0]["aliases"] = json!([]);
        let last = json!({
            "value": "a\u{202e}b", "rename": "Ab", "description": {"zh": "\u{2066}值。", "en": "\u{2066}A value."},
        });
        spec["enums"][0]["values"]
            .as_array_mut()
            .unwrap()
            .push(last);
        let examples = &mut spec["actions"][0]["examples"];
        let id = "1\u{202e}\u{2069}";
        examples["json"]["RequestId"] = id.into();
        let xml = examples["xml"].as_str().unwrap();
        let ids = (
            "<RequestId>1</RequestId>",
            format!("<RequestId>{id}</RequestId>"),
        );
        assert!(xml.contains(ids.0));
        examples["xml"] = xml.replace(ids.0, &ids.1).into();
    });
    let renderer = Renderer::new(&api, "small.json").unwrap();
    let rendered = [
        renderer.models(),
        renderer.client(),
        renderer.cli(),
        renderer.docs(),
    ];
    let files: Vec<_> = rendered.into_iter().flat_map(Result::unwrap).collect();
    for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
        let turns = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!file.content.contains(turns), "{}", file.path);
    }
    let enums = files.iter().find(|file| file.path == "enums.rs").unwrap();
    assert!(enums.content.contains("/// `a\\u{202e}b` on the wire."));
}

#[test]
fn a_status_of_codes_with_a_placeholder_is_not_that_of_exact_codes() {
    let api = lowered(|spec| {
        let mut exact = spec["error_codes"][0].clone();
        exact["code"] = json!("MissingThing");
        let codes = spec["error_codes"].as_array_mut();
        codes.expect("a list").push(exact);
        spec["actions"][0]["errors"] = json!(["Missing{Parameter}", "OutOfRange"]);
        spec["actions"][0]["statuses"] = json!({"Missing{Parameter}": 422, "OutOfRange": 409});
    });
    let statuses = api.actions[0].statuses.iter();
    let statuses: Vec<(&str, u16)> = statuses
        .map(|status| (&*status.code, status.status))
        .collect();
    assert_eq!(
        statuses,
        [
            ("\"MissingThing\"", 404),
            ("\"OutOfRange\"", 409),
            ("\"Missing{Parameter}\"", 422)
        ]
    );
}
