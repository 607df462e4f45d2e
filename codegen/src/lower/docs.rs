//! Documentation: texts of the spec as lines of doc comments.

use crate::spec::{Action, EnumValue, Field, Text, Unit};

/// Width of a line of documentation, without indentation and slashes.
const WIDTH: usize = 90;

/// Collects paragraphs.
#[derive(Default)]
pub(super) struct Docs(Vec<String>);

impl Docs {
    /// Documentation of an action.
    pub(super) fn action(action: &Action) -> Vec<String> {
        let mut docs = Self::default();
        docs.paragraph(&action.summary.en);
        if let Some(scenario) = &action.scenario {
            docs.paragraph(&scenario.en);
        }
        if let Some(restriction) = &action.restriction {
            docs.paragraph(&restriction.description.en);
        }
        if let Some(limit) = action.rate_limit {
            docs.paragraph(&format!(
                "At most {} calls in {} seconds with one access key.",
                limit.requests, limit.seconds
            ));
        }
        if !action.errors.is_empty() {
            let codes: Vec<String> = action
                .errors
                .iter()
                .map(|code| format!("`{code}`"))
                .collect();
            docs.paragraph(&format!("Errors: {}.", codes.join(", ")));
        }
        docs.0
    }

    /// Documentation of a type with its name on the wire.
    pub(super) fn named(text: &Text, name: &str) -> Vec<String> {
        let mut docs = Self::default();
        docs.paragraph(&text.en);
        docs.paragraph(&format!("Type `{name}` of the spec."));
        docs.0
    }

    /// Documentation of a value of an enum.
    pub(super) fn value(value: &EnumValue) -> Vec<String> {
        let mut docs = Self::default();
        docs.paragraph(&value.description.en);
        docs.0
    }

    /// Documentation of an error code.
    pub(super) fn error(text: &str) -> Vec<String> {
        let mut docs = Self::default();
        docs.paragraph(text);
        docs.0
    }

    /// Documentation of a parameter or member.
    pub(super) fn field(field: &Field) -> Vec<String> {
        let mut docs = Self::default();
        docs.paragraph(&field.description.en);
        let mut facts = vec![format!("`{}` on the wire", field.name)];
        match (field.min_length, field.max_length) {
            (Some(min), Some(max)) => facts.push(format!("{min} to {max} characters")),
            (Some(min), None) => facts.push(format!("at least {min} characters")),
            (None, Some(max)) => facts.push(format!("at most {max} characters")),
            (None, None) => {}
        }
        match (field.minimum, field.maximum) {
            (Some(min), Some(max)) => facts.push(format!("{min} to {max}")),
            (Some(min), None) => facts.push(format!("at least {min}")),
            (None, Some(max)) => facts.push(format!("at most {max}")),
            (None, None) => {}
        }
        if let Some(max) = field.max_items {
            facts.push(format!("at most {max} items"));
        }
        if let Some(unit) = field.unit {
            facts.push(unit_name(unit).to_owned());
        }
        if let Some(default) = &field.default {
            facts.push(format!("`{default}` if absent"));
        }
        if let Some(example) = &field.example {
            facts.push(format!("such as `{}`", example.replace('`', "'")));
        }
        docs.raw_paragraph(&format!("{}.", facts.join(", ")));
        if let Some(condition) = &field.required_when {
            docs.paragraph(&format!("Required when {}.", condition.en));
        }
        docs.0
    }

    fn paragraph(&mut self, text: &str) {
        self.raw_paragraph(&escape(text));
    }

    fn raw_paragraph(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push(String::new());
        }
        for line in text.lines() {
            wrap(line, &mut self.0);
        }
    }
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::EpochMilliseconds => "in milliseconds since 1970-01-01T00:00:00Z",
        Unit::EpochSeconds => "in seconds since 1970-01-01T00:00:00Z",
        Unit::Seconds => "in seconds",
        Unit::Milliseconds => "in milliseconds",
    }
}

/// A text on one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text on one line, as a string literal.
pub(super) fn literal(text: &str) -> String {
    format!("{:?}", one_line(text))
}

/// Escapes what rustdoc would take for HTML or a link, outside of code.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    for c in text.chars() {
        if c == '`' {
            in_code = !in_code;
        }
        if !in_code && matches!(c, '<' | '>' | '[' | ']') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Breaks a line at blanks, but not inside code.
fn wrap(text: &str, lines: &mut Vec<String>) {
    let mut line = String::new();
    for word in words(text) {
        let width = line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && width > WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    lines.push(line);
}

/// Words, where code in backticks is one.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut in_code = false;
    for word in text.split_whitespace() {
        match words.last_mut() {
            Some(last) if in_code => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
        if word.matches('`').count() % 2 == 1 {
            in_code = !in_code;
        }
    }
    words
}
