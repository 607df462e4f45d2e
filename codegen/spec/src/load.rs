//! Loads a checked [`Spec`] from text.

use serde_json::Value;

use crate::mistake::Mistake;
use crate::mistakes::Mistakes;
use crate::pointer::unescape;
use crate::position::repeated_keys;
use crate::spec::Spec;
use crate::{check, shape};

/// Reads and checks the text of a spec. Reports name the file as `path`.
///
/// # Errors
///
/// Returns all mistakes at once: wrong keys, wrong types and contradictions. If the text is not
/// JSON, only that is reported. A missing key hides contradictions.
pub fn load(path: &str, text: &str) -> Result<Spec, Mistakes> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| Mistakes::syntax(path, text, &error))?;
    let report = |mistakes| Mistakes::new(path, text, mistakes);

    let mut mistakes = Vec::new();
    for pointer in repeated_keys(text) {
        let name = unescape(pointer.rsplit('/').next().unwrap_or_default());
        let message = format!("duplicate key `{name}`");
        mistakes.push(Mistake::new(&pointer, message, "keep one of the two").on_key());
    }
    let mut repaired = value.clone();
    shape::check(&value, &mut repaired, &mut mistakes);
    match serde_json::from_value::<Spec>(repaired) {
        Ok(spec) => {
            mistakes.extend(check::check(&spec, &value));
            if mistakes.is_empty() {
                return Ok(spec);
            }
        }
        Err(error) if mistakes.is_empty() => {
            let hint = "see spec/README.md for the form of each key";
            mistakes.push(Mistake::new("", error.to_string(), hint));
        }
        // The shape is too wrong to check the meaning of the spec.
        Err(_) => {}
    }
    Err(report(mistakes))
}
