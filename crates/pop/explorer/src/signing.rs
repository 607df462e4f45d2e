//! Signing in and out.

use std::sync::Arc;
use std::time::Instant;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use pop_gateway::{Holder, SecretString, Unavailable};

use crate::app::App;
use crate::form::Fields;
use crate::frame::{Content, Part, render};
use crate::path::{HOME, SIGN_IN};
use crate::sessions::LIFETIME;
use crate::texts::Texts;
use crate::visit::{Denied, SESSION_COOKIE, Visit};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    t: &'static Texts,
    path: &'static str,
    next: &'a str,
    access_key_id: &'a str,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "denied.html")]
struct DeniedPage {
    title: &'static str,
    lead: &'static str,
}

/// Answers with the form to sign in.
pub(crate) async fn form(app: State<Arc<App>>, visit: Visit) -> Response {
    if visit.session.is_some() {
        return Redirect::to(next(visit.parameter("next"), app.start())).into_response();
    }
    match visit.denied {
        Some(denied) => app.deny(&visit, denied),
        None => app.sign_in_form(&visit, StatusCode::OK, visit.parameter("next"), "", None),
    }
}

/// Checks an access key and begins a session.
pub(crate) async fn sign_in(app: State<Arc<App>>, visit: Visit, body: Bytes) -> Response {
    let denied = visit
        .denied
        .or((!visit.is_same_site).then_some(Denied::Site));
    if let Some(denied) = denied {
        return app.deny(&visit, denied);
    }
    let t = visit.language.texts();
    let fields = Fields::read(&body);
    let to = fields.get("next");
    let id = fields.get("id").unwrap_or_default().trim();
    let again = |status, problem: String| app.sign_in_form(&visit, status, to, id, Some(problem));
    match app.begin_try(visit.address).await {
        Ok(Ok(())) => {}
        Ok(Err(wait)) => {
            let seconds = wait.as_secs() + 1;
            let problem = t.try_again_in.replace("{}", &seconds.to_string());
            return again(StatusCode::TOO_MANY_REQUESTS, problem);
        }
        Err(Unavailable(_)) => {
            return again(StatusCode::SERVICE_UNAVAILABLE, t.unavailable.to_owned());
        }
    }
    let secret = SecretString::from(fields.get("secret").unwrap_or_default().trim());
    match app.backend.sign_in(id, &secret) {
        Some(holder) => {
            app.end_tries(visit.address).await;
            app.begin(&visit, id, holder, next(to, app.start())).await
        }
        None => {
            tracing::info!(client = %visit.address, "a sign-in with a wrong access key");
            again(StatusCode::FORBIDDEN, t.wrong_key.to_owned())
        }
    }
}

/// Begins a session for the person who follows the link that the server printed.
pub(crate) async fn link(
    app: State<Arc<App>>,
    Path(token): Path<String>,
    visit: Visit,
) -> Response {
    if let Some(denied) = visit.denied {
        return app.deny(&visit, denied);
    }
    let holder = app.link.take(&token, Instant::now()).and_then(|id| {
        let holder = app.backend.holder(&id)?;
        Some((id, holder))
    });
    match holder {
        Some((id, holder)) => app.begin(&visit, &id, holder, app.start()).await,
        None => {
            let problem = Some(visit.language.texts().old_link.to_owned());
            app.sign_in_form(&visit, StatusCode::FORBIDDEN, None, "", problem)
        }
    }
}

/// Ends the session.
pub(crate) async fn sign_out(app: State<Arc<App>>, visit: Visit, body: Bytes) -> Response {
    if visit.session_of_form(&Fields::read(&body)).is_some()
        && let Some(token) = &visit.token
    {
        app.end_session(token).await;
    }
    let mut response = Redirect::to(HOME).into_response();
    set_cookie(&mut response, &session_cookie("", 0, visit.is_encrypted));
    response
}

impl App {
    /// Begins a new session, whatever the browser had before, and leads on.
    async fn begin(&self, visit: &Visit, id: &str, holder: Holder, next: &str) -> Response {
        if let Some(token) = &visit.token {
            self.end_session(token).await;
        }
        let token = match self.begin_session(id, holder).await {
            Ok(Some(token)) => token,
            Ok(None) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            Err(Unavailable(_)) => {
                let problem = Some(visit.language.texts().unavailable.to_owned());
                let status = StatusCode::SERVICE_UNAVAILABLE;
                return self.sign_in_form(visit, status, Some(next), id, problem);
            }
        };
        tracing::info!(access_key_id = id, client = %visit.address, "signed in");
        let cookie = session_cookie(token.as_str(), LIFETIME.as_secs(), visit.is_encrypted);
        let mut response = Redirect::to(next).into_response();
        set_cookie(&mut response, &cookie);
        response
    }

    fn sign_in_form(
        &self,
        visit: &Visit,
        status: StatusCode,
        to: Option<&str>,
        access_key_id: &str,
        problem: Option<String>,
    ) -> Response {
        let t = visit.language.texts();
        let body = render(&SignIn {
            t,
            path: SIGN_IN,
            next: next(to, self.start()),
            access_key_id,
            problem,
        });
        let content = Content {
            title: t.sign_in.to_owned(),
            body,
            part: Part::SignIn,
            ..Content::default()
        };
        self.answer(visit, status, &content)
    }

    /// Answers why nobody can sign in here.
    pub(crate) fn deny(&self, visit: &Visit, denied: Denied) -> Response {
        let t = visit.language.texts();
        let (status, title, lead) = match denied {
            Denied::Plain => (StatusCode::FORBIDDEN, t.not_over_http, t.not_over_http_lead),
            Denied::Host => (
                StatusCode::MISDIRECTED_REQUEST,
                t.unknown_host,
                t.unknown_host_lead,
            ),
            Denied::Site => (StatusCode::FORBIDDEN, t.other_site, t.other_site_lead),
        };
        let content = Content {
            title: title.to_owned(),
            body: render(&DeniedPage { title, lead }),
            part: Part::SignIn,
            ..Content::default()
        };
        self.answer(visit, status, &content)
    }
}

/// Returns the page to go to after the sign-in: one of ours, whatever the browser sent.
fn next<'a>(path: Option<&'a str>, start: &'a str) -> &'a str {
    let is_ours = |path: &&str| {
        let rest = path.strip_prefix(HOME);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            && path
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
            && !path.contains("//")
    };
    path.filter(is_ours).unwrap_or(start)
}

fn session_cookie(token: &str, seconds: u64, is_encrypted: bool) -> String {
    let secure = if is_encrypted { "; Secure" } else { "" };
    format!(
        "{SESSION_COOKIE}={token}; Path={HOME}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
    )
}

fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    let none = HeaderValue::from_static("no-store");
    let headers = response.headers_mut();
    headers.insert(axum::http::header::CACHE_CONTROL, none);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::EXPLORER;

    #[test]
    fn after_the_sign_in_only_our_pages_follow() {
        for (path, to) in [
            ("/console/explorer/Find", "/console/explorer/Find"),
            ("/console", "/console"),
            ("/console/search?q=a", "/console/search?q=a"),
            ("https://evil.example/console", EXPLORER),
            ("//evil.example", EXPLORER),
            ("/console//evil.example", EXPLORER),
            ("/console/\\evil.example", EXPLORER),
            ("/console/a\r\nSet-Cookie: b=c", EXPLORER),
            ("/consoles", EXPLORER),
        ] {
            assert_eq!(next(Some(path), EXPLORER), to, "{path}");
        }
        assert_eq!(next(None, EXPLORER), EXPLORER);
    }
}
