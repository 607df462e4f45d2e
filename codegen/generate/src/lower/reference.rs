//! The reference: texts of the spec as Markdown in every language, and calls in Rust.

mod actions;
mod calls;
mod chapters;
mod pages;
mod tables;
mod trees;
mod writer;

use codegen_spec::Language;
use writer::ReferenceWriter;

use super::declared::Names;
use super::escape::one_line;
use super::openapi;
use crate::ir;
use crate::ir::reference::Reference;

/// Returns the reference in all languages of the spec.
pub(super) fn reference(
    names: &Names<'_>,
    actions: &[ir::Action],
    enums: &[ir::Enum],
) -> Reference {
    let spec = names.spec;
    let modules = pages::modules(actions);
    let first = spec.languages.first().copied().unwrap_or(Language::En);
    let chapters = |language: &Language| {
        let writer = ReferenceWriter {
            names,
            spec,
            actions,
            enums,
            modules: &modules,
            language: *language,
        };
        writer.chapters()
    };
    let pages = pages::pages(spec, actions, &modules);
    Reference {
        package: format!("{}-docs", spec.package),
        title: one_line(first.of(&spec.title)),
        titles: pages::titles(spec),
        absent_titles: pages::absent(spec, |language| language.of(&spec.title)),
        trees: trees::trees(&spec.languages, &pages),
        pages,
        chapters: pages::chapters(),
        languages: spec.languages.iter().map(chapters).collect(),
        openapi: openapi::document(names, actions),
    }
}
