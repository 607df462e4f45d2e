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

/// Returns the width of a text in columns.
pub fn width(text: &str) -> usize {
    text.width()
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

/// Replaces the control characters in a text of the service, except line breaks.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let is_control = |c: char| c.is_control() && c != '\n';
    if text.contains(is_control) {
        Cow::Owned(text.replace(is_control, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}
