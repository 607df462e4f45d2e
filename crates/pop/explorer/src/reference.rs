//! Pages of the reference, found by any of their names.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use pop_docs::{Page, PageKind};

use crate::app::App;
use crate::frame::{Content, Part, render};
use crate::markdown::html;
use crate::path::{ERRORS, HOME, SEARCH, of_page};
use crate::texts::Texts;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "reference.html")]
struct Reference<'a> {
    kind: &'static str,
    title: &'a str,
    is_code: bool,
    body: String,
}

#[derive(Template)]
#[template(path = "unknown.html")]
struct Unknown {
    t: &'static Texts,
    search: &'static str,
    home: &'static str,
    suggestion: Option<(String, &'static str)>,
}

/// Answers with the page that has a name, or leads to the address of that page.
pub(crate) async fn page(app: State<Arc<App>>, Path(name): Path<String>, visit: Visit) -> Response {
    let Some(page) = app.reference().page(&name) else {
        return app.unknown(&visit, &name);
    };
    let path = of_page(page);
    let is_filled = page.kind == PageKind::ErrorCode && page.name.contains('{');
    if page.name != name && !is_filled || path == ERRORS {
        return Redirect::to(&path).into_response();
    }
    let (language, t) = (visit.language, visit.language.texts());
    let html = html(language.of(page.body), app.reference(), Some(page));
    let (kind, part) = match page.kind {
        PageKind::Action => (t.action, Part::Reference),
        PageKind::ErrorCode => (t.error_code, Part::Errors),
        PageKind::Erratum => (t.erratum, Part::Reference),
        _ => (t.chapter, Part::Reference),
    };
    // The code that was looked up, not its pattern.
    let title = if is_filled {
        name.as_str()
    } else {
        language.of(page.title)
    };
    let body = render(&Reference {
        kind,
        title,
        is_code: page.kind != PageKind::Chapter,
        body: html.body,
    });
    let content = Content {
        title: title.to_owned(),
        body,
        headings: html.headings,
        part,
        current: list_entry(page, path),
        ..Content::default()
    };
    app.answer(&visit, StatusCode::OK, &content)
}

/// Answers that there is no such page.
pub(crate) async fn unknown(
    app: State<Arc<App>>,
    Path(path): Path<String>,
    visit: Visit,
) -> Response {
    app.unknown(&visit, &path)
}

impl App {
    pub(crate) fn unknown(&self, visit: &Visit, name: &str) -> Response {
        let t = visit.language.texts();
        let suggestion = self.reference().suggestion(name);
        let suggestion =
            suggestion.and_then(|name| Some((of_page(self.reference().page(name)?), name)));
        let body = render(&Unknown {
            t,
            search: SEARCH,
            home: HOME,
            suggestion,
        });
        let content = Content {
            title: t.not_found.to_owned(),
            body,
            part: Part::Reference,
            ..Content::default()
        };
        self.answer(visit, StatusCode::NOT_FOUND, &content)
    }
}

/// Returns the path of the entry in the list of contents that leads to a page.
fn list_entry(page: &Page, path: String) -> String {
    match page.kind {
        PageKind::ErrorCode => ERRORS.to_owned(),
        PageKind::Erratum => format!("{HOME}/reference/errata"),
        _ => path,
    }
}
