//! The error center: all error codes with cause and remedy.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pop_docs::{Page, PageKind};

use crate::app::App;
use crate::frame::{Content, Part, render};
use crate::language::Language;
use crate::markdown::html;
use crate::path::{ERRORS, of_page};
use crate::texts::Texts;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "errors.html")]
struct Errors<'a> {
    t: &'static Texts,
    path: &'static str,
    searched: &'a str,
    codes: Vec<Code>,
}

/// An error code.
struct Code {
    path: String,
    code: &'static str,
    cause: String,
    remedy: String,
}

/// Answers with the error codes that contain the words of `q`, or with all of them.
pub(crate) async fn list(app: State<Arc<App>>, visit: Visit) -> Response {
    let (language, t) = (visit.language, visit.language.texts());
    let searched = visit.parameter("q").unwrap_or_default().trim();
    let pages = match searched {
        "" => app.pages().iter().collect(),
        text => app.reference().search(text),
    };
    let pages = pages.into_iter();
    let codes = pages.filter(|page| page.kind == PageKind::ErrorCode);
    let body = render(&Errors {
        t,
        path: ERRORS,
        searched,
        codes: codes.map(|page| app.code(page, language)).collect(),
    });
    let content = Content {
        title: t.error_center.to_owned(),
        body,
        part: Part::Errors,
        current: ERRORS.to_owned(),
        ..Content::default()
    };
    app.answer(&visit, StatusCode::OK, &content)
}

impl App {
    fn code(&self, page: &Page, language: Language) -> Code {
        // The first two paragraphs of an error code are its cause and its remedy.
        let mut paragraphs = language.of(page.body).split("\n\n");
        let mut next = || {
            let paragraph = paragraphs.next().unwrap_or_default();
            html(paragraph, self.reference(), Some(page)).body
        };
        Code {
            path: of_page(page),
            code: page.name,
            cause: next(),
            remedy: next(),
        }
    }
}
