//! The version in the manifest of a workspace.

/// The version of the workspace's packages.
pub(crate) fn of(manifest: &str) -> Option<&str> {
    let lines = manifest.lines();
    let mut below = lines.skip_while(|line| line.trim() != "[workspace.package]");
    let line = below.find(|line| line.trim_start().starts_with("version"))?;
    line.split('"').nth(1)
}

/// The manifest with another version of its packages, and of what they ask of one another.
pub(crate) fn replaced(manifest: &str, current: &str, version: &str) -> String {
    let (was, is) = (
        format!("version = \"{current}\""),
        format!("version = \"{version}\""),
    );
    let line = |line: &str| match line.starts_with("version = ") || line.contains("path = ") {
        true => line.replace(&was, &is),
        false => line.to_owned(),
    };
    manifest
        .split('\n')
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_changes_where_it_is_that_of_the_workspace() {
        let manifest = r#"[workspace.package]
version = "0.1.0"
edition = "2024"

[workspace.dependencies]
models = { path = "models", version = "0.1.0" }
other = { version = "0.1.0" }
"#;
        assert_eq!(of(manifest), Some("0.1.0"));
        assert_eq!(
            replaced(manifest, "0.1.0", "0.2.0"),
            manifest.replacen("0.1.0", "0.2.0", 2)
        );
        assert_eq!(of("[workspace]\n"), None);
    }
}
