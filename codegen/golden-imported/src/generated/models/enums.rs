// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Enums of known values; an unknown value is kept as it is.

/// Values of `Kind`.
///
/// Type `GetThingKind` of the spec.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum GetThingKind {
    /// The first.
    ///
    /// `A` on the wire.
    A,
    /// `b-c`.
    ///
    /// `b-c` on the wire.
    BC,
    /// `中文`.
    ///
    /// `中文` on the wire.
    U4e2dU6587,
    /// A value that this version does not know.
    Unknown(String),
}

impl GetThingKind {
    /// All known values.
    pub const KNOWN: &[Self] = &[Self::A, Self::BC, Self::U4e2dU6587];

    /// Returns the value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::A => "A",
            Self::BC => "b-c",
            Self::U4e2dU6587 => "中文",
            Self::Unknown(value) => value,
        }
    }

    /// Returns `true` if this version knows the value.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}

impl From<&str> for GetThingKind {
    fn from(value: &str) -> Self {
        match value {
            "A" => Self::A,
            "b-c" => Self::BC,
            "中文" => Self::U4e2dU6587,
            value => Self::Unknown(value.to_owned()),
        }
    }
}

pop_rpc::text_enum!(GetThingKind);
#[cfg(test)]
pop_rpc::arbitrary_enum!(GetThingKind, "\\PC{1,9}");

/// Values of `Size`.
///
/// Type `GetThingSize` of the spec.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum GetThingSize {
    /// One.
    ///
    /// `1` on the wire.
    _1,
    /// Two.
    ///
    /// `2` on the wire.
    _2,
    /// A value that this version does not know.
    Unknown(i64),
}

impl GetThingSize {
    /// All known values.
    pub const KNOWN: &[Self] = &[Self::_1, Self::_2];

    /// Returns the value on the wire.
    pub fn value(&self) -> i64 {
        match self {
            Self::_1 => 1,
            Self::_2 => 2,
            Self::Unknown(value) => *value,
        }
    }

    /// Returns `true` if this version knows the value.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}

impl From<i64> for GetThingSize {
    fn from(value: i64) -> Self {
        match value {
            1 => Self::_1,
            2 => Self::_2,
            value => Self::Unknown(value),
        }
    }
}

pop_rpc::integer_enum!(GetThingSize);
#[cfg(test)]
pop_rpc::arbitrary_enum!(GetThingSize, proptest::num::i32::ANY);

/// Values of `RegionId`.
///
/// Type `GetThingRegionId` of the spec.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum GetThingRegionId {
    /// `north`.
    ///
    /// `north` on the wire.
    North,
    /// `south`.
    ///
    /// `south` on the wire.
    South,
    /// A value that this version does not know.
    Unknown(String),
}

impl GetThingRegionId {
    /// All known values.
    pub const KNOWN: &[Self] = &[Self::North, Self::South];

    /// Returns the value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::North => "north",
            Self::South => "south",
            Self::Unknown(value) => value,
        }
    }

    /// Returns `true` if this version knows the value.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}

impl From<&str> for GetThingRegionId {
    fn from(value: &str) -> Self {
        match value {
            "north" => Self::North,
            "south" => Self::South,
            value => Self::Unknown(value.to_owned()),
        }
    }
}

pop_rpc::text_enum!(GetThingRegionId);
#[cfg(test)]
pop_rpc::arbitrary_enum!(GetThingRegionId, "\\PC{1,9}");

/// Values of `Simple`.
///
/// Type `TypeSimple` of the spec.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum TypeSimple {
    /// `x`.
    ///
    /// `x` on the wire.
    X,
    /// `y`.
    ///
    /// `y` on the wire.
    Y,
    /// A value that this version does not know.
    Unknown(String),
}

impl TypeSimple {
    /// All known values.
    pub const KNOWN: &[Self] = &[Self::X, Self::Y];

    /// Returns the value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::X => "x",
            Self::Y => "y",
            Self::Unknown(value) => value,
        }
    }

    /// Returns `true` if this version knows the value.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}

impl From<&str> for TypeSimple {
    fn from(value: &str) -> Self {
        match value {
            "x" => Self::X,
            "y" => Self::Y,
            value => Self::Unknown(value.to_owned()),
        }
    }
}

pop_rpc::text_enum!(TypeSimple);
#[cfg(test)]
pop_rpc::arbitrary_enum!(TypeSimple, "\\PC{1,9}");
