//! Standard output and what may go there.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

use terminal_size::{Width, terminal_size};
use unicode_width::UnicodeWidthStr;

/// Widest line of help and of the reference in columns, even on a wider terminal.
pub const PAGE_WIDTH: usize = 80;

/// Columns of the terminal that shows standard output, if one does.
pub fn terminal_width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let width = terminal_size().map(|(Width(width), _)| width.into());
    Some(width.filter(|width| *width > 0).unwrap_or(80))
}

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Prints a text and ends its last line.
///
/// # Errors
///
/// Standard output takes nothing, and not because its reader has had enough.
pub fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let printed = write!(stdout, "{text}{end}").and_then(|()| stdout.flush());
    match printed {
        // Whoever reads has read enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}

/// Prints a text for people on standard error, which may be closed.
pub fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", text.trim_end());
}

/// A text of the service without what would steer a terminal; lines stay.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let steers = |c: char| c.is_control() && c != '\n';
    if text.contains(steers) {
        Cow::Owned(text.replace(steers, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}
