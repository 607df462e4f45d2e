//! The search in the reference.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pop_docs::{Page, PageKind};

use crate::app::App;
use crate::frame::{Content, Part, render};
use crate::home::plain;
use crate::path::{SEARCH, of_page};
use crate::texts::Texts;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "search.html")]
struct Search<'a> {
    t: &'static Texts,
    search: &'static str,
    searched: &'a str,
    results: Vec<Found>,
}

/// A page that has the words.
struct Found {
    path: String,
    kind: &'static str,
    title: &'static str,
    is_code: bool,
    summary: String,
}

/// Answers with the pages that contain the words of `q`.
pub(crate) async fn search(app: State<Arc<App>>, visit: Visit) -> Response {
    let (language, t) = (visit.language, visit.language.texts());
    let searched = visit.parameter("q").unwrap_or_default().trim();
    let found = |page: &Page| Found {
        path: of_page(page),
        kind: match page.kind {
            PageKind::Action => t.action,
            PageKind::ErrorCode => t.error_code,
            PageKind::Erratum => t.erratum,
            _ => t.chapter,
        },
        title: language.of(page.title),
        is_code: page.kind != PageKind::Chapter,
        summary: plain(language.of(page.summary())),
    };
    let results = app.reference().search(searched);
    let body = render(&Search {
        t,
        search: SEARCH,
        searched,
        results: results.into_iter().map(found).collect(),
    });
    let content = Content {
        title: t.search.to_owned(),
        body,
        part: Part::Reference,
        searched: searched.to_owned(),
        ..Content::default()
    };
    app.answer(&visit, StatusCode::OK, &content)
}
