//! Documentation: texts of the spec as lines of doc comments.

use codegen_spec::{Action, EnumValue, Field, Language, RateLimit, Text, Unit};

use super::limits::{self, bounds};

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
        match description.trim().contains('\n') {
            true => {
                docs.raw_paragraph(&description);
                docs.raw_paragraph(&format!("{facts}."));
            }
            false => docs.raw_paragraph(&format!("{description} {facts}.")),
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
                self.0.push(match is_end {
                    true => opened.to_owned(),
                    false => line.trim_end().replace('\t', "    "),
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
        "At most {} calls in {} seconds with one access key.",
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

/// A code span, delimited by more backticks than follow one another in it.
pub(super) fn code(text: &str) -> String {
    let mut ticks = "`".to_owned();
    while text.contains(&ticks) {
        ticks.push('`');
    }
    if ticks.len() == 1 {
        format!("`{text}`")
    } else {
        format!("{ticks} {text} {ticks}")
    }
}

/// A text on one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first line of a text, for documentation.
pub(super) fn summary(text: &str) -> String {
    let mut lines = text.lines().map(without_markers);
    let line = lines.find(|line| !line.is_empty() && fence(line).is_none());
    escape(line.unwrap_or_default().trim_end())
}

/// A text on one line, as a string literal.
pub(super) fn literal(text: &str) -> String {
    exact(&one_line(text))
}

/// A text as it is, as a string literal.
pub(super) fn exact(text: &str) -> String {
    format!("{text:?}")
}

/// A text as it is, as a string literal whose lines are lines of the code, if its characters allow.
pub(super) fn lines(text: &str) -> String {
    if text.chars().any(|c| c != '\n' && is_escaped(c)) {
        return exact(text);
    }
    let mut hashes = "#".to_owned();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

/// A text in which characters that source cannot hold, or nobody sees, are escaped.
fn visible(text: &str) -> String {
    let shown = |c: char| match is_escaped(c) {
        true => c.escape_default().to_string(),
        false => c.to_string(),
    };
    text.chars().map(shown).collect()
}

/// A text without the characters that turn its direction.
fn straight(text: &str) -> String {
    text.chars().filter(|c| !turns_direction(*c)).collect()
}

/// Escapes what Markdown would take for HTML, a link or emphasis, outside of code, and makes links
/// of URLs.
pub(super) fn escape(text: &str) -> String {
    let text = straight(text);
    // One backtick alone would turn the rest into code.
    let text = match text.matches('`').count() % 2 {
        0 => text,
        _ => text.replace('`', "'"),
    };
    let mut parts = Vec::new();
    for (index, part) in text.split('`').enumerate() {
        parts.push(match index % 2 {
            0 => part
                .split(' ')
                .map(escape_word)
                .collect::<Vec<_>>()
                .join(" "),
            _ => part.to_owned(),
        });
    }
    parts.join("`")
}

fn escape_word(word: &str) -> String {
    let starts = ["https://", "http://"].map(|scheme| word.find(scheme));
    let Some(start) = starts.into_iter().flatten().min() else {
        return escape_letters(word);
    };
    let rest = &word[start..];
    let is_outside = |c: char| !c.is_ascii_graphic() || "<>[](){}*|\\\"'".contains(c);
    let url = &rest[..rest.find(is_outside).unwrap_or(rest.len())];
    let url = url.trim_end_matches(['.', ',', ';', ':', '!', '?']);
    let after = escape_word(&rest[url.len()..]);
    format!("{}<{url}>{after}", escape_letters(&word[..start]))
}

fn escape_letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '<' | '>' | '[' | ']' | '*' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Characters that turn the direction of text; rustc refuses them in source.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters that stand in source as escapes.
fn is_escaped(c: char) -> bool {
    turns_direction(c) || c.is_control() && c != '\t'
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
        match is_mark && !is_begun {
            true => indent = " ".repeat(line.len() + 1),
            false => is_begun = true,
        }
    }
    lines.push(line);
}

/// Whether a word makes an item of a list of the line that it begins.
fn is_marker(word: &str) -> bool {
    let number = word.strip_suffix(['.', ')']);
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    matches!(word, "-" | "+") || number.is_some_and(is_number)
}

/// A line without the marks of lists in front.
fn without_markers(line: &str) -> &str {
    let mut rest = line.trim_start();
    while let Some((word, after)) = rest.split_once(char::is_whitespace)
        && is_marker(word)
    {
        rest = after.trim_start();
    }
    rest
}

/// The marks that begin code, if the line begins with such.
pub(super) fn fence(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(mark).len();
    let (fence, rest) = line.split_at(length);
    // With backticks behind it, it is code within the line.
    (length >= 3 && (mark == '~' || !rest.contains(mark))).then_some(fence)
}

/// The marks around a text that itself may hold lines of them.
pub(super) fn fence_around(text: &str) -> String {
    let inside = text.lines().filter_map(|line| fence(line.trim_start()));
    let longest = inside.map(str::len).max().unwrap_or_default();
    "`".repeat(3.max(longest + 1))
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
        assert_eq!(summary("```\na\n```"), "a");
        assert_eq!(fence_around("<a>\n````\n</a>"), "`````");
    }

    #[test]
    fn urls_become_links_wherever_they_stand() {
        assert_eq!(
            escape("见[a](https://a.example/b)。"),
            "见\\[a\\](<https://a.example/b>)。"
        );
        assert_eq!(escape("http://a.example."), "<http://a.example>.");
    }
}
