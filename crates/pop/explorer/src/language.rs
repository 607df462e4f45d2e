//! Languages of the pages.

use pop_docs::Text;

/// Language of a page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl Language {
    /// Returns the code of the language: `zh`.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// Returns the language with this code, if it is one of ours.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        [Self::Zh, Self::En]
            .into_iter()
            .find(|language| language.code() == code)
    }

    /// Returns the language that a browser prefers, by its header `Accept-Language`.
    ///
    /// Browsers list languages in the order of preference, so the first one of ours is chosen.
    pub(crate) fn accepted(header: &str) -> Option<Self> {
        let mut ranges = header.split([',', ';']).map(str::trim);
        ranges.find_map(|range| Self::from_code(range.split('-').next()?))
    }

    /// Returns the other language.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }

    /// Returns a text in this language.
    pub(crate) fn of(self, text: Text) -> &'static str {
        match self {
            Self::Zh => text.zh,
            Self::En => text.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_accepted_language_that_is_ours_is_chosen() {
        for (header, language) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Some(Language::Zh)),
            ("en-US", Some(Language::En)),
            ("de-DE,de;q=0.9,en;q=0.8,zh;q=0.7", Some(Language::En)),
            ("fr", None),
            ("", None),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }
}
