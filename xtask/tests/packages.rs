//! Every package that is published says what it is, and has README and licences in it.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[test]
fn every_published_package_has_readme_licences_keywords_and_categories() {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&cargo.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    // `publish = false` is an empty list of registries.
    let published: Vec<&Value> = packages.iter().filter(|p| p["publish"].is_null()).collect();
    assert!(published.len() > 10);
    for package in published {
        let name = package["name"].as_str().unwrap();
        for list in ["keywords", "categories"] {
            let count = package[list].as_array().unwrap().len();
            assert!((1..=5).contains(&count), "{name}: {list}");
        }
        let manifest = package["manifest_path"].as_str().unwrap();
        let folder = Path::new(manifest).parent().unwrap();
        for file in ["README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
            let text = std::fs::read_to_string(folder.join(file)).unwrap();
            assert!(text.len() > 100, "{name}: {file}");
        }
        let has_features = !package["features"].as_object().unwrap().is_empty();
        let all_features = &package["metadata"]["docs"]["rs"]["all-features"];
        assert!(!has_features || *all_features == true, "{name}: docs.rs");
    }
}
