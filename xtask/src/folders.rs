//! Finds the folders of the repository.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Root of the repository, the parent folder of this package.
///
/// Cargo provides the package's location at run time, so a test can point `xtask` at a copy.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let package = package.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        package.parent().unwrap_or(&package).to_owned()
    });
    &ROOT
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}
