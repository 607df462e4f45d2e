//! Reader of ini files, as far as credentials need it: sections, `key = value`, quotes, comments.

use std::collections::BTreeMap;

/// Settings of one section.
#[derive(Debug)]
pub(crate) struct Section<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Section<'a> {
    /// Finds section `name`.
    ///
    /// A colon may take the place of `=`. A value may be in quotes. Outside of quotes, a comment
    /// begins with `#`, even inside a value, as in the vendor's SDKs, or with `;` at the start of a
    /// line or after a space.
    ///
    /// # Errors
    ///
    /// A line is neither a section, a setting nor a comment. The error names its number, but not
    /// its text, which may be a secret.
    pub(crate) fn find(text: &'a str, name: &str) -> Result<Option<Self>, String> {
        let mut found: Option<Self> = None;
        let mut is_inside = false;
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            let header = without_comment(line)
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'));
            if let Some(section) = header {
                is_inside = section.trim() == name;
                if is_inside {
                    found.get_or_insert_with(|| Self(Vec::new()));
                }
            } else if let Some((key, value)) = line.split_once(['=', ':']) {
                if let (true, Some(Self(settings))) = (is_inside, &mut found) {
                    settings.push((key.trim(), unquoted(value.trim())));
                }
            } else {
                return Err(format!("line {number} is not `key = value`"));
            }
        }
        Ok(found)
    }

    /// Returns the settings that are not empty; the last one of a key counts.
    pub(crate) fn settings(&self) -> BTreeMap<String, String> {
        let last: BTreeMap<_, _> = self.0.iter().copied().collect();
        let given = last.into_iter().filter(|(_, value)| !value.is_empty());
        given
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    }
}

/// Returns the text in quotes at the start of a value, or else the value without its comment.
fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote)
            && let Some((text, _)) = rest.split_once(quote)
        {
            return text;
        }
    }
    without_comment(value)
}

/// Cuts a comment off.
fn without_comment(text: &str) -> &str {
    let is_comment = |(at, character): (usize, char)| match character {
        '#' => true,
        ';' => at == 0 || text[..at].ends_with(char::is_whitespace),
        _ => false,
    };
    let end = text.char_indices().find(|found| is_comment(*found));
    text[..end.map_or(text.len(), |(at, _)| at)].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the settings of a section as `key=value`.
    fn settings(text: &str, section: &str) -> Vec<String> {
        let section = Section::find(text, section).unwrap().unwrap();
        let settings = section.settings().into_iter();
        settings
            .map(|(key, value)| format!("{key}={value}"))
            .collect()
    }

    #[test]
    fn a_section_ends_where_the_next_begins() {
        let text =
            "; a comment\n[a] # one\nkey = 1 # one\n[ b ]\nkey=2=2\nKEY =\nother = x\nkey = 3\n";
        assert_eq!(settings(text, "b"), ["key=3", "other=x"]);
        assert_eq!(settings(text, "a"), ["key=1"]);
        assert!(Section::find(text, "c").unwrap().is_none());
    }

    #[test]
    fn values_may_have_quotes_comments_and_colons() {
        let table = [
            ("key = \"a b\"", "a b"),
            ("key = 'a;b#c' ; why", "a;b#c"),
            ("key = \"open", "\"open"),
            ("key = a\"b\"", "a\"b\""),
            ("key = a#b", "a"),
            ("key = a ; b", "a"),
            ("key = a;b", "a;b"),
            ("key: a=b", "a=b"),
            ("key = a:b", "a:b"),
        ];
        for (line, expected) in table {
            let text = format!("[s]\n{line}\n");
            assert_eq!(settings(&text, "s"), [format!("key={expected}")], "{line}");
        }
        assert!(settings("[s]\nkey = # none\n", "s").is_empty());
    }

    #[test]
    fn an_invalid_line_is_reported_by_number_without_its_text() {
        let error = Section::find("[a]\naccess_key_secret hidden\n", "a").unwrap_err();
        assert_eq!(error, "line 2 is not `key = value`");
    }
}
