//! The reference in a terminal.

use ons_mqtt_docs::{Kind, Text, page, suggestion};

use crate::arguments::Language;
use crate::failure::Failure;
use crate::markdown;
use crate::screen;

impl Language {
    fn of(self, text: Text) -> &'static str {
        match self {
            Self::Zh => text.zh,
            Self::En => text.en,
        }
    }
}

/// Prints the page that a name belongs to.
pub(crate) fn explain(name: &str, language: Language) -> Result<(), Failure> {
    let page = page(name).ok_or_else(|| Failure::Page {
        name: name.to_owned(),
        near: suggestion(name),
    })?;
    let title = language.of(page.title);
    let body = language.of(page.body);
    let text = markdown::plain(body);
    Ok(screen::print(&format!("{title}\n\n{text}"))?)
}

/// What the reference says of an error code.
pub(crate) fn error_code(code: &str) -> Option<String> {
    let page = page(code).filter(|page| page.kind == Kind::ErrorCode)?;
    Some(markdown::plain(page.body.en))
}
