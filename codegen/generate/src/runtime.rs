//! Origin of the handwritten crates that a generated workspace depends on.

use std::str::FromStr;

use serde::Serialize;
use toml_edit::{DocumentMut, InlineTable, Item, Value};

/// Handwritten crates that every product depends on.
const CRATES: [&str; 6] = [
    "pop-cli",
    "pop-client",
    "pop-docs",
    "pop-explorer",
    "pop-gateway",
    "pop-rpc",
];

/// Origin of the handwritten crates in a generated workspace.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Runtime {
    /// The registry, with a requirement on the version, such as `0.1`.
    Version(String),
    /// A Git repository.
    Git {
        /// URL of the repository.
        url: String,
        /// Commit or tag; the newest commit if there is none.
        revision: Option<String>,
    },
    /// A checkout of the repository of these crates; a relative path begins at the workspace.
    Path(String),
}

/// A text that names no runtime.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("use `version:0.1`, `git:URL`, `git:URL#REVISION` or `path:CHECKOUT`")]
pub struct RuntimeError;

/// A dependency on a handwritten crate.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Dependency {
    /// Name of the package.
    name: &'static str,
    /// Its version and origin, as TOML.
    origin: String,
}

impl Runtime {
    /// Returns the runtime that the manifest of a workspace names, unless it is a version: each
    /// generation chooses the version that fits the code.
    pub fn of(manifest: &DocumentMut) -> Option<Self> {
        let dependency = manifest.get("workspace")?.get("dependencies")?;
        let dependency = dependency.get("pop-rpc")?;
        let text = |key| dependency.get(key).and_then(Item::as_str);
        if let Some(path) = text("path") {
            let checkout = path.strip_suffix("/crates/pop/rpc")?;
            return Some(Self::Path(checkout.to_owned()));
        }
        Some(Self::Git {
            url: text("git")?.to_owned(),
            revision: text("rev").map(str::to_owned),
        })
    }

    /// Returns the dependencies on all handwritten crates, whose version is `version`.
    ///
    /// Cargo builds from the repository or folder, and a published package requires the version.
    pub(crate) fn dependencies(&self, version: &str) -> Vec<Dependency> {
        let origin = |name: &str| {
            let mut table = InlineTable::new();
            match self {
                Self::Version(requirement) => return Value::from(requirement),
                Self::Git { url, revision } => {
                    table.insert("git", url.into());
                    if let Some(revision) = revision {
                        table.insert("rev", revision.into());
                    }
                }
                Self::Path(checkout) => {
                    let folder = name.trim_start_matches("pop-");
                    table.insert("path", format!("{checkout}/crates/pop/{folder}").into());
                }
            }
            table.insert("version", version.into());
            table.into()
        };
        CRATES
            .iter()
            .map(|&name| Dependency {
                name,
                origin: origin(name).to_string().trim().to_owned(),
            })
            .collect()
    }
}

impl FromStr for Runtime {
    type Err = RuntimeError;

    fn from_str(text: &str) -> Result<Self, RuntimeError> {
        match text.split_once(':') {
            Some((_, "")) => Err(RuntimeError),
            Some(("version", requirement)) => Ok(Self::Version(requirement.to_owned())),
            Some(("git", url)) => Ok(match url.split_once('#') {
                Some((url, revision)) => Self::Git {
                    url: url.to_owned(),
                    revision: Some(revision.to_owned()),
                },
                None => Self::Git {
                    url: url.to_owned(),
                    revision: None,
                },
            }),
            Some(("path", checkout)) => {
                let checkout = checkout.trim_end_matches('/');
                Ok(Self::Path(checkout.to_owned()))
            }
            _ => Err(RuntimeError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_is_a_version_a_repository_or_a_checkout() {
        let cases = [
            ("version:0.1", r#""0.1""#),
            (
                "git:https://a.example/b",
                r#"{ git = "https://a.example/b", version = "0.3.0" }"#,
            ),
            (
                "git:ssh://git@a.example/b#v0.3.0",
                r#"{ git = "ssh://git@a.example/b", rev = "v0.3.0", version = "0.3.0" }"#,
            ),
            (
                "path:../house/",
                r#"{ path = "../house/crates/pop/rpc", version = "0.3.0" }"#,
            ),
        ];
        for (text, expected) in cases {
            let runtime: Runtime = text.parse().unwrap();
            let dependencies = runtime.dependencies("0.3.0");
            let rpc = dependencies.last().unwrap();
            assert_eq!((rpc.name, rpc.origin.as_str()), ("pop-rpc", expected));
            let manifest = format!("[workspace.dependencies]\npop-rpc = {expected}\n");
            let kept = Runtime::of(&manifest.parse().unwrap());
            let is_version = matches!(runtime, Runtime::Version(_));
            assert_eq!(kept, (!is_version).then_some(runtime), "{text}");
        }
    }

    #[test]
    fn another_text_is_refused() {
        for text in ["", "0.1", "version:", "path:", "hg:https://a.example"] {
            assert_eq!(text.parse::<Runtime>(), Err(RuntimeError), "{text}");
        }
    }
}
