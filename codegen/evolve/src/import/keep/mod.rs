//! Carry-over of the handwritten parts of an older spec, if the facts that they describe are
//! unchanged.
//!
//! The metadata decides every fact that it states. The older spec decides the rest.

mod actions;
mod errata;
mod fields;
mod keeper;
mod older;
mod product;
mod types;

use std::collections::HashSet;

use codegen_spec::Spec;
use keeper::Keeper;
pub(super) use keeper::Known;
pub(super) use older::Older;

use super::findings::Findings;

/// Carries over what is still valid, and reports the rest.
pub(super) fn keep(
    older: &Older<'_>,
    spec: &mut Spec,
    known: &Known<'_>,
    findings: &mut Findings,
) -> Result<(), serde_json::Error> {
    let mut keeper = Keeper {
        older: older.spec,
        language: known.language,
        findings,
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
        if let Some(before) = older.actions.get(&*action.name) {
            keeper.action(action, before, known);
        }
    }
    keeper.types(spec);
    if known.is_whole {
        let names: HashSet<&str> = spec.actions.iter().map(|a| &*a.name).collect();
        for action in &older.spec.actions {
            if !names.contains(&*action.name) {
                let place = format!("actions/{}", action.name);
                keeper.not_kept(&place, "an action that the metadata does not have");
            }
        }
    }
    // Errata refer to types and codes that the metadata may lack, and may introduce new ones.
    keeper.carry_types(spec);
    keeper.carry_codes(spec);
    keeper.errata(spec)?;
    keeper.carry_types(spec);
    keeper.carry_codes(spec);
    keeper.order(spec);
    keeper.translate(spec)
}
