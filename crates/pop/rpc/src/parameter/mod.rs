//! Parameters of a request: as text by name, and as typed values.
//!
//! A [`ParameterSink`] is written and a [`Reader`] is read with the same names and styles.

mod reader;
mod sink;
mod values;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;

pub use reader::{Read, Reader};
pub use sink::ParameterSink;

/// Returns the key of a list parameter, of which `.1`, `.2` and so on make those of its items.
///
/// A list that stands beside a parameter `Id` is called `Id.N`, and is sent as `Id.1`, `Id.2`.
pub fn list_key(name: &str) -> &str {
    match name.strip_suffix(".N") {
        Some(key) if !key.is_empty() => key,
        _ => name,
    }
}

/// Parameters of a request, in the order of their names.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Returns the value of a parameter, if it was sent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns names and values, in the order of the names' bytes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Adds a parameter and returns its previous value, if any.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<String>) -> Option<String> {
        self.0.insert(name.into(), value.into())
    }

    /// Returns the rest of each name that begins with `name` and a dot.
    fn parts_of<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let prefix = format!("{name}.");
        let from = (Bound::Included(&*prefix), Bound::Unbounded);
        let names = self.0.range::<str, _>(from).map(|(name, _)| name.as_str());
        names.map_while(move |name| name.strip_prefix(&*prefix))
    }

    /// Returns `true` if a parameter was sent whose name begins with `name` and a dot.
    fn has_parts(&self, name: &str) -> bool {
        self.parts_of(name).next().is_some()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

/// Shows only names: values may be secret.
impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A parameter that cannot be accepted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ParameterError {
    /// A required parameter is absent or empty.
    #[error("parameter {0} is missing")]
    Missing(String),
    /// A value does not have its parameter's type.
    #[error("the value of parameter {name} is not {expected}")]
    Malformed {
        /// Name of the parameter, with the index of a list's item.
        name: String,
        /// Description of the expected value.
        expected: &'static str,
    },
    /// A parameter was sent twice, so it is not clear which value was meant.
    #[error("parameter {0} was sent more than once")]
    Repeated(String),
    /// A value is outside what its parameter allows.
    #[error("parameter {name}: {reason}")]
    OutOfRange {
        /// Name of the parameter.
        name: String,
        /// Rule that the value breaks.
        reason: String,
    },
}

impl ParameterError {
    /// Returns the error of a value that breaks a rule.
    pub(crate) fn out_of_range(name: &str, reason: impl Into<String>) -> Self {
        Self::OutOfRange {
            name: name.to_owned(),
            reason: reason.into(),
        }
    }

    /// Name of the parameter.
    pub fn name(&self) -> &str {
        match self {
            Self::Missing(name) | Self::Repeated(name) => name,
            Self::Malformed { name, .. } | Self::OutOfRange { name, .. } => name,
        }
    }
}

/// A value that travels as a parameter.
///
/// An absent value is `None` or an empty list. So is an empty value: some SDKs send one for a
/// parameter that their user left out.
pub trait Parameter: Sized {
    /// `true` if the value travels as several parameters, `name.part`.
    const HAS_PARTS: bool = false;

    /// Writes the value to `sink` as `name`, or its parts as `name.part`.
    fn write(&self, name: &str, sink: &mut dyn ParameterSink);

    /// Reads the value of parameter `name`.
    ///
    /// # Errors
    ///
    /// The text is not a value of this type, or a required part is absent.
    fn read(parameters: &Parameters, name: &str) -> Result<Option<Self>, ParameterError>;

    /// Returns `true` if a value of this type, which may be empty, was sent as `name`.
    ///
    /// Parts that only another type has do not count: `Disk.Size` may be a parameter of its own
    /// beside a struct `Disk` without that member.
    fn is_sent(parameters: &Parameters, name: &str) -> bool {
        parameters.get(name).is_some()
    }

    /// Returns the value that empty text means in a map, where nobody sends a key by accident.
    fn of_empty_text() -> Option<Self> {
        None
    }
}

/// A member of a struct that is sent as parameters.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Name on the wire.
    name: &'static str,
    /// Whether a value of its type was sent.
    is_sent: IsSent,
}

/// [`Parameter::is_sent`] of a type.
type IsSent = fn(&Parameters, &str) -> bool;

/// Returns the member called `name` on the wire, whose values have type `T`.
pub const fn member<T: Parameter>(name: &'static str) -> Member {
    Member {
        name,
        is_sent: T::is_sent,
    }
}

/// The members of a struct travel as `name.Member`.
///
/// Generated code implements this trait; [`Parameter`] follows from it.
pub trait ParameterStruct: Sized {
    /// Names of the members on the wire, with their types.
    const MEMBERS: &'static [Member];

    /// Writes each member to `sink` under its own name.
    fn write_members(&self, sink: &mut dyn ParameterSink);

    /// Reads each member under its own name.
    ///
    /// # Errors
    ///
    /// Same as [`Parameter::read`].
    fn read_members(reader: &mut Reader<'_>) -> Result<Self, ParameterError>;
}

/// Reads a value from a single parameter; empty text counts as absent.
///
/// # Errors
///
/// [`ParameterError::Malformed`] if `parse` returns `None`.
pub fn read_text<T>(
    parameters: &Parameters,
    name: &str,
    expected: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, ParameterError> {
    match parameters.get(name) {
        None | Some("") => Ok(None),
        Some(text) => match parse(text) {
            Some(value) => Ok(Some(value)),
            None => Err(ParameterError::Malformed {
                name: name.to_owned(),
                expected,
            }),
        },
    }
}
