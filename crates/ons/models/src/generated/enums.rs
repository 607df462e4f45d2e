// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Enums of known values; an unknown value is kept as it is.

/// Kind of value in a message report: rates or counts.
///
/// Type `TpsType` of the spec.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum TpsType {
    /// Messages per second.
    ///
    /// `TPS` on the wire.
    Tps,
    /// Number of messages.
    ///
    /// `SUM` on the wire.
    Sum,
    /// A value that this version does not know.
    Unknown(String),
}

impl TpsType {
    /// All known values.
    pub const KNOWN: &[Self] = &[Self::Tps, Self::Sum];

    /// Returns the value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Tps => "TPS",
            Self::Sum => "SUM",
            Self::Unknown(value) => value,
        }
    }

    /// Returns `true` if this version knows the value.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}

impl From<&str> for TpsType {
    fn from(value: &str) -> Self {
        match value {
            "TPS" => Self::Tps,
            "SUM" => Self::Sum,
            value => Self::Unknown(value.to_owned()),
        }
    }
}

pop_rpc::text_enum!(TpsType);
#[cfg(test)]
pop_rpc::arbitrary_enum!(TpsType, "\\PC{1,9}");

/// Direction of the messages in a message report.
///
/// Type `TransType` of the spec.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum TransType {
    /// Production: messages that the service received from producers.
    ///
    /// `PUB` on the wire.
    Pub,
    /// Consumption: messages that the service delivered to consumers.
    ///
    /// `SUB` on the wire.
    Sub,
    /// A value that this version does not know.
    Unknown(String),
}

impl TransType {
    /// All known values.
    pub const KNOWN: &[Self] = &[Self::Pub, Self::Sub];

    /// Returns the value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pub => "PUB",
            Self::Sub => "SUB",
            Self::Unknown(value) => value,
        }
    }

    /// Returns `true` if this version knows the value.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}

impl From<&str> for TransType {
    fn from(value: &str) -> Self {
        match value {
            "PUB" => Self::Pub,
            "SUB" => Self::Sub,
            value => Self::Unknown(value.to_owned()),
        }
    }
}

pop_rpc::text_enum!(TransType);
#[cfg(test)]
pop_rpc::arbitrary_enum!(TransType, "\\PC{1,9}");

/// Delivery mode of messages.
///
/// Type `MsgType` of the spec.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum MsgType {
    /// Point-to-point: sent to one specified client.
    ///
    /// `P2P` on the wire.
    PointToPoint,
    /// Publish/subscribe: sent to all subscribers.
    ///
    /// `SUB` on the wire.
    PublishSubscribe,
    /// A value that this version does not know.
    Unknown(String),
}

impl MsgType {
    /// All known values.
    pub const KNOWN: &[Self] = &[Self::PointToPoint, Self::PublishSubscribe];

    /// Returns the value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::PointToPoint => "P2P",
            Self::PublishSubscribe => "SUB",
            Self::Unknown(value) => value,
        }
    }

    /// Returns `true` if this version knows the value.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}

impl From<&str> for MsgType {
    fn from(value: &str) -> Self {
        match value {
            "P2P" | "p2p" => Self::PointToPoint,
            "SUB" | "sub" => Self::PublishSubscribe,
            value => Self::Unknown(value.to_owned()),
        }
    }
}

pop_rpc::text_enum!(MsgType);
#[cfg(test)]
pop_rpc::arbitrary_enum!(MsgType, "\\PC{1,9}");

/// MQTT quality of service (QoS).
///
/// Type `Qos` of the spec.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Qos {
    /// At most once.
    ///
    /// `0` on the wire.
    AtMostOnce,
    /// At least once.
    ///
    /// `1` on the wire.
    AtLeastOnce,
    /// Exactly once.
    ///
    /// `2` on the wire.
    ExactlyOnce,
    /// A value that this version does not know.
    Unknown(i64),
}

impl Qos {
    /// All known values.
    pub const KNOWN: &[Self] = &[Self::AtMostOnce, Self::AtLeastOnce, Self::ExactlyOnce];

    /// Returns the value on the wire.
    pub fn value(&self) -> i64 {
        match self {
            Self::AtMostOnce => 0,
            Self::AtLeastOnce => 1,
            Self::ExactlyOnce => 2,
            Self::Unknown(value) => *value,
        }
    }

    /// Returns `true` if this version knows the value.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}

impl From<i64> for Qos {
    fn from(value: i64) -> Self {
        match value {
            0 => Self::AtMostOnce,
            1 => Self::AtLeastOnce,
            2 => Self::ExactlyOnce,
            value => Self::Unknown(value),
        }
    }
}

pop_rpc::integer_enum!(Qos);
#[cfg(test)]
pop_rpc::arbitrary_enum!(Qos, proptest::num::i32::ANY);

/// State of a group.
///
/// Type `GroupStatus` of the spec.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum GroupStatus {
    /// In service.
    ///
    /// `0` on the wire.
    InService,
    /// Frozen.
    ///
    /// `1` on the wire.
    Frozen,
    /// Suspended.
    ///
    /// `2` on the wire.
    Suspended,
    /// A value that this version does not know.
    Unknown(i64),
}

impl GroupStatus {
    /// All known values.
    pub const KNOWN: &[Self] = &[Self::InService, Self::Frozen, Self::Suspended];

    /// Returns the value on the wire.
    pub fn value(&self) -> i64 {
        match self {
            Self::InService => 0,
            Self::Frozen => 1,
            Self::Suspended => 2,
            Self::Unknown(value) => *value,
        }
    }

    /// Returns `true` if this version knows the value.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}

impl From<i64> for GroupStatus {
    fn from(value: i64) -> Self {
        match value {
            0 => Self::InService,
            1 => Self::Frozen,
            2 => Self::Suspended,
            value => Self::Unknown(value),
        }
    }
}

pop_rpc::integer_enum!(GroupStatus);
#[cfg(test)]
pop_rpc::arbitrary_enum!(GroupStatus, proptest::num::i32::ANY);
