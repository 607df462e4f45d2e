//! Doc comments and help texts, as lines.

use codegen_spec::{Action, EnumValue, Field, Language, RateLimit, Text, Type, Unit};

use super::blocks::{Block, Style, blocks};
use super::escape::{code, one_line};
use super::limits::{self, bounds};
use super::lines::lines;
use super::literal::visible;

/// Note on an action that needs no access key.
const ANONYMOUS: &str = "Needs no access key: requests are not signed.";

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
        if action.anonymous {
            docs.paragraph(ANONYMOUS);
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
        docs.help(action.summary.for_code());
        docs.deprecation(action.deprecated.as_ref());
        for text in [
            action.scenario.as_ref(),
            action.restriction.as_ref().map(|r| &r.description),
        ] {
            docs.help(text.map(Text::for_code).unwrap_or_default());
        }
        if action.anonymous {
            docs.help(ANONYMOUS);
        }
        if let Some(limit) = action.rate_limit {
            docs.help(&limit_text(limit));
        }
        docs.help(&format!("Action: {}.", action.name));
        if !action.errors.is_empty() {
            docs.help(&format!("Errors: {}.", action.errors.join(", ")));
        }
        docs.0
    }

    /// Returns the help of a parameter on the command line, in plain text.
    ///
    /// `is_region` is `true` for a parameter that is taken from the client's region.
    pub(super) fn field_help(field: &Field, is_region: bool) -> Vec<String> {
        let mut docs = Self::default();
        docs.help(field.description.for_code());
        docs.deprecation(field.deprecated.as_ref());
        if let Some(condition) = &field.required_when {
            docs.help(&format!("Required when {}.", condition.for_code()));
        }
        if matches!(field.type_, Type::List { .. }) {
            docs.help("May be repeated, once for each item.");
        }
        let mut facts = bounds(field, Language::En);
        match field.unit {
            // The command line accepts other forms of times, too.
            Some(Unit::EpochMilliseconds) => facts.clear(),
            Some(unit) => facts.push(limits::unit(unit, Language::En).to_owned()),
            None => {}
        }
        facts.extend(hints(field, is_region));
        if !facts.is_empty() {
            let facts = facts.join(", ");
            let mut letters = facts.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            docs.help(&format!(
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

    /// Returns the help of an enum value on the command line, on one line.
    pub(super) fn value_help(value: &EnumValue) -> String {
        let mut docs = Self::default();
        docs.help(value.description.for_code());
        docs.0.join(" ")
    }

    /// Returns the documentation of an enum value.
    pub(super) fn value(value: &EnumValue) -> Vec<String> {
        let mut docs = Self::default();
        docs.paragraph(value.description.for_code());
        let wire = format!("{} on the wire.", code(&visible(&value.value)));
        docs.add(&[Block::Paragraph(wire)], Style::Markdown);
        docs.0
    }

    /// Returns the documentation of an error code.
    pub(super) fn error(text: &str) -> Vec<String> {
        let mut docs = Self::default();
        docs.paragraph(text);
        docs.0
    }

    /// Returns the documentation of a parameter or member.
    ///
    /// `is_region` is `true` for a parameter that is taken from the client's region.
    pub(super) fn field(field: &Field, is_region: bool) -> Vec<String> {
        let mut docs = Self::default();
        let mut facts = vec![format!("`{}` on the wire", field.name)];
        let position = limits::position(field.position, Language::En);
        facts.extend(position.map(str::to_owned));
        facts.extend(bounds(field, Language::En));
        if let Some(unit) = field.unit {
            facts.push(limits::unit(unit, Language::En).to_owned());
        }
        facts.extend(hints(field, is_region));
        let facts = format!("{}.", facts.join(", "));
        let mut description = blocks(field.description.for_code(), Style::Markdown);
        match description.as_mut_slice() {
            [Block::Paragraph(text)] if !text.contains('\n') => {
                text.push(' ');
                text.push_str(&facts);
            }
            _ => description.push(Block::Paragraph(facts)),
        }
        docs.add(&description, Style::Markdown);
        if let Some(condition) = &field.required_when {
            docs.paragraph(&format!("Required when {}.", condition.for_code()));
        }
        docs.0
    }

    fn deprecation(&mut self, reason: Option<&Text>) {
        if let Some(reason) = reason {
            self.help(&format!("Deprecated: {}", reason.for_code()));
        }
    }

    /// Adds a text as Markdown.
    fn paragraph(&mut self, text: &str) {
        self.add(&blocks(text, Style::Markdown), Style::Markdown);
    }

    /// Adds a text as plain text.
    fn help(&mut self, text: &str) {
        self.add(&blocks(text, Style::Plain), Style::Plain);
    }

    fn add(&mut self, blocks: &[Block], style: Style) {
        if !self.0.is_empty() && !blocks.is_empty() {
            self.0.push(String::new());
        }
        self.0.extend(lines(blocks, style));
    }
}

/// Returns the rate limit of an action in words.
fn limit_text(limit: RateLimit) -> String {
    limits::call_rate(limit, Language::En)
}

/// Returns the default and the example of a field in words.
fn hints(field: &Field, is_region: bool) -> Vec<String> {
    let mut hints = Vec::new();
    if is_region {
        hints.push(limits::region(Language::En).to_owned());
    }
    if let Some(default) = &field.default {
        hints.push(format!("`{default}` if absent"));
    }
    if let Some(example) = &field.example {
        let example = one_line(&example.replace('`', "'"));
        hints.push(format!("such as `{example}`"));
    }
    hints
}
