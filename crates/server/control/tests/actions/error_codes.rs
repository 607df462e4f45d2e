//! Every error code of the reference document: a request that raises it, or the reason why none
//! does.

use ons_mqtt_client::{Client, ErrorCode};
use serde_json::Value;

use crate::database;
use crate::support::{FREE, GROUP, INSTANCE, KEY, Service, code};

/// Codes that no request to these actions can raise, with the reason.
const NEVER: &[(ErrorCode, &str)] = &[
    (
        ErrorCode::OnsInvokeError,
        "a failing database is ONS_SYSTEM_ERROR, and a bug in the service is InternalError",
    ),
    (
        ErrorCode::BizPublisherExisted,
        "producers are not registered: devices publish as members of their group",
    ),
    (
        ErrorCode::BizConsumerNotOnline,
        "no action needs a device to be online; without one, the count is 0",
    ),
    (
        ErrorCode::BizNoMessage,
        "no action looks for single messages; a chart without messages has no points",
    ),
    (ErrorCode::BizTopicExisted, "no action creates a topic"),
    (
        ErrorCode::BizPublishInfoNotFound,
        "producers are not registered, so no action looks for one",
    ),
    (ErrorCode::EmpowerExistError, "no action grants permissions"),
];

/// Actions that the service answers. It refuses others as unknown, whatever codes the spec gives
/// them.
const ANSWERED: [&str; 8] = [
    "OnsMqttGroupIdCreate",
    "OnsMqttGroupIdDelete",
    "OnsMqttGroupIdList",
    "OnsMqttQueryClientByClientId",
    "OnsMqttQueryClientByGroupId",
    "OnsMqttQueryClientByTopic",
    "OnsMqttQueryHistoryOnline",
    "OnsMqttQueryMsgTransTrend",
];

const INSTANCES: &str = r#"
    [[instance]]
    id = "post-cn-standard"
    region = "cn-hangzhou"
    edition = "standard"
    mqtt_listen = "127.0.0.1:0"

    [[instance]]
    id = "post-cn-foreign"
    region = "cn-hangzhou"
    mqtt_listen = "127.0.0.1:0"
    owner = "otherid"
"#;

/// Sends a request that should raise a code, and returns the code of the answer. Returns `None` if
/// there is no such request.
async fn raise(expected: &ErrorCode, service: &Service) -> Option<ErrorCode> {
    let client = service.client();
    let create = |group_id: &str, instance_id: &str| {
        client.group_id_create(group_id).instance_id(instance_id)
    };
    Some(match expected {
        ErrorCode::OnsSystemError => database::code_with_a_broken_database().await,
        ErrorCode::OnsServiceUnsupported => {
            code(create("GID_new", "post-cn-standard").send().await)
        }
        ErrorCode::BizFieldCheckInvalid => code(create("new", INSTANCE).send().await),
        ErrorCode::BizTopicNotFound => code(create("GID_new", INSTANCE).topic("none").send().await),
        ErrorCode::BizSubscriptionNotFound => {
            let delete = client.group_id_delete("GID_none").instance_id(INSTANCE);
            code(delete.send().await)
        }
        ErrorCode::BizSubscriptionExisted => code(create(GROUP, INSTANCE).send().await),
        ErrorCode::BizRegionNotFound => {
            let elsewhere = Client::builder()
                .endpoint(format!("http://{}", service.api))
                .region("mars")
                .credentials(ons_mqtt_client::Credentials::new(KEY.0, KEY.1))
                .build()
                .unwrap();
            code(elsewhere.group_id_list().instance_id(INSTANCE).send().await)
        }
        ErrorCode::EmpowerOwnerCheckError => {
            code(create("GID_new", "post-cn-foreign").send().await)
        }
        _ => return None,
    })
}

#[tokio::test]
async fn each_code_of_the_document_is_raised_by_a_request_or_impossible() {
    let service = Service::with(&format!("{FREE}{INSTANCES}")).await;
    let create = service.client().group_id_create(GROUP);
    create.instance_id(INSTANCE).send().await.unwrap();

    let spec = include_str!("../../../../../spec/ons-2019-02-14.json");
    let spec: Value = serde_json::from_str(spec).unwrap();
    let codes = spec["error_codes"].as_array().unwrap().iter();
    let codes = codes.filter(|code| code["origin"] == "document");
    let actions = spec["actions"].as_array().unwrap().iter();
    let answered = actions.filter(|action| {
        let name = action["name"].as_str().unwrap_or_default();
        ANSWERED.contains(&name)
    });
    let listed: Vec<&Value> = answered
        .flat_map(|action| action["errors"].as_array().unwrap())
        .collect();
    for name in codes.map(|code| &code["code"]) {
        let expected = ErrorCode::from(name.as_str().unwrap());
        let never = NEVER.iter().any(|(code, _)| *code == expected);
        if !listed.contains(&name) {
            continue;
        }
        assert!(!never, "{name} is in NEVER, and an action lists it");
        let found = raise(&expected, &service).await;
        assert_eq!(
            found,
            Some(expected),
            "an action lists {name}: say in `raise` which request gets it, or answer it in the service"
        );
    }
}

#[test]
fn codes_that_cannot_arise_are_codes_of_the_document() {
    let known = ErrorCode::known();
    for (code, reason) in NEVER {
        assert!(known.contains(code), "{code}: {reason}");
    }
}
