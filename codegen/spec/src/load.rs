//! Text to a checked [`Spec`].

use serde_json::Value;

use crate::mistake::Mistake;
use crate::mistakes::Mistakes;
use crate::pointer::unescape;
use crate::position::repeated_keys;
use crate::spec::Spec;
use crate::{check, shape};

/// Reads and checks the text of a spec; `path` is for the report.
///
/// # Errors
///
/// Every mistake at once, of keys, of types and of meaning. Text that is no JSON gives that alone,
/// and a key that is missing hides mistakes of meaning.
pub fn load(path: &str, text: &str) -> Result<Spec, Mistakes> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| Mistakes::syntax(path, text, &error))?;
    let report = |mistakes| Mistakes::new(path, text, mistakes);

    let mut mistakes = Vec::new();
    for pointer in repeated_keys(text) {
        let name = unescape(pointer.rsplit('/').next().unwrap_or_default());
        let message = format!("key `{name}` stands here twice");
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
            let hint = "spec/README.md shows the form of each key";
            mistakes.push(Mistake::new("", error.to_string(), hint));
        }
        // The shape is too far off to look at what the spec says.
        Err(_) => {}
    }
    Err(report(mistakes))
}
