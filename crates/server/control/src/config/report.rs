//! Mistakes in a configuration, shown as rustc shows them in source.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use toml::de::{DeTable, DeValue};

use super::variables;

/// Keys whose values nobody may see, not even in a report.
const SECRETS: [&str; 2] = ["secret", "store"];

/// One mistake.
pub(super) struct Mistake {
    place: Place,
    message: String,
    hint: Option<String>,
}

enum Place {
    /// A key of the configuration, such as `instance.0.region`.
    Key(String),
    /// A part of the file that cannot be read.
    Text(Range<usize>),
}

impl Mistake {
    /// A mistake in the value of a key, or of the nearest key around it that is there.
    pub(super) fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: Place::Key(key.into()),
            message: message.into(),
            hint: None,
        }
    }

    /// What cannot be read in the file.
    pub(super) fn unreadable(text: &str, error: &toml::de::Error) -> Self {
        let span = error.span().unwrap_or_default();
        let mut mistake = Self {
            place: Place::Text(span.clone()),
            message: error
                .message()
                .replace('\n', ", ")
                .replace("expected u32", "expected a number from 0 to 4294967295"),
            hint: None,
        };
        if is_secret(text, &span) {
            "a value of another type belongs here".clone_into(&mut mistake.message);
        } else if let Some((message, expected)) = mistake.message.split_once(", expected") {
            // `unknown field `lisen`, expected one of `listen`, …`
            let unknown = message.split('`').nth(1).unwrap_or_default();
            let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
            if message.starts_with("unknown field") {
                mistake.hint = Some(did_you_mean(unknown, &known));
                mistake.message = format!("unknown key `{unknown}`");
            }
        }
        mistake
    }

    /// What to do.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Points out the known name that is most like an unknown one, or all of them.
pub(super) fn did_you_mean(unknown: &str, known: &[&str]) -> String {
    const LIKE: f64 = 0.8;
    let likeness = |name: &&str| strsim::jaro_winkler(unknown, name);
    let best = known
        .iter()
        .copied()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match best {
        Some(best) if likeness(&best) >= LIKE => format!("did you mean `{best}`?"),
        _ => format!("known are {}", known.join(", ")),
    }
}

/// Every mistake of a configuration.
pub struct Report {
    rendered: String,
}

impl Report {
    /// Shows mistakes where they are: in the text of the file, or in a variable that was set.
    pub(super) fn new(
        path: Option<&str>,
        text: &str,
        set: &[&str],
        mistakes: Vec<Mistake>,
    ) -> Self {
        let tree = DeTable::parse(text).ok();
        let shown = mistakes.into_iter().map(|mistake| {
            let span = match &mistake.place {
                Place::Text(span) => Some(span.clone()),
                Place::Key(key) if set.contains(&key.as_str()) => None,
                Place::Key(key) => match &tree {
                    Some(tree) if path.is_some() => Some(locate(tree.get_ref(), key)),
                    _ => None,
                },
            };
            render(path, text, span, &mistake)
        });
        Self {
            rendered: shown.collect::<Vec<_>>().join("\n\n"),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rendered)
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rendered)
    }
}

fn render(path: Option<&str>, text: &str, span: Option<Range<usize>>, mistake: &Mistake) -> String {
    let mut group = Group::with_title(Level::ERROR.primary_title(&mistake.message));
    let shown;
    match (span, &mistake.place) {
        (Some(span), _) => {
            let span = first_line(text, &span);
            shown = hide_secrets(text, &span);
            group = group.element(
                Snippet::source(&shown)
                    .path(path)
                    .annotation(AnnotationKind::Primary.span(span)),
            );
        }
        (None, Place::Key(key)) => {
            let place = match variables::variable(key) {
                Some(variable) => format!("environment variable {variable}"),
                None => format!("`{key}`"),
            };
            group = group.element(Level::NOTE.message(format!("in {place}")));
        }
        (None, Place::Text(_)) => {}
    }
    if let Some(hint) = &mistake.hint {
        group = group.element(Level::HELP.message(hint));
    }
    Renderer::plain().render(&[group])
}

/// Where a key is in the file; the nearest one around it if it is not there.
fn locate(table: &DeTable<'_>, key: &str) -> Range<usize> {
    let mut span = 0..0;
    let mut value = None;
    for part in key.split('.') {
        let found = match value {
            None => table.get(part),
            Some(value) => child(value, part),
        };
        let Some(found) = found else { break };
        span = found.span();
        value = Some(found.get_ref());
    }
    span
}

fn child<'a, 'i>(value: &'a DeValue<'i>, part: &str) -> Option<&'a toml::Spanned<DeValue<'i>>> {
    match value {
        DeValue::Table(table) => table.get(part),
        DeValue::Array(array) => array.get(part.parse::<usize>().ok()?),
        _ => None,
    }
}

/// The part of a span on its first line, so that a whole table does not fill the screen.
fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let part = text.get(span.clone()).unwrap_or_default();
    let end = part.find('\n').map_or(span.end, |at| span.start + at);
    span.start.min(text.len())..end.min(text.len())
}

/// Whether the value at `span` belongs to a key that is secret.
fn is_secret(text: &str, span: &Range<usize>) -> bool {
    let before = text.get(..span.start).unwrap_or_default().trim_end();
    let Some(before) = before.strip_suffix('=') else {
        return false;
    };
    SECRETS.iter().any(|key| before.trim_end().ends_with(key))
}

/// The text with asterisks for all values on the line of `span` but the one at `span`, and for that
/// one as well if it is secret: a misspelt `secret` is still one.
fn hide_secrets(text: &str, span: &Range<usize>) -> String {
    let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[span.start..]
        .find('\n')
        .map_or(text.len(), |at| span.start + at);
    let value = text[line..end].find('=').map_or(end, |at| line + at + 1);
    // A table in one line may hold a secret as well.
    let hidden = is_secret(text, span) || text[span.clone()].contains('=');
    let mut shown = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let is_value = (value..end).contains(&at) && !character.is_whitespace();
        if is_value && (hidden || !span.contains(&at)) {
            shown.extend(std::iter::repeat_n('*', character.len_utf8()));
        } else {
            shown.push(character);
        }
    }
    shown
}
