//! Pages of the reference in reading order, with the names that find them.

use codegen_spec::names::Scope;
use codegen_spec::{self as spec, Language, Spec, Text};

use crate::ir;
use crate::ir::reference::{AbsentLanguage, Page, PageLanguage, Title};
use crate::lower::escape::code;
use crate::lower::literal::exact;
use crate::lower::markdown::prose;

/// Chapters beside the actions: module, title in Chinese, title in English.
const CHAPTERS: [(&str, &str, &str); 6] = [
    ("actions", "接口一览", "Actions"),
    ("common_parameters", "公共参数", "Common parameters"),
    ("error_codes", "错误码", "Error codes"),
    ("regions", "地域与接入点", "Regions and endpoints"),
    ("releases", "版本", "Releases"),
    ("errata", "勘误", "Errata"),
];

/// Returns the modules of the chapters.
pub(super) fn chapters() -> Vec<&'static str> {
    CHAPTERS.iter().map(|(module, _, _)| *module).collect()
}

/// Returns the module of each action: the name of its method, unless a chapter has that name.
pub(super) fn modules(actions: &[ir::Action]) -> Vec<String> {
    let mut modules = Scope::new(&CHAPTERS.map(|(module, _, _)| module));
    actions
        .iter()
        .map(|action| modules.unique(action.method.clone()))
        .collect()
}

/// Returns the name of a module's files, without language and extension.
pub(super) fn file(module: &str) -> String {
    module.trim_start_matches("r#").to_owned()
}

/// Returns all pages: the list of actions, then each action, then the other chapters.
pub(super) fn pages(spec: &Spec, actions: &[ir::Action], modules: &[String]) -> Vec<Page> {
    let actions = spec.actions.iter().zip(actions).zip(modules);
    let actions = actions.map(|((action, lowered), module)| page(spec, action, lowered, module));
    let mut chapters = CHAPTERS.into_iter().map(|titles| chapter(spec, titles));
    let list_of_actions = chapters.next();
    let pages = list_of_actions.into_iter().chain(actions).chain(chapters);
    pages.collect()
}

/// Returns the page of an action.
fn page(spec: &Spec, action: &spec::Action, lowered: &ir::Action, module: &str) -> Page {
    let file = file(module);
    let title = |_: Language| action.name.as_str();
    let summary = |language: Language| {
        let summary = prose(language.of(&action.summary));
        format!("{}: {summary}", code(&action.name))
    };
    Page {
        kind: "Action",
        name: exact(&action.name),
        names: vec![exact(&file), exact(&lowered.command.join(" "))],
        languages: present(spec, title, summary),
        absent: absent(spec, title),
        module: module.to_owned(),
        file,
    }
}

/// Returns the page of a chapter.
fn chapter(spec: &Spec, (module, zh, en): (&str, &str, &str)) -> Page {
    let text = Text {
        zh: zh.to_owned(),
        en: en.to_owned(),
    };
    let title = |language: Language| language.of(&text);
    Page {
        module: module.to_owned(),
        file: module.to_owned(),
        kind: "Chapter",
        name: exact(module),
        names: chapter_names(spec, module),
        languages: present(spec, title, |language| title(language).to_owned()),
        absent: absent(spec, title),
    }
}

/// Returns the title of the API in each language of the spec.
pub(super) fn titles(spec: &Spec) -> Vec<Title> {
    let title = |language: &Language| Title {
        code: language.code(),
        title: exact(language.of(&spec.title)),
    };
    spec.languages.iter().map(title).collect()
}

/// Returns the languages of the spec, with a page's title and summary in each.
fn present<'t>(
    spec: &Spec,
    title: impl Fn(Language) -> &'t str,
    summary: impl Fn(Language) -> String,
) -> Vec<PageLanguage> {
    let languages = spec.languages.iter().copied();
    languages
        .map(|language| PageLanguage {
            code: language.code(),
            title: exact(title(language)),
            summary: summary(language),
        })
        .collect()
}

/// Returns the languages missing from the spec, each with the spec's first language instead.
pub(super) fn absent<'t>(spec: &Spec, title: impl Fn(Language) -> &'t str) -> Vec<AbsentLanguage> {
    let Some(&first) = spec.languages.first() else {
        return Vec::new();
    };
    let mut languages = vec![Language::Zh, Language::En];
    languages.retain(|language| !spec.languages.contains(language));
    let instead = |language: Language| AbsentLanguage {
        code: language.code(),
        instead: first.code(),
        title: exact(title(first)),
    };
    languages.into_iter().map(instead).collect()
}

/// Returns names in a chapter that readers may look up, as literals.
fn chapter_names(spec: &Spec, module: &str) -> Vec<String> {
    let names: Vec<&str> = match module {
        "common_parameters" => spec.common_parameters.iter().map(|f| &*f.name).collect(),
        "regions" => spec.regions.iter().map(|region| &*region.id).collect(),
        "releases" => spec.releases.iter().map(|r| &*r.version).collect(),
        _ => Vec::new(),
    };
    names.into_iter().map(exact).collect()
}
