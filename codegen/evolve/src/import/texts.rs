//! Texts in one language, without characters that cannot be shown.

use codegen_spec::{Language, Text};

/// Returns the text with the language filled in, from the other language if necessary.
pub(super) fn spoken(text: &Text, language: Language) -> Text {
    let mut text = text.clone();
    match language {
        Language::Zh if text.zh.trim().is_empty() => text.zh = text.en.clone(),
        Language::En if text.en.trim().is_empty() => text.en = text.zh.clone(),
        _ => {}
    }
    text
}

/// Removes surrounding whitespace and characters that cannot be shown.
pub(super) fn clean(text: String) -> String {
    let text: String = text
        .replace("\r\n", "\n")
        .chars()
        .map(|c| match c {
            '\r' | '\u{2028}' | '\u{2029}' => '\n',
            c => c,
        })
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        // Bidirectional control characters, which rustc denies in source code.
        .filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect();
    text.trim().to_owned()
}
