//! Markup of the vendor's texts as plain CommonMark.
//!
//! The texts mix Markdown with HTML, with links to help pages by number, and with tags that only
//! the vendor's tools know.

use std::sync::LazyLock;

use codegen_spec::{Language, Text};
use regex_lite::{Captures, Regex};

use super::escape::{is_marker, straight};

/// A pattern, with what replaces it.
struct Rule {
    /// Text in everything that the pattern matches, which is faster to find.
    sign: &'static str,
    pattern: Regex,
    replacement: &'static str,
}

fn rules(rules: &[(&'static str, &str, &'static str)]) -> Vec<Rule> {
    let rule = |&(sign, pattern, replacement): &_| {
        let pattern = Regex::new(pattern).ok()?;
        Some(Rule {
            sign,
            pattern,
            replacement,
        })
    };
    rules.iter().filter_map(rule).collect()
}

/// Text for other sites of the vendor, wherever it is.
static SITES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        ("<props", r#"(?s)<props="(?:intl|partner)">.*?</props>"#, ""),
        ("props", r"</?props[^>\n]*>", ""),
    ])
});

/// Markup inside a line, outside code.
static INLINE: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        // Help pages have numbers.
        (
            "(~~",
            r"\(~~(\d+)(#[^~()\s]*)?~~\)",
            "(https://help.aliyun.com/document_detail/$1.html$2)",
        ),
        ("](~~", r"\[([^\]\n]*)\]\(~~[^)\n]*~~\)", "$1"),
        ("![](", r"!\[\]\(", "![image]("),
        (
            "href",
            r#"<a\s[^>\n]*href\s*=\s*["']([^"'\n]*)["'][^>\n]*>([^<\n]*)</a>"#,
            "[$2]($1)",
        ),
        ("</", r"<(?:b|strong)>([^<\n]+)</(?:b|strong)>", "**$1**"),
        ("</", r"<(?:i|em)>([^<\n*]+)</(?:i|em)>", "*$1*"),
        ("</", r"<(?:code|tt)>([^<`\n]+)</(?:code|tt)>", "`$1`"),
        ("</", r">?\s*</(?:notice|warning|note|important)>", ""),
        ("</t", r"</t[dh]>", " "),
        (
            "<",
            r"(?i)</?(?:a|b|strong|i|em|code|tt|u|s|sub|sup|span|font|div|center|img|ph|notice|warning|note|important|table|thead|tbody|td|th|h[1-6]|dl|dt|dd|pre|section|details|summary)(?:\s[^>\n]*)?/?>",
            "",
        ),
    ])
});

/// Tags that break a line.
static BREAKS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)</?(br|p|ul|ol|li|tr)(?:\s[^>\n]*)?/?>").ok());

/// Bold text, with the letters around it.
static BOLD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\*\*[ \t]*([^*\n]*[^*\s])[ \t]*\*\*").ok());

/// Returns `true` for a line of words without markup, as most texts are. Reading those as Markdown
/// would take long and change nothing.
pub(super) fn is_plain(text: &str) -> bool {
    const MARKS: &str = " ,.()/\"'-，。、；：（）“”";
    // A number or a mark may begin an item of a list.
    text.starts_with(char::is_alphabetic)
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || MARKS.contains(c))
}

/// Returns a text in a language as CommonMark, without a line break at the end.
pub(super) fn tidied(text: &Text, language: Language) -> String {
    tidy(language.of(text)).trim_end().to_owned()
}

/// Returns a text as CommonMark.
pub(super) fn tidy(text: &str) -> String {
    if is_plain(text) {
        return format!("{text}\n");
    }
    let text = straight(text).replace("\r\n", "\n").replace('\r', "\n");
    let text = apply(&SITES, text);
    let text = outside_code(&text, |part| bold(&apply(&INLINE, part.to_owned())));
    lines(&text)
}

/// Applies rules to a text.
fn apply(rules: &[Rule], mut text: String) -> String {
    for rule in rules {
        if text.contains(rule.sign) {
            let replaced = rule.pattern.replace_all(&text, rule.replacement);
            text = replaced.into_owned();
        }
    }
    text
}

/// Changes the parts of a text that are not code.
fn outside_code(text: &str, change: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let (before, code) = rest.split_at(start);
        let ticks = code.len() - code.trim_start_matches('`').len();
        let (fence, inside) = code.split_at(ticks);
        let end = ends(inside, ticks);
        out.push_str(&change(before));
        out.push_str(fence);
        let Some(end) = end else {
            rest = inside;
            continue;
        };
        out.push_str(&inside[..end]);
        rest = &inside[end..];
    }
    out + &change(rest)
}

/// Returns the position behind the first run of exactly so many backticks.
fn ends(text: &str, ticks: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(start) = text[at..].find('`') {
        let run = &text[at + start..];
        let length = run.len() - run.trim_start_matches('`').len();
        at += start + length;
        if length == ticks {
            return Some(at);
        }
    }
    None
}

/// Adds the blanks without which CommonMark does not see bold text beside punctuation.
fn bold(text: &str) -> String {
    let Some(regex) = BOLD.as_ref().filter(|_| text.contains("**")) else {
        return text.to_owned();
    };
    let replaced = regex.replace_all(text, |found: &Captures<'_>| {
        let whole = found.get(0).map_or(0..0, |whole| whole.range());
        let inside = &found[1];
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let (first, last) = (inside.chars().next(), inside.chars().next_back());
        let before = text[..whole.start].chars().next_back();
        let after = text[whole.end..].chars().next();
        let open = if is_letter(before) && !is_letter(first) {
            " "
        } else {
            ""
        };
        let close = if is_letter(after) && !is_letter(last) {
            " "
        } else {
            ""
        };
        format!("{open}**{inside}**{close}")
    });
    replaced.into_owned()
}

/// Separates blocks by blank lines where the vendor's Markdown does without.
fn lines(text: &str) -> String {
    let mut out = String::new();
    let (mut was, mut is_note, mut is_code) = (Line::Blank, false, false);
    for line in text.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            if let Some(kind) = trimmed.strip_prefix(":::") {
                is_note = !kind.trim().is_empty();
                out.push('\n');
                was = Line::Blank;
                continue;
            }
            let kind = Line::of(line);
            let line = if is_note {
                format!("> {trimmed}")
            } else {
                line.to_owned()
            };
            if kind.needs_blank(was) {
                out.push('\n');
            }
            was = kind;
            out.push_str(&broken(kind.without_indentation(&line)));
            out.push('\n');
            continue;
        }
        out.push_str(line);
        out.push('\n');
        was = Line::Blank;
    }
    out
}

/// Kind of a line.
#[derive(Clone, Copy, PartialEq)]
enum Line {
    Blank,
    /// An item of a list, or a line that is indented below one.
    Item,
    Row,
    Quote,
    Text,
}

impl Line {
    fn of(line: &str) -> Self {
        let text = line.trim_start();
        let word = text.split_whitespace().next().unwrap_or_default();
        match text.chars().next() {
            None => Self::Blank,
            Some('|') => Self::Row,
            Some('>') => Self::Quote,
            Some(_) if is_marker(word) || word == "*" => Self::Item,
            Some(_) => Self::Text,
        }
    }

    /// Returns `true` if a blank line separates it from the line before.
    fn needs_blank(self, before: Self) -> bool {
        match (before, self) {
            (Self::Item, Self::Text) => true,
            (before, Self::Row) => !matches!(before, Self::Row | Self::Blank),
            (Self::Row, now) => !matches!(now, Self::Row | Self::Blank),
            _ => false,
        }
    }

    /// Returns the line without blanks that would make it code.
    fn without_indentation(self, line: &str) -> &str {
        match self {
            Self::Item => line,
            _ => line.trim_start(),
        }
    }
}

/// Breaks a line at the tags that ask for it. A row of a table stays one line.
fn broken(line: &str) -> String {
    let Some(regex) = BREAKS.as_ref().filter(|_| line.contains('<')) else {
        return line.to_owned();
    };
    let is_row = line.trim_start().starts_with('|');
    let quote: String = line
        .chars()
        .take_while(|c| matches!(c, '>' | ' '))
        .collect();
    let quote = if quote.contains('>') {
        quote.as_str()
    } else {
        ""
    };
    let replace = |found: &Captures<'_>| {
        let (tag, is_end) = (found[1].to_ascii_lowercase(), found[0].starts_with("</"));
        match (tag.as_str(), is_end, is_row) {
            ("li", false, true) => " • ".to_owned(),
            ("li", true, _) | ("tr", false, _) => String::new(),
            (_, _, true) => " ".to_owned(),
            ("li", false, false) => format!("\n{quote}- "),
            _ => format!("\n{quote}\n{quote}"),
        }
    };
    outside_code(line, |part| regex.replace_all(part, replace).into_owned())
}
