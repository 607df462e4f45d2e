//! Printing to standard output and standard error.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

use terminal_size::{Width, terminal_size};
use unicode_width::UnicodeWidthStr;

/// Maximum width of help and of the reference in columns, even on a wider terminal.
pub const PAGE_WIDTH: usize = 80;

/// Returns the width of the terminal in columns, or `None` if standard output is not a terminal.
pub fn terminal_width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let width = terminal_size().map(|(Width(width), _)| width.into());
    Some(width.filter(|width| *width > 0).unwrap_or(80))
}

/// Returns `true` if standard output shows colors: a terminal, unless `NO_COLOR` is set.
pub fn is_colored() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
    io::stdout().is_terminal() && !is_set("NO_COLOR") && !is_dumb
}

/// Returns the width of a text in columns.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Returns a text that is at most `columns` wide; an ellipsis shows that it was cut off.
pub fn shortened(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut shortened = String::new();
    for character in text.chars() {
        let next = format!("{shortened}{character}");
        if width(&next) >= columns {
            break;
        }
        shortened = next;
    }
    format!("{}…", shortened.trim_end())
}

/// Prints a text on standard output, with a line break at its end.
///
/// # Errors
///
/// Returns an error if standard output cannot be written; a closed pipe is not an error.
pub fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let printed = write!(stdout, "{text}{end}").and_then(|()| stdout.flush());
    match printed {
        // The reader has read enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}

/// Prints a text on standard error; does nothing if standard error is closed.
pub fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", text.trim_end());
}

/// Replaces what controls a terminal in a text of the service, except line breaks.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let controls = |c: char| c != '\n' && (c.is_control() || directs(c));
    if text.contains(controls) {
        Cow::Owned(text.replace(controls, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Writes what controls a terminal or the direction of text as an escape, which leaves the value the same.
///
/// JSON and XML escape or forbid the control characters below U+0020 themselves, and need some of them.
pub fn escaped(text: &str, escape: impl Fn(char) -> String) -> Cow<'_, str> {
    let controls = |c: char| c > ' ' && c.is_control() || directs(c);
    if !text.contains(controls) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().map(|c| match controls(c) {
        true => escape(c),
        false => c.to_string(),
    });
    Cow::Owned(escaped.collect())
}

/// Returns `true` for characters that control the direction of text or break lines of it: a device
/// could use them to make a line look like another one.
fn directs(c: char) -> bool {
    matches!(
        c,
        '\u{061c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{206f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_control_characters_nor_those_of_direction_reach_a_terminal() {
        let text = "a\u{1b}[2J\u{85}\u{202e}b\u{2066}c\u{200f}\n组\u{61c}";
        let expected = "a\u{fffd}[2J\u{fffd}\u{fffd}b\u{fffd}c\u{fffd}\n组\u{fffd}";
        assert_eq!(harmless(text), expected);
        assert!(matches!(harmless("设备 · 台"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_text_is_shortened_to_columns_not_characters() {
        for (text, columns, expected) in [
            ("abcd", 4, "abcd"),
            ("abcde", 4, "abc…"),
            ("ab cde", 4, "ab…"),
            ("分组分组", 5, "分组…"),
        ] {
            assert_eq!(shortened(text, columns), expected);
        }
    }

    #[test]
    fn an_escape_keeps_the_value() {
        let value = "\u{202e}a\u{2069}组\u{7f}\u{9b}";
        let json = serde_json::to_string(value).unwrap();
        let escaped = escaped(&json, |c| format!("\\u{:04x}", u32::from(c)));
        assert_eq!(escaped, "\"\\u202ea\\u2069组\\u007f\\u009b\"");
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), value);
    }
}
