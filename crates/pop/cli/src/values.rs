//! Parses values of enum parameters.

use std::ffi::OsStr;
use std::fmt::Display;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, Error};
use pop_rpc::wire::Scalar;

/// Parser that accepts known values, ignoring case.
#[derive(Clone, Debug)]
pub struct Values<T> {
    /// Values, each with its help.
    known: Vec<(T, &'static str)>,
    /// `true` if unknown values are accepted, too.
    accepts_others: bool,
}

impl<T: Scalar + Clone + Display + PartialEq> Values<T> {
    /// Creates a parser for these values, each with its help.
    pub fn new(known: impl IntoIterator<Item = (T, &'static str)>) -> Self {
        Self {
            known: known.into_iter().collect(),
            accepts_others: false,
        }
    }

    /// Accepts unknown values, too.
    pub fn or_other(mut self) -> Self {
        self.accepts_others = true;
        self
    }

    fn find(&self, text: &str) -> Option<T> {
        let known = || self.known.iter().map(|(value, _)| value);
        let spelled = known().find(|value| value.to_string().eq_ignore_ascii_case(text));
        spelled.cloned().or_else(|| {
            // The type may know other spellings.
            T::from_text(text).filter(|value| self.accepts_others || known().any(|k| k == value))
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
        // Called only for its error, which lists the values and suggests one.
        let names: Vec<PossibleValue> = self.names().collect();
        PossibleValuesParser::new(names).parse_ref(command, argument, value)?;
        Err(Error::new(ErrorKind::InvalidValue).with_cmd(command))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.names()))
    }
}
