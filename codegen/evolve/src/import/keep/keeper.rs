//! The state of the carry-over from an older spec.

use std::collections::HashSet;

use codegen_spec::{Language, Spec, Text};

use super::super::findings::{FindingKind, Findings};
use super::super::substitutes::is_substitute;

/// Carries over handwritten parts of an older spec.
pub(super) struct Keeper<'a, 'r> {
    pub(super) older: &'a Spec,
    /// Language of the metadata.
    pub(super) language: Language,
    pub(super) findings: &'r mut Findings,
}

/// Facts about the metadata that the carry-over needs.
pub(in super::super) struct Known<'k> {
    pub(in super::super) language: Language,
    /// Actions for which the metadata does not state whether they read or write.
    pub(in super::super) unsaid: &'k HashSet<String>,
    /// Actions that the metadata explicitly states are not deprecated.
    pub(in super::super) undeprecated: &'k HashSet<String>,
    /// `true` if all actions of the metadata are imported.
    pub(in super::super) is_whole: bool,
}

impl Keeper<'_, '_> {
    /// Carries over a text about an unchanged fact. If it differs from the metadata, it counts as
    /// handwritten only if it has a translation.
    pub(super) fn text(&mut self, text: &mut Text, older: &Text, place: &str) {
        let (now, before) = (self.spoken(text).trim(), self.spoken(older).trim());
        if before.is_empty() {
            let mut both = older.clone();
            match self.language {
                Language::Zh => both.zh.clone_from(&text.zh),
                Language::En => both.en.clone_from(&text.en),
            }
            *text = both;
            return;
        }
        let is_translated = match self.language {
            Language::Zh => !older.en.trim().is_empty(),
            Language::En => !older.zh.trim().is_empty(),
        };
        let is_same = now == before || is_substitute(now);
        if !is_same && !is_translated {
            return;
        }
        if !is_same {
            let message = "a text that differs from that of the older spec, which is kept";
            let detail = now.to_owned();
            self.findings
                .add(FindingKind::Changed, &in_older(place), message, detail);
        }
        text.clone_from(older);
    }

    /// Carries over an optional text.
    pub(super) fn optional_text(
        &mut self,
        text: &mut Option<Text>,
        older: &Option<Text>,
        place: &str,
    ) {
        match (text.as_mut(), older) {
            (Some(text), Some(older)) => self.text(text, older, place),
            (None, Some(_)) => text.clone_from(older),
            (_, None) => {}
        }
    }

    /// Returns a text in the language of the metadata.
    pub(super) fn spoken<'t>(&self, text: &'t Text) -> &'t str {
        self.language.of(text)
    }

    /// Reports a fact that is kept although the metadata does not state it. It may be handwritten,
    /// or the vendor may have dropped it.
    pub(super) fn kept(&mut self, place: &str, what: &str) {
        let message = format!("{what} that the metadata does not state");
        self.findings
            .add(FindingKind::Kept, &in_older(place), message, "");
    }

    /// Reports a part of the older spec that is not kept, and the reason.
    pub(super) fn not_kept(&mut self, place: &str, why: &str) {
        self.findings
            .add(FindingKind::NotKept, &in_older(place), why, "");
    }
}

/// Formats a path of names in the older spec.
pub(super) fn in_older(place: &str) -> String {
    format!("(older spec) {place}")
}
