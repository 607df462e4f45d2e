//! Types of values that travel as parameters.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::sink::Below;
use super::{
    IsSent, Member, Parameter, ParameterError, ParameterSink, ParameterStruct, Parameters, Reader,
    read_text,
};

/// Most keys of one map that are read.
const MAX_KEYS: usize = 1000;

/// Deepest nesting of a value of any type that is read.
const MAX_DEPTH: usize = 16;

impl Parameter for String {
    fn write(&self, name: &str, sink: &mut dyn ParameterSink) {
        sink.parameter(name, self);
    }

    fn read(parameters: &Parameters, name: &str) -> Result<Option<Self>, ParameterError> {
        read_text(parameters, name, "text", |text| Some(text.to_owned()))
    }

    fn of_empty_text() -> Option<Self> {
        Some(Self::new())
    }
}

macro_rules! integer_parameter {
    ($($type:ty: $expected:literal),*) => {$(
        impl Parameter for $type {
            fn write(&self, name: &str, sink: &mut dyn ParameterSink) {
                sink.unreserved(name, itoa::Buffer::new().format(*self));
            }

            fn read(parameters: &Parameters, name: &str) -> Result<Option<Self>, ParameterError> {
                read_text(parameters, name, $expected, |text| text.parse().ok())
            }
        }
    )*};
}

integer_parameter!(i32: "a 32-bit integer", i64: "a 64-bit integer");

impl Parameter for f64 {
    fn write(&self, name: &str, sink: &mut dyn ParameterSink) {
        sink.parameter(name, &self.to_string());
    }

    fn read(parameters: &Parameters, name: &str) -> Result<Option<Self>, ParameterError> {
        read_text(parameters, name, "a number", |text| {
            text.parse().ok().filter(|number: &f64| number.is_finite())
        })
    }
}

impl Parameter for bool {
    fn write(&self, name: &str, sink: &mut dyn ParameterSink) {
        sink.unreserved(name, if *self { "true" } else { "false" });
    }

    fn read(parameters: &Parameters, name: &str) -> Result<Option<Self>, ParameterError> {
        read_text(parameters, name, "true or false", crate::wire::parse_bool)
    }
}

impl<T: Parameter> Parameter for Option<T> {
    const HAS_PARTS: bool = T::HAS_PARTS;

    fn write(&self, name: &str, sink: &mut dyn ParameterSink) {
        if let Some(value) = self {
            value.write(name, sink);
        }
    }

    fn read(parameters: &Parameters, name: &str) -> Result<Option<Self>, ParameterError> {
        T::read(parameters, name).map(|value| value.map(Some))
    }

    fn is_sent(parameters: &Parameters, name: &str) -> bool {
        T::is_sent(parameters, name)
    }
}

/// A list travels as `name.1`, `name.2`, … without gaps; empty items are skipped.
impl<T: Parameter> Parameter for Vec<T> {
    const HAS_PARTS: bool = true;

    fn write(&self, name: &str, sink: &mut dyn ParameterSink) {
        let mut index = 0;
        for value in self {
            index += 1;
            value.write(&item_name(name, index), sink);
        }
    }

    fn read(parameters: &Parameters, name: &str) -> Result<Option<Self>, ParameterError> {
        let mut values = Self::new();
        for index in 1_usize.. {
            let item = item_name(name, index);
            match T::read(parameters, &item)? {
                Some(value) => values.push(value),
                None if T::is_sent(parameters, &item) => {}
                None => break,
            }
        }
        Ok((!values.is_empty()).then_some(values))
    }

    fn is_sent(parameters: &Parameters, name: &str) -> bool {
        is_part_sent(parameters, name, "1", T::is_sent)
    }
}

/// Returns the name of an item of the list called `name`; `index` begins at 1.
///
/// It is one function for all types, so that generated crates compile faster.
fn item_name(name: &str, index: usize) -> String {
    format!("{name}.{index}")
}

/// The values of a map travel as `name.key`; the order is that of the keys.
///
/// Keys are not escaped. A key may contain dots if the values are single parameters; otherwise a
/// reader takes the first dot as the end of the key.
impl<T: Parameter> Parameter for BTreeMap<String, T> {
    const HAS_PARTS: bool = true;

    fn write(&self, name: &str, sink: &mut dyn ParameterSink) {
        for (key, value) in self {
            value.write(&format!("{name}.{key}"), sink);
        }
    }

    fn read(parameters: &Parameters, name: &str) -> Result<Option<Self>, ParameterError> {
        let mut values = Self::new();
        for key in keys(parameters, name, T::HAS_PARTS)? {
            let part = format!("{name}.{key}");
            let value = T::read(parameters, &part)?;
            let is_empty = parameters.get(&part) == Some("");
            let value = value.or_else(|| is_empty.then(T::of_empty_text).flatten());
            if let Some(value) = value {
                values.insert(key.to_owned(), value);
            }
        }
        Ok((!values.is_empty()).then_some(values))
    }

    fn is_sent(parameters: &Parameters, name: &str) -> bool {
        parameters.has_parts(name)
    }
}

/// Returns the keys of the map called `name`; each ends at its first dot if the values have parts.
fn keys<'p>(
    parameters: &'p Parameters,
    name: &str,
    have_parts: bool,
) -> Result<BTreeSet<&'p str>, ParameterError> {
    let mut keys = BTreeSet::new();
    for part in parameters.parts_of(name) {
        let key = match part.split_once('.') {
            Some((key, _)) if have_parts => key,
            _ => part,
        };
        keys.insert(key);
        if keys.len() > MAX_KEYS {
            let reason = format!("more than {MAX_KEYS} keys");
            return Err(ParameterError::out_of_range(name, reason));
        }
    }
    Ok(keys)
}

impl<T: ParameterStruct> Parameter for T {
    const HAS_PARTS: bool = true;

    fn write(&self, name: &str, sink: &mut dyn ParameterSink) {
        self.write_members(&mut Below::new(name, sink));
    }

    fn read(parameters: &Parameters, name: &str) -> Result<Option<Self>, ParameterError> {
        if !Self::is_sent(parameters, name) {
            return Ok(None);
        }
        Self::read_members(&mut Reader::below(parameters, name)).map(Some)
    }

    /// A struct was sent if one of its members was.
    fn is_sent(parameters: &Parameters, name: &str) -> bool {
        is_any_sent(parameters, name, Self::MEMBERS)
    }
}

/// Returns `true` if a member of the struct called `name` was sent.
fn is_any_sent(parameters: &Parameters, name: &str, members: &[Member]) -> bool {
    // Without parts, no member was sent; this also ends the search in a recursive type.
    parameters.has_parts(name)
        && members
            .iter()
            .any(|member| is_part_sent(parameters, name, member.name, member.is_sent))
}

/// Returns `true` if a part of the parameter called `name` was sent, as its type says.
///
/// It is one function for all types, so that generated crates compile faster.
fn is_part_sent(parameters: &Parameters, name: &str, part: &str, is_sent: IsSent) -> bool {
    is_sent(parameters, &format!("{name}.{part}"))
}

/// A value of any type travels like the list, map or text that it is; null is not sent.
///
/// All scalars are read as text, as nothing on the wire tells them apart.
impl Parameter for Json {
    const HAS_PARTS: bool = true;

    fn write(&self, name: &str, sink: &mut dyn ParameterSink) {
        match self {
            Self::Null => {}
            Self::Bool(value) => value.write(name, sink),
            Self::Number(number) => sink.parameter(name, &number.to_string()),
            Self::String(text) => text.write(name, sink),
            Self::Array(items) => items.write(name, sink),
            Self::Object(members) => {
                for (key, value) in members {
                    value.write(&format!("{name}.{key}"), sink);
                }
            }
        }
    }

    fn read(parameters: &Parameters, name: &str) -> Result<Option<Self>, ParameterError> {
        read_any(parameters, name, MAX_DEPTH)
    }

    fn is_sent(parameters: &Parameters, name: &str) -> bool {
        parameters.get(name).is_some() || parameters.has_parts(name)
    }
}

/// Reads a value of any type, nested at most `depth` deep.
///
/// Its parts are a list if they are numbered from 1 without gaps, otherwise a map.
fn read_any(
    parameters: &Parameters,
    name: &str,
    depth: usize,
) -> Result<Option<Json>, ParameterError> {
    if let Some(text) = parameters.get(name).filter(|text| !text.is_empty()) {
        return Ok(Some(Json::String(text.to_owned())));
    }
    let Some(depth) = depth.checked_sub(1) else {
        let reason = format!("nested more than {MAX_DEPTH} deep");
        return Err(ParameterError::out_of_range(name, reason));
    };
    let mut members = Map::new();
    for key in keys(parameters, name, true)? {
        if let Some(value) = read_any(parameters, &format!("{name}.{key}"), depth)? {
            members.insert(key.to_owned(), value);
        }
    }
    let items: Option<Vec<Json>> = (1..=members.len())
        .map(|index| members.get(&index.to_string()).cloned())
        .collect();
    Ok(match items {
        _ if members.is_empty() => None,
        Some(items) => Some(Json::Array(items)),
        None => Some(Json::Object(members)),
    })
}
