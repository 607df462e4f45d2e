//! Dependencies come from the registry, name a version, and have licences that ask nothing of users.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::Path;

use serde_json::Value;
use spdx::{Expression, ParseMode};
use support::{cargo, run};

/// Permissive licences only, so that users may do with the program whatever its own licences allow.
const ALLOWED: [&str; 12] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Exceptions to licences, which only allow more.
const EXCEPTIONS: [&str; 1] = ["LLVM-exception"];

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Returns all packages that some platform or feature needs.
fn packages() -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut metadata = cargo();
    metadata.args(["metadata", "--all-features", "--format-version", "1"]);
    let output = run(metadata.current_dir(root));
    let mut metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    serde_json::from_value(metadata["packages"].take()).unwrap()
}

/// Returns whether what a licence demands is allowed. One of several that may be chosen is enough.
fn is_permissive(license: &str) -> bool {
    let expression = Expression::parse_mode(license, ParseMode::LAX);
    expression.is_ok_and(|expression| {
        expression.evaluate(|one| {
            let is_allowed = one
                .license
                .id()
                .is_some_and(|id| ALLOWED.contains(&id.name));
            let addition = one.addition.as_ref().map(ToString::to_string);
            is_allowed && addition.is_none_or(|addition| EXCEPTIONS.contains(&&*addition))
        })
    })
}

#[test]
fn dependencies_come_from_the_registry_and_have_permissive_licences() {
    let packages = packages();
    assert!(packages.len() > 100);
    for package in packages {
        let (name, version) = (&package["name"], &package["version"]);
        let is_ours = package["source"].is_null();
        assert!(
            is_ours || package["source"] == REGISTRY,
            "{name} comes from {}",
            package["source"]
        );
        let license = package["license"].as_str().unwrap_or_default();
        assert!(is_permissive(license), "{name} {version}: {license:?}");
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        let mut from_elsewhere = dependencies.filter(|one| is_ours && !one["source"].is_null());
        assert!(
            from_elsewhere.all(|one| one["req"] != "*"),
            "{name} takes any version of a dependency"
        );
    }
}

#[test]
fn a_licence_that_asks_something_of_users_is_not_permissive() {
    assert!(is_permissive("MIT OR GPL-3.0-only") && is_permissive("MIT/Apache-2.0"));
    assert!(is_permissive("Apache-2.0 WITH LLVM-exception AND ISC"));
    for license in [
        "",
        "GPL-3.0-only",
        "MIT AND MPL-2.0",
        "MIT WITH Classpath-exception-2.0",
        "own",
    ] {
        assert!(!is_permissive(license), "{license}");
    }
}
