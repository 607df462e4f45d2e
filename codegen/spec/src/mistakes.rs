//! All mistakes of a spec, rendered like errors of rustc.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::mistake::Mistake;
use crate::position::{locate, tree};

/// All mistakes of a spec, in file order.
#[derive(Clone, Debug)]
pub struct Mistakes {
    path: String,
    text: String,
    mistakes: Vec<(Range<usize>, Mistake)>,
}

impl Mistakes {
    /// Locates mistakes in the text of a spec and sorts them by position.
    pub(crate) fn new(path: &str, text: &str, mistakes: Vec<Mistake>) -> Self {
        let tree = tree(text);
        let mut mistakes: Vec<_> = mistakes
            .into_iter()
            .map(|mistake| (locate(tree.as_ref(), &mistake), mistake))
            .collect();
        mistakes.sort_by_key(|(range, _)| (range.start, range.end));
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            mistakes,
        }
    }

    /// Reports a text that is not JSON.
    pub(crate) fn syntax(path: &str, text: &str, error: &serde_json::Error) -> Self {
        let at = offset(text, error.line(), error.column());
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message);
        let mistake = Mistake::new(
            "",
            format!("not JSON: {message}"),
            "write one JSON object, without comments or trailing commas",
        );
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            mistakes: vec![(at..at, mistake)],
        }
    }

    /// Returns the mistakes in file order.
    pub fn mistakes(&self) -> impl Iterator<Item = &Mistake> {
        self.mistakes.iter().map(|(_, mistake)| mistake)
    }

    /// Renders the report as text, in color if `color` is `true`.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let mut out = String::new();
        for (range, mistake) in &self.mistakes {
            let group = self.group(range, mistake);
            out.push_str(&renderer.render(&[group]));
            out.push_str("\n\n");
        }
        let count = self.mistakes.len();
        let plural = if count == 1 { "" } else { "s" };
        out.push_str(&format!(
            "{}: {count} mistake{plural}; nothing was written",
            self.path
        ));
        out
    }

    fn group<'a>(&'a self, range: &Range<usize>, mistake: &'a Mistake) -> Group<'a> {
        let annotation = AnnotationKind::Primary.span(first_line(&self.text, range));
        let group = Level::ERROR.primary_title(&mistake.message).element(
            Snippet::source(&self.text)
                .path(&self.path)
                .annotation(annotation),
        );
        group
            .element(Level::NOTE.message(format!("at `{}`", mistake.pointer)))
            .element(Level::HELP.message(&mistake.hint))
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Mistakes {}

/// Returns the part of a range on its first line, so that a wrong object does not fill the screen.
fn first_line(text: &str, range: &Range<usize>) -> Range<usize> {
    let line = text[range.clone()].find('\n');
    range.start..line.map_or(range.end, |length| range.start + length)
}

/// Returns the byte offset of a line and column of serde_json, which counts from 1 and in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let at = (start + column.saturating_sub(1)).min(text.len());
    (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or_default()
}
