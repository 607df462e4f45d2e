//! Shows the mistakes of a configuration in the style of rustc.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use toml::de::{DeTable, DeValue};

use crate::config::mistake::{Mistake, Subject};
use crate::config::secrets::hide_secrets;
use crate::config::variables;

/// All mistakes of a configuration, rendered as text.
pub struct ConfigMistakes {
    rendered: String,
}

impl ConfigMistakes {
    /// Renders each mistake with its line of the file, or with the variable that holds the value.
    pub(super) fn new(
        path: Option<&str>,
        text: &str,
        set: &[&str],
        mistakes: Vec<Mistake>,
    ) -> Self {
        let tree = DeTable::parse(text).ok();
        let tree = tree.map(|table| DeValue::Table(table.into_inner()));
        let shown = mistakes.into_iter().map(|mistake| {
            let span = match &mistake.subject {
                Subject::Span(span) => Some(span.clone()),
                Subject::Key(key) if set.contains(&key.as_str()) => None,
                Subject::Key(key) => match &tree {
                    Some(tree) if path.is_some() => Some(locate(tree, key)),
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

impl fmt::Display for ConfigMistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rendered)
    }
}

impl fmt::Debug for ConfigMistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rendered)
    }
}

fn render(path: Option<&str>, text: &str, span: Option<Range<usize>>, mistake: &Mistake) -> String {
    let mut group = Group::with_title(Level::ERROR.primary_title(&mistake.message));
    let shown;
    match (span, &mistake.subject) {
        (Some(span), _) => {
            let span = first_line(text, &span);
            shown = hide_secrets(text, &span);
            group = group.element(
                Snippet::source(&shown)
                    .path(path)
                    .annotation(AnnotationKind::Primary.span(span)),
            );
        }
        (None, Subject::Key(key)) => {
            let place = match variables::variable(key) {
                Some(variable) => format!("environment variable {variable}"),
                None => format!("`{key}`"),
            };
            group = group.element(Level::NOTE.message(format!("in {place}")));
        }
        (None, Subject::Span(_)) => {}
    }
    if let Some(hint) = &mistake.hint {
        group = group.element(Level::HELP.message(hint));
    }
    Renderer::plain().render(&[group])
}

/// Returns the position of a key in the file, or of the nearest table around it if the key is
/// missing.
fn locate(file: &DeValue<'_>, key: &str) -> Range<usize> {
    let mut span = 0..0;
    let mut value = file;
    for part in key.split('.') {
        let found = match part.parse::<usize>() {
            Ok(index) => value.get(index),
            Err(_) => value.get(part),
        };
        let Some(found) = found else { break };
        span = found.span();
        value = found.get_ref();
    }
    span
}

/// Returns the part of a span on its first line, so that a whole table does not fill the screen.
fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let part = text.get(span.clone()).unwrap_or_default();
    let end = part.find('\n').map_or(span.end, |at| span.start + at);
    span.start.min(text.len())..end.min(text.len())
}
