// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

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
    pub const ALL: &[Self] = &[
        Self {
            version: "2",
            date: "2020-02-03",
            changes: &["Says \"hello\" <loud>."],
        },
        Self {
            version: "1",
            date: "2020-01-02",
            changes: &[],
        },
    ];
}
