//! Writes values as parameters.

use serde::Serialize;

use super::{Parameter, Parameters};
use crate::wire::WireValue;

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

impl<'a> dyn ParameterSink + 'a {
    /// Writes a value as one parameter, or one per item, key or member.
    #[inline]
    pub fn flat<T: Parameter>(&mut self, name: &str, value: &T) {
        value.write(name, self);
    }

    /// Writes a value as JSON text; an absent value is not sent.
    pub fn json<T: Serialize + WireValue>(&mut self, name: &str, value: &T) {
        if !value.is_absent()
            && let Ok(text) = serde_json::to_string(value)
        {
            self.parameter(name, &text);
        }
    }

    /// Writes a list as text joined by commas, which its items must not contain; an empty list is
    /// not sent.
    pub fn simple<T: Parameter>(&mut self, name: &str, values: &[T]) {
        let mut items = Joined(String::new());
        for value in values {
            value.write(name, &mut items);
        }
        if !items.0.is_empty() {
            self.parameter(name, &items.0);
        }
    }
}

impl ParameterSink for Parameters {
    fn parameter(&mut self, name: &str, value: &str) {
        self.insert(name, value);
    }
}

/// Joins the received values with commas.
struct Joined(String);

impl ParameterSink for Joined {
    fn parameter(&mut self, _name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(value);
    }
}

/// Passes parameters on, with the name of the struct around them before each name.
pub(super) struct Below<'a> {
    /// Name of the struct and a dot, after which each name is written.
    name: String,
    sink: &'a mut dyn ParameterSink,
}

impl<'a> Below<'a> {
    pub(super) fn new(name: &str, sink: &'a mut dyn ParameterSink) -> Self {
        Self {
            name: format!("{name}."),
            sink,
        }
    }

    fn pass(&mut self, name: &str, pass: impl FnOnce(&mut dyn ParameterSink, &str)) {
        let length = self.name.len();
        self.name.push_str(name);
        pass(self.sink, &self.name);
        self.name.truncate(length);
    }
}

impl ParameterSink for Below<'_> {
    fn parameter(&mut self, name: &str, value: &str) {
        self.pass(name, |sink, name| sink.parameter(name, value));
    }

    fn unreserved(&mut self, name: &str, value: &str) {
        self.pass(name, |sink, name| sink.unreserved(name, value));
    }
}
