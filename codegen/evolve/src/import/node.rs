//! Values of the metadata with their locations.

use codegen_spec::pointer::escape;
use serde_json::{Map, Value};

use super::findings::{FindingKind, Findings};

/// A value and its JSON pointer.
#[derive(Clone)]
pub(super) struct Node<'a> {
    pub(super) value: &'a Value,
    pub(super) pointer: String,
}

impl<'a> Node<'a> {
    /// Returns the root of a document. `file` becomes the prefix of its pointers.
    pub(super) fn root(value: &'a Value, file: Option<&str>) -> Self {
        let pointer = file.map(|file| format!("{file}#")).unwrap_or_default();
        Self { value, pointer }
    }

    /// Returns the pointer to a key.
    pub(super) fn below(&self, key: &str) -> String {
        format!("{}/{}", self.pointer, escape(key))
    }

    /// Returns the value of a key. `null` counts as absent.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(Self {
            value,
            pointer: self.below(key),
        })
    }

    /// Returns the keys and values of an object, by name: their order in the metadata has no
    /// meaning, and the vendor changes it. An empty list counts as an empty object.
    pub(super) fn entries(&self, findings: &mut Findings) -> Vec<(&'a str, Self)> {
        match self.value {
            Value::Object(object) => {
                let mut entries: Vec<_> = object
                    .iter()
                    .filter(|(_, value)| !value.is_null())
                    .map(|(key, value)| {
                        let pointer = self.below(key);
                        (key.as_str(), Self { value, pointer })
                    })
                    .collect();
                entries.sort_by_key(|(key, _)| *key);
                entries
            }
            Value::Array(array) if array.is_empty() => Vec::new(),
            _ => {
                self.expected("an object", findings);
                Vec::new()
            }
        }
    }

    /// Returns the elements of a list. An empty object counts as an empty list.
    pub(super) fn items(&self, findings: &mut Findings) -> Vec<Self> {
        match self.value {
            Value::Array(array) => array
                .iter()
                .enumerate()
                .map(|(index, value)| Self {
                    value,
                    pointer: format!("{}/{index}", self.pointer),
                })
                .collect(),
            Value::Object(object) if object.is_empty() => Vec::new(),
            _ => {
                self.expected("a list", findings);
                Vec::new()
            }
        }
    }

    /// Returns a string, number or boolean as text.
    pub(super) fn text(&self, findings: &mut Findings) -> Option<String> {
        match self.value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => {
                self.expected("a string", findings);
                None
            }
        }
    }

    /// Returns the value of a key as text.
    pub(super) fn text_at(&self, key: &str, findings: &mut Findings) -> Option<String> {
        self.get(key)?.text(findings)
    }

    /// Returns a boolean, which may be in quotes. If absent, it is `false`.
    pub(super) fn truth_at(&self, key: &str, findings: &mut Findings) -> bool {
        let Some(node) = self.get(key) else {
            return false;
        };
        match node.value {
            Value::Bool(truth) => *truth,
            Value::String(text) if text == "true" => true,
            Value::String(text) if text == "false" || text.is_empty() => false,
            _ => {
                node.expected("true or false", findings);
                false
            }
        }
    }

    /// Returns a whole number, which may be in quotes.
    pub(super) fn integer_at<T: TryFrom<i64>>(
        &self,
        key: &str,
        findings: &mut Findings,
    ) -> Option<T> {
        let node = self.get(key)?;
        let number = match node.value {
            Value::Number(number) => whole(&number.to_string()),
            Value::String(text) => whole(text.trim()),
            _ => None,
        };
        let number = number.and_then(|number| T::try_from(number).ok());
        if number.is_none() {
            let message = format!("`{key}` is not a whole number within the range of the spec");
            findings.add(
                FindingKind::NotCarried,
                &node.pointer,
                message,
                node.shown(),
            );
        }
        number
    }

    /// Reports every key that is not in `known`, unless it is empty.
    pub(super) fn only(&self, known: &[&str], findings: &mut Findings) {
        let Value::Object(object) = self.value else {
            return;
        };
        for (key, value) in object {
            if !known.contains(&key.as_str()) && !is_empty(value) {
                self.not_carried(key, value, findings);
            }
        }
    }

    fn not_carried(&self, key: &str, value: &Value, findings: &mut Findings) {
        let message = format!("the spec has no key for `{key}`");
        let detail = match value {
            Value::Object(_) | Value::Array(_) => String::new(),
            value => shown(value),
        };
        findings.add(FindingKind::NotCarried, &self.below(key), message, detail);
    }

    fn expected(&self, expected: &str, findings: &mut Findings) {
        let message = format!("expected {expected}");
        findings.add(
            FindingKind::NotCarried,
            &self.pointer,
            message,
            self.shown(),
        );
    }

    /// Formats the value for a report.
    pub(super) fn shown(&self) -> String {
        shown(self.value)
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        value => value.to_string(),
    }
}

/// Returns `true` if a value is empty or `false`.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(array) => array.is_empty(),
        Value::Object(object) => Map::is_empty(object),
        _ => false,
    }
}

/// Parses a whole number, such as `3`, `3.0` or `3e0`.
fn whole(text: &str) -> Option<i64> {
    let is_whole = |number: &f64| number.fract() == 0.0 && number.abs() < 9e15;
    text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok().filter(is_whole)?;
        Some(number as i64)
    })
}
