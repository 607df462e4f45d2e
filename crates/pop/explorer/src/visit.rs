//! A request for a page: its language and its query.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};

use crate::language::Language;
use crate::path::query_value;

/// Parameter of a query that chooses the language.
const LANGUAGE: &str = "lang";

/// Cookie that remembers the language.
pub(crate) const LANGUAGE_COOKIE: &str = "console_language";

/// A request for a page.
pub(crate) struct Visit {
    /// Language of the answer.
    pub(crate) language: Language,
    /// `true` if the query chose the language, which is to be remembered.
    pub(crate) chose_language: bool,
    path: String,
    query: Vec<(String, String)>,
}

impl Visit {
    /// Returns the value of a parameter of the query.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut query = self.query.iter();
        query.find_map(|(other, value)| (other == name).then_some(value.as_str()))
    }

    /// Returns the address of the same page in the other language.
    pub(crate) fn in_other_language(&self) -> String {
        let query = self.query.iter().filter(|(name, _)| name != LANGUAGE);
        let mut address = format!("{}?{LANGUAGE}={}", self.path, self.language.other().code());
        for (name, value) in query {
            address.extend(["&", &query_value(name), "=", &query_value(value)]);
        }
        address
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let chosen = query.iter().rev().find(|(name, _)| name == LANGUAGE);
        let chosen = chosen.and_then(|(_, code)| Language::from_code(code));
        let remembered = || Language::from_code(cookie(&parts.headers, LANGUAGE_COOKIE)?);
        let accepted = || Language::accepted(text(&parts.headers, &ACCEPT_LANGUAGE)?);
        Ok(Self {
            language: chosen
                .or_else(remembered)
                .or_else(accepted)
                .unwrap_or(Language::En),
            chose_language: chosen.is_some(),
            path: parts.uri.path().to_owned(),
            query,
        })
    }
}

/// Returns the value of a cookie.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut cookies = text(headers, &COOKIE)?.split(';');
    cookies.find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
