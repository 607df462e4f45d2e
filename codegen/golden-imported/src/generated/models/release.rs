// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Released versions.

/// A released version.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Release {
    /// Version number.
    pub version: &'static str,
    /// Day of the release, `YYYY-MM-DD`.
    pub date: &'static str,
    /// Changes, one per item.
    pub changes: &'static [&'static str],
}

impl Release {
    /// All releases, newest first.
    pub const ALL: &[Self] = &[];
}
