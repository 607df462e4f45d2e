//! The API Explorer: calls each action from a form, and shows how it is done.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use pop_docs::{Form, Parameter, ValueKind};
use pop_rpc::canonical::encode;
use pop_rpc::signature::{SIGNATURE_VERSION, name, string_to_sign};
use pop_rpc::{Format, Method, Operation, Parameters, SignatureMethod, timestamp};

use crate::answer::readable;
use crate::app::App;
use crate::form::{FORM_TOKEN, Fields};
use crate::frame::{Content, Part, render};
use crate::markdown::inline;
use crate::path::{ERRORS, of_form, of_name, of_page};
use crate::sessions::Session;
use crate::snippets::{Call, Snippet};
use crate::texts::Texts;
use crate::token::Token;
use crate::visit::{Denied, Visit};

/// Field of the form that chooses the format of the answer; no parameter can have this name.
const FORMAT: &str = "-format";

/// Field of the form with further parameters.
const MORE: &str = "-more";

/// Time that a fresh form covers.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Field of the button that shows code without a call.
const SHOW: &str = "-show";

#[derive(Template)]
#[template(path = "explorer.html")]
struct Explorer<'a> {
    t: &'static Texts,
    action: &'static str,
    summary: String,
    reference: String,
    path: String,
    form_token: &'a str,
    controls: Vec<Control>,
    is_write: bool,
    is_json: bool,
    has_several: bool,
    more: &'a str,
    outcome: Option<Outcome>,
    format_field: &'static str,
    more_field: &'static str,
    token_field: &'static str,
    show_field: &'static str,
}

/// Control of a parameter.
struct Control {
    name: &'static str,
    value: String,
    is_required: bool,
    is_number: bool,
    required_when: String,
    limits: String,
    meaning: String,
    example: &'static str,
    choices: Vec<String>,
    is_open: bool,
}

/// What the page shows below the form.
struct Outcome {
    answer: Option<Answered>,
    problem: Option<String>,
    request: String,
    string_to_sign: String,
    snippets: Vec<Snippet>,
}

/// Answer of the service.
struct Answered {
    status: u16,
    is_failure: bool,
    milliseconds: String,
    body: String,
    request_id: String,
    code: Option<(String, String)>,
    remedy: String,
}

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

/// What a person entered into the form of an action.
struct Entered {
    /// Values by name, in the order of the form; those that are sent are not empty.
    values: Vec<(String, String)>,
    more: String,
    format: Format,
}

impl Entered {
    fn read(form: &Form, fields: &Fields) -> Self {
        let value = |parameter: &Parameter| {
            let value = fields.get(parameter.name).unwrap_or_default();
            (parameter.name.to_owned(), value.to_owned())
        };
        Self {
            values: form.parameters.iter().map(value).collect(),
            more: fields.get(MORE).unwrap_or_default().to_owned(),
            format: Format::from_wire(fields.get(FORMAT)).unwrap_or_default(),
        }
    }

    /// Returns the parameters that are sent.
    fn own(&self) -> Vec<(String, String)> {
        let lines = self.more.lines().filter_map(|line| {
            let (name, value) = line.trim().split_once('=')?;
            Some((name.trim().to_owned(), value.to_owned()))
        });
        let values = self.values.iter().cloned().chain(lines);
        values.filter(|(_, value)| !value.is_empty()).collect()
    }
}

impl App {
    fn is_write(&self, form: &Form) -> bool {
        let mut actions = self.backend.actions().iter();
        actions.any(|info| info.name == form.action && info.operation == Operation::Write)
    }

    fn form_of(&self, action: &str) -> Option<&'static Form> {
        let mut forms = self.site.forms.actions.iter();
        forms.find(|form| form.action == action)
    }

    fn suggestions(&self, session: &Session, parameter: &Parameter) -> Vec<String> {
        (self.site.suggest)(&session.access_key_id, parameter.name)
    }

    /// Returns what a fresh form contains: the last hour, and values that are likely meant.
    fn fresh(&self, session: &Session, form: &Form) -> Entered {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.unwrap_or_default();
        let mut times = [now.saturating_sub(HOUR), now].into_iter();
        let mut value = |parameter: &Parameter| match parameter.kind {
            ValueKind::Time => times.next().unwrap_or(now).as_millis().to_string(),
            _ if !parameter.is_required && parameter.required_when.en.is_empty() => String::new(),
            // A person has to say what to change.
            _ if parameter.is_required && self.is_write(form) => String::new(),
            ValueKind::Enum { values, .. } => values.first().copied().unwrap_or("").to_owned(),
            _ => {
                let suggestions = self.suggestions(session, parameter);
                suggestions.into_iter().next().unwrap_or_default()
            }
        };
        let parameters = form.parameters.iter();
        Entered {
            values: parameters
                .map(|parameter| (parameter.name.to_owned(), value(parameter)))
                .collect(),
            more: String::new(),
            format: Format::Json,
        }
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
        form: &Form,
        entered: &Entered,
        is_only_shown: bool,
    ) -> Option<Outcome> {
        let mut actions = self.backend.actions().iter();
        let info = actions.find(|info| info.name == form.action)?;
        let method = info.method(Method::Get);
        let own = entered.own();
        let nonce = Token::new()?;
        let now = timestamp::write(SystemTime::now());
        let common = [
            (name::ACTION, form.action),
            (name::VERSION, self.site.forms.version),
            (name::FORMAT, entered.format.as_str()),
            (name::ACCESS_KEY_ID, &session.access_key_id),
            (name::SIGNATURE_METHOD, SignatureMethod::HmacSha1.as_str()),
            (name::SIGNATURE_VERSION, SIGNATURE_VERSION),
            (name::SIGNATURE_NONCE, nonce.as_str().get(..32)?),
            (name::TIMESTAMP, &now),
        ];
        let mut parameters: Parameters = own.iter().cloned().collect();
        for (name, value) in common {
            parameters.insert(name, value);
        }
        let to_sign = string_to_sign(method, &parameters);
        parameters.insert(name::SIGNATURE, session.holder.sign(&to_sign)?);
        let (mut answer, mut problem) = (None, None);
        if !is_only_shown {
            match session.count(Instant::now()) {
                Ok(()) => answer = Some(self.call(visit, session, &parameters, entered).await?),
                Err(wait) => {
                    let seconds = (wait.as_secs() + 1).to_string();
                    let text = visit.language.texts().too_many_calls;
                    problem = Some(text.replace("{}", &seconds));
                }
            }
        }
        let call = Call {
            forms: &self.site.forms,
            form,
            endpoint: &visit.endpoint(),
            method,
            format: entered.format,
            own: &own,
            signed: &parameters,
        };
        Some(Outcome {
            answer,
            problem,
            request: request_lines(method, &parameters),
            string_to_sign: to_sign,
            snippets: call.snippets(),
        })
    }

    async fn call(
        &self,
        visit: &Visit,
        session: &Session,
        parameters: &Parameters,
        entered: &Entered,
    ) -> Option<Answered> {
        let begun = Instant::now();
        let called = self.backend.call(&session.holder, parameters, &visit.host);
        let called = called.await?;
        let took = begun.elapsed();
        let code = called.answer.error_code;
        let page = code.as_deref().and_then(|code| self.reference().page(code));
        let language = visit.language;
        let remedy = page.map_or("", |page| {
            language.of(page.body).split("\n\n").nth(1).unwrap_or("")
        });
        Some(Answered {
            status: called.answer.status,
            is_failure: code.is_some(),
            milliseconds: format!("{:.1}", took.as_secs_f64() * 1e3),
            body: readable(&called.answer.body, entered.format),
            request_id: called.request_id,
            code: code.map(|code| {
                let path = format!("{}/{}", ERRORS, of_name(&code));
                (code, path)
            }),
            remedy: inline(remedy, self.reference()),
        })
    }

    fn show(
        &self,
        visit: &Visit,
        session: &Session,
        form: &Form,
        entered: &Entered,
        outcome: Option<Outcome>,
    ) -> Response {
        let language = visit.language;
        let page = self.reference().page(form.action);
        let markup = |text| inline(language.of(text), self.reference());
        let control = |(parameter, (_, value)): (&Parameter, &(String, String))| {
            let (choices, is_open) = match parameter.kind {
                ValueKind::Enum {
                    values, is_open, ..
                } => (owned(values), is_open),
                ValueKind::Boolean => (owned(&["true", "false"]), false),
                _ => (self.suggestions(session, parameter), true),
            };
            Control {
                name: parameter.name,
                value: value.clone(),
                is_required: parameter.is_required,
                is_number: parameter.kind == ValueKind::Number || parameter.kind == ValueKind::Time,
                required_when: markup(parameter.required_when),
                // A list of choices says it better.
                limits: match is_open {
                    true => markup(parameter.limits),
                    false => String::new(),
                },
                meaning: markup(parameter.meaning),
                example: parameter.example,
                choices,
                is_open,
            }
        };
        let parameters = form.parameters.iter().zip(&entered.values);
        let is_simple = |(parameter, _): &(&Parameter, _)| parameter.kind != ValueKind::Several;
        let body = render(&Explorer {
            t: language.texts(),
            action: form.action,
            summary: page.map_or_else(String::new, |page| markup(page.summary())),
            reference: page.map_or_else(String::new, of_page),
            path: of_form(form),
            form_token: session.form_token.as_str(),
            has_several: parameters.clone().any(|it| !is_simple(&it)),
            controls: parameters.filter(is_simple).map(control).collect(),
            is_write: self.is_write(form),
            is_json: entered.format == Format::Json,
            more: &entered.more,
            outcome,
            format_field: FORMAT,
            more_field: MORE,
            token_field: FORM_TOKEN,
            show_field: SHOW,
        });
        let content = Content {
            title: format!("{} · {}", form.action, language.texts().explorer),
            body,
            part: Part::Explorer,
            current: of_form(form),
            ..Content::default()
        };
        self.answer(visit, StatusCode::OK, &content)
    }
}

fn owned(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

/// Returns a request with one parameter per line.
fn request_lines(method: Method, parameters: &Parameters) -> String {
    let mut lines = format!("{} /", method.as_str());
    for (number, (name, value)) in parameters.iter().enumerate() {
        let before = if number == 0 { "?" } else { "\n    &" };
        lines.extend([before, &encode(name), "=", &encode(value)]);
    }
    lines.push('\n');
    lines
}
