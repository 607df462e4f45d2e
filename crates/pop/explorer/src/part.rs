//! A further part of the site, whose pages another crate makes.

use std::sync::Arc;
use std::time::Instant;

use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use pop_rpc::signature::name;
use pop_rpc::{Action, ErrorBody, Format, Parameters};
use serde::de::DeserializeOwned;

use crate::form::{FORM_TOKEN, Fields};
use crate::frame::{Content, Part};
use crate::language::Language;
use crate::markdown::inline;
use crate::pages::Explorer;
use crate::sessions::Session;
use crate::visit::{Denied, Visit};

/// A person who is signed in, on a page of a further part.
pub struct Guest {
    pub(crate) explorer: Explorer,
    pub(crate) visit: Visit,
    pub(crate) session: Arc<Session>,
}

/// A call that did not succeed.
#[derive(Clone, Debug)]
pub struct Failed {
    /// Error code; empty if there is none.
    pub code: String,
    /// Remedy or reason, as HTML in the language of the page.
    pub remedy: String,
}

impl Explorer {
    /// Returns the person who sent a request.
    ///
    /// # Errors
    ///
    /// Nobody is signed in. The error is the answer to the request.
    pub async fn guest(&self, parts: &Parts) -> Result<Guest, Box<Response>> {
        let visit = Visit::of(parts, &self.0).await;
        let session = self.0.signed_in(&visit)?;
        Ok(Guest {
            explorer: self.clone(),
            visit,
            session,
        })
    }
}

impl Guest {
    /// Returns the ID of the person's access key.
    pub fn access_key_id(&self) -> &str {
        &self.session.access_key_id
    }

    /// Returns `true` if the person reads Chinese.
    pub fn reads_chinese(&self) -> bool {
        self.visit.language == Language::Zh
    }

    /// Returns the value of a parameter of the query.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.visit.parameter(name)
    }

    /// Returns the name of the field with the token that forms must contain, and the token.
    pub fn form_token(&self) -> (&'static str, &str) {
        (FORM_TOKEN, self.session.form_token.as_str())
    }

    /// Reads the form that the person sent.
    ///
    /// # Errors
    ///
    /// The form is not one of this session. The error is the answer to the request.
    pub fn form(&self, body: &[u8]) -> Result<Fields, Box<Response>> {
        let fields = Fields::read(body);
        match self.visit.session_of_form(&fields) {
            Some(_) => Ok(fields),
            None => Err(Box::new(self.explorer.0.deny(&self.visit, Denied::Site))),
        }
    }

    /// Counts something that takes as much work as a call, within the limit of calls.
    ///
    /// # Errors
    ///
    /// The session made too many calls.
    pub fn count(&self) -> Result<(), Failed> {
        self.session.count(Instant::now()).map_err(|wait| {
            let t = self.visit.language.texts();
            self.reason(&t.try_again_in(wait))
        })
    }

    /// Returns a failure without an error code.
    fn reason(&self, text: &str) -> Failed {
        Failed {
            code: String::new(),
            remedy: inline(text, self.explorer.0.reference()),
        }
    }

    /// Calls an action in the name of the person.
    ///
    /// # Errors
    ///
    /// [`Failed`].
    pub async fn call<A>(&self, action: &A) -> Result<A::Response, Failed>
    where
        A: Action<Response: DeserializeOwned> + Sync,
    {
        let app = &self.explorer.0;
        let t = self.visit.language.texts();
        self.count()?;
        let mut parameters = Parameters::default();
        action.parameters(&mut parameters);
        for (name, value) in [
            (name::ACTION, A::INFO.name),
            (name::VERSION, A::INFO.version),
            (name::FORMAT, Format::Json.as_str()),
        ] {
            parameters.insert(name, value);
        }
        let called = app.backend.call(
            &self.session.holder,
            &parameters,
            &parameters,
            &self.visit.host,
        );
        let called = called.await.ok_or_else(|| self.reason(t.wrong_key))?;
        let body = String::from_utf8_lossy(&called.answer.body);
        if called.answer.error_code.is_none() {
            return Format::Json
                .read(&body)
                .map_err(|error| self.reason(&error.to_string()));
        }
        let error: ErrorBody = Format::Json
            .read(&body)
            .map_err(|error| self.reason(&error.to_string()))?;
        Err(Failed {
            remedy: app.remedy(&error.code, self.visit.language),
            code: error.code,
        })
    }

    /// Returns a page of the further part; `body` is markup.
    pub fn page(&self, status: StatusCode, title: &str, body: String) -> Response {
        let content = Content {
            title: title.to_owned(),
            body,
            part: Part::Further,
            ..Content::default()
        };
        self.explorer.0.answer(&self.visit, status, &content)
    }

    /// Answers that there is no such page.
    pub fn unknown(&self) -> Response {
        self.explorer.0.unknown(&self.visit, "")
    }
}
