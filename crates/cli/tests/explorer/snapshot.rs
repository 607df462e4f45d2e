//! Snapshots of snippets.

use std::fs;
use std::path::Path;

/// Compares a snippet with its snapshot, or replaces the snapshot if the environment says so.
pub(crate) fn check(file: &str, code: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explorer/snapshots");
    let path = folder.join(file);
    if are_replaced() {
        fs::write(path, code).expect("a file");
        return;
    }
    let snapshot = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(
        snapshot, code,
        "{file}: review, then set INSTA_UPDATE=always"
    );
}

/// Returns `true` if this run replaces the snapshots.
pub(crate) fn are_replaced() -> bool {
    std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always")
}
