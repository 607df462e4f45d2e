//! Generation changes only files that it owns and that differ.

#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

use codegen::output::Plan;

fn files(contents: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |(path, content): &(&str, &str)| ((*path).to_owned(), (*content).to_owned());
    contents.iter().map(own).collect()
}

fn put(root: &Path, path: &str, content: &[u8]) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("created");
    fs::write(path, content).expect("written");
}

#[test]
fn files_are_created_written_and_removed() {
    let root = tempfile::tempdir().expect("a folder");
    let root = root.path();
    put(root, "crate/src/lib.rs", b"by hand");
    put(root, "crate/src/generated/same.rs", b"same\n");
    put(root, "crate/src/generated/stale.rs", b"old\n");
    put(root, "crate/src/generated/gone/left.rs", b"left\n");
    put(root, "crate/src/generated/bytes.rs", b"\xff\xfe");
    let wanted = files(&[
        ("crate/src/generated/same.rs", "same\n"),
        ("crate/src/generated/stale.rs", "new\n"),
        ("crate/src/generated/deep/new.rs", "new\n"),
        ("crate/src/generated/bytes.rs", "text\n"),
        ("schema.json", "{}\n"),
    ]);
    let owned = ["crate/src/generated".to_owned()];

    let plan = Plan::new(root, &wanted, &owned).expect("compared");
    assert_eq!(plan.unchanged, 1);
    let paths: Vec<&str> = plan.changes.iter().map(|change| &*change.path).collect();
    assert_eq!(
        paths,
        [
            "crate/src/generated/bytes.rs",
            "crate/src/generated/deep/new.rs",
            "crate/src/generated/gone/left.rs",
            "crate/src/generated/stale.rs",
            "schema.json",
        ]
    );
    let diff = plan.diff();
    assert!(
        diff.contains("--- a/crate/src/generated/stale.rs\n+++ b/crate/src/generated/stale.rs")
    );
    assert!(diff.contains("-old\n+new"), "{diff}");
    assert!(diff.contains("+++ /dev/null"), "{diff}");

    plan.apply(root).expect("written");
    let again = Plan::new(root, &wanted, &owned).expect("compared");
    assert!(
        again.changes.is_empty() && again.unchanged == 5,
        "{again:?}"
    );
    assert!(!root.join("crate/src/generated/gone").exists());
    assert_eq!(
        fs::read(root.join("crate/src/lib.rs")).expect("read"),
        b"by hand"
    );
}

#[test]
fn a_single_different_byte_is_a_change() {
    let root = tempfile::tempdir().expect("a folder");
    let wanted = files(&[("g/a.rs", "fn a() {}\n")]);
    let owned = ["g".to_owned()];
    for content in [
        "fn a() {}",
        "fn a() {}\n\n",
        "fn a() {}\r\n",
        "fn b() {}\n",
        "",
    ] {
        put(root.path(), "g/a.rs", content.as_bytes());
        let plan = Plan::new(root.path(), &wanted, &owned).expect("compared");
        assert_eq!(plan.changes.len(), 1, "{content:?}");
    }
}

#[test]
fn generation_is_deterministic() {
    let spec = include_str!("../../spec/tests/small.json");
    let first = codegen::generate("small.json", spec).expect("generated");
    let second = codegen::generate("small.json", spec).expect("generated");
    assert_eq!(first.files, second.files);
}
