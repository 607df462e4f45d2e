//! Forged, repeated and excessive requests and devices are refused and counted.

use ons_mqtt_client::ErrorCode;
use ons_mqtt_client::models::GroupIdListRequest;
use pop_rpc::signature::{CommonParameters, Signer, Stamp};
use pop_rpc::{Format, Method, SignatureMethod, SigningKey};

use crate::support::{FAST, GROUP, INSTANCE, KEY, OTHER_KEY, Service, code, packet, until};

async fn requests(service: &Service, action: &str, code: &str) -> u64 {
    let name = format!(r#"ons_mqtt_requests_total{{action="{action}",code="{code}"}}"#);
    service.metric(&name).await
}

async fn devices(service: &Service, reason: &str) -> u64 {
    let name =
        format!(r#"ons_mqtt_devices_refused_total{{instance="{INSTANCE}",reason="{reason}"}}"#);
    service.metric(&name).await
}

#[tokio::test]
async fn forged_requests_are_refused_and_counted() {
    let service = Service::start().await;
    let list = "OnsMqttGroupIdList";
    for (key, refused) in [
        ((KEY.0, OTHER_KEY.1), ErrorCode::SignatureDoesNotMatch),
        (("nobody", KEY.1), ErrorCode::InvalidAccessKeyIdNotFound),
        (OTHER_KEY, ErrorCode::EmpowerOwnerCheckError),
    ] {
        let forger = service.client_of(key);
        let before = requests(&service, list, &refused.code()).await;
        let answer = forger.group_id_list().instance_id(INSTANCE).send().await;
        assert_eq!(code(answer), refused);
        assert_eq!(requests(&service, list, &refused.code()).await, before + 1);
    }
    // Signed for GET, sent with POST.
    let signed = service
        .client()
        .group_id_list()
        .instance_id(INSTANCE)
        .sign()
        .await
        .unwrap();
    let post = reqwest::Client::new().post(format!("http://{}/?{}", service.api, signed.query));
    let answer = post.send().await.unwrap().text().await.unwrap();
    assert!(answer.contains("SignatureDoesNotMatch"), "{answer}");
    assert_eq!(requests(&service, list, "SignatureDoesNotMatch").await, 2);
}

#[tokio::test]
async fn a_repeated_request_is_refused_and_counted() {
    let service = Service::start().await;
    let signed = service
        .client()
        .group_id_list()
        .instance_id(INSTANCE)
        .sign()
        .await
        .unwrap();
    let path = format!("/?{}", signed.query);
    assert_eq!(service.get(&path).await.0, 200);
    for number in 1..=3 {
        let (status, answer) = service.get(&path).await;
        assert!(
            status == 400 && answer.contains("SignatureNonceUsed"),
            "{answer}"
        );
        let counted = requests(&service, "OnsMqttGroupIdList", "SignatureNonceUsed").await;
        assert_eq!(counted, number);
    }
}

#[tokio::test]
async fn a_request_with_a_wrong_timestamp_is_refused_and_counted() {
    let service = Service::start().await;
    let key = SigningKey::new(SignatureMethod::HmacSha1, KEY.1);
    let signer = Signer::new(
        key,
        &CommonParameters {
            access_key_id: KEY.0,
            format: Format::Json,
            region_id: None,
            security_token: None,
        },
    );
    for (number, timestamp) in (1..).zip(["2020-05-18T08:00:00Z", "2999-01-01T00:00:00Z"]) {
        let stamp = Stamp {
            nonce: timestamp,
            timestamp,
        };
        let signed = signer.sign(&GroupIdListRequest::new(), Method::Get, stamp);
        let (status, answer) = service.get(&format!("/?{}", signed.query)).await;
        assert!(
            status == 400 && answer.contains("InvalidTimeStamp.Expired"),
            "{answer}"
        );
        let counted = requests(&service, "OnsMqttGroupIdList", "InvalidTimeStamp.Expired").await;
        assert_eq!(counted, number);
    }
}

#[tokio::test]
async fn a_key_over_its_limit_is_refused_and_other_keys_are_not() {
    let service = Service::with(FAST).await;
    let client = service.client();
    let query = async |action: &str| match action {
        "group" => {
            let query = client.query_client_by_group_id(GROUP).instance_id(INSTANCE);
            code(query.send().await)
        }
        _ => {
            let query = client.query_client_by_topic("none").instance_id(INSTANCE);
            code(query.send().await)
        }
    };
    for _ in 0..30 {
        assert_eq!(query("group").await, ErrorCode::BizSubscriptionNotFound);
    }
    assert_eq!(query("group").await, ErrorCode::ThrottlingUser);
    let action = "OnsMqttQueryClientByGroupId";
    assert_eq!(requests(&service, action, "Throttling.User").await, 1);
    assert_eq!(query("topic").await, ErrorCode::BizTopicNotFound);
    let other = service.client_of(OTHER_KEY).query_client_by_group_id(GROUP);
    assert_ne!(code(other.send().await), ErrorCode::ThrottlingUser);
    // Actions that change groups have no limit.
    for _ in 0..40 {
        let delete = client.group_id_delete(GROUP).instance_id(INSTANCE);
        assert_eq!(
            code(delete.send().await),
            ErrorCode::BizSubscriptionNotFound
        );
    }
}

#[tokio::test]
async fn devices_without_permission_are_refused_and_counted() {
    let service = Service::start().await;
    for (key, client_id, reason) in [
        ((KEY.0, OTHER_KEY.1), "GID_test@@@a", "bad credentials"),
        (OTHER_KEY, "GID_test@@@a", "bad credentials"),
        (("nobody", KEY.1), "GID_test@@@a", "bad credentials"),
        (KEY, "GID_none@@@a", "unknown group"),
        (KEY, "GID_test", "malformed client id"),
    ] {
        let before = devices(&service, reason).await;
        assert!(
            service.try_device(INSTANCE, key, client_id).await.is_err(),
            "{client_id}"
        );
        assert_eq!(devices(&service, reason).await, before + 1, "{reason}");
    }
    assert_eq!(service.online_in_group(GROUP).await, 0);
    let mut device = service.raw("GID_test@@@a", 30).await;
    device.send(&packet::publish("none/a", 1)).await;
    device.closed().await;
    assert_eq!(devices(&service, "forbidden topic").await, 1);
}

#[tokio::test]
async fn connections_that_do_not_get_to_connect_are_counted() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let websocket = free.local_addr().unwrap();
    drop(free);
    let instance = format!(
        "[[instance]]\nid = \"post-cn-web\"\nregion = \"cn-hangzhou\"\n\
         mqtt_listen = \"127.0.0.1:0\"\nwebsocket_listen = \"{websocket}\"\n"
    );
    let service = Service::with(&instance).await;
    let rejected = async || {
        let name = r#"ons_mqtt_connections_rejected_total{instance="post-cn-web",reason="failed handshake"}"#;
        service.metric(name).await
    };
    assert_eq!(rejected().await, 0);
    let answer = reqwest::get(format!("http://{websocket}")).await.unwrap();
    assert_eq!(answer.status(), 426);
    until("the connection is counted", async || rejected().await == 1).await;
}
