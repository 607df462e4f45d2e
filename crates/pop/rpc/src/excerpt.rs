//! Strings to sign in error messages: cut if they are long, with a mark that a client understands.

use std::borrow::Cow;

/// Most bytes of a string to sign that an error message repeats.
const LENGTH: usize = 8 << 10;

/// Begin and end of the mark, with the length of the whole string between them. Strings to sign have
/// no spaces.
const MARK: (&str, &str) = (" [cut, ", " bytes in all]");

/// Returns a string to sign as error messages show it.
pub fn cut(string_to_sign: &str) -> Cow<'_, str> {
    if string_to_sign.len() <= LENGTH {
        return string_to_sign.into();
    }
    let shown = &string_to_sign[..string_to_sign.floor_char_boundary(LENGTH)];
    let ((begin, end), length) = (MARK, string_to_sign.len());
    format!("{shown}{begin}{length}{end}").into()
}

/// Returns what an error message shows of a string to sign and, if it was cut, its whole length.
pub fn read(shown: &str) -> (&str, Option<usize>) {
    let cut = || {
        let (part, mark) = shown.rsplit_once(MARK.0)?;
        Some((part, mark.strip_suffix(MARK.1)?.parse().ok()?))
    };
    cut().map_or((shown, None), |(part, length)| (part, Some(length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_strings_are_cut_and_the_mark_tells_their_length() {
        let long = "x".repeat(LENGTH);
        for text in ["", "GET&%2F&a%3D1", &long] {
            assert_eq!(cut(text), text);
            assert_eq!(read(text), (text, None));
        }
        let longer = format!("{long}y");
        assert_eq!(
            cut(&longer).len(),
            LENGTH + " [cut, 8193 bytes in all]".len()
        );
        assert_eq!(read(&cut(&longer)), (&*long, Some(LENGTH + 1)));
        let wide = format!("x{}", "字".repeat(LENGTH));
        let shown = cut(&wide);
        let (part, length) = read(&shown);
        assert!(wide.starts_with(part) && part.len() > LENGTH - 3);
        assert_eq!(length, Some(wide.len()));
    }
}
