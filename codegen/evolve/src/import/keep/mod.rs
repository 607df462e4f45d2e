//! The hand-written parts of an older spec: they stay where the fact that they speak of is unchanged.
//!
//! The metadata decides about every fact that it states; where it is silent, the older spec does.

mod errata;
mod fields;
mod product;
mod types;

use std::collections::{HashMap, HashSet};

use codegen_spec::{Action, Examples, Language, Operation, Spec, Text};

use super::made::is_made;
use super::report::{Kind, Report};

/// An older spec of the product.
pub(super) struct Older<'a> {
    pub(super) spec: &'a Spec,
    actions: HashMap<&'a str, &'a Action>,
}

/// What is done with an older spec.
struct Keeper<'a, 'r> {
    older: &'a Spec,
    /// The language of the metadata.
    language: Language,
    report: &'r mut Report,
}

/// What is known of the metadata while an older spec is kept.
pub(super) struct Known<'k> {
    pub(super) language: Language,
    /// Actions of which the metadata does not say whether they read or write.
    pub(super) unsaid: &'k HashSet<String>,
    /// Actions of which it says that they are not deprecated.
    pub(super) undeprecated: &'k HashSet<String>,
    /// Whether all actions of the metadata were asked for.
    pub(super) is_whole: bool,
}

impl<'a> Older<'a> {
    pub(super) fn new(spec: &'a Spec) -> Self {
        let actions = spec.actions.iter();
        Self {
            spec,
            actions: actions.map(|action| (&*action.name, action)).collect(),
        }
    }

    /// Carries over what still holds, and reports the rest.
    pub(super) fn keep(
        &self,
        spec: &mut Spec,
        known: &Known<'_>,
        report: &mut Report,
    ) -> Result<(), serde_json::Error> {
        let mut keeper = Keeper {
            older: self.spec,
            language: known.language,
            report,
        };
        keeper.product(spec);
        keeper.categories(spec);
        keeper.regions(spec);
        keeper.error_codes(spec);
        let has_codes = spec.actions.iter().any(|action| !action.errors.is_empty());
        if !has_codes {
            keeper.all_codes(spec);
        }
        for action in &mut spec.actions {
            if let Some(older) = self.actions.get(&*action.name) {
                keeper.action(action, older, known);
            }
        }
        keeper.types(spec);
        if known.is_whole {
            let names: HashSet<&str> = spec.actions.iter().map(|a| &*a.name).collect();
            for older in &self.spec.actions {
                if !names.contains(&*older.name) {
                    let place = format!("actions/{}", older.name);
                    keeper.gone(&place, "an action that the metadata does not have");
                }
            }
        }
        // Errata speak of types and codes that the metadata may lack, and may bring others along.
        keeper.carry_types(spec);
        keeper.carry_codes(spec);
        keeper.errata(spec)?;
        keeper.carry_types(spec);
        keeper.carry_codes(spec);
        keeper.order(spec);
        keeper.translate(spec)
    }
}

impl<'a> Keeper<'a, '_> {
    fn action(&mut self, action: &mut Action, older: &'a Action, known: &Known<'_>) {
        let place = format!("actions/{}", older.name);
        self.text(
            &mut action.summary,
            &older.summary,
            &format!("{place}/summary"),
        );
        self.optional_text(
            &mut action.scenario,
            &older.scenario,
            &format!("{place}/scenario"),
        );
        action.command.clone_from(&older.command);
        action.restriction.clone_from(&older.restriction);
        action.rate_limit = older.rate_limit;
        if older.deprecated.is_some() {
            if known.undeprecated.contains(&action.name) {
                self.gone(
                    &format!("{place}/deprecated"),
                    "the metadata says that it is not",
                )
            } else {
                action.deprecated.clone_from(&older.deprecated)
            }
        }
        if known.unsaid.contains(&action.name) {
            action.operation = older.operation;
        }
        match action.operation == older.operation {
            true => action.idempotent = older.idempotent,
            false if action.operation == Operation::Write && older.idempotent => {
                self.gone(
                    &format!("{place}/idempotent"),
                    "the action does not read only",
                );
            }
            false => {}
        }
        let parameters = format!("{place}/parameters");
        let same_parameters = self.fields(&mut action.parameters, &older.parameters, &parameters);
        let same_response = if action.response.is_empty() {
            action.response.clone_from(&older.response);
            true
        } else {
            let response = format!("{place}/response");
            self.fields(&mut action.response, &older.response, &response)
        };
        if action.errors.is_empty() {
            action.errors.clone_from(&older.errors);
        }
        self.examples(
            action,
            older.examples.as_ref(),
            same_parameters && same_response,
        );
    }

    /// An example stays while it speaks of the same parameters and members.
    fn examples(&mut self, action: &mut Action, older: Option<&Examples>, is_same: bool) {
        let Some(older) = older else { return };
        let place = format!("actions/{}/examples", action.name);
        match (&action.examples, is_same) {
            (Some(demo), true) if demo.json != older.json => {
                let message = "another demo than the example of the older spec, which stays";
                self.report
                    .add(Kind::Changed, &in_older(&place), message, "");
                action.examples = Some(older.clone());
            }
            (Some(_), false) => self.gone(&place, "parameters or response changed"),
            (_, _) => action.examples = Some(older.clone()),
        }
    }

    /// A text of which the subject is the same. Words that differ from those of the metadata are
    /// hand-written if there is a translation of them.
    fn text(&mut self, text: &mut Text, older: &Text, place: &str) {
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
            self.report
                .add(Kind::Changed, &in_older(place), message, detail);
        }
        text.clone_from(older);
    }

    fn optional_text(&mut self, text: &mut Option<Text>, older: &Option<Text>, place: &str) {
        match (text.as_mut(), older) {
            (Some(text), Some(older)) => self.text(text, older, place),
            (None, Some(_)) => text.clone_from(older),
            (_, None) => {}
        }
    }

    /// A text in the language of the metadata.
    fn spoken<'t>(&self, text: &'t Text) -> &'t str {
        self.language.of(text)
    }

    /// Reports a fact that stays although the metadata does not say it: it may be hand-written, or
    /// lifted since.
    fn kept(&mut self, place: &str, what: &str) {
        let message = format!("{what} that the metadata does not say");
        self.report.add(Kind::Kept, &in_older(place), message, "");
    }

    /// Reports what stays behind in the older spec, and why.
    fn gone(&mut self, place: &str, why: &str) {
        self.report.add(Kind::NotKept, &in_older(place), why, "");
    }
}

/// A place in the older spec, by names.
fn in_older(place: &str) -> String {
    format!("(older spec) {place}")
}
