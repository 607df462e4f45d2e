//! Reads and changes the version in the manifest of a workspace.

use toml_edit::{Document, DocumentMut, Item, Value};

/// Returns the version of the workspace's packages.
pub(crate) fn of(manifest: &str) -> Option<&str> {
    let document = Document::parse(manifest).ok()?;
    let version = document.get("workspace")?.get("package")?.get("version")?;
    Some(manifest.get(version.span()?)?.trim_matches(['"', '\'']))
}

/// Returns the manifest with another version of the workspace's packages.
///
/// Dependencies on packages of the workspace get the version too, if they name one.
pub(crate) fn replaced(manifest: &str, version: &str) -> Option<String> {
    let mut document: DocumentMut = manifest.parse().ok()?;
    let workspace = document.get_mut("workspace")?;
    set(workspace.get_mut("package")?.get_mut("version")?, version);
    let dependencies = workspace.get_mut("dependencies")?.as_table_like_mut()?;
    for (_, dependency) in dependencies.iter_mut() {
        let is_own = dependency.get("path").is_some();
        if let Some(item) = dependency.get_mut("version").filter(|_| is_own) {
            set(item, version);
        }
    }
    Some(document.to_string())
}

/// Replaces a value, but not the spaces and comments around it.
fn set(item: &mut Item, text: &str) {
    if let Some(value) = item.as_value_mut() {
        let decor = value.decor().clone();
        *value = Value::from(text);
        *value.decor_mut() = decor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_version_of_the_workspace_changes() {
        let manifest = r#"[workspace.package]
version = "0.1.0" # of all packages
edition = "2024"

[workspace.dependencies]
models = { path = "models", version = "0.1.0" }
other = { version = "0.1.0" }
tools = { path = "tools" }# never published
"#;
        assert_eq!(of(manifest), Some("0.1.0"));
        assert_eq!(
            replaced(manifest, "0.2.0"),
            Some(manifest.replacen("0.1.0", "0.2.0", 2))
        );
        assert_eq!(of("[workspace]\n"), None);
    }
}
