//! The home page: search, chapters and all actions.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pop_docs::{Page, PageKind};

use crate::app::App;
use crate::frame::{Content, render};
use crate::markdown::html;
use crate::path::{SEARCH, of_page};
use crate::texts::Texts;
use crate::visit::Visit;

/// Chapter that lists the actions by category.
const ACTIONS: &str = "actions";

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    t: &'static Texts,
    product: &'static str,
    search: &'static str,
    lead: String,
    chapters: Vec<Card>,
    actions: String,
}

/// Link to a chapter with its first sentences.
struct Card {
    path: String,
    title: &'static str,
    summary: String,
}

/// Answers with the home page.
pub(crate) async fn home(app: State<Arc<App>>, visit: Visit) -> Response {
    let language = visit.language;
    let pages = app.pages().iter();
    let chapters = pages.filter(|page| page.kind == PageKind::Chapter && page.name != ACTIONS);
    let card = |page: &Page| Card {
        path: of_page(page),
        title: language.of(page.title),
        summary: plain(language.of(page.summary())),
    };
    let actions = app.reference().page(ACTIONS);
    let actions = actions.map_or("", |page| language.of(page.body));
    // The list of actions begins with a paragraph about the API.
    let (lead, actions) = actions.split_once("\n\n").unwrap_or(("", actions));
    let markup = |text| html(text, app.reference(), None).body;
    let body = render(&Home {
        t: language.texts(),
        product: language.of(app.site.title),
        search: SEARCH,
        lead: markup(lead),
        chapters: chapters.map(card).collect(),
        actions: markup(actions),
    });
    let content = Content {
        body,
        ..Content::default()
    };
    app.answer(&visit, StatusCode::OK, &content)
}

/// Returns a paragraph of Markdown without the marks of code, on one line.
pub(crate) fn plain(markdown: &str) -> String {
    markdown.replace('`', "").replace('\n', " ")
}
