//! Parses values of parameters that clap cannot parse itself.

use std::ffi::OsStr;
use std::fmt::Display;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, Error};
use pop_rpc::wire::Scalar;
use serde::de::DeserializeOwned;

use crate::screen::{complain, harmless};

/// Parses a value that is written as JSON.
///
/// # Errors
///
/// The text is not JSON, or not a value of the type.
pub fn json<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(text)
}

/// Parser that knows some values, ignoring their case, and passes on others as they are.
#[derive(Clone, Debug)]
pub struct Values<T> {
    /// Values, each with its help.
    known: Vec<(T, &'static str)>,
    /// `true` if other values are nothing unusual.
    expects_others: bool,
}

impl<T: Scalar + Clone + Display + PartialEq> Values<T> {
    /// Creates a parser that knows these values, each with its help, and warns about others.
    pub fn new(known: impl IntoIterator<Item = (T, &'static str)>) -> Self {
        Self {
            known: known.into_iter().collect(),
            expects_others: false,
        }
    }

    /// Does not warn about other values.
    pub fn or_other(mut self) -> Self {
        self.expects_others = true;
        self
    }

    /// Returns the known value of a text, which may spell it by an alias or in another case, unless
    /// it is the exact spelling of another value.
    fn known(&self, text: &str) -> Option<T> {
        let known = |is_meant: &dyn Fn(&T) -> bool| {
            let mut known = self.known.iter().map(|(value, _)| value);
            known.find(|value| is_meant(value)).cloned()
        };
        let exact = T::from_text(text);
        known(&|value| exact.as_ref() == Some(value))
            .or_else(|| known(&|value| value.to_string().eq_ignore_ascii_case(text)))
    }

    /// Returns a value that is not known, unless the text is empty or not of the type.
    fn other(&self, text: &str, argument: Option<&Arg>) -> Option<T> {
        let value = T::from_text(text).filter(|_| !text.is_empty())?;
        if !self.expects_others {
            let known: Vec<String> = self.known.iter().map(|(v, _)| v.to_string()).collect();
            complain(&format!(
                "warning: `{}` is not a known value of {}, and is sent as it is; known: {}",
                harmless(text),
                argument.map_or_else(|| "the parameter".to_owned(), Arg::to_string),
                known.join(", ")
            ));
        }
        Some(value)
    }

    fn names(&self) -> impl Iterator<Item = PossibleValue> {
        let known = self.known.iter();
        known.map(|(value, help)| PossibleValue::new(value.to_string()).help(*help))
    }
}

impl<T> TypedValueParser for Values<T>
where
    T: Scalar + Clone + Display + PartialEq + Send + Sync + 'static,
{
    type Value = T;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<T, Error> {
        let text = value.to_str().unwrap_or_default();
        if let Some(value) = self.known(text).or_else(|| self.other(text, argument)) {
            return Ok(value);
        }
        // Called only for its error, which lists the values and suggests one.
        let names: Vec<PossibleValue> = self.names().collect();
        PossibleValuesParser::new(names).parse_ref(command, argument, value)?;
        Err(Error::new(ErrorKind::InvalidValue).with_cmd(command))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.names()))
    }
}

#[cfg(test)]
mod tests {
    use super::Values;

    #[test]
    fn values_that_differ_in_case_only_are_told_apart() {
        let values = Values::new(["on", "On", "off"].map(|value| (value.to_owned(), "")));
        for (text, known) in [
            ("on", Some("on")),
            ("On", Some("On")),
            ("ON", Some("on")),
            ("OFF", Some("off")),
            ("of", None),
        ] {
            assert_eq!(values.known(text).as_deref(), known, "{text}");
        }
    }
}
