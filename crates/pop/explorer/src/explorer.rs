//! The API Explorer: calls each action from a form, and shows how it is done.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use pop_docs::Form;
use pop_rpc::Operation;

use crate::answer::readable;
use crate::app::App;
use crate::entered::{Entered, Sent};
use crate::explorer_page::{Answered, Outcome, SHOW, Shown};
use crate::form::Fields;
use crate::path::{ERRORS, of_form, of_name};
use crate::request::{Call, Request};
use crate::sessions::Session;
use crate::snippets;
use crate::value::example;
use crate::visit::{Denied, Visit};

/// Leads to the form of the first action that only reads.
pub(crate) async fn first(app: State<Arc<App>>, visit: Visit) -> Response {
    let mut forms = app.site.forms.actions.iter();
    let reads = forms.clone().find(|form| !app.is_write(form));
    match reads.or(forms.next()) {
        Some(form) => Redirect::to(&of_form(form)).into_response(),
        None => app.unknown(&visit, ""),
    }
}

/// Answers with the form of an action.
pub(crate) async fn form(
    app: State<Arc<App>>,
    Path(action): Path<String>,
    visit: Visit,
) -> Response {
    let session = match app.signed_in(&visit) {
        Ok(session) => session,
        Err(response) => return *response,
    };
    let Some(form) = app.form_of(&action) else {
        return app.unknown(&visit, &action);
    };
    let entered = app.fresh(&session, form);
    app.show(&visit, &session, form, &entered, None)
}

/// Calls an action, or shows how it is called.
pub(crate) async fn run(
    app: State<Arc<App>>,
    Path(action): Path<String>,
    visit: Visit,
    body: Bytes,
) -> Response {
    let session = match app.signed_in(&visit) {
        Ok(session) => session,
        Err(response) => return *response,
    };
    let fields = Fields::read(&body);
    if visit.session_of_form(&fields).is_none() {
        return app.deny(&visit, Denied::Site);
    }
    let Some(form) = app.form_of(&action) else {
        return app.unknown(&visit, &action);
    };
    let entered = Entered::read(form, &fields);
    let outcome = app.outcome(&visit, &session, form, &entered, fields.get(SHOW).is_some());
    let outcome = outcome.await;
    app.show(&visit, &session, form, &entered, outcome)
}

impl App {
    pub(crate) fn is_write(&self, form: &Form) -> bool {
        let mut actions = self.backend.actions().iter();
        actions.any(|info| info.name == form.action && info.operation == Operation::Write)
    }

    fn form_of(&self, action: &str) -> Option<&'static Form> {
        let mut forms = self.site.forms.actions.iter();
        forms.find(|form| form.action == action)
    }

    /// Returns the session of a visit, or leads to the sign-in.
    pub(crate) fn signed_in(&self, visit: &Visit) -> Result<Arc<Session>, Box<Response>> {
        if let Some(session) = &visit.session {
            return Ok(Arc::clone(session));
        }
        Err(Box::new(match visit.denied {
            Some(denied) => self.deny(visit, denied),
            None => Redirect::to(&visit.sign_in_and_return()).into_response(),
        }))
    }

    /// Signs the call, and lets the service answer it unless only code is wanted.
    async fn outcome(
        &self,
        visit: &Visit,
        session: &Session,
        form: &'static Form,
        entered: &Entered,
        is_only_shown: bool,
    ) -> Option<Outcome> {
        let (forms, t) = (&self.site.forms, visit.language.texts());
        let sent = match entered.sent(forms, form) {
            Ok(sent) => sent,
            Err((parameter, misfit)) => {
                let problem = t.misfit.replace("{name}", &misfit.0);
                let example = example(forms, &parameter.kind);
                return Some(Outcome::Problem(problem.replace("{example}", &example)));
            }
        };
        let request = self.sign(visit, session, form, entered, &sent)?;
        let mut answer = None;
        if !is_only_shown {
            match session.count(Instant::now()) {
                Ok(()) => answer = Some(self.call(visit, session, &request, entered).await?),
                Err(wait) => return Some(Outcome::Problem(t.try_again_in(wait))),
            }
        }
        let call = snippets::Call {
            forms,
            form,
            endpoint: &visit.endpoint(),
            format: entered.format,
            sent: &sent,
            request: &request,
        };
        Some(Outcome::Shown(Box::new(Shown {
            answer,
            request: request.lines(),
            snippets: call.snippets(),
            string_to_sign: request.string_to_sign,
            canonical_request: request.canonical_request,
        })))
    }

    fn sign(
        &self,
        visit: &Visit,
        session: &Session,
        form: &Form,
        entered: &Entered,
        sent: &Sent,
    ) -> Option<Request> {
        let mut actions = self.backend.actions().iter();
        let call = Call {
            info: actions.find(|info| info.name == form.action)?,
            is_acs3: self.site.forms.is_acs3,
            host: &visit.host,
            format: entered.format,
            access_key_id: &session.access_key_id,
            sent,
        };
        call.sign(&session.holder)
    }

    async fn call(
        &self,
        visit: &Visit,
        session: &Session,
        request: &Request,
        entered: &Entered,
    ) -> Option<Answered> {
        let begun = Instant::now();
        let (common, parameters) = (request.common(), request.parameters());
        let called = self
            .backend
            .call(&session.holder, &common, &parameters, &visit.host);
        let called = called.await?;
        let took = begun.elapsed();
        let code = called.answer.error_code;
        let remedy = |code: &String| self.remedy(code, visit.language);
        Some(Answered {
            status: called.answer.status,
            is_failure: code.is_some(),
            milliseconds: format!("{:.1}", took.as_secs_f64() * 1e3),
            body: readable(&called.answer.body, entered.format),
            request_id: called.request_id,
            remedy: code.as_ref().map_or_else(String::new, remedy),
            code: code.map(|code| {
                let path = format!("{}/{}", ERRORS, of_name(&code));
                (code, path)
            }),
        })
    }
}
