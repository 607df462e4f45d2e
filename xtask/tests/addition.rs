//! An addition to the API breaks no handwritten test.
//!
//! A copy of the repository gets a spec with an action, an enum, an error code and a parameter more.
//! Its generated files follow, and its own tests pass.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

const SPEC: &str = "spec/ons-2019-02-14.json";

/// Entries of the repository's root that no test needs.
const LEFT_OUT: [&str; 2] = [".git", "target"];

/// Crates whose integration tests hold whatever the spec adds.
const TESTED: [&str; 5] = [
    "crates/ons/models",
    "crates/ons/client",
    "crates/ons/service",
    "crates/ons/docs",
    "crates/cli",
];

fn repository() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap().to_owned()
}

/// Makes `copy` equal to `original`, and leaves files alone that are equal already: their times tell
/// cargo what to build again.
fn mirror(original: &Path, copy: &Path) {
    fs::create_dir_all(copy).unwrap();
    let names = |folder: &Path| -> Vec<_> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect()
    };
    let wanted = names(original);
    for name in names(copy) {
        let path = copy.join(&name);
        if wanted.contains(&name) {
            continue;
        }
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
    }
    for name in wanted {
        let (from, to) = (original.join(&name), copy.join(&name));
        if LEFT_OUT.iter().any(|left_out| name == *left_out) {
            continue;
        }
        if from.is_dir() {
            mirror(&from, &to);
        } else if fs::read(&from).unwrap() != fs::read(&to).unwrap_or_default() {
            fs::write(to, fs::read(from).unwrap()).unwrap();
        }
    }
}

fn text(english: &str) -> Value {
    json!({"zh": "新增的内容。", "en": english})
}

/// Adds one of each kind to a spec.
fn add(spec: &mut Value) {
    let push = |list: &mut Value, item: Value| list.as_array_mut().unwrap().push(item);
    push(
        &mut spec["enums"],
        json!({
            "name": "SortOrder",
            "base": "string",
            "description": text("Order of a list."),
            "values": [
                {"value": "ASC", "description": text("Smallest first.")},
                {"value": "DESC", "description": text("Largest first.")},
            ],
        }),
    );
    push(
        &mut spec["error_codes"],
        json!({
            "code": "BIZ_TOO_MANY_CLIENTS",
            "origin": "document",
            "status": 400,
            "message": "Too many clients in one request.",
            "cause": text("The request names too many clients."),
            "remedy": text("Ask for fewer clients at once."),
        }),
    );
    let category = spec["actions"][0]["category"].clone();
    push(
        &mut spec["actions"],
        json!({
            "name": "OnsMqttQueryClientsOnline",
            "category": category,
            "summary": text("Tells which of several clients are online."),
            "operation": "read",
            "idempotent": true,
            "parameters": [
                {
                    "name": "ClientIdList",
                    "type": {"list": {"of": "string"}},
                    "required": true,
                    "max_items": 10,
                    "description": text("Client IDs to look for."),
                },
                {"name": "Order", "type": "SortOrder", "example": "ASC", "description": text("Order of the answer.")},
            ],
            "response": [
                {"name": "Total", "type": "int32", "required": true, "description": text("Number of clients online.")},
            ],
            "errors": ["BIZ_TOO_MANY_CLIENTS"],
            "examples": {
                "request": {"ClientIdList.1": "GID_test@@@0001", "ClientIdList.2": "GID_test@@@0002", "Order": "ASC"},
                "json": {"RequestId": "E052918F-CC0D-4FD8-948F-60E89C479E23", "Total": 1},
                "xml": "<OnsMqttQueryClientsOnlineResponse><RequestId>E052918F-CC0D-4FD8-948F-60E89C479E23</RequestId><Total>1</Total></OnsMqttQueryClientsOnlineResponse>",
            },
        }),
    );
    let actions = spec["actions"].as_array_mut().unwrap();
    let list = actions
        .iter_mut()
        .find(|a| a["name"] == "OnsMqttGroupIdList");
    push(
        &mut list.unwrap()["parameters"],
        json!({"name": "Prefix", "type": "string", "example": "GID_", "description": text("Beginning of the group IDs.")}),
    );
}

/// Runs a program that has to succeed.
fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{command:?}\n{printed}\n{errors}");
}

/// Returns the integration tests of a crate that are one file each.
///
/// The others kill the program, and know nothing of the spec. Programs that do not compile are the
/// same programs in the copy.
fn test_targets(package: &Path) -> Vec<String> {
    let entries = fs::read_dir(package.join("tests")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    files
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| name != "compile_fail")
        .collect()
}

/// Runs tests of a copy. Features of dependencies are those of the whole workspace, so that nothing
/// but the copy itself is compiled again.
fn test(copy: &Path, arguments: &[&str]) {
    run_cargo(copy, &[&["--workspace"][..], arguments].concat());
}

/// Runs `cargo test`: what it compiles is kept beside the project's own, programs apart from it.
fn run_cargo(copy: &Path, arguments: &[&str]) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    run(Command::new(env!("CARGO"))
        .arg("test")
        .args(arguments)
        .current_dir(copy)
        .env("CARGO_BUILD_BUILD_DIR", target)
        .env("CARGO_TARGET_DIR", copy.join("target"))
        .env("CARGO_TERM_COLOR", "never"));
}

#[test]
fn an_addition_to_the_api_breaks_no_handwritten_test() {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("addition");
    mirror(&repository(), &copy);

    // A version of its own tells cargo its packages from those of the repository.
    let manifest = fs::read_to_string(copy.join("Cargo.toml")).unwrap();
    let version = concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"");
    let manifest = manifest.replacen(version, "version = \"0.1.1\"", 1);
    fs::write(copy.join("Cargo.toml"), manifest).unwrap();

    let spec = fs::read_to_string(copy.join(SPEC)).unwrap();
    let mut spec: Value = serde_json::from_str(&spec).unwrap();
    add(&mut spec);
    fs::write(copy.join(SPEC), spec.to_string()).unwrap();
    run(Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("generate")
        .env("CARGO_MANIFEST_DIR", copy.join("xtask")));

    let tests = TESTED
        .iter()
        .flat_map(|folder| test_targets(&copy.join(folder)));
    let tests: Vec<String> = tests.flat_map(|test| ["--test".to_owned(), test]).collect();
    test(&copy, &tests.iter().map(String::as_str).collect::<Vec<_>>());
    test(&copy, &["--test", "actions", "error_codes"]);
    run_cargo(&copy, &["--package", "ons-mqtt-models", "--lib"]);
}
