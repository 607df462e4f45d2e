//! Reads values from parameters.

use serde::de::DeserializeOwned;

use super::{Parameter, ParameterError, Parameters, read_text};

/// Reads the parameters of a request, or the members of a struct among them.
///
/// ```
/// use pop_rpc::Parameters;
/// use pop_rpc::parameter::{ParameterError, Reader};
///
/// let parameters = Parameters::from_iter([("GroupId", "GID_a"), ("Qos.1", "0"), ("Qos.2", "1")]);
/// let mut reader = Reader::new(&parameters);
/// let group: String = reader.flat("GroupId").required()?;
/// let topic: Option<String> = reader.flat("Topic").optional()?;
/// let qos: Vec<i32> = reader.flat("Qos").or_default()?;
/// reader.finish()?;
/// assert_eq!((&*group, topic, &*qos), ("GID_a", None, &[0, 1][..]));
/// # Ok::<_, ParameterError>(())
/// ```
///
/// The first failure is the one that the order of checks demands: a required parameter that is
/// absent or malformed, then a required one whose value is not allowed, then an optional one.
/// So read the required parameters first, and end with [`finish`](Self::finish).
#[derive(Debug)]
pub struct Reader<'p> {
    parameters: &'p Parameters,
    /// Text before each name: empty, or the name of a struct and a dot.
    prefix: String,
    /// First required value that is not allowed.
    refused: Option<ParameterError>,
}

impl<'p> Reader<'p> {
    /// Starts to read the parameters of a request.
    pub fn new(parameters: &'p Parameters) -> Self {
        Self {
            parameters,
            prefix: String::new(),
            refused: None,
        }
    }

    /// Starts to read the members of the struct called `name`.
    pub(super) fn below(parameters: &'p Parameters, name: &str) -> Self {
        Self {
            prefix: format!("{name}."),
            ..Self::new(parameters)
        }
    }

    /// Reads a value from one parameter, or one per item, key or member.
    pub fn flat<T: Parameter>(&mut self, name: &str) -> Read<'_, T> {
        self.read(name, T::read)
    }

    /// Reads a value from JSON text.
    pub fn json<T: DeserializeOwned>(&mut self, name: &str) -> Read<'_, T> {
        self.read(name, |parameters, name| {
            let parse = |text: &str| serde_json::from_str(text).ok();
            read_text(parameters, name, "the expected JSON", parse)
        })
    }

    /// Reads a list from text joined by commas.
    pub fn simple<T: Parameter>(&mut self, name: &str) -> Read<'_, Vec<T>> {
        self.read(name, |parameters, name| {
            let text = parameters.get(name).unwrap_or_default();
            let values: Vec<T> = text
                .split(',')
                .map(|item| T::read(&Parameters::from_iter([(name, item)]), name))
                .filter_map(Result::transpose)
                .collect::<Result<_, _>>()?;
            Ok((!values.is_empty()).then_some(values))
        })
    }

    /// Ends reading.
    ///
    /// # Errors
    ///
    /// The value of a required parameter is not allowed.
    pub fn finish(self) -> Result<(), ParameterError> {
        self.refused.map_or(Ok(()), Err)
    }

    fn read<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&Parameters, &str) -> Result<Option<T>, ParameterError>,
    ) -> Read<'_, T> {
        let name = format!("{}{name}", self.prefix);
        Read {
            value: read(self.parameters, &name),
            name,
            refusal: None,
            refused: &mut self.refused,
        }
    }
}

/// A value that was read, and is to be checked.
#[derive(Debug)]
pub struct Read<'r, T> {
    name: String,
    value: Result<Option<T>, ParameterError>,
    /// First rule that the value breaks.
    refusal: Option<ParameterError>,
    /// First required value that is not allowed.
    refused: &'r mut Option<ParameterError>,
}

impl<T> Read<'_, T> {
    /// Returns the value of a required parameter.
    ///
    /// Whether the value is allowed is reported after all required parameters were read.
    ///
    /// # Errors
    ///
    /// The parameter is absent, empty or malformed.
    pub fn required(self) -> Result<T, ParameterError> {
        let value = self.value?.ok_or(ParameterError::Missing(self.name))?;
        if self.refused.is_none() {
            *self.refused = self.refusal;
        }
        Ok(value)
    }

    /// Returns the value of a required parameter as an `Option`.
    ///
    /// # Errors
    ///
    /// Same as [`required`](Self::required).
    pub fn given(self) -> Result<Option<T>, ParameterError> {
        self.required().map(Some)
    }

    /// Returns the value of an optional parameter.
    ///
    /// # Errors
    ///
    /// The value, or that of an earlier required parameter, is malformed or not allowed.
    pub fn optional(self) -> Result<Option<T>, ParameterError> {
        if let Some(earlier) = self.refused.take() {
            return Err(earlier);
        }
        let value = self.value?;
        self.refusal.map_or(Ok(value), Err)
    }

    /// Returns the value of an optional parameter, or an empty one.
    ///
    /// # Errors
    ///
    /// Same as [`optional`](Self::optional).
    pub fn or_default(self) -> Result<T, ParameterError>
    where
        T: Default,
    {
        self.optional().map(Option::unwrap_or_default)
    }

    /// Reads `text` instead if the parameter is absent.
    pub fn or(mut self, text: &str) -> Self
    where
        T: Parameter,
    {
        if let Ok(None) = self.value {
            let default = Parameters::from_iter([(self.name.as_str(), text)]);
            self.value = T::read(&default, &self.name);
        }
        self
    }

    /// Checks the value, unless it already breaks another rule.
    #[cfg(feature = "service")]
    pub(crate) fn check(
        mut self,
        check: impl FnOnce(&str, &T) -> Result<(), ParameterError>,
    ) -> Self {
        if let (Ok(Some(value)), None) = (&self.value, &self.refusal) {
            self.refusal = check(&self.name, value).err();
        }
        self
    }

    /// Converts the value.
    #[cfg(feature = "service")]
    pub(crate) fn map(mut self, convert: impl FnOnce(T) -> T) -> Self {
        self.value = self.value.map(|value| value.map(convert));
        self
    }
}
