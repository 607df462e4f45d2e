//! The pages as data.

use std::sync::LazyLock;

use pop_docs::{Page, PageKind, Reference, Text};

use crate::generated::PAGES;

const GETTING_STARTED: Page = Page {
    kind: PageKind::Chapter,
    name: "getting_started",
    names: &[],
    title: Text {
        zh: "快速入门",
        en: "Getting started",
    },
    body: Text {
        zh: include_str!("getting_started/zh.md"),
        en: include_str!("getting_started/en.md"),
    },
};

/// Every page, in reading order; sections follow their chapter.
pub fn pages() -> &'static [Page] {
    reference().pages()
}

/// The page that a name belongs to; see [`Reference::page`].
pub fn page(name: &str) -> Option<&'static Page> {
    reference().page(name)
}

/// The name of a page that is spelt nearly like this, for “did you mean”.
pub fn suggestion(name: &str) -> Option<&'static str> {
    reference().suggestion(name)
}

/// All pages, to look for them.
pub fn reference() -> &'static Reference {
    static ALL: LazyLock<Reference> = LazyLock::new(|| {
        let getting_started = std::iter::once(GETTING_STARTED);
        Reference::new(getting_started.chain(PAGES.iter().copied()))
    });
    &ALL
}
