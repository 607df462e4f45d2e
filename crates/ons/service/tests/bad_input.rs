//! Whatever a client sends is answered: no panic, and no fault of the service is claimed.

use ons_mqtt_models::ACTIONS;
use ons_mqtt_service::{Context, Service, dispatch, refuse};
use pop_rpc::Format;
use pop_rpc::service::{Answer, read_parameters};
use proptest::prelude::*;

/// Implements nothing, so that every request that is read answers that there is no such action.
struct Nothing;

impl Service for Nothing {}

fn answer(query: &str, form: &[u8]) -> Answer {
    let context = Context::default();
    match read_parameters(query, form) {
        Ok(parameters) => pollster::block_on(dispatch(&Nothing, &context, &parameters)),
        Err(refusal) => Answer::failure(Format::default(), &context, refuse(refusal)),
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

/// A request with each parameter of each action, every value of which may be anything.
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
    fn requests_with_any_values_are_answered(request in request()) {
        let answer = answer(&request, b"");
        prop_assert!((400..500).contains(&answer.status), "{request}");
        prop_assert!(answer.error_code.is_some() && !answer.body.is_empty());
    }

    #[test]
    fn any_bytes_are_answered(query: String, form: Vec<u8>) {
        let answer = answer(&query, &form);
        prop_assert!((400..500).contains(&answer.status));
        prop_assert!(std::str::from_utf8(&answer.body).is_ok());
    }

    #[test]
    fn a_request_cut_off_or_changed_anywhere_is_answered(request in request(), at: usize, byte: u8) {
        let mut bytes = request.into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let answer = answer("", &bytes);
        prop_assert!((400..500).contains(&answer.status));
        let answer = self::answer("", &bytes[..at]);
        prop_assert!((400..500).contains(&answer.status));
    }
}
