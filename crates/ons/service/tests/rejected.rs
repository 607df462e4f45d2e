//! Every input gets an answer that blames the client: no panic, and no server error.

use ons_mqtt_models::ACTIONS;
use ons_mqtt_service::{Context, Service, dispatch, refuse};
use pop_rpc::Format;
use pop_rpc::service::{Answer, read_parameters};
use proptest::prelude::*;

/// Implements nothing, so every request that can be read gets an answer that the action is unknown.
struct Nothing;

impl Service for Nothing {}

fn answer(query: &str, form: &[u8]) -> Answer {
    let context = Context::default();
    match read_parameters(query, form) {
        Ok(parameters) => pollster::block_on(dispatch(&Nothing, &context, &parameters)),
        Err(error) => Answer::failure(Format::default(), &context, refuse(error)),
    }
}

const NAMES: &[&str] = &[
    "GroupId",
    "InstanceId",
    "Topic",
    "ClientId",
    "ParentTopic",
    "SubTopic",
    "BeginTime",
    "EndTime",
    "TpsType",
    "TransType",
    "MsgType",
    "Qos",
    "Format",
    "X.1",
    "",
];

/// Generates requests with any parameters of any action, and arbitrary values.
fn request() -> impl Strategy<Value = String> {
    let action = proptest::sample::select(ACTIONS).prop_map(|action| action.name.to_owned());
    let value = prop_oneof![
        any::<String>(),
        any::<i64>().prop_map(|number| number.to_string()),
        Just("GID_test".to_owned()),
        Just("GID_test@@@device".to_owned()),
        Just("TPS".to_owned()),
        Just("JSON".to_owned()),
    ];
    let pairs = proptest::collection::vec((proptest::sample::select(NAMES), value), 0..16);
    (prop_oneof![3 => action, 1 => any::<String>()], pairs).prop_map(|(action, pairs)| {
        let encode = pop_rpc::canonical::encode;
        let pairs = pairs
            .iter()
            .map(|(name, value)| format!("&{name}={}", encode(value)));
        format!("Action={}{}", encode(&action), pairs.collect::<String>())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn requests_with_arbitrary_values_are_answered(request in request()) {
        let answer = answer(&request, b"");
        prop_assert!((400..500).contains(&answer.status), "{request}");
        prop_assert!(answer.error_code.is_some() && !answer.body.is_empty());
    }

    #[test]
    fn arbitrary_bytes_are_answered(query: String, form: Vec<u8>) {
        let answer = answer(&query, &form);
        prop_assert!((400..500).contains(&answer.status));
        prop_assert!(std::str::from_utf8(&answer.body).is_ok());
    }

    #[test]
    fn truncated_and_corrupted_requests_are_answered(request in request(), at: usize, byte: u8) {
        let mut bytes = request.into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let answer = answer("", &bytes);
        prop_assert!((400..500).contains(&answer.status));
        let answer = self::answer("", &bytes[..at]);
        prop_assert!((400..500).contains(&answer.status));
    }
}
