//! Settings that a generated workspace copies from the workspace of the generator.

use std::path::Path;

use serde::Serialize;
use toml_edit::{DocumentMut, Item, Table, TomlError};

/// Folders of the packages of a generated workspace.
pub const PACKAGES: [&str; 6] = ["models", "client", "service", "docs", "cli", "server"];

/// Handwritten crates that every product depends on.
const RUNTIME: [&str; 5] = [
    "pop-cli",
    "pop-client",
    "pop-docs",
    "pop-gateway",
    "pop-rpc",
];

/// Third-party crates that generated packages depend on.
const DEPENDENCIES: [&str; 7] = [
    "clap",
    "proptest",
    "proptest-derive",
    "serde",
    "serde_json",
    "tokio",
    "tokio-util",
];

/// Settings of a generated workspace.
#[derive(Clone, Debug, Serialize)]
pub struct WorkspaceSettings {
    /// Version of the packages.
    pub version: String,
    /// Handwritten crates, used from their place in the repository.
    pub runtime: Vec<RuntimeCrate>,
    /// Oldest supported compiler.
    pub rust_version: String,
    /// Third-party entries of `[workspace.dependencies]`, with their comments.
    pub dependencies: String,
    /// Tables of lints, with their comments.
    pub lints: String,
    /// Text of `clippy.toml`.
    pub clippy: String,
}

/// A handwritten crate.
#[derive(Clone, Debug, Serialize)]
pub struct RuntimeCrate {
    /// Name of the package.
    pub name: &'static str,
    /// Its folder, as a TOML string.
    pub path: String,
}

impl WorkspaceSettings {
    /// Reads the settings from the manifest of a workspace and its `clippy.toml`.
    ///
    /// `root` is the folder of that workspace; `version` is the version of the generated packages.
    ///
    /// # Errors
    ///
    /// The manifest is not TOML.
    pub fn new(
        root: &Path,
        manifest: &str,
        clippy: &str,
        version: &str,
    ) -> Result<Self, TomlError> {
        let manifest: DocumentMut = manifest.parse()?;
        let workspace = manifest.get("workspace");
        let setting = |key| workspace.and_then(|workspace| workspace.get(key));
        let compiler = setting("package").and_then(|package| package.get("rust-version"));
        let runtime = RUNTIME.map(|name| {
            let folder = root.join("crates/pop");
            let path = folder.join(name.trim_start_matches("pop-"));
            RuntimeCrate {
                name,
                path: format!("{path:?}"),
            }
        });
        Ok(Self {
            version: version.to_owned(),
            runtime: runtime.into(),
            rust_version: compiler
                .and_then(Item::as_str)
                .unwrap_or_default()
                .to_owned(),
            dependencies: setting("dependencies").map(third_party).unwrap_or_default(),
            lints: setting("lints").map(tables_of_lints).unwrap_or_default(),
            clippy: clippy.to_owned(),
        })
    }
}

/// The third-party crates among the dependencies.
fn third_party(dependencies: &Item) -> String {
    let mut table = dependencies.as_table().cloned().unwrap_or_default();
    table.retain(|name, _| DEPENDENCIES.contains(&name));
    table.to_string()
}

/// The lints, below `[workspace.lints…]`.
fn tables_of_lints(lints: &Item) -> String {
    let mut workspace = Table::new();
    workspace.set_implicit(true);
    workspace.insert("lints", lints.clone());
    let mut document = DocumentMut::new();
    document.insert("workspace", Item::Table(workspace));
    document.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_lints_are_those_of_the_project() {
        let manifest = r#"
[workspace.package]
rust-version = "1.90"

[workspace.dependencies]
models = { path = "models" }

# Third-party crates.
serde = "1.0" # models
# With exact numbers.
serde_json = { version = "1.0", features = ["float_roundtrip"] }   # JSON
sha1 = "0.11"

[workspace.lints.rust]
unsafe_code = "forbid" # everywhere

[workspace.lints.clippy]
panic = "warn"
"#;
        let clippy = "allow-unwrap-in-tests = true\n";
        let settings =
            WorkspaceSettings::new(Path::new("/house"), manifest, clippy, "0.3.0").unwrap();
        assert_eq!(settings.rust_version, "1.90");
        assert_eq!(
            settings.dependencies.trim_start(),
            r#"# Third-party crates.
serde = "1.0" # models
# With exact numbers.
serde_json = { version = "1.0", features = ["float_roundtrip"] }   # JSON
"#
        );
        assert_eq!(
            settings.lints.trim_start(),
            r#"[workspace.lints.rust]
unsafe_code = "forbid" # everywhere

[workspace.lints.clippy]
panic = "warn"
"#
        );
        assert_eq!(settings.runtime[4].path, "\"/house/crates/pop/rpc\"");
    }
}
