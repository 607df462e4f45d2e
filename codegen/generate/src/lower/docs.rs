//! Doc comments and help texts, as lines.

use codegen_spec::{Action, EnumValue, Field, Language, RateLimit, Text, Unit};

use super::limits::{self, bounds};
use super::literal::visible;
use super::markdown::{escape, fence, is_marker, one_line, straight, without_markers};

/// Width of a line in characters, without indentation and slashes.
const WIDTH: usize = 90;

/// Collects paragraphs.
#[derive(Default)]
pub(super) struct Docs(Vec<String>);

impl Docs {
    /// Returns the documentation of an action.
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
        if action.pages.is_some() {
            docs.paragraph("Returns a list in pages: the methods `pages` and `items` of its call read all of it.");
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

    /// Returns the help of an action on the command line, in plain text.
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

    /// Returns the help of a parameter on the command line, in plain text.
    pub(super) fn field_help(field: &Field) -> Vec<String> {
        let mut docs = Self::default();
        docs.raw_paragraph(field.description.for_code());
        docs.deprecation(field.deprecated.as_ref());
        if let Some(condition) = &field.required_when {
            docs.raw_paragraph(&format!("Required when {}.", condition.for_code()));
        }
        let mut facts = bounds(field, Language::En);
        match field.unit {
            // The command line accepts other forms of times, too.
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

    /// Returns the documentation of a type, with its name in the spec.
    pub(super) fn named(text: &Text, name: &str) -> Vec<String> {
        let mut docs = Self::default();
        docs.paragraph(text.for_code());
        docs.paragraph(&format!("Type `{name}` of the spec."));
        docs.0
    }

    /// Returns the documentation of an enum value.
    pub(super) fn value(value: &EnumValue) -> Vec<String> {
        let mut docs = Self::default();
        docs.paragraph(value.description.for_code());
        docs.raw_paragraph(&format!("`{}` on the wire.", visible(&value.value)));
        docs.0
    }

    /// Returns the documentation of an error code.
    pub(super) fn error(text: &str) -> Vec<String> {
        let mut docs = Self::default();
        docs.paragraph(text);
        docs.0
    }

    /// Returns the documentation of a parameter or member.
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
                // rustdoc would test a code block without a language as Rust.
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

/// Returns the rate limit of an action in words.
fn limit_text(limit: RateLimit) -> String {
    limits::call_rate(limit, Language::En)
}

/// Returns the default and the example of a field in words.
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

/// Wraps a line at blanks outside code spans, and indents continued list items.
///
/// Counts characters, not columns of a terminal, so this does not use `textwrap`.
fn wrap(text: &str, lines: &mut Vec<String>) {
    let mut line = String::new();
    let mut indent = String::new();
    // `true` once the line has more than indentation and list markers.
    let mut is_begun = false;
    for word in words(text) {
        let width = line.chars().count() + 1 + word.chars().count();
        let is_mark = is_marker(&word);
        // A new line that begins like a list item or a code block would become one.
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

/// Splits a line into words; a code span is one word.
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
    fn only_list_items_stay_list_items() {
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
    fn code_blocks_are_marked_as_text() {
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
