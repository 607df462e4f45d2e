//! Checks that each erratum applies.

use serde_json::Value;

use super::checker::Checker;
use crate::pointer::below;
use crate::spec::Erratum;

/// Keys that identify an element of a list.
const CALLED_BY: [&str; 5] = ["name", "code", "id", "version", "value"];

impl Checker<'_> {
    /// Checks all errata.
    pub(super) fn errata(&mut self) {
        let spec = self.spec;
        self.unique("erratum", spec.errata.iter().map(|e| &*e.id), |index| {
            format!("/errata/{index}/id")
        });
        for (index, erratum) in spec.errata.iter().enumerate() {
            self.erratum(erratum, &format!("/errata/{index}"));
        }
    }

    fn erratum(&mut self, erratum: &Erratum, pointer: &str) {
        let Some(found) = follow(self.raw, &erratum.at) else {
            let message = format!(
                "erratum {} does not apply: the spec has nothing at `{}`",
                erratum.id, erratum.at
            );
            let hint = "correct `at`, or remove the erratum";
            self.mistake(below(pointer, "at"), message, hint);
            return;
        };
        if erratum.document.as_ref() == Some(found) {
            let message = format!(
                "erratum {} does not apply: the spec agrees with the document",
                erratum.id
            );
            let hint = "correct the spec there, or remove the erratum";
            self.mistake(below(pointer, "document"), message, hint);
        } else if erratum.spec.as_ref().is_some_and(|value| value != found) {
            let message = format!(
                "erratum {} does not apply: the spec holds {found} there",
                erratum.id
            );
            let hint = "correct `spec`, or remove the erratum";
            self.mistake(below(pointer, "spec"), message, hint);
        }
    }
}

/// Returns the value at a path of names. An omitted boolean is `false`.
pub fn follow<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    const BOOLEANS: [&str; 5] = [
        "required",
        "retryable",
        "accepts_unknown",
        "anonymous",
        "bare",
    ];
    let mut place = value;
    for segment in path.split('/') {
        place = match place {
            Value::Array(elements) => elements.iter().find(|e| is_called(e, segment))?,
            Value::Object(object) if BOOLEANS.contains(&segment) => {
                object.get(segment).unwrap_or(&Value::Bool(false))
            }
            place => place.get(segment)?,
        };
    }
    Some(place)
}

/// Returns `true` if an element of a list has this name.
pub fn is_called(element: &Value, name: &str) -> bool {
    let mut keys = CALLED_BY.iter();
    keys.any(|key| element.get(key).and_then(Value::as_str) == Some(name))
}
