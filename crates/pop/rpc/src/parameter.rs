//! Parameters of a request: as text by name, and as typed values.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;

use serde::{Serialize, de::DeserializeOwned};

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

    /// Returns `true` if an item of the list, or a member of the struct, called `name` was sent.
    fn has_parts(&self, name: &str) -> bool {
        let prefix = format!("{name}.");
        self.0
            .range::<str, _>((Bound::Included(&*prefix), Bound::Unbounded))
            .next()
            .is_some_and(|(name, _)| name.starts_with(&prefix))
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

/// Receives the parameters of a request, one by one.
pub trait ParameterSink {
    /// Receives a parameter.
    fn parameter(&mut self, name: &str, value: &str);

    /// Receives a parameter whose value, such as a number, contains only letters, digits, `-`, `_`,
    /// `.` and `~`.
    ///
    /// Such a value needs no escapes, so a sink need not search it.
    fn unreserved(&mut self, name: &str, value: &str) {
        self.parameter(name, value);
    }
}

impl ParameterSink for Parameters {
    fn parameter(&mut self, name: &str, value: &str) {
        self.insert(name, value);
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
    /// Name of the parameter.
    pub fn name(&self) -> &str {
        match self {
            Self::Missing(name) | Self::Repeated(name) => name,
            Self::Malformed { name, .. } | Self::OutOfRange { name, .. } => name,
        }
    }
}

/// Reads a required value.
///
/// # Errors
///
/// [`ParameterError::Missing`] if it is absent or empty.
pub fn required<T: Parameter>(parameters: &Parameters, name: &str) -> Result<T, ParameterError> {
    T::read(parameters, name)?.ok_or_else(|| ParameterError::Missing(name.to_owned()))
}

/// A value that travels as a parameter.
///
/// An absent value is `None` or an empty list. So is an empty value: some SDKs send one for a
/// parameter that their user left out.
pub trait Parameter: Sized {
    /// Writes the value to `sink` as `name`, or a list as `name.1`, `name.2`, ….
    fn write(&self, name: &str, sink: &mut dyn ParameterSink);

    /// Reads the value of parameter `name`.
    ///
    /// # Errors
    ///
    /// The text is not a value of this type, or a required part is absent.
    fn read(parameters: &Parameters, name: &str) -> Result<Option<Self>, ParameterError>;
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

impl Parameter for String {
    fn write(&self, name: &str, sink: &mut dyn ParameterSink) {
        sink.parameter(name, self);
    }

    fn read(parameters: &Parameters, name: &str) -> Result<Option<Self>, ParameterError> {
        read_text(parameters, name, "text", |text| Some(text.to_owned()))
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
    fn write(&self, name: &str, sink: &mut dyn ParameterSink) {
        if let Some(value) = self {
            value.write(name, sink);
        }
    }

    fn read(parameters: &Parameters, name: &str) -> Result<Option<Self>, ParameterError> {
        T::read(parameters, name).map(|value| value.map(Some))
    }
}

/// A list travels as `name.1`, `name.2`, … without gaps; empty items are skipped.
impl<T: Parameter> Parameter for Vec<T> {
    fn write(&self, name: &str, sink: &mut dyn ParameterSink) {
        for (index, value) in self.iter().enumerate() {
            value.write(&format!("{name}.{}", index + 1), sink);
        }
    }

    fn read(parameters: &Parameters, name: &str) -> Result<Option<Self>, ParameterError> {
        let mut values = Self::new();
        for index in 1_usize.. {
            let item = format!("{name}.{index}");
            match T::read(parameters, &item)? {
                Some(value) => values.push(value),
                None if parameters.get(&item).is_some() || parameters.has_parts(&item) => {}
                None => break,
            }
        }
        Ok((!values.is_empty()).then_some(values))
    }
}

/// The members of a struct travel as `name.Member`.
///
/// Generated code implements this trait; [`Parameter`] follows from it.
pub trait ParameterStruct: Sized {
    /// Writes each member to `sink`; `member` returns its full name.
    fn write_members(&self, member: &dyn Fn(&str) -> String, sink: &mut dyn ParameterSink);

    /// Reads each member; `member` returns its full name.
    ///
    /// # Errors
    ///
    /// Same as [`Parameter::read`].
    fn read_members(
        parameters: &Parameters,
        member: &dyn Fn(&str) -> String,
    ) -> Result<Self, ParameterError>;
}

impl<T: ParameterStruct> Parameter for T {
    fn write(&self, name: &str, sink: &mut dyn ParameterSink) {
        self.write_members(&|member| format!("{name}.{member}"), sink);
    }

    fn read(parameters: &Parameters, name: &str) -> Result<Option<Self>, ParameterError> {
        if !parameters.has_parts(name) {
            return Ok(None);
        }
        Self::read_members(parameters, &|member| format!("{name}.{member}")).map(Some)
    }
}

/// Values that travel as JSON text in one parameter.
pub mod json {
    use super::{
        DeserializeOwned, ParameterError, ParameterSink, Parameters, Serialize, read_text,
    };
    use crate::wire::WireValue;

    /// Writes the value to `sink` as JSON text; an absent value is not sent.
    pub fn write<T: Serialize + WireValue>(value: &T, name: &str, sink: &mut dyn ParameterSink) {
        if !value.is_absent()
            && let Ok(text) = serde_json::to_string(value)
        {
            sink.parameter(name, &text);
        }
    }

    /// Reads the value from JSON text.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Malformed`] if the text is not the JSON of the value.
    pub fn read<T: DeserializeOwned>(
        parameters: &Parameters,
        name: &str,
    ) -> Result<Option<T>, ParameterError> {
        read_text(parameters, name, "the expected JSON", |text| {
            serde_json::from_str(text).ok()
        })
    }
}

/// Lists that travel as comma-separated text in one parameter; their items contain no commas.
pub mod simple {
    use super::{Parameter, ParameterError, ParameterSink, Parameters};

    /// Writes the list to `sink`; an empty list is not sent.
    pub fn write<T: Parameter>(values: &[T], name: &str, sink: &mut dyn ParameterSink) {
        let mut items = Items(String::new());
        for value in values {
            value.write(name, &mut items);
        }
        if !items.0.is_empty() {
            sink.parameter(name, &items.0);
        }
    }

    /// Reads the list.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Malformed`] if an item is not a value of type `T`.
    pub fn read<T: Parameter>(
        parameters: &Parameters,
        name: &str,
    ) -> Result<Option<Vec<T>>, ParameterError> {
        let text = parameters.get(name).unwrap_or_default();
        let values: Vec<T> = text
            .split(',')
            .map(|item| T::read(&Parameters::from_iter([(name, item)]), name))
            .filter_map(Result::transpose)
            .collect::<Result<_, _>>()?;
        Ok((!values.is_empty()).then_some(values))
    }

    /// Joins the received values with commas.
    struct Items(String);

    impl ParameterSink for Items {
        fn parameter(&mut self, _name: &str, value: &str) {
            if !self.0.is_empty() {
                self.0.push(',');
            }
            self.0.push_str(value);
        }
    }
}
