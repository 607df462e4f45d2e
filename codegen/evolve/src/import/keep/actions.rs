//! Carry-over of actions and their examples.

use codegen_spec::{Action, Examples, Operation};

use super::super::findings::FindingKind;
use super::keeper::{Keeper, Known, in_older};

impl<'a> Keeper<'a, '_> {
    /// Carries over the handwritten parts of an action.
    pub(super) fn action(&mut self, action: &mut Action, older: &'a Action, known: &Known<'_>) {
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
                self.not_kept(
                    &format!("{place}/deprecated"),
                    "the metadata states that the action is not deprecated",
                )
            } else {
                action.deprecated.clone_from(&older.deprecated)
            }
        }
        if known.unsaid.contains(&action.name) {
            action.operation = older.operation;
        }
        if action.operation == older.operation {
            action.idempotent = older.idempotent;
        } else if action.operation == Operation::Write && older.idempotent {
            let why = "the action now writes";
            self.not_kept(&format!("{place}/idempotent"), why);
        }
        let parameters = format!("{place}/parameters");
        let same_parameters = self.fields(&mut action.parameters, &older.parameters, &parameters);
        let same_response = if action.response.is_empty() {
            action.response.clone_from(&older.response);
            action.bare = older.bare;
            true
        } else {
            let response = format!("{place}/response");
            self.fields(&mut action.response, &older.response, &response)
        };
        if action.errors.is_empty() {
            action.errors.clone_from(&older.errors);
            action.statuses.clone_from(&older.statuses);
        }
        self.examples(
            action,
            older.examples.as_ref(),
            same_parameters && same_response,
        );
    }

    /// Carries over an example if the parameters and members are the same.
    fn examples(&mut self, action: &mut Action, older: Option<&Examples>, is_same: bool) {
        let Some(older) = older else { return };
        let place = format!("actions/{}/examples", action.name);
        match (&action.examples, is_same) {
            (Some(demo), true) if demo.json != older.json => {
                let message =
                    "a demo that differs from the example of the older spec, which is kept";
                self.findings
                    .add(FindingKind::Changed, &in_older(&place), message, "");
                action.examples = Some(older.clone());
            }
            (Some(_), false) => self.not_kept(&place, "the parameters or the response changed"),
            (_, _) => action.examples = Some(older.clone()),
        }
    }
}
