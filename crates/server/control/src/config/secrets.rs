//! Keeps secrets out of reports on a configuration.

use std::ops::Range;

/// Keys whose values must never be shown.
const SECRETS: [&str; 2] = ["secret", "store"];

/// Returns `true` if the value at `span` belongs to a secret key.
pub(super) fn is_secret(text: &str, span: &Range<usize>) -> bool {
    let before = text.get(..span.start).unwrap_or_default().trim_end();
    let Some(before) = before.strip_suffix('=') else {
        return false;
    };
    SECRETS.iter().any(|key| before.trim_end().ends_with(key))
}

/// Replaces values on the line of `span` with asterisks.
///
/// The value at `span` remains unless it is secret. All other values are replaced, because a
/// misspelled `secret` still has a secret value.
pub(super) fn hide_secrets(text: &str, span: &Range<usize>) -> String {
    let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[span.start..]
        .find('\n')
        .map_or(text.len(), |at| span.start + at);
    let value = text[line..end].find('=').map_or(end, |at| line + at + 1);
    // An inline table may contain a secret too.
    let hidden = is_secret(text, span) || text[span.clone()].contains('=');
    let mut shown = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let is_value = (value..end).contains(&at) && !character.is_whitespace();
        if is_value && (hidden || !span.contains(&at)) {
            shown.extend(std::iter::repeat_n('*', character.len_utf8()));
        } else {
            shown.push(character);
        }
    }
    shown
}
