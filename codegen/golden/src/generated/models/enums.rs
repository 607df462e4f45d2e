// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Enums of known values; an unknown value is kept as it is.

/// A colour.
///
/// Type `ColourDo` of the spec.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Colour {
    /// Red.
    ///
    /// `red` on the wire.
    Red,
    /// Nearly red.
    ///
    /// `Red-ish` on the wire.
    Reddish,
    /// A name that is taken.
    ///
    /// `unknown` on the wire.
    Unknown2,
    /// A value that this version does not know.
    Unknown(String),
}

impl Colour {
    /// All known values.
    pub const KNOWN: &[Self] = &[Self::Red, Self::Reddish, Self::Unknown2];

    /// Returns the value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Red => "red",
            Self::Reddish => "Red-ish",
            Self::Unknown2 => "unknown",
            Self::Unknown(value) => value,
        }
    }

    /// Returns `true` if this version knows the value.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}

impl From<&str> for Colour {
    fn from(value: &str) -> Self {
        match value {
            "red" | "RED" => Self::Red,
            "Red-ish" => Self::Reddish,
            "unknown" => Self::Unknown2,
            value => Self::Unknown(value.to_owned()),
        }
    }
}

pop_rpc::text_enum!(Colour);
#[cfg(test)]
pop_rpc::arbitrary_enum!(Colour, "\\PC{1,9}");

/// A level.
///
/// Type `Level` of the spec.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Level {
    /// Below the ground.
    ///
    /// `-1` on the wire.
    Low,
    /// A name that begins with a digit.
    ///
    /// `0` on the wire.
    _0,
    /// A value that this version does not know.
    Unknown(i64),
}

impl Level {
    /// All known values.
    pub const KNOWN: &[Self] = &[Self::Low, Self::_0];

    /// Returns the value on the wire.
    pub fn value(&self) -> i64 {
        match self {
            Self::Low => -1,
            Self::_0 => 0,
            Self::Unknown(value) => *value,
        }
    }

    /// Returns `true` if this version knows the value.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}

impl From<i64> for Level {
    fn from(value: i64) -> Self {
        match value {
            -1 => Self::Low,
            0 => Self::_0,
            value => Self::Unknown(value),
        }
    }
}

pop_rpc::integer_enum!(Level);
#[cfg(test)]
pop_rpc::arbitrary_enum!(Level, proptest::num::i32::ANY);
