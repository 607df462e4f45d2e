//! `explain`: prints the reference in a terminal.

use clap::ValueEnum;
use pop_docs::{Page, PageKind, Reference, Text};

use crate::screen::shortened;
use crate::{markdown, screen, table};

/// Arguments of `explain`.
#[derive(clap::Args, Clone, Debug)]
pub struct Arguments {
    /// Subcommand, action, error code, region or chapter; without it, all names are listed.
    name: Vec<String>,
    /// Language of the text.
    #[arg(long, value_enum, default_value_t = Language::En)]
    language: Language,
}

/// Language of a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// Label of the path of a page.
const ON_THE_SERVER: Text = Text {
    zh: "服务器上的网页：",
    en: "On the server: ",
};

impl Language {
    fn of(self, text: Text) -> &'static str {
        match self {
            Self::Zh => text.zh,
            Self::En => text.en,
        }
    }
}

/// Error: the reference has no page of this name.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "the reference has no page `{name}`{}",
    .near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
)]
pub struct UnknownPage {
    /// Requested name.
    pub name: String,
    /// Name of a page that is similar.
    pub near: Option<&'static str>,
}

/// Prints the page that has this name; `path` returns the path of the same page on a server that has
/// web pages.
///
/// # Errors
///
/// Returns an error if there is no such page, or if standard output cannot be written.
pub fn print<F>(
    arguments: &Arguments,
    reference: &Reference,
    path: Option<fn(&Page) -> String>,
) -> Result<(), F>
where
    F: From<UnknownPage> + From<std::io::Error>,
{
    if arguments.name.is_empty() {
        return Ok(screen::print(&list(arguments.language, reference))?);
    }
    let name = arguments.name.join(" ");
    let page = reference.page(&name).ok_or_else(|| UnknownPage {
        near: reference.suggestion(&name),
        name,
    })?;
    let title = arguments.language.of(page.title);
    let mut text = markdown::plain(arguments.language.of(page.body));
    if let Some(path) = path {
        let label = arguments.language.of(ON_THE_SERVER);
        text.push_str(&format!("\n{label}{}\n", path(page)));
    }
    Ok(screen::print(&format!("{title}\n\n{text}"))?)
}

/// Returns the names of all pages, each with what it is about.
fn list(language: Language, reference: &Reference) -> String {
    let mut rows = Vec::new();
    for page in reference.pages() {
        let (name, about) = match page.kind {
            PageKind::Action => {
                let command = page.names.last().copied().unwrap_or(page.name);
                (command, language.of(page.summary()))
            }
            PageKind::Chapter => (page.name, language.of(page.title)),
            // They have chapters, which list them.
            _ => continue,
        };
        let about = markdown::plain(about).trim_end().replace('\n', " ");
        rows.push((name, about));
    }
    let names = rows.iter().map(|(name, _)| screen::width(name)).max();
    let room = screen::PAGE_WIDTH.saturating_sub(names.unwrap_or_default() + 2);
    let row = |(name, about): &(&str, String)| vec![(*name).to_owned(), shortened(about, room)];
    let rows: Vec<Vec<String>> = rows.iter().map(row).collect();
    let more = "Each error code is a name, too, such as `Throttling.User`.";
    format!("{}\n{more}\n", table::lines(&rows))
}

/// Returns the remedy for an error code: the second paragraph of its explanation.
pub fn remedy(code: &str, reference: &Reference, language: Language) -> Option<String> {
    let body = language.of(page_of(code, reference)?.body);
    let remedy = markdown::plain(body.split("\n\n").nth(1)?);
    Some(remedy.trim_end().replace('\n', " "))
}

fn page_of<'a>(code: &str, reference: &'a Reference) -> Option<&'a Page> {
    let page = reference.page(code);
    page.filter(|page| page.kind == PageKind::ErrorCode)
}
