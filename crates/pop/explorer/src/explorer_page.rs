//! The page of the API Explorer: the form of an action, and what came of it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use pop_docs::{Form, Parameter, ValueKind};
use pop_rpc::Format;

use crate::app::App;
use crate::entered::{Entered, FORMAT};
use crate::form::FORM_TOKEN;
use crate::frame::{Content, Part, render};
use crate::markdown::inline;
use crate::path::{of_form, of_page};
use crate::sessions::Session;
use crate::snippets::Snippet;
use crate::texts::Texts;
use crate::value::example;
use crate::visit::Visit;

/// Time that a fresh form covers.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Field of the button that shows code without a call.
pub(crate) const SHOW: &str = "-show";

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
    outcome: Option<Outcome>,
    format_field: &'static str,
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
    example: String,
    shape: Shape,
    /// Explanation of a text of several lines.
    reading: &'static str,
}

impl Control {
    /// Returns `true` if a person still has to choose one of the values.
    fn is_open(&self, choices: &[String]) -> bool {
        self.is_required && !choices.contains(&self.value)
    }
}

/// Shape of a control.
enum Shape {
    /// One line.
    Line,
    /// One line, with suggestions.
    Suggested(Vec<String>),
    /// A choice among all values.
    Choice(Vec<String>),
    /// Several lines.
    Lines,
}

/// Part of the page below the form.
pub(crate) enum Outcome {
    /// A sentence that says why there is no answer.
    Problem(String),
    /// The request, and its answer if there is one.
    Shown(Box<Shown>),
}

/// A request and its answer.
pub(crate) struct Shown {
    /// `None` if only code was wanted.
    pub(crate) answer: Option<Answered>,
    pub(crate) request: String,
    pub(crate) string_to_sign: String,
    pub(crate) canonical_request: Option<String>,
    pub(crate) snippets: Vec<Snippet>,
}

/// Answer of the service.
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) is_failure: bool,
    pub(crate) milliseconds: String,
    pub(crate) body: String,
    pub(crate) request_id: String,
    pub(crate) code: Option<(String, String)>,
    pub(crate) remedy: String,
}

impl App {
    fn suggestions(&self, session: &Session, parameter: &Parameter) -> Vec<String> {
        (self.site.suggest)(&session.access_key_id, parameter.name)
    }

    /// Returns what a fresh form contains: the last hour, and values that are likely meant.
    pub(crate) fn fresh(&self, session: &Session, form: &Form) -> Entered {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.unwrap_or_default();
        let mut times = [now.saturating_sub(HOUR), now].into_iter();
        let mut text = |parameter: &Parameter| match parameter.kind {
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
        Entered {
            texts: form.parameters.iter().map(&mut text).collect(),
            format: Format::Json,
        }
    }

    fn control(
        &self,
        visit: &Visit,
        session: &Session,
        parameter: &Parameter,
        text: &str,
    ) -> Control {
        let t = visit.language.texts();
        let markup = |text| inline(visit.language.of(text), self.reference());
        let has_parts = parameter.kind.has_parts();
        let shape = match parameter.kind {
            ValueKind::Enum {
                values,
                is_open: false,
                ..
            } => Shape::Choice(owned(values)),
            ValueKind::Enum { values, .. } => Shape::Suggested(owned(values)),
            ValueKind::Boolean => Shape::Choice(owned(&["true", "false"])),
            _ if has_parts => Shape::Lines,
            _ => match self.suggestions(session, parameter) {
                values if values.is_empty() => Shape::Line,
                values => Shape::Suggested(values),
            },
        };
        Control {
            name: parameter.name,
            value: text.to_owned(),
            is_required: parameter.is_required,
            is_number: matches!(parameter.kind, ValueKind::Integer | ValueKind::Time),
            required_when: markup(parameter.required_when),
            // A list of choices says it better.
            limits: match shape {
                Shape::Choice(_) => String::new(),
                _ => markup(parameter.limits),
            },
            meaning: markup(parameter.meaning),
            example: match parameter.example {
                "" if has_parts => example(&self.site.forms, &parameter.kind),
                example => example.to_owned(),
            },
            reading: match parameter.kind {
                ValueKind::List(item) if !item.has_parts() => t.one_per_line,
                _ if has_parts => t.as_json,
                _ => "",
            },
            shape,
        }
    }

    pub(crate) fn show(
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
        let controls = form.parameters.iter().zip(&entered.texts);
        let controls =
            controls.map(|(parameter, text)| self.control(visit, session, parameter, text));
        let body = render(&Explorer {
            t: language.texts(),
            action: form.action,
            summary: page.map_or_else(String::new, |page| markup(page.summary())),
            reference: page.map_or_else(String::new, of_page),
            path: of_form(form),
            form_token: session.form_token.as_str(),
            controls: controls.collect(),
            is_write: self.is_write(form),
            is_json: entered.format == Format::Json,
            outcome,
            format_field: FORMAT,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    /// Returns the list of a choice among `a` and `b`.
    fn list(is_required: bool, value: &str) -> String {
        let control = Control {
            name: "Name",
            value: value.to_owned(),
            is_required,
            is_number: false,
            required_when: String::new(),
            limits: String::new(),
            meaning: String::new(),
            example: String::new(),
            shape: Shape::Choice(owned(&["a", "b"])),
            reading: "",
        };
        let page = render(&Explorer {
            t: Language::En.texts(),
            action: "Save",
            summary: String::new(),
            reference: String::new(),
            path: String::new(),
            form_token: "",
            controls: vec![control],
            is_write: true,
            is_json: true,
            outcome: None,
            format_field: FORMAT,
            token_field: FORM_TOKEN,
            show_field: SHOW,
        });
        let list = page.split_once("<select").unwrap_or_default().1;
        list.split_once("</select>")
            .unwrap_or_default()
            .0
            .to_owned()
    }

    #[test]
    fn a_required_choice_begins_with_an_option_that_is_none() {
        let (a, b) = ("<option>a</option>", "<option>b</option>");
        let options = |list: &str| list.split('\n').skip(1).collect::<String>();
        let open = list(true, "");
        assert!(open.contains(" required>"), "{open}");
        let none = "<option value=\"\" disabled selected>–</option>";
        assert_eq!(options(&open), format!("{none}{a}{b}"));
        assert_eq!(list(true, "none of them"), open);
        let none = "<option value=\"\" disabled>–</option>";
        let chosen = "<option selected>b</option>";
        assert_eq!(options(&list(true, "b")), format!("{none}{a}{chosen}"));
        let optional = list(false, "");
        assert!(!optional.contains("required"), "{optional}");
        assert_eq!(
            options(&optional),
            format!("<option value=\"\">–</option>{a}{b}")
        );
    }
}
