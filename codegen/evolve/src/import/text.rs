//! Reading of JSON text, with the numbers and escapes that JSON allows and serde_json refuses.

use std::borrow::Cow;

use serde_json::Value;

/// Parsed JSON.
pub(super) struct Parsed<'t> {
    pub(super) value: Value,
    /// The text that was parsed, in which odd parts are replaced.
    pub(super) text: Cow<'t, str>,
    /// The odd parts, as they were written.
    pub(super) odd: Vec<String>,
}

/// Parses JSON. Numbers beyond the range of `f64` become strings, and halves of surrogate pairs
/// become U+FFFD.
pub(super) fn parse(text: &str) -> Result<Parsed<'_>, serde_json::Error> {
    let (text, odd, error) = match serde_json::from_str(text) {
        Ok(value) => {
            return Ok(Parsed {
                value,
                text: text.into(),
                odd: Vec::new(),
            });
        }
        Err(error) => {
            let (replaced, odd) = replaced(text);
            (Cow::from(replaced), odd, error)
        }
    };
    match serde_json::from_str(&text) {
        Ok(value) if !odd.is_empty() => Ok(Parsed { value, text, odd }),
        _ => Err(error),
    }
}

/// Replaces what serde_json refuses. Returns the new text and everything that was replaced.
fn replaced(text: &str) -> (String, Vec<String>) {
    let (mut out, mut odd) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            '-' | '0'..='9' => number_length(rest),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        match first {
            '"' => string(token, &mut out, &mut odd),
            '-' | '0'..='9' if token.parse().is_ok_and(|number: f64| number.is_infinite()) => {
                out.extend(["\"", token, "\""]);
                odd.push(token.to_owned());
            }
            _ => out.push_str(token),
        }
        rest = after;
    }
    (out, odd)
}

/// Returns the length of the string at the beginning of a text, with its quotes.
fn string_length(text: &str) -> usize {
    let mut is_escaped = true;
    for (at, character) in text.char_indices() {
        match character {
            '"' if !is_escaped => return at + 1,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    text.len()
}

fn number_length(text: &str) -> usize {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

/// Copies a string, except for escapes that are half of a surrogate pair.
fn string(token: &str, out: &mut String, odd: &mut Vec<String>) {
    let mut rest = token;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let is_low = |unit: &u32| (0xdc00..0xe000).contains(unit);
        let length = match escaped_unit(after) {
            Some(0xd800..0xdc00) => {
                let low = after.get(5..).and_then(|more| more.strip_prefix('\\'));
                match low.and_then(escaped_unit).filter(is_low) {
                    Some(_) => 11,
                    None => 0,
                }
            }
            Some(0xdc00..0xe000) => 0,
            Some(_) => 5,
            None => after.chars().next().map_or(0, char::len_utf8),
        };
        if length == 0 && escaped_unit(after).is_some() {
            odd.push(format!("\\{}", &after[..5]));
            out.push_str("\\ufffd");
            rest = &after[5..];
        } else {
            out.push('\\');
            out.push_str(&after[..length]);
            rest = &after[length..];
        }
    }
    out.push_str(rest);
}

/// Reads `uXXXX` at the beginning of a text.
fn escaped_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{Parsed, parse};
    use serde_json::json;

    #[test]
    fn numbers_out_of_range_and_halves_of_pairs_are_replaced_and_listed() {
        let text =
            r#"{"a": 1e400, "b": [-2E999, 3], "c\ud800": "x\udc01\ud83d\ude00\\ud800\"1e400"}"#;
        let Ok(Parsed { value, odd, .. }) = parse(text) else {
            unreachable!("it is JSON")
        };
        let wanted =
            json!({"a": "1e400", "b": ["-2E999", 3], "c\u{fffd}": "x\u{fffd}😀\\ud800\"1e400"});
        assert_eq!(value, wanted);
        assert_eq!(odd, ["1e400", "-2E999", "\\ud800", "\\udc01"]);
    }

    #[test]
    fn text_that_is_not_json_is_refused_wherever_it_ends() {
        let text = r#"{"a": [1e400, "\ud83d\ude00\ud800é\\", -, "\u12"#;
        for (end, _) in text.char_indices() {
            assert!(parse(&text[..end]).is_err(), "{}", &text[..end]);
        }
    }
}
