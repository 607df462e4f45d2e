//! Modules of the reference in rustdoc: one tree per language, each page linked to its other one.

use codegen_spec::Language;

use crate::ir::reference::{OtherLanguage, Page, PageModule, Tree};

/// Returns the tree of each language.
pub(super) fn trees(languages: &[Language], pages: &[Page]) -> Vec<Tree> {
    let tree = |language: &Language| {
        let code = language.code();
        let other = languages.iter().find(|other| *other != language);
        Tree {
            code,
            title: title(*language),
            modules: modules(code, other.copied(), pages),
        }
    };
    languages.iter().map(tree).collect()
}

fn modules(code: &'static str, other: Option<Language>, pages: &[Page]) -> Vec<PageModule> {
    let module = |page: &Page| {
        let mut languages = page.languages.iter();
        let own = languages.find(|language| language.code == code)?;
        Some(PageModule {
            module: page.module.clone(),
            summary: own.summary.clone(),
            path: format!("{code}/{}", page.file),
            other: other.map(|other| OtherLanguage {
                code: other.code(),
                name: name(other),
            }),
        })
    };
    pages.iter().filter_map(module).collect()
}

/// Returns the title of a tree, in its language.
fn title(language: Language) -> &'static str {
    match language {
        Language::Zh => "中文参考文档。",
        Language::En => "The reference in English.",
    }
}

/// Returns the name of a language in the language itself.
fn name(language: Language) -> &'static str {
    match language {
        Language::Zh => "中文",
        Language::En => "English",
    }
}
