//! Text of strangers in logs.

use std::borrow::Cow;
use std::fmt;

/// Most characters of a text that are shown.
const CHARACTERS: usize = 128;

/// Beginning of a text that a device sent. As part of a sentence it is quoted, with control characters escaped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Excerpt<'a>(pub(crate) &'a str);

impl<'a> Excerpt<'a> {
    /// Returns the characters of a text that are shown.
    pub(crate) fn cut(text: &str) -> &str {
        match text.char_indices().nth(CHARACTERS) {
            Some((end, _)) => &text[..end],
            None => text,
        }
    }

    /// Returns the value of a log field. The format of the log quotes and escapes it, each in its own way.
    pub(crate) fn logged(self) -> Cow<'a, str> {
        let shown = Self::cut(self.0);
        if shown.len() < self.0.len() {
            return Cow::Owned(format!("{shown}…"));
        }
        Cow::Borrowed(shown)
    }
}

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = Self::cut(self.0);
        write!(f, "{shown:?}")?;
        if shown.len() < self.0.len() {
            f.write_str("…")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Excerpt;

    #[test]
    fn text_of_strangers_stays_on_its_line_and_is_cut() {
        for (text, shown) in [
            ("GID_test@@@设备", r#""GID_test@@@设备""#),
            ("a\nWARN b\r\u{1b}[2J", r#""a\nWARN b\r\u{1b}[2J""#),
            ("a\"\u{202e}\0", r#""a\"\u{202e}\0""#),
        ] {
            assert_eq!(Excerpt(text).to_string(), shown);
        }
        let long = "设".repeat(129);
        assert_eq!(
            Excerpt(&long).to_string(),
            format!("\"{}\"…", "设".repeat(128))
        );
        assert_eq!(Excerpt(&long).logged(), format!("{}…", "设".repeat(128)));
        assert_eq!(Excerpt::cut(&long[3..]), &long[3..]);
    }
}
