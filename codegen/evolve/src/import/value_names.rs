//! Names for enum values that cannot be names in code.
//!
//! A name comes from the value alone, so that it stays when values are added or reordered.

use std::collections::HashMap;

use codegen_spec::EnumValue;
use codegen_spec::names::{camel, makes_variant};

/// Most characters of a name, without the digits that tell it apart.
const LONGEST: usize = 40;

/// Returns the name of a value in words, or `None` if the value itself makes a name.
pub(super) fn value_name(value: &str) -> Option<String> {
    if makes_variant(value) {
        return None;
    }
    let words = words(value);
    Some(match words.join(" ") {
        name if name.len() <= LONGEST => name,
        _ => marked(value),
    })
}

/// Renames values in words whose names in code are those of other values.
pub(super) fn tell_apart(values: &mut [EnumValue]) {
    let mut count: HashMap<String, usize> = HashMap::new();
    for value in values.iter() {
        *count.entry(name_in_code(value)).or_default() += 1;
    }
    for value in values.iter_mut().filter(|value| value.rename.is_some()) {
        if count
            .get(&name_in_code(value))
            .is_some_and(|many| *many > 1)
        {
            value.rename = Some(marked(&value.value));
        }
    }
}

/// Returns the name of a value as it is in code.
pub(super) fn name_in_code(value: &EnumValue) -> String {
    camel(value.rename.as_ref().unwrap_or(&value.value))
}

/// Returns the first words of a value, with digits that depend on all of it.
pub(super) fn marked(value: &str) -> String {
    let mut name = String::new();
    for word in words(value) {
        let rest = LONGEST.saturating_sub(name.len() + 1);
        match name.is_empty() {
            true => name = word.chars().take(LONGEST).collect(),
            false if word.len() > rest => break,
            false => name = format!("{name} {word}"),
        }
    }
    format!("{name} {:08x}", hash(value))
}

/// Returns the 32-bit FNV-1a hash of a text.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// Returns a value as words of ASCII letters and digits.
fn words(value: &str) -> Vec<String> {
    let letters: Vec<char> = value.chars().collect();
    let (mut words, mut run) = (Vec::new(), String::new());
    for (at, &letter) in letters.iter().enumerate() {
        if letter.is_ascii_alphanumeric() {
            run.push(letter);
            continue;
        }
        words.push(std::mem::take(&mut run));
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        if !separates(letter, before, letters.get(at + 1)) {
            words.push(match (letter, before, word(letter)) {
                ('-', None, _) => "Minus".to_owned(),
                (_, _, Some(word)) => word.to_owned(),
                (_, _, None) => format!("U{:04X}", u32::from(letter)),
            });
        }
    }
    words.push(run);
    words.retain(|word| !word.is_empty());
    words
}

/// Returns `true` for a mark that only separates words. Between digits, it is part of a number.
fn separates(mark: char, before: Option<&char>, after: Option<&char>) -> bool {
    let (Some(before), Some(after)) = (before, after) else {
        return false;
    };
    let is_number = before.is_ascii_digit() && after.is_ascii_digit();
    let is_inside = before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric();
    matches!(mark, '_' | '-' | '.' | ' ' | '/') && is_inside && !is_number
}

/// Returns the word for an ASCII mark.
fn word(mark: char) -> Option<&'static str> {
    Some(match mark {
        ' ' => "Space",
        '!' => "Not",
        '"' => "DoubleQuote",
        '#' => "Hash",
        '$' => "Dollar",
        '%' => "Percent",
        '&' => "And",
        '\'' => "Quote",
        '(' => "LeftParenthesis",
        ')' => "RightParenthesis",
        '*' => "Star",
        '+' => "Plus",
        ',' => "Comma",
        '-' => "Dash",
        '.' => "Dot",
        '/' => "Slash",
        ':' => "Colon",
        ';' => "Semicolon",
        '<' => "Less",
        '=' => "Equal",
        '>' => "Greater",
        '?' => "Question",
        '@' => "At",
        '[' => "LeftBracket",
        '\\' => "Backslash",
        ']' => "RightBracket",
        '^' => "Caret",
        '_' => "Underscore",
        '`' => "Backtick",
        '{' => "LeftBrace",
        '|' => "Or",
        '}' => "RightBrace",
        '~' => "Tilde",
        _ => return None,
    })
}
