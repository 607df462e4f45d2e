//! Error codes, compared without the names of their placeholders.

/// A code without the name of its placeholder: two codes that differ in nothing else are one.
pub(super) fn unnamed(code: &str) -> String {
    match (code.find('{'), code.find('}')) {
        (Some(start), Some(end)) if start < end => format!("{}{{{}", &code[..start], &code[end..]),
        _ => code.to_owned(),
    }
}
