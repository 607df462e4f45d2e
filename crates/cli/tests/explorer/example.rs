//! A call of each action; those of `cargo xtask interop` are the same.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A call of an action.
#[derive(Deserialize)]
pub(crate) struct Example {
    pub(crate) action: String,
    /// Values for its form.
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) format: String,
    /// A text in the answer.
    pub(crate) answer: String,
}

/// Returns a call of each action; the later ones need the group of the first.
pub(crate) fn examples() -> Vec<Example> {
    let file = include_str!("../../../../tests/interop/explorer.json");
    serde_json::from_str(file).expect("a list of calls")
}

#[test]
fn each_action_has_an_example() {
    let examples = examples();
    let mut called: Vec<&str> = examples.iter().map(|it| it.action.as_str()).collect();
    let mut actions: Vec<&str> = ons_mqtt_docs::FORMS
        .actions
        .iter()
        .map(|form| form.action)
        .collect();
    called.sort_unstable();
    actions.sort_unstable();
    assert_eq!(called, actions);
}
