//! The comparison of two specs, and its reports for a terminal, in Markdown and in JSON.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use codegen_spec::Spec;
use serde::Serialize;

use super::change::Change;
use super::kind::{ChangeKind, Class};
use super::version::{NotAVersion, called_for};
use super::walk::Walk;

/// Number of changes of each kind that a terminal shows.
const SHOWN: usize = 3;

/// Classes, the most important first.
const CLASSES: [Class; 4] = [
    Class::Breaking,
    Class::Additive,
    Class::Documentation,
    Class::None,
];

/// Comparison of two specs.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// Product and version of the old spec.
    pub old: String,
    /// Product and version of the new spec.
    pub new: String,
    /// Current version of the generated crates.
    pub current: String,
    /// Version that the changes call for.
    pub called_for: String,
    /// `true` if any change is breaking.
    pub is_breaking: bool,
    /// All changes, in the order of the format.
    pub changes: Vec<Change>,
}

impl Comparison {
    /// Compares two specs that passed [`codegen_spec::load`]. `current` is the version of the
    /// crates generated from the old one.
    ///
    /// # Errors
    ///
    /// Fails if `current` is not three numbers.
    pub fn new(old: &Spec, new: &Spec, current: &str) -> Result<Self, NotAVersion> {
        let changes = Walk::new(old, new).run();
        Ok(Self {
            old: format!("{} {}", old.product, old.version),
            new: format!("{} {}", new.product, new.version),
            current: current.to_owned(),
            called_for: called_for(current, &changes)?,
            is_breaking: changes
                .iter()
                .any(|change| change.class() == Class::Breaking),
            changes,
        })
    }

    /// Formats one screen: a summary, then the changes by class and kind, the important ones in
    /// full.
    pub fn terminal(&self) -> String {
        let mut out = format!("{} → {}: {}\n", self.old, self.new, self.counts());
        let _ = writeln!(out, "version: {}", self.version());
        for class in CLASSES {
            let changes = self.of(class);
            if changes.is_empty() {
                continue;
            }
            let _ = writeln!(out, "\n{}", title(class));
            let mut kinds: Vec<ChangeKind> = changes.iter().map(|change| change.kind).collect();
            kinds.sort();
            kinds.dedup();
            for kind in kinds {
                let of_kind = changes.iter().filter(|change| change.kind == kind);
                group(&mut out, class, kind, &of_kind.copied().collect::<Vec<_>>());
            }
        }
        if self.changes.len() > SHOWN {
            out.push_str("\n`--format markdown` shows every change with its location.\n");
        }
        out
    }

    /// Formats all changes as Markdown, for a review or a changelog.
    pub fn markdown(&self) -> String {
        let mut out = format!("# {} → {}\n\n{}.\n\n", self.old, self.new, self.counts());
        let _ = writeln!(out, "Version: {}.", self.version());
        for class in CLASSES {
            let changes = self.of(class);
            if changes.is_empty() {
                continue;
            }
            let _ = writeln!(out, "\n## {}\n", title(class));
            let _ = writeln!(out, "| location | change | callers | implementers | wire |");
            let _ = writeln!(out, "|---|---|---|---|---|");
            for change in changes {
                let was = change.was.as_ref();
                let was = was.map_or(String::new(), |was| format!(", was `{was}`"));
                let _ = writeln!(
                    out,
                    "| `{}`{was} | {} | {} | {} | {} |",
                    change.pointer,
                    cell(&change.sentence),
                    word(change.callers),
                    word(change.implementers),
                    word(change.wire),
                );
            }
        }
        self.meanings(&mut out);
        out
    }

    /// Explains the kinds of change that occur.
    fn meanings(&self, out: &mut String) {
        let kinds: BTreeSet<ChangeKind> = self.changes.iter().map(|change| change.kind).collect();
        if kinds.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n## What it means\n");
        for kind in kinds {
            let of_kind = self.changes.iter().filter(|change| change.kind == kind);
            let _ = writeln!(out, "- {} × {}", of_kind.count(), kind.meaning());
        }
    }

    /// Formats the comparison as JSON, for programs.
    ///
    /// # Errors
    ///
    /// Returns the error of the serializer, which does not occur.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }

    fn of(&self, class: Class) -> Vec<&Change> {
        let changes = self.changes.iter();
        changes.filter(|change| change.class() == class).collect()
    }

    fn counts(&self) -> String {
        if self.changes.is_empty() {
            return "no changes".to_owned();
        }
        let count = |class| self.of(class).len();
        let counts = CLASSES.map(|class| (count(class), class));
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let texts: Vec<String> = counts
            .map(|(count, class)| format!("{count} {}", title(*class).to_lowercase()))
            .collect();
        texts.join(", ")
    }

    fn version(&self) -> String {
        if self.current == self.called_for {
            format!("{} (unchanged)", self.current)
        } else {
            format!("{} → {}", self.current, self.called_for)
        }
    }
}

fn title(class: Class) -> &'static str {
    match class {
        Class::Breaking => "Breaking",
        Class::Additive => "Additive",
        Class::Documentation => "Documentation",
        Class::None => "Without effect",
    }
}

fn word(class: Class) -> &'static str {
    match class {
        Class::None => "–",
        class => class.word(),
    }
}

/// Formats the changes of one class and kind for a terminal.
fn group(out: &mut String, class: Class, kind: ChangeKind, changes: &[&Change]) {
    let count = match changes.len() {
        1 => String::new(),
        count => format!("{count} × "),
    };
    let _ = write!(out, "  {count}{}", kind.meaning());
    if !matches!(class, Class::Breaking | Class::Additive) {
        out.push('\n');
        return;
    }
    let audiences = [
        (
            "callers",
            changes.iter().any(|change| change.callers == class),
        ),
        (
            "implementers",
            changes.iter().any(|change| change.implementers == class),
        ),
        ("wire", changes.iter().any(|change| change.wire == class)),
    ];
    let names: Vec<&str> = audiences
        .iter()
        .filter_map(|(name, is)| is.then_some(*name))
        .collect();
    let _ = writeln!(out, " ({})", names.join(", "));
    for change in changes.iter().take(SHOWN) {
        let _ = writeln!(out, "      {}: {}", change.pointer, change.sentence);
    }
    if changes.len() > SHOWN {
        let _ = writeln!(out, "      … and {} more", changes.len() - SHOWN);
    }
}

/// Escapes a text for a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
