//! Reference of a product as data, for any product.
//!
//! Generated crates provide the pages; [`Reference`] finds them.

mod form;

use std::collections::HashMap;

pub use form::{Form, Forms, Member, Parameter, Struct, Style, ValueKind};

/// A text in both languages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Text {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// Kind of a page's subject.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PageKind {
    /// A topic, such as regions.
    Chapter,
    /// An action.
    Action,
    /// An error code.
    ErrorCode,
    /// A mistake in the vendor's reference document.
    Erratum,
}

/// A page of the reference.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Page {
    /// Kind of the page's subject.
    pub kind: PageKind,
    /// Name on the wire of an action, error code, number of an erratum, or module name of a
    /// chapter.
    pub name: &'static str,
    /// Other names that lead to the page.
    pub names: &'static [&'static str],
    /// Title as plain text.
    pub title: Text,
    /// Content as Markdown without the title; its headings begin at the second level.
    pub body: Text,
}

impl Page {
    /// Returns the first paragraph, as Markdown on one line.
    pub fn summary(&self) -> Text {
        let first = |body: &'static str| body.split("\n\n").next().unwrap_or(body).trim();
        self.body.map(first)
    }
}

impl Text {
    fn map(self, change: impl Fn(&'static str) -> &'static str) -> Self {
        Self {
            zh: change(self.zh),
            en: change(self.en),
        }
    }
}

/// Chapters whose sections are pages, too.
const CATALOGUES: [(&str, PageKind); 2] = [
    ("error_codes", PageKind::ErrorCode),
    ("errata", PageKind::Erratum),
];

/// All pages of a product.
#[derive(Clone, Debug)]
pub struct Reference(Vec<Page>);

impl Reference {
    /// Creates a reference from pages in reading order; sections of catalogues become pages that
    /// follow their chapter.
    pub fn new(pages: impl IntoIterator<Item = Page>) -> Self {
        let mut all = Vec::new();
        for mut page in pages {
            page.body = page.body.map(without_header);
            all.push(page);
            let catalogue = CATALOGUES.iter().find(|(name, _)| *name == page.name);
            if let Some((_, kind)) = catalogue {
                all.extend(sections(page.body, *kind));
            }
        }
        Self(all)
    }

    /// Returns all pages in reading order; sections follow their chapter.
    pub fn pages(&self) -> &[Page] {
        &self.0
    }

    /// Returns the page of a name; case, blanks, `-` and `_` matter only where names differ in
    /// nothing else.
    ///
    /// Actions are found by their name on the wire, Rust method or subcommand. Error codes are also
    /// found with the braces filled in, such as `MissingGroupId`. Regions, common parameters and
    /// releases lead to their chapter.
    pub fn page(&self, name: &str) -> Option<&Page> {
        let candidates = self
            .0
            .iter()
            .filter_map(|page| Some((likeness(page, name)?, page)));
        let best = candidates.min_by_key(|(likeness, _)| *likeness);
        // If several codes with braces fit, the most specific one is meant.
        let fixed = |page: &&Page| {
            braces(page.name).map_or(0, |(before, after)| before.len() + after.len())
        };
        best.map(|(_, page)| page).or_else(|| {
            self.0
                .iter()
                .filter(|page| page.kind == PageKind::ErrorCode && fits(page.name, name))
                .max_by_key(fixed)
        })
    }

    /// Returns the pages that contain all words of a text, in either language, the best first: names and
    /// titles before summaries, and summaries before other text.
    ///
    /// Only the first eight words count.
    pub fn search(&self, text: &str) -> Vec<&Page> {
        const WORDS: usize = 8;
        let words = text.split_whitespace().take(WORDS);
        let words: Vec<String> = words.map(str::to_lowercase).collect();
        if words.is_empty() {
            return Vec::new();
        }
        let pages = self.0.iter();
        let mut found: Vec<_> = pages
            .filter_map(|page| Some((distance(page, &words)?, page)))
            .collect();
        found.sort_by_key(|(distance, _)| *distance);
        found.into_iter().map(|(_, page)| page).collect()
    }

    /// Returns the most similar name of a page, for “did you mean”.
    pub fn suggestion(&self, name: &str) -> Option<&'static str> {
        const NEAR: f64 = 0.75;
        let wanted = plain(name);
        self.0
            .iter()
            .flat_map(names)
            .map(|name| (strsim::jaro_winkler(&wanted, &plain(name)), name))
            .filter(|(likeness, _)| *likeness >= NEAR)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, name)| name)
    }
}

/// Ranks a page by where it has the words, the best first; `None` if it lacks one.
fn distance(page: &Page, words: &[String]) -> Option<usize> {
    let Text { zh, en } = page.title;
    let title: String = names(page).chain([zh, en]).fold(String::new(), join);
    let summary = page.summary();
    let places = [
        title,
        join(summary.zh.to_owned(), summary.en),
        join(page.body.zh.to_owned(), page.body.en),
    ]
    .map(|place| place.to_lowercase());
    let nearest = |word: &String| places.iter().position(|place| place.contains(word));
    words
        .iter()
        .map(nearest)
        .try_fold(0, |sum, distance| Some(sum + distance?))
}

fn join(mut text: String, more: &str) -> String {
    text.push('\n');
    text.push_str(more);
    text
}

fn names(page: &Page) -> impl Iterator<Item = &'static str> {
    std::iter::once(page.name).chain(page.names.iter().copied())
}

/// Ranks how well a page fits a name, the best first: by the difference between the names (none,
/// case, separators), then actions before other pages, then main names before other names.
fn likeness(page: &Page, wanted: &str) -> Option<(u8, bool, bool)> {
    let wanted = wanted.trim();
    let difference = |name: &str| match name {
        _ if name == wanted => Some(0),
        _ if name.to_lowercase() == wanted.to_lowercase() => Some(1),
        _ if plain(name) == plain(wanted) => Some(2),
        _ => None,
    };
    let is_other = page.kind != PageKind::Action;
    names(page)
        .filter_map(|name| Some((difference(name)?, is_other, name != page.name)))
        .min()
}

/// Returns a name in the form in which names are compared.
fn plain(name: &str) -> String {
    let is_kept = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '_');
    name.chars()
        .filter(is_kept)
        .flat_map(char::to_lowercase)
        .collect()
}

/// Returns the text before and after the braces of a code.
fn braces(code: &str) -> Option<(&str, &str)> {
    let (before, rest) = code.split_once('{')?;
    let (_, after) = rest.split_once('}')?;
    Some((before, after))
}

/// Returns `true` if a name is the code with its braces filled in.
fn fits(code: &str, name: &str) -> bool {
    let name = name.trim().to_lowercase();
    let part = braces(code).and_then(|(before, after)| {
        let rest = name.strip_prefix(&before.to_lowercase())?;
        rest.strip_suffix(&after.to_lowercase())
    });
    part.is_some_and(|part| !part.is_empty() && !part.contains(char::is_whitespace))
}

/// Returns a text without the leading comment that names its source.
fn without_header(text: &'static str) -> &'static str {
    match text
        .strip_prefix("<!--")
        .and_then(|rest| rest.split_once("-->"))
    {
        Some((_, text)) => text.trim_start(),
        None => text,
    }
}

/// Returns the sections of a chapter; each begins with a third-level heading, which is its name.
fn sections(chapter: Text, kind: PageKind) -> impl Iterator<Item = Page> {
    let english: HashMap<_, _> = split(chapter.en).collect();
    split(chapter.zh).filter_map(move |(name, zh)| {
        let en = *english.get(name)?;
        Some(Page {
            kind,
            name,
            names: &[],
            title: Text { zh: name, en: name },
            body: Text { zh, en },
        })
    })
}

/// Returns the sections of a chapter as pairs of name and text.
fn split(chapter: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    chapter.split("\n### ").skip(1).filter_map(|section| {
        let (name, text) = section.split_once('\n')?;
        let text = text.split("\n## ").next().unwrap_or(text);
        Some((name.trim_matches('`'), text.trim_start()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(kind: PageKind, name: &'static str, names: &'static [&'static str]) -> Page {
        let text = Text { zh: "", en: "" };
        Page {
            kind,
            name,
            names,
            title: text,
            body: text,
        }
    }

    #[test]
    fn a_name_leads_to_the_page_that_it_fits_best() {
        let reference = Reference::new([
            page(PageKind::Chapter, "actions", &[]),
            page(PageKind::Action, "Regions", &["regions_2", "regions"]),
            page(PageKind::Action, "Regions2", &["regions2"]),
            page(PageKind::Action, "Plain", &["plain", "plain-2"]),
            page(PageKind::Action, "plain", &["plain_2"]),
            page(PageKind::Action, "Actions", &["actions_2", "actions"]),
            page(PageKind::Chapter, "regions", &["north"]),
        ]);
        for (name, found) in [
            ("Regions", "Regions"),
            ("regions", "Regions"),
            ("Regions2", "Regions2"),
            ("regions2", "Regions2"),
            ("REGIONS 2", "Regions2"),
            ("Plain", "Plain"),
            ("plain", "plain"),
            ("plain-2", "Plain"),
            ("plain_2", "plain"),
            ("PLAIN", "Plain"),
            ("actions", "Actions"),
            ("North", "regions"),
        ] {
            let page = reference.page(name);
            assert_eq!(page.map(|page| page.name), Some(found), "{name}");
        }
        assert_eq!(reference.page("south"), None);
    }

    #[test]
    fn a_search_shows_first_what_has_the_words_in_its_name() {
        let with = |name, body| {
            let page = page(PageKind::Action, name, &["one two"]);
            let body = Text { zh: body, en: "" };
            Page { body, ..page }
        };
        let reference = Reference::new([
            with("Body", "Nothing.\n\nA lamp."),
            with("Summary", "A lamp.\n\nNothing."),
            with("LAMP", "Nothing."),
            with("Other", "Nothing."),
        ]);
        let found = |text| -> Vec<&str> {
            let pages = reference.search(text);
            pages.iter().map(|page| page.name).collect()
        };
        assert_eq!(found("lamp"), ["LAMP", "Summary", "Body"]);
        assert_eq!(found("  Lamp nothing TWO"), ["LAMP", "Body", "Summary"]);
        assert_eq!(found("lamp window"), [""; 0]);
        assert_eq!(found(" "), [""; 0]);
    }
}
