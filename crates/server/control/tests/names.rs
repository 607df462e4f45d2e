//! The broker accepts exactly the client IDs whose group and whole the spec allows.

#![allow(clippy::unwrap_used)]

use ons_mqtt_broker::check_client_id;
use pop_rpc::service::TextRule;
use proptest::prelude::*;
use serde_json::Value;

/// Returns the rule for the text of a parameter.
fn rule(name: &str) -> TextRule {
    let spec = include_str!("../../../../spec/ons-2019-02-14.json");
    let spec: Value = serde_json::from_str(spec).unwrap();
    let actions = spec["actions"].as_array().unwrap().iter();
    let mut parameters = actions.flat_map(|action| action["parameters"].as_array().unwrap());
    let parameter = parameters.find(|p| p["name"] == name).unwrap();
    let pattern = parameter["pattern"].as_str().unwrap().to_owned();
    let length = |key: &str, default| parameter[key].as_u64().map_or(default, |n| n as usize);
    TextRule::new(
        Some(Box::leak(pattern.into_boxed_str())),
        length("min_length", 0),
        length("max_length", usize::MAX),
    )
}

/// Client IDs that are right, or wrong in one or two places.
fn client_ids() -> impl Strategy<Value = String> {
    let group = "(GID_|GID-|GID|gid_|)([A-Za-z0-9_-]{0,8}|[A-Za-z0-9_-]{55,63}|[a/设 ]{1,5})";
    let separator = "(@@@|@@|@@@@|)";
    let device = "([!-~设]{0,9}|[a-z]{45,60}|[ /:,%a\\x00\\x1f\\x7f\\u{85}]{0,3})";
    (group, separator, device).prop_map(|(group, separator, device)| group + &separator + &device)
}

#[test]
fn the_broker_accepts_the_client_ids_that_the_spec_allows() {
    let (group, whole) = (rule("GroupId"), rule("ClientId"));
    let is_allowed = |client_id: &str| {
        let first = client_id.split("@@@").next().unwrap_or_default();
        group.check("GroupId", first).is_ok() && whole.check("ClientId", client_id).is_ok()
    };
    let (mut allowed, mut refused) = (0, 0);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(4000));
    let agreed = runner.run(&client_ids(), |client_id| {
        prop_assert_eq!(check_client_id(&client_id).is_ok(), is_allowed(&client_id));
        Ok(())
    });
    agreed.unwrap();
    // The strategy must reach both answers.
    for client_id in ["GID_test@@@a", "GID-a_b@@@设@@@备"] {
        allowed += usize::from(is_allowed(client_id));
    }
    for client_id in ["GID_te@@@a", "GID_test@@@a b", "GID_test@@@"] {
        refused += usize::from(!is_allowed(client_id));
    }
    assert_eq!((allowed, refused), (2, 3));
}
