//! Errata: each has to apply.

use serde_json::Value;

use super::checker::Checker;
use crate::pointer::below;
use crate::spec::Erratum;

/// Keys by which an element of a list is called.
const CALLED_BY: [&str; 5] = ["name", "code", "id", "version", "value"];

impl Checker<'_> {
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
            let message = format!("erratum {} does not apply: its place is gone", erratum.id);
            let hint = "correct `at`, or remove the erratum";
            self.mistake(below(pointer, "at"), message, hint);
            return;
        };
        if erratum.document.as_ref() == Some(found) {
            let message = format!(
                "erratum {} does not apply: the spec says what the document says",
                erratum.id
            );
            let hint = "correct the spec at that place, or remove the erratum";
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

/// The value at a path of names; a truth value that is left out is `false`.
pub fn follow<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    const TRUTHS: [&str; 3] = ["required", "retryable", "accepts_unknown"];
    let mut place = value;
    for segment in path.split('/') {
        place = match place {
            Value::Array(elements) => elements.iter().find(|e| is_called(e, segment))?,
            Value::Object(object) if TRUTHS.contains(&segment) => {
                object.get(segment).unwrap_or(&Value::Bool(false))
            }
            place => place.get(segment)?,
        };
    }
    Some(place)
}

/// Whether an element of a list has this name.
pub fn is_called(element: &Value, name: &str) -> bool {
    let mut keys = CALLED_BY.iter();
    keys.any(|key| element.get(key).and_then(Value::as_str) == Some(name))
}
