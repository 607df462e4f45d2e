//! 快速入门 · Getting started
//!
//! # 中文
//!
#![doc = include_str!("getting_started/zh.md")]
//!
//! # English
//!
#![doc = include_str!("getting_started/en.md")]

use pop_docs::{Page, PageKind, Text};

/// The first page of the reference.
pub(crate) const PAGE: Page = Page {
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

/// Tests the programs in the README.
#[cfg(doctest)]
#[doc = include_str!("../../../../README.md")]
struct Readme;
