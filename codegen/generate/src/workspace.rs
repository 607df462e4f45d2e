//! What a generated workspace takes over from the one that generates it.

use std::path::Path;

use serde::Serialize;

/// Folders of the packages of a generated workspace.
pub const PACKAGES: [&str; 6] = ["models", "client", "service", "docs", "cli", "server"];

/// Crates written by hand on which every product stands.
const OWN: [&str; 5] = [
    "pop-cli",
    "pop-client",
    "pop-docs",
    "pop-gateway",
    "pop-rpc",
];

/// Third-party crates that generated packages name.
const DEPENDENCIES: [&str; 7] = [
    "clap",
    "proptest",
    "proptest-derive",
    "serde",
    "serde_json",
    "tokio",
    "tokio-util",
];

/// Tables of lints.
const LINTS: [&str; 2] = ["workspace.lints.rust", "workspace.lints.clippy"];

/// What a generated workspace takes over.
#[derive(Clone, Debug, Serialize)]
pub struct House {
    /// Version of the packages.
    pub version: String,
    /// Crates written by hand, which are used from where they are.
    pub own: Vec<OwnCrate>,
    /// Oldest compiler, as a literal of TOML.
    pub rust_version: String,
    /// Lines of `[workspace.dependencies]`.
    pub dependencies: Vec<String>,
    /// Lines of the tables of lints.
    pub lints: Vec<String>,
    /// Lines of `clippy.toml`.
    pub clippy: Vec<String>,
}

/// A crate written by hand.
#[derive(Clone, Debug, Serialize)]
pub struct OwnCrate {
    /// Name of the package.
    pub name: &'static str,
    /// Where it is, as a literal of TOML.
    pub path: String,
}

impl House {
    /// Reads the manifest of a workspace, which has a line for each dependency, and its
    /// `clippy.toml`; `root` is its folder, and `version` that of the packages to generate.
    pub fn new(root: &Path, manifest: &str, clippy: &str, version: &str) -> Self {
        let third_party = table(manifest, "workspace.dependencies");
        let dependencies =
            third_party.filter(|line| DEPENDENCIES.iter().any(|name| sets(line, name)));
        let mut lints = Vec::new();
        for name in LINTS {
            lints.push(format!("[{name}]"));
            lints.extend(table(manifest, name).map(str::to_owned));
            lints.push(String::new());
        }
        let compiler = table(manifest, "workspace.package").find(|line| sets(line, "rust-version"));
        let compiler = compiler.and_then(|line| line.split_once('='));
        let own = OWN.map(|name| OwnCrate {
            name,
            path: format!(
                "{:?}",
                root.join("crates/pop")
                    .join(name.trim_start_matches("pop-"))
            ),
        });
        Self {
            version: version.to_owned(),
            own: own.into(),
            rust_version: compiler.map_or(String::new(), |(_, value)| value.trim().to_owned()),
            dependencies: dependencies.map(str::to_owned).collect(),
            lints,
            clippy: clippy.lines().map(str::to_owned).collect(),
        }
    }
}

/// Whether a line of TOML sets a key.
fn sets(line: &str, key: &str) -> bool {
    line.split_once('=')
        .is_some_and(|(name, _)| name.trim() == key)
}

/// The lines of a table of TOML that has no tables in it.
fn table<'m>(manifest: &'m str, name: &str) -> impl Iterator<Item = &'m str> {
    let heading = format!("[{name}]");
    let lines = manifest
        .lines()
        .skip_while(move |line| line.trim() != heading);
    let lines = lines.skip(1).take_while(|line| !line.starts_with('['));
    lines.filter(|line| !line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_lints_are_those_of_the_project() {
        let manifest = "[workspace.package]\nrust-version = \"1.90\"\n\n[workspace.dependencies]\nserde = \"1.0\" # models\nserde_json = \"1.0\"\nsha1 = \"0.11\"\n\n[workspace.lints.rust]\nunsafe_code = \"forbid\"\n";
        let house = House::new(
            Path::new("/house"),
            manifest,
            "allow-unwrap-in-tests = true\n",
            "0.3.0",
        );
        assert_eq!(house.rust_version, "\"1.90\"");
        assert_eq!(
            house.dependencies,
            ["serde = \"1.0\" # models", "serde_json = \"1.0\""]
        );
        assert_eq!(
            house.lints[..2],
            ["[workspace.lints.rust]", "unsafe_code = \"forbid\""]
        );
        assert_eq!(house.own[4].path, "\"/house/crates/pop/rpc\"");
    }
}
