//! A request for a page: its language, its query, and the person who sent it.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use pop_gateway::Visitor;

use crate::app::App;
use crate::form::{FORM_TOKEN, Fields};
use crate::language::Language;
use crate::path::{SIGN_IN, query_value};
use crate::sessions::Session;

/// Parameter of a query that chooses the language.
const LANGUAGE: &str = "lang";

/// Cookie that remembers the language.
pub(crate) const LANGUAGE_COOKIE: &str = "console_language";

/// Cookie with the token of a session.
pub(crate) const SESSION_COOKIE: &str = "console_session";

/// Header in which a browser tells which site sent it.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Reason why nobody can sign in by this request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Denied {
    /// Others could read the secret.
    Plain,
    /// The host is not known to name this server.
    Host,
    /// The form is not one of ours.
    Site,
}

/// A request for a page.
pub(crate) struct Visit {
    /// Language of the answer.
    pub(crate) language: Language,
    /// `true` if the query chose the language, which is to be remembered.
    pub(crate) chose_language: bool,
    /// Host that was called.
    pub(crate) host: String,
    /// Address of the client.
    pub(crate) address: IpAddr,
    /// `true` if the browser speaks TLS.
    pub(crate) is_encrypted: bool,
    /// Reason why nobody can sign in or be signed in here, if there is one.
    pub(crate) denied: Option<Denied>,
    /// `false` if the browser says that a page of another site sent it.
    pub(crate) is_same_site: bool,
    /// Token in the cookie of the session.
    pub(crate) token: Option<String>,
    /// The session, if it is open.
    pub(crate) session: Option<Arc<Session>>,
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

    /// Returns the address of the sign-in that leads back to this page.
    pub(crate) fn sign_in_and_return(&self) -> String {
        format!("{SIGN_IN}?next={}", query_value(&self.path))
    }

    /// Returns scheme and host of the server, as the browser knows them.
    pub(crate) fn endpoint(&self) -> String {
        let scheme = if self.is_encrypted { "https" } else { "http" };
        format!("{scheme}://{}", self.host)
    }

    /// Returns the session if the form was made for it.
    pub(crate) fn session_of_form(&self, fields: &Fields) -> Option<&Arc<Session>> {
        let session = self.session.as_ref()?;
        let token = fields.get(FORM_TOKEN)?;
        (self.is_same_site && session.form_token.is(token)).then_some(session)
    }
}

impl Visit {
    /// Reads the head of a request.
    pub(crate) async fn of(parts: &Parts, app: &App) -> Self {
        let headers = &parts.headers;
        let query = parts.uri.query().unwrap_or_default();
        let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let chosen = query.iter().rev().find(|(name, _)| name == LANGUAGE);
        let chosen = chosen.and_then(|(_, code)| Language::from_code(code));
        let remembered = || Language::from_code(cookie(headers, LANGUAGE_COOKIE)?);
        let accepted = || Language::accepted(text(headers, &ACCEPT_LANGUAGE)?);
        let visitor = parts.extensions.get::<Visitor>().copied();
        let host = match parts.uri.authority() {
            Some(authority) => authority.as_str(),
            None => text(headers, &HOST).unwrap_or_default(),
        };
        let denied = if !app.hosts.contain(host) {
            Some(Denied::Host)
        } else if !visitor.is_some_and(|visitor| visitor.is_private) {
            Some(Denied::Plain)
        } else {
            None
        };
        let token = cookie(headers, SESSION_COOKIE).map(str::to_owned);
        let session = token.as_deref().filter(|_| denied.is_none());
        let session = match session {
            Some(token) => app.find_session(token).await,
            None => None,
        };
        Self {
            language: chosen
                .or_else(remembered)
                .or_else(accepted)
                .unwrap_or(Language::En),
            chose_language: chosen.is_some(),
            address: visitor.map_or(Ipv4Addr::UNSPECIFIED.into(), |visitor| visitor.address),
            is_encrypted: visitor.is_some_and(|visitor| visitor.is_encrypted),
            denied,
            is_same_site: is_same_site(headers, host),
            token,
            session,
            host: host.to_owned(),
            path: parts.uri.path().to_owned(),
            query,
        }
    }
}

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        Ok(Self::of(parts, app).await)
    }
}

/// Returns `false` if a header says that a page of another site sent a request.
fn is_same_site(headers: &HeaderMap, host: &str) -> bool {
    let site = headers.get(FETCH_SITE).map(|site| site.as_bytes());
    let origin = text(headers, &ORIGIN);
    let origin_host = origin.map(|origin| origin.split_once("://").map(|(_, host)| host));
    matches!(site, None | Some(b"same-origin" | b"none"))
        && origin_host.is_none_or(|origin| origin == Some(host))
}

/// Returns the value of a cookie.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut cookies = text(headers, &COOKIE)?.split(';');
    cookies.find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
