//! The keeper of what an older spec says by hand.

use std::collections::HashSet;

use codegen_spec::{Language, Spec, Text};

use super::super::findings::{FindingKind, Findings};
use super::super::made::is_made;

/// What is done with an older spec.
pub(super) struct Keeper<'a, 'r> {
    pub(super) older: &'a Spec,
    /// The language of the metadata.
    pub(super) language: Language,
    pub(super) findings: &'r mut Findings,
}

/// What is known of the metadata while an older spec is kept.
pub(in super::super) struct Known<'k> {
    pub(in super::super) language: Language,
    /// Actions of which the metadata does not say whether they read or write.
    pub(in super::super) unsaid: &'k HashSet<String>,
    /// Actions of which it says that they are not deprecated.
    pub(in super::super) undeprecated: &'k HashSet<String>,
    /// Whether all actions of the metadata were asked for.
    pub(in super::super) is_whole: bool,
}

impl Keeper<'_, '_> {
    /// A text of which the subject is the same. Words that differ from those of the metadata are
    /// hand-written if there is a translation of them.
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
        let is_same = now == before || is_made(now);
        if !is_same && !is_translated {
            return;
        }
        if !is_same {
            let message = "other words than those of the older spec, which stay";
            let detail = now.to_owned();
            self.findings
                .add(FindingKind::Changed, &in_older(place), message, detail);
        }
        text.clone_from(older);
    }

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

    /// A text in the language of the metadata.
    pub(super) fn spoken<'t>(&self, text: &'t Text) -> &'t str {
        self.language.of(text)
    }

    /// Reports a fact that stays although the metadata does not say it: it may be hand-written, or
    /// lifted since.
    pub(super) fn kept(&mut self, place: &str, what: &str) {
        let message = format!("{what} that the metadata does not say");
        self.findings
            .add(FindingKind::Kept, &in_older(place), message, "");
    }

    /// Reports what stays behind in the older spec, and why.
    pub(super) fn gone(&mut self, place: &str, why: &str) {
        self.findings
            .add(FindingKind::NotKept, &in_older(place), why, "");
    }
}

/// A place in the older spec, by names.
pub(super) fn in_older(place: &str) -> String {
    format!("(older spec) {place}")
}
