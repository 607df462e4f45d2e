//! Values of parameters that are enums.

use std::ffi::OsStr;
use std::fmt::Display;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, Error};
use pop_rpc::wire::Scalar;

/// Reads one of some known values, in upper or lower case.
#[derive(Clone, Debug)]
pub struct Values<T> {
    /// Values with their help.
    known: Vec<(T, &'static str)>,
    takes_others: bool,
}

impl<T: Scalar + Clone + Display + PartialEq> Values<T> {
    /// These values, each with its help.
    pub fn new(known: impl IntoIterator<Item = (T, &'static str)>) -> Self {
        Self {
            known: known.into_iter().collect(),
            takes_others: false,
        }
    }

    /// The same, with values that are not known.
    pub fn or_other(mut self) -> Self {
        self.takes_others = true;
        self
    }

    fn find(&self, text: &str) -> Option<T> {
        let known = || self.known.iter().map(|(value, _)| value);
        let spelt = known().find(|value| value.to_string().eq_ignore_ascii_case(text));
        spelt.cloned().or_else(|| {
            // The type knows other spellings.
            T::from_text(text).filter(|value| self.takes_others || known().any(|k| k == value))
        })
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
        let text = value.to_string_lossy();
        if let Some(value) = self.find(&text) {
            return Ok(value);
        }
        // Only for its error, which lists the values and suggests one.
        let names: Vec<PossibleValue> = self.names().collect();
        PossibleValuesParser::new(names).parse_ref(command, argument, value)?;
        Err(Error::new(ErrorKind::InvalidValue).with_cmd(command))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.names()))
    }
}
