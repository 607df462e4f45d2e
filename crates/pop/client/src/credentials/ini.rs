//! Reader of ini files, as far as credentials need it: sections, `key = value`, comments.

/// Settings of one section.
#[derive(Debug)]
pub(crate) struct Section<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Section<'a> {
    /// Finds section `name`.
    ///
    /// A comment begins with `#`, even after a value, as in the vendor's SDKs. A line that begins
    /// with `;` is also a comment.
    ///
    /// # Errors
    ///
    /// A line is neither a section, a setting nor a comment. The error names its number, but not
    /// its text, which may be a secret.
    pub(crate) fn find(text: &'a str, name: &str) -> Result<Option<Self>, String> {
        let mut found: Option<Self> = None;
        let mut is_inside = false;
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() || line.starts_with(';') {
                continue;
            }
            let header = line
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'));
            if let Some(section) = header {
                is_inside = section.trim() == name;
                if is_inside {
                    found.get_or_insert_with(|| Self(Vec::new()));
                }
            } else if let Some((key, value)) = line.split_once('=') {
                if let (true, Some(Self(settings))) = (is_inside, &mut found) {
                    settings.push((key.trim(), value.trim()));
                }
            } else {
                return Err(format!("line {number} is not `key = value`"));
            }
        }
        Ok(found)
    }

    /// Returns the value of a key; the last one if it is set more than once.
    pub(crate) fn get(&self, key: &str) -> Option<&'a str> {
        let mut settings = self.0.iter().rev();
        settings
            .find(|(name, _)| *name == key)
            .map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_ends_where_the_next_begins() {
        let text = "; a comment\n[a]\nkey = 1 # one\n[ b ]\nkey=2=2\nKEY =\nother = x\nkey = 3\n";
        let section = Section::find(text, "b").unwrap().unwrap();
        assert_eq!(section.get("key"), Some("3"));
        assert_eq!(section.get("KEY"), Some(""));
        assert_eq!(section.get("none"), None);
        assert_eq!(
            Section::find(text, "a").unwrap().unwrap().get("key"),
            Some("1")
        );
        assert!(Section::find(text, "c").unwrap().is_none());
    }

    #[test]
    fn an_invalid_line_is_reported_by_number_without_its_text() {
        let error = Section::find("[a]\naccess_key_secret hidden\n", "a").unwrap_err();
        assert_eq!(error, "line 2 is not `key = value`");
    }
}
