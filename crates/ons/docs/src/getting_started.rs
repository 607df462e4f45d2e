//! The first page of the reference, as a module and as data.

use pop_docs::{Page, PageKind, Text};

/// 快速入门
///
/// [English](crate::en::getting_started)
///
#[doc = include_str!("getting_started/zh.md")]
pub mod zh {}

/// Getting started
///
/// [中文](crate::zh::getting_started)
///
#[doc = include_str!("getting_started/en.md")]
pub mod en {}

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

/// Tests the programs in the Chinese README.
#[cfg(doctest)]
#[doc = include_str!("../../../../README.zh.md")]
struct ReadmeInChinese;
