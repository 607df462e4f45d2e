// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

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
            version: "3.1.0",
            date: "2019-02-15",
            changes: &[
                "Incompatible with 2.x.x; offers the same functions as the console.",
                "Supports all functions of instances.",
                "`consumerId` and `producerId` are merged into `groupId`.",
                "Calls no longer need `OnsRegionId`.",
            ],
        },
        Self {
            version: "2.1.4",
            date: "2019-01-25",
            changes: &[
                "Compatible with 2.x.x.",
                "The result of `OnsTopicList` includes the instance of each topic.",
            ],
        },
        Self {
            version: "2.0.1",
            date: "2018-04-17",
            changes: &["MQTT group IDs can be created."],
        },
        Self {
            version: "2.0.0",
            date: "2017-09-19",
            changes: &[
                "Message traces can be queried.",
                "Write actions check permissions.",
            ],
        },
        Self {
            version: "1.3.3",
            date: "2017-08-10",
            changes: &[
                "Reading and writing can be disabled for a topic.",
                "Reading can be disabled for a `ConsumerId`.",
            ],
        },
    ];
}
