//! Values in response bodies, read leniently (`docs/PROTOCOL.md`, “Bodies”).
//!
//! Like the official clients, this module reads a quoted number as a number and a number as text. A
//! member that is absent, null, or empty in place of a number becomes the default. Only what a
//! request must send has none. [`members`](crate::members) reads structs with it; handwritten ones
//! refer to this module by `#[serde(with = "wire")]`.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Writes a member.
///
/// # Errors
///
/// Any error of the format.
pub fn serialize<T: Serialize, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.serialize(serializer)
}

/// Returns `true` if a member is omitted when writing; for `skip_serializing_if`.
pub fn absent<T: WireValue>(value: &T) -> bool {
    value.is_absent()
}

/// Reads a member.
///
/// # Errors
///
/// The content is not a value of this type.
pub fn deserialize<'de, T: WireValue, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    match T::read(deserializer)? {
        Some(value) => Ok(value),
        None => T::of_null().ok_or_else(missing),
    }
}

/// Reads a member that must have a value.
///
/// # Errors
///
/// The content is not a value of this type, or it is null or an empty number.
pub fn required<'de, T: WireValue, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)?.ok_or_else(missing)
}

fn missing<E: de::Error>() -> E {
    E::custom("null in place of a required value")
}

/// A value of a member.
pub trait WireValue: Sized {
    /// Reads the value leniently.
    ///
    /// Returns `None` for null, and for empty text unless that is a value of this type.
    ///
    /// # Errors
    ///
    /// The content is not a value of this type.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error>;

    /// Returns the value that null means; a struct has none if it needs a member.
    fn of_null() -> Option<Self>;

    /// Returns `true` if the value is `None`, an empty list or an empty map.
    fn is_absent(&self) -> bool {
        false
    }
}

/// A struct, generated from a spec.
pub trait WireStruct: for<'de> Deserialize<'de> {}

/// A struct that contains itself.
impl<T: WireStruct> WireStruct for Box<T> {}

impl<T: WireStruct> WireValue for T {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Option::deserialize(deserializer)
    }

    fn of_null() -> Option<Self> {
        let members = std::iter::empty::<(&str, &str)>();
        Self::deserialize(MapDeserializer::<_, de::value::Error>::new(members)).ok()
    }
}

impl<T: WireValue> WireValue for Option<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(T::read(deserializer)?.map(Some))
    }

    fn of_null() -> Option<Self> {
        Some(None)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

/// A value that is a single text, number or Boolean.
pub trait Scalar: Sized {
    /// Description of the type in errors.
    const EXPECTED: &'static str;

    /// Converts text; returns `None` if it is not a value of this type.
    fn from_text(text: &str) -> Option<Self>;

    /// Converts an integer.
    fn from_integer(integer: i64) -> Option<Self> {
        Self::from_text(itoa::Buffer::new().format(integer))
    }

    /// Converts a number.
    fn from_number(number: f64) -> Option<Self> {
        Self::from_text(&number.to_string())
    }

    /// Converts a Boolean.
    fn from_bool(value: bool) -> Option<Self> {
        Self::from_text(if value { "true" } else { "false" })
    }

    /// `true` if empty text is a value rather than the absence of one.
    const TAKES_EMPTY_TEXT: bool = false;
}

impl Scalar for String {
    const EXPECTED: &'static str = "text";
    const TAKES_EMPTY_TEXT: bool = true;

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Scalar for i64 {
    const EXPECTED: &'static str = "a 64-bit integer";

    fn from_text(text: &str) -> Option<Self> {
        let text = text.trim();
        text.parse()
            .ok()
            .or_else(|| Self::from_number(text.parse().ok()?))
    }

    fn from_integer(integer: i64) -> Option<Self> {
        Some(integer)
    }

    /// Accepts only whole numbers smaller in magnitude than 2^53, which `f64` never rounds.
    fn from_number(number: f64) -> Option<Self> {
        const ROUNDED: f64 = (1_i64 << f64::MANTISSA_DIGITS) as f64;
        (number.fract() == 0.0 && number.abs() < ROUNDED).then_some(number as Self)
    }
}

impl Scalar for i32 {
    const EXPECTED: &'static str = "a 32-bit integer";

    fn from_text(text: &str) -> Option<Self> {
        i64::from_text(text).and_then(Self::from_integer)
    }

    fn from_integer(integer: i64) -> Option<Self> {
        integer.try_into().ok()
    }

    fn from_number(number: f64) -> Option<Self> {
        i64::from_number(number).and_then(Self::from_integer)
    }
}

impl Scalar for f64 {
    const EXPECTED: &'static str = "a number";

    fn from_text(text: &str) -> Option<Self> {
        text.trim()
            .parse()
            .ok()
            .filter(|number: &Self| number.is_finite())
    }

    fn from_integer(integer: i64) -> Option<Self> {
        Some(integer as Self)
    }

    fn from_number(number: f64) -> Option<Self> {
        Some(number)
    }
}

impl Scalar for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_text(text: &str) -> Option<Self> {
        parse_bool(text.trim())
    }

    fn from_bool(value: bool) -> Option<Self> {
        Some(value)
    }
}

/// Reads `true` or `false`, in any case.
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    [true, false]
        .into_iter()
        .find(|value| text.eq_ignore_ascii_case(if *value { "true" } else { "false" }))
}

/// Reads a scalar from any type that a format offers; null and empty text are `None`.
struct ScalarVisitor<T>(PhantomData<T>);

impl<T: Scalar> ScalarVisitor<T> {
    fn check<E: de::Error>(value: Option<T>, found: de::Unexpected<'_>) -> Result<Option<T>, E> {
        match value {
            Some(value) => Ok(Some(value)),
            None => Err(E::invalid_value(found, &T::EXPECTED)),
        }
    }
}

impl<'de, T: Scalar> Visitor<'de> for ScalarVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.is_empty() && !T::TAKES_EMPTY_TEXT {
            return Ok(None);
        }
        match T::from_text(text) {
            None if text.trim_ascii().is_empty() => Ok(None),
            value => Self::check(value, de::Unexpected::Str(text)),
        }
    }

    fn visit_i64<E: de::Error>(self, integer: i64) -> Result<Self::Value, E> {
        Self::check(T::from_integer(integer), de::Unexpected::Signed(integer))
    }

    fn visit_u64<E: de::Error>(self, integer: u64) -> Result<Self::Value, E> {
        let value = match i64::try_from(integer) {
            Ok(integer) => T::from_integer(integer),
            Err(_) => T::from_text(&integer.to_string()),
        };
        Self::check(value, de::Unexpected::Unsigned(integer))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
        Self::check(T::from_number(number), de::Unexpected::Float(number))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        Self::check(T::from_bool(value), de::Unexpected::Bool(value))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// Reads a scalar; null and empty text are `None`.
///
/// # Errors
///
/// The content is not a value of this type.
pub fn read_scalar<'de, T: Scalar, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_any(ScalarVisitor(PhantomData))
}

macro_rules! scalar_value {
    ($($type:ty),*) => {$(
        impl WireValue for $type {
            fn read<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Option<Self>, D::Error> {
                read_scalar(deserializer)
            }

            fn of_null() -> Option<Self> {
                Some(Self::default())
            }
        }
    )*};
}

scalar_value!(String, i32, i64, f64, bool);

impl WireValue for serde_json::Value {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Option::deserialize(deserializer)
    }

    fn of_null() -> Option<Self> {
        Some(Self::Null)
    }
}

/// An item that a container reads leniently.
pub(crate) struct Item<T>(pub(crate) T);

impl<'de, T: WireValue> Deserialize<'de> for Item<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::wire::deserialize(deserializer).map(Self)
    }
}

impl<T: WireValue> WireValue for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer
            .deserialize_option(ListVisitor(PhantomData))
            .map(Some)
    }

    fn of_null() -> Option<Self> {
        Some(Self::new())
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// Reads a list; null is an empty list.
struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: WireValue> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Item(value)) = items.next_element()? {
            list.push(value);
        }
        Ok(list)
    }
}

impl<T: WireValue> WireValue for BTreeMap<String, T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        let map: Option<BTreeMap<String, Item<T>>> = Option::deserialize(deserializer)?;
        Ok(map.map(|map| {
            let entries = map.into_iter();
            entries.map(|(key, Item(value))| (key, value)).collect()
        }))
    }

    fn of_null() -> Option<Self> {
        Some(Self::new())
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// Name of a list's items on the wire.
pub trait ItemName {
    /// The name.
    const NAME: &'static str;
}

/// A list inside an object with one member, which is named after the items:
/// `{"Data": {"Item": […]}}` or `<Data><Item>…</Item><Item>…</Item></Data>`.
///
/// Reading also accepts a plain list.
pub struct Wrapped<N>(PhantomData<N>);

impl<N: ItemName> Wrapped<N> {
    /// Writes the list inside its object.
    ///
    /// # Errors
    ///
    /// Any error of the format.
    pub fn serialize<T: Serialize, S: Serializer>(
        list: &[T],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(1))?;
        object.serialize_entry(N::NAME, list)?;
        object.end()
    }

    /// Reads the list from its object; null and empty text become an empty list.
    ///
    /// # Errors
    ///
    /// The content is not such a list.
    pub fn deserialize<'de, T: WireValue, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_any(WrappedVisitor::<N, T>(PhantomData))
    }
}

struct WrappedVisitor<N, T>(PhantomData<(N, T)>);

impl<'de, N: ItemName, T: WireValue> Visitor<'de> for WrappedVisitor<N, T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with a list `{}`", N::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(key) = members.next_key::<String>()? {
            if key == N::NAME {
                let Item(mut values): Item<Vec<T>> = members.next_value()?;
                list.append(&mut values);
            } else {
                members.next_value::<de::IgnoredAny>()?;
            }
        }
        Ok(list)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        ListVisitor(PhantomData).visit_seq(items)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        match text.trim() {
            "" => Ok(Vec::new()),
            _ => Err(E::invalid_type(de::Unexpected::Str(text), &self)),
        }
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
}
