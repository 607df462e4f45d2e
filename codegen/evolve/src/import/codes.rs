//! Error codes, compared without the names of their placeholders.

/// Removes the name of the placeholder from a code. Codes that differ only in this name are equal.
pub(super) fn unnamed(code: &str) -> String {
    match (code.find('{'), code.find('}')) {
        (Some(start), Some(end)) if start < end => format!("{}{{{}", &code[..start], &code[end..]),
        _ => code.to_owned(),
    }
}
