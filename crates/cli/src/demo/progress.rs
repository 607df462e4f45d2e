//! Shows the progress of the demo on standard error.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};

/// Length of the bar in characters.
const LENGTH: usize = 30;

/// Progress bar in the last line of a terminal; does nothing if standard error is not a terminal.
pub(super) struct Progress {
    is_terminal: bool,
    shown: RefCell<String>,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            is_terminal: io::stderr().is_terminal(),
            shown: RefCell::default(),
        }
    }

    /// Shows that `done` of `all` steps are done.
    pub(super) fn show(&self, what: &str, done: u64, all: u64) {
        self.write(format!("{} {what}", bar(done, all)));
    }

    /// Removes the bar, to make room for other output.
    pub(super) fn clear(&self) {
        self.write(String::new());
    }

    fn write(&self, line: String) {
        if self.is_terminal && *self.shown.borrow() != line {
            let mut stderr = io::stderr().lock();
            let _ = write!(stderr, "\r\x1b[K{line}").and_then(|()| stderr.flush());
            self.shown.replace(line);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

fn bar(done: u64, all: u64) -> String {
    let share = done as f64 / all.max(1) as f64;
    let filled = ((share * LENGTH as f64) as usize).min(LENGTH);
    format!("[{}{}]", "#".repeat(filled), "-".repeat(LENGTH - filled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_full_at_the_end_and_never_longer() {
        assert_eq!(bar(0, 0), format!("[{}]", "-".repeat(LENGTH)));
        assert_eq!(bar(1, 2).matches('#').count(), LENGTH / 2);
        assert_eq!(bar(5, 4), format!("[{}]", "#".repeat(LENGTH)));
    }
}
