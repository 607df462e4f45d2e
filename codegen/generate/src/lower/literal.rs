//! Literals of Rust.

use codegen_spec::Text;

use super::escape::{one_line, turns_direction};

/// Returns a text, joined into one line, as a string literal.
pub(super) fn single_line(text: &str) -> String {
    exact(&one_line(text))
}

/// Returns a text, unchanged, as a string literal on one line.
pub(super) fn exact(text: &str) -> String {
    format!("{text:?}")
}

/// Returns a text, unchanged, as a raw string literal that keeps its line breaks.
///
/// A text with characters that source cannot hold becomes an escaped literal instead.
pub(super) fn multi_line(text: &str) -> String {
    if text.chars().any(|c| c != '\n' && is_escaped(c)) {
        return exact(text);
    }
    let mut hashes = "#".to_owned();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

/// Returns a number or boolean from the wire as a literal, if it is one.
///
/// Rust does not accept `+5` or `.5`, and would read a whole number as an `i32`.
pub(super) fn scalar(type_: &str, text: &str) -> Option<String> {
    match type_ {
        "int32" | "int64" => Some(text.parse::<i64>().ok()?.to_string()),
        "float" | "double" => {
            let number: f64 = text
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite())?;
            Some(format!("{number:?}"))
        }
        "boolean" => Some(text.parse::<bool>().ok()?.to_string()),
        _ => None,
    }
}

/// Returns the note of a `#[deprecated]` attribute.
pub(super) fn deprecated(reason: Option<&Text>) -> Option<String> {
    reason.map(|text| single_line(text.for_code()))
}

/// Returns a text with escapes for characters that source cannot hold or readers cannot see.
pub(super) fn visible(text: &str) -> String {
    let shown = |c: char| {
        if is_escaped(c) {
            c.escape_default().to_string()
        } else {
            c.to_string()
        }
    };
    text.chars().map(shown).collect()
}

/// Returns `true` if a character must be escaped in source.
fn is_escaped(c: char) -> bool {
    turns_direction(c) || c.is_control() && c != '\t'
}
