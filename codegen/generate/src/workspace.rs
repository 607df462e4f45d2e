//! Settings of a generated workspace; most come from the workspace of the generator.

use serde::Serialize;
use toml_edit::{DocumentMut, Item, Table, TomlError, Value};

use crate::runtime::{Dependency, Runtime};

/// Folders of the packages of a generated workspace.
pub const PACKAGES: [&str; 6] = ["models", "client", "service", "docs", "cli", "server"];

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

/// Version of a new workspace.
const FIRST: &str = "0.1.0";

/// Files of the generator's workspace that a generated one repeats.
#[derive(Clone, Debug)]
pub struct Template {
    /// Text of `Cargo.toml`.
    pub manifest: String,
    /// Text of `clippy.toml`.
    pub clippy: String,
    /// Names and texts of the licences.
    pub licences: Vec<(String, String)>,
}

/// Facts about a generated workspace that its owner decides.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Version of the packages.
    pub version: Option<String>,
    /// Origin of the handwritten crates.
    pub runtime: Option<Runtime>,
    /// URL of the source.
    pub repository: Option<String>,
}

impl Choices {
    /// Replaces what is not chosen by what the manifest of the workspace already says.
    ///
    /// # Errors
    ///
    /// The manifest is not TOML.
    pub fn or(self, manifest: &str) -> Result<Self, TomlError> {
        let manifest: DocumentMut = manifest.parse()?;
        let package = manifest.get("workspace").and_then(|w| w.get("package"));
        let text = |key| {
            let value = package.and_then(|package| package.get(key));
            value.and_then(Item::as_str).map(str::to_owned)
        };
        Ok(Self {
            version: self.version.or_else(|| text("version")),
            runtime: self.runtime.or_else(|| Runtime::of(&manifest)),
            repository: self.repository.or_else(|| text("repository")),
        })
    }
}

/// Settings of a generated workspace.
#[derive(Clone, Debug, Serialize)]
pub struct WorkspaceSettings {
    /// Version of the packages.
    version: String,
    /// Handwritten crates.
    runtime: Vec<Dependency>,
    /// Oldest supported compiler.
    rust_version: String,
    /// SPDX expression of the licences, as TOML.
    license: String,
    /// URL of the source, as TOML.
    repository: String,
    /// Third-party entries of `[workspace.dependencies]`, with their comments.
    dependencies: String,
    /// Tables of lints, with their comments.
    lints: String,
    /// Text of `clippy.toml`.
    clippy: String,
    /// Names and texts of the licences.
    #[serde(skip)]
    pub(crate) licences: Vec<(String, String)>,
}

impl WorkspaceSettings {
    /// Collects the settings. By default, the handwritten crates come from the registry, in the
    /// version of the generator's workspace.
    ///
    /// # Errors
    ///
    /// The manifest of the generator's workspace is not TOML.
    pub fn new(template: Template, choices: Choices) -> Result<Self, TomlError> {
        let manifest: DocumentMut = template.manifest.parse()?;
        let workspace = manifest.get("workspace");
        let setting = |key| workspace.and_then(|workspace| workspace.get(key));
        let package = |key| {
            let value = setting("package").and_then(|package| package.get(key));
            value.and_then(Item::as_str).unwrap_or_default().to_owned()
        };
        let version = package("version");
        let runtime = choices.runtime;
        let runtime = runtime.unwrap_or_else(|| Runtime::Version(version.clone()));
        let repository = choices.repository.unwrap_or_else(|| package("repository"));
        Ok(Self {
            version: choices.version.unwrap_or_else(|| FIRST.to_owned()),
            runtime: runtime.dependencies(&version),
            rust_version: package("rust-version"),
            license: Value::from(package("license")).to_string(),
            repository: Value::from(repository).to_string(),
            dependencies: setting("dependencies").map(third_party).unwrap_or_default(),
            lints: setting("lints").map(tables_of_lints).unwrap_or_default(),
            clippy: template.clippy,
            licences: template.licences,
        })
    }
}

/// Returns the keyword of a product for the registry, which allows 20 letters, digits and dashes.
pub(crate) fn keyword(product: &str) -> String {
    let allowed = product
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-');
    let keyword: String = allowed.take(20).collect();
    keyword.trim_matches('-').to_ascii_lowercase()
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
version = "0.3.0"
rust-version = "1.90"
license = "MIT"

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
        let template = Template {
            manifest: manifest.to_owned(),
            clippy: "allow-unwrap-in-tests = true\n".to_owned(),
            licences: Vec::new(),
        };
        let settings = WorkspaceSettings::new(template, Choices::default()).unwrap();
        assert_eq!(settings.license, "\"MIT\"");
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
        assert_eq!(settings.version, FIRST);
    }

    #[test]
    fn the_choices_of_an_existing_workspace_stay() {
        let manifest = r#"
[workspace.package]
version = "2.0.0"
repository = "https://a.example/b"

[workspace.dependencies]
pop-rpc = { path = "../house/crates/pop/rpc", version = "0.1.0" }
"#;
        let choices = Choices {
            version: Some("3.0.0".to_owned()),
            ..Choices::default()
        };
        let choices = choices.or(manifest).unwrap();
        assert_eq!(choices.version.as_deref(), Some("3.0.0"));
        assert_eq!(choices.repository.as_deref(), Some("https://a.example/b"));
        assert_eq!(choices.runtime, Some(Runtime::Path("../house".to_owned())));
    }

    #[test]
    fn a_keyword_is_one_that_the_registry_accepts() {
        let products = ["Ecs", "waf-openapi", "-A.B", "AVeryLongNameOfSomeProduct"];
        let keywords = ["ecs", "waf-openapi", "ab", "averylongnameofsomep"];
        assert_eq!(products.map(keyword), keywords);
    }
}
