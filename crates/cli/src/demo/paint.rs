//! Colors of the demo on a terminal that shows them.

use pop_cli::screen::is_colored;

/// Paints texts, or leaves them as they are.
#[derive(Clone, Copy)]
pub(super) struct Paint(bool);

impl Paint {
    /// Returns paint that suits standard output.
    pub(super) fn suitable() -> Self {
        Self(is_colored())
    }

    /// Paints a heading.
    pub(super) fn heading(self, text: &str) -> String {
        self.with("1", text)
    }

    /// Paints a command line.
    pub(super) fn command(self, text: &str) -> String {
        self.with("36", text)
    }

    /// Paints the result of a check by its mark.
    pub(super) fn verdict(self, text: &str) -> String {
        let color = if text.contains('✗') { "31" } else { "32" };
        self.with(color, text)
    }

    fn with(self, style: &str, text: &str) -> String {
        if self.0 {
            format!("\x1b[{style}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_is_green_wrong_is_red_and_without_color_nothing_changes() {
        let paint = Paint(true);
        assert_eq!(paint.verdict("✓ a"), "\x1b[32m✓ a\x1b[0m");
        assert_eq!(paint.verdict("✗ a"), "\x1b[31m✗ a\x1b[0m");
        assert_eq!(Paint(false).verdict("✗ a"), "✗ a");
    }
}
