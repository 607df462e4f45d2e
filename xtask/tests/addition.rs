//! An addition to the API breaks no handwritten test.
//!
//! A copy of the repository gets a spec with one more action, enum, error code and parameter. Its
//! files are generated again, and its tests pass.

#![allow(clippy::unwrap_used)]

mod support;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use support::{cargo, run};

const SPEC: &str = "spec/ons-2019-02-14.json";

/// Folders that are not copied: they are generated, or belong to git and cargo.
const LEFT_OUT: [&str; 3] = [".git", "generated", "target"];

/// Crates whose integration tests must pass whatever is added to the spec.
const TESTED: [&str; 5] = [
    "crates/ons/models",
    "crates/ons/client",
    "crates/ons/service",
    "crates/ons/docs",
    "crates/cli",
];

/// Tests of these crates that take long and whose subject no addition changes.
const NOT_TESTED: [&str; 2] = ["demo", "transports"];

fn repository() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap().to_owned()
}

/// Makes `copy` equal to `original`. Equal files stay untouched: cargo decides by their times what
/// to rebuild.
fn mirror(original: &Path, copy: &Path) {
    fs::create_dir_all(copy).unwrap();
    let names = |folder: &Path| -> Vec<OsString> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name());
        let is_copied = |name: &OsString| !LEFT_OUT.iter().any(|left_out| name == left_out);
        names.filter(is_copied).collect()
    };
    let wanted = names(original);
    for name in names(copy) {
        if !wanted.contains(&name) {
            let path = copy.join(&name);
            if path.is_dir() {
                fs::remove_dir_all(path).unwrap();
            } else {
                fs::remove_file(path).unwrap();
            }
        }
    }
    for name in wanted {
        let (from, to) = (original.join(&name), copy.join(&name));
        if from.is_dir() {
            mirror(&from, &to);
        } else {
            let content = fs::read(from).unwrap();
            if fs::read(&to).ok().as_ref() != Some(&content) {
                fs::write(to, content).unwrap();
            }
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
        .find(|action| action["name"] == "OnsMqttGroupIdList");
    push(
        &mut list.unwrap()["parameters"],
        json!({"name": "Prefix", "type": "string", "example": "GID_", "description": text("Beginning of the group IDs.")}),
    );
}

/// Returns the integration tests of a crate that are one file each.
///
/// The others kill the program and do not depend on the spec.
fn test_targets(package: &Path) -> Vec<String> {
    let entries = fs::read_dir(package.join("tests")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    files
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|test| !NOT_TESTED.contains(&test.as_str()))
        .collect()
}

/// Runs tests of a copy, and their namesakes in other packages. Features of dependencies are those
/// of the whole workspace, so that only the copy itself is compiled.
fn test_workspace(copy: &Path, arguments: &[&str]) {
    cargo_test(copy, &[&["--workspace"][..], arguments].concat());
}

/// Runs `cargo test`. Intermediate results go to the project's build folder, programs to the copy's
/// target folder.
fn cargo_test(copy: &Path, arguments: &[&str]) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    run(cargo()
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

    // With a different version, cargo can tell the packages of the copy from those of the
    // repository.
    let patch: u32 = env!("CARGO_PKG_VERSION_PATCH").parse().unwrap();
    let series = concat!(
        env!("CARGO_PKG_VERSION_MAJOR"),
        ".",
        env!("CARGO_PKG_VERSION_MINOR")
    );
    let ours = concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"");
    let theirs = format!("version = \"{series}.{}\"", patch + 1);
    let manifest = fs::read_to_string(copy.join("Cargo.toml")).unwrap();
    assert!(manifest.contains(ours));
    let manifest = manifest.replacen(ours, &theirs, 1);
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
    test_workspace(&copy, &tests.iter().map(String::as_str).collect::<Vec<_>>());
    test_workspace(&copy, &["--test", "actions", "error_codes"]);
    cargo_test(&copy, &["--package", "ons-mqtt-models", "--lib"]);
}
