//! Documentation: texts of the spec as lines of doc comments.

use codegen_spec::{Action, EnumValue, Field, Language, RateLimit, Text, Unit};

use super::limits::{self, bounds};
use super::literal::visible;
use super::markdown::{escape, fence, is_marker, one_line, straight, without_markers};

/// Width of a line of documentation, without indentation and slashes.
const WIDTH: usize = 90;

/// Collects paragraphs.
#[derive(Default)]
pub(super) struct Docs(Vec<String>);

impl Docs {
    /// Documentation of an action.
    pub(super) fn action(action: &Action) -> Vec<String> {
        let mut docs = Self::default();
        docs.paragraph(action.summary.for_code());
        if let Some(scenario) = &action.scenario {
            docs.paragraph(scenario.for_code());
        }
        if let Some(restriction) = &action.restriction {
            docs.paragraph(restriction.description.for_code());
        }
        if let Some(limit) = action.rate_limit {
            docs.paragraph(&limit_text(limit));
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

    /// Help of an action on the command line: plain text.
    pub(super) fn action_help(action: &Action) -> Vec<String> {
        let mut docs = Self::default();
        docs.raw_paragraph(action.summary.for_code());
        docs.deprecation(action.deprecated.as_ref());
        for text in [
            action.scenario.as_ref(),
            action.restriction.as_ref().map(|r| &r.description),
        ] {
            docs.raw_paragraph(text.map(Text::for_code).unwrap_or_default());
        }
        if let Some(limit) = action.rate_limit {
            docs.raw_paragraph(&limit_text(limit));
        }
        docs.raw_paragraph(&format!("Action: {}.", action.name));
        if !action.errors.is_empty() {
            docs.raw_paragraph(&format!("Errors: {}.", action.errors.join(", ")));
        }
        docs.0
    }

    /// Help of a parameter on the command line: plain text.
    pub(super) fn field_help(field: &Field) -> Vec<String> {
        let mut docs = Self::default();
        docs.raw_paragraph(field.description.for_code());
        docs.deprecation(field.deprecated.as_ref());
        if let Some(condition) = &field.required_when {
            docs.raw_paragraph(&format!("Required when {}.", condition.for_code()));
        }
        let mut facts = bounds(field, Language::En);
        match field.unit {
            // The command line takes times in any form.
            Some(Unit::EpochMilliseconds) => facts.clear(),
            Some(unit) => facts.push(limits::unit(unit, Language::En).to_owned()),
            None => {}
        }
        facts.extend(hints(field));
        if !facts.is_empty() {
            let facts = facts.join(", ");
            let mut letters = facts.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            docs.raw_paragraph(&format!(
                "{}{}.",
                first.unwrap_or_default(),
                letters.as_str()
            ));
        }
        docs.0
    }

    /// Documentation of a type with its name on the wire.
    pub(super) fn named(text: &Text, name: &str) -> Vec<String> {
        let mut docs = Self::default();
        docs.paragraph(text.for_code());
        docs.paragraph(&format!("Type `{name}` of the spec."));
        docs.0
    }

    /// Documentation of a value of an enum.
    pub(super) fn value(value: &EnumValue) -> Vec<String> {
        let mut docs = Self::default();
        docs.paragraph(value.description.for_code());
        docs.raw_paragraph(&format!("`{}` on the wire.", visible(&value.value)));
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
        let mut facts = vec![format!("`{}` on the wire", field.name)];
        facts.extend(bounds(field, Language::En));
        if let Some(unit) = field.unit {
            facts.push(limits::unit(unit, Language::En).to_owned());
        }
        facts.extend(hints(field));
        let description = escape(field.description.for_code());
        let facts = facts.join(", ");
        if description.trim().contains('\n') {
            docs.raw_paragraph(&description);
            docs.raw_paragraph(&format!("{facts}."));
        } else {
            docs.raw_paragraph(&format!("{description} {facts}."));
        }
        if let Some(condition) = &field.required_when {
            docs.paragraph(&format!("Required when {}.", condition.for_code()));
        }
        docs.0
    }

    fn deprecation(&mut self, reason: Option<&Text>) {
        if let Some(reason) = reason {
            self.raw_paragraph(&format!("Deprecated: {}", reason.for_code()));
        }
    }

    fn paragraph(&mut self, text: &str) {
        self.raw_paragraph(&escape(text));
    }

    fn raw_paragraph(&mut self, text: &str) {
        let text = straight(text).replace('\r', " ");
        if text.trim().is_empty() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push(String::new());
        }
        let mut was_item = false;
        let mut code: Option<&str> = None;
        for line in text.lines() {
            if let Some(opened) = code {
                let is_end = fence(line.trim()).is_some_and(|end| end.starts_with(opened));
                self.0.push(if is_end {
                    opened.to_owned()
                } else {
                    line.trim_end().replace('\t', "    ")
                });
                code = (!is_end).then_some(opened);
                continue;
            }
            if let Some(opened) = fence(without_markers(line)) {
                // Code without a language would be Rust, and tested.
                self.0.push(format!("{opened}text"));
                code = Some(opened);
                continue;
            }
            let is_item = line.split_whitespace().next().is_some_and(is_marker);
            if was_item && !is_item {
                self.0.push(String::new());
            }
            wrap(line, &mut self.0);
            was_item = is_item;
        }
        self.0.extend(code.map(str::to_owned));
    }
}

/// How often an action may be called.
fn limit_text(limit: RateLimit) -> String {
    format!(
        "At most {} calls in {} seconds for each access key.",
        limit.requests, limit.seconds
    )
}

/// What stands for a value that is absent, and an example.
fn hints(field: &Field) -> Vec<String> {
    let mut hints = Vec::new();
    if let Some(default) = &field.default {
        hints.push(format!("`{default}` if absent"));
    }
    if let Some(example) = &field.example {
        let example = one_line(&example.replace('`', "'"));
        hints.push(format!("such as `{example}`"));
    }
    hints
}

/// Breaks a line at blanks, but not inside code; what continues the item of a list is indented.
fn wrap(text: &str, lines: &mut Vec<String>) {
    let mut line = String::new();
    let mut indent = String::new();
    // The line has more than indentation and marks of lists.
    let mut is_begun = false;
    for word in words(text) {
        let width = line.chars().count() + 1 + word.chars().count();
        let is_mark = is_marker(&word);
        // A line that begins like the item of a list or like code would be one.
        if is_begun && width > WIDTH && !is_mark && fence(&word).is_none() {
            lines.push(std::mem::replace(&mut line, indent.clone()));
        }
        if !line.is_empty() && !line.ends_with(' ') {
            line.push(' ');
        }
        line.push_str(&word);
        if is_mark && !is_begun {
            indent = " ".repeat(line.len() + 1);
        } else {
            is_begun = true;
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str) -> Vec<String> {
        let mut docs = Docs::default();
        docs.paragraph(text);
        docs.0
    }

    #[test]
    fn items_of_lists_stay_items_and_nothing_else_becomes_one() {
        let long = "x".repeat(60);
        let lines = [
            format!("- {long}"),
            format!("  {long}"),
            String::new(),
            long.clone(),
            format!("{long} - b"),
        ];
        assert_eq!(
            wrapped(&format!("- {long} {long}\n{long} {long} - b")),
            lines
        );
        let word = "字".repeat(100);
        assert_eq!(
            wrapped(&format!("- {word} b")),
            [format!("- {word}"), "  b".to_owned()]
        );
    }

    #[test]
    fn code_of_other_languages_is_no_example_of_rust() {
        let lines = ["A:", "```text", "{", "  \"a\": [1]", "}", "```", "b"];
        let text = "A:\n```\n{\n  \"a\": [1]\n}\n```\nb";
        assert_eq!(wrapped(text), lines);
        let lines = ["~~~~text", "~~~", "```", "```", "~~~~", "b"];
        assert_eq!(wrapped("- 1. ~~~~ rust\n~~~\n```\n```\n ~~~~\nb"), lines);
        assert_eq!(wrapped("````\na"), ["````text", "a", "````"]);
        assert_eq!(wrapped("```a``` ```b```"), ["```a``` ```b```"]);
        let long = "字".repeat(100);
        assert_eq!(
            wrapped(&format!("{long} ~~~ b")),
            [format!("{long} ~~~"), "b".to_owned()]
        );
    }
}
