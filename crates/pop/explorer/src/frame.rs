//! The frame around every page, and the headers of every answer.

use askama::Template;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, SET_COOKIE, VARY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use pop_docs::{Page, PageKind};

use crate::app::App;
use crate::assets::VERSION;
use crate::form::FORM_TOKEN;
use crate::language::Language;
use crate::markdown::Heading;
use crate::path::{ERRORS, EXPLORER, HOME, SEARCH, SIGN_OUT, of_form, of_page};
use crate::texts::Texts;
use crate::visit::{LANGUAGE_COOKIE, Visit};

/// Scripts, styles and forms of this server only; no page of another one may contain ours.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// Headers of every page. A page depends on cookies, so nothing keeps it.
const HEADERS: [(axum::http::HeaderName, &str); 7] = [
    (CACHE_CONTROL, "no-store"),
    (CONTENT_SECURITY_POLICY, POLICY),
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (REFERRER_POLICY, "same-origin"),
    (VARY, "accept-language, cookie"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
];

/// Seconds for which a browser remembers the language: a year.
const REMEMBERED: u32 = 365 * 24 * 60 * 60;

/// Content of a page.
#[derive(Default)]
pub(crate) struct Content {
    /// Title in the tab of the browser; empty for the home page.
    pub(crate) title: String,
    /// Markup of the main part.
    pub(crate) body: String,
    /// Headings for the list beside it.
    pub(crate) headings: Vec<Heading>,
    /// Part of the site that the page belongs to.
    pub(crate) part: Part,
    /// Path of the page in the list of contents.
    pub(crate) current: String,
    /// Text in the search field.
    pub(crate) searched: String,
}

/// Part of the site.
#[derive(Clone, Copy, Default, Eq, PartialEq)]
pub(crate) enum Part {
    #[default]
    Home,
    Reference,
    Errors,
    Explorer,
    SignIn,
    Further,
}

impl Part {
    /// Returns `true` if the list of contents is beside the page.
    fn has_contents(self) -> bool {
        !matches!(self, Self::Home | Self::SignIn | Self::Further)
    }
}

/// Person who is signed in.
struct Person<'a> {
    access_key_id: &'a str,
    form_token: &'a str,
}

/// Link of the list of contents.
struct Link {
    path: String,
    title: &'static str,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "frame.html")]
struct Frame<'a> {
    t: &'static Texts,
    language: Language,
    other_language: Language,
    other_address: String,
    product: &'static str,
    version: u32,
    content: &'a Content,
    actions: Vec<Link>,
    chapters: Vec<Link>,
    home: &'static str,
    errors: &'static str,
    search: &'static str,
    reference: String,
    explorer: &'static str,
    sign_in: String,
    sign_out: &'static str,
    token_field: &'static str,
    person: Option<Person<'a>>,
    further: Option<Link>,
}

impl App {
    /// Returns links to the forms of the Explorer.
    fn form_links(&self, content: &Content) -> Vec<Link> {
        let forms = self.site.forms.actions.iter();
        let link = |form| {
            let path = of_form(form);
            Link {
                is_current: path == content.current,
                path,
                title: form.action,
            }
        };
        forms.map(link).collect()
    }

    /// Returns a page as the answer to a request.
    pub(crate) fn answer(&self, visit: &Visit, status: StatusCode, content: &Content) -> Response {
        let language = visit.language;
        let is_listed = |page: &&Page| matches!(page.kind, PageKind::Action | PageKind::Chapter);
        let pages = self.pages().iter().filter(is_listed);
        let (actions, chapters): (Vec<&Page>, Vec<&Page>) =
            pages.partition(|page| page.kind == PageKind::Action);
        let links = |pages: Vec<&Page>| {
            let link = |page: &Page| {
                let path = of_page(page);
                Link {
                    is_current: path == content.current,
                    path,
                    title: language.of(page.title),
                }
            };
            pages.into_iter().map(link).collect::<Vec<_>>()
        };
        let reference = chapters.first().or(actions.first());
        let frame = Frame {
            t: language.texts(),
            language,
            other_language: language.other(),
            other_address: visit.in_other_language(),
            product: language.of(self.site.title),
            version: VERSION,
            content,
            reference: reference.map_or_else(|| HOME.to_owned(), |page| of_page(page)),
            actions: match content.part {
                Part::Explorer => self.form_links(content),
                _ => links(actions),
            },
            chapters: match content.part {
                Part::Explorer => Vec::new(),
                _ => links(chapters),
            },
            home: HOME,
            errors: ERRORS,
            search: SEARCH,
            explorer: EXPLORER,
            sign_in: visit.sign_in_and_return(),
            sign_out: SIGN_OUT,
            token_field: FORM_TOKEN,
            further: self.site.further.map(|part| Link {
                path: part.path.to_owned(),
                title: language.of(part.title),
                is_current: content.part == Part::Further,
            }),
            person: visit.session.as_ref().map(|session| Person {
                access_key_id: &session.access_key_id,
                form_token: session.form_token.as_str(),
            }),
        };
        let mut response = (status, render(&frame)).into_response();
        let headers = response.headers_mut();
        for (name, value) in HEADERS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let code = language.code();
        let cookie = format!(
            "{LANGUAGE_COOKIE}={code}; Path={HOME}; Max-Age={REMEMBERED}; HttpOnly; SameSite=Lax"
        );
        if let (true, Ok(cookie)) = (visit.chose_language, HeaderValue::try_from(cookie)) {
            headers.insert(SET_COOKIE, cookie);
        }
        response
    }
}

/// Returns what a template shows.
pub(crate) fn render(template: &impl Template) -> String {
    template.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a page cannot be shown");
        String::new()
    })
}
