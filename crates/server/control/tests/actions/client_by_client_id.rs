//! `OnsMqttQueryClientByClientId`.

use ons_mqtt_client::ErrorCode;
use ons_mqtt_client::models::{MqttClientInfo, Qos};

use crate::support::{GROUP, INSTANCE, Service, VERSIONS, code, now, until};

const DEVICE: &str = "GID_test@@@device";

async fn query(service: &Service, client_id: &str) -> MqttClientInfo {
    let query = service.client().query_client_by_client_id(client_id);
    let answer = query.instance_id(INSTANCE).send().await.unwrap();
    assert_eq!(answer.mqtt_client_info.client_id, client_id);
    answer.mqtt_client_info
}

#[tokio::test]
async fn a_device_is_shown_with_its_address_and_the_time_of_its_last_packet() {
    let service = Service::start().await;
    let before = now();
    let mut device = service.raw(DEVICE, 30).await;
    let info = query(&service, DEVICE).await;
    assert!(info.online);
    assert_eq!(
        info.socket_channel.unwrap(),
        format!("/{}", device.address())
    );
    let first = info.last_touch.unwrap();
    assert!((before..=now()).contains(&first), "{first}");
    while now() == first {}
    device.subscribe("test", 0).await;
    let second = query(&service, DEVICE).await.last_touch.unwrap();
    assert!(second > first, "{second} after {first}");
}

#[tokio::test]
async fn subscriptions_are_shown_with_parent_topic_sub_topic_and_qos() {
    let service = Service::start().await;
    for version in VERSIONS {
        let mut device = service.device_with(version, DEVICE, true).await;
        for (filter, qos) in [
            ("test", 0),
            ("test/a/b", 1),
            ("other/+/c/", 2),
            ("other/#", 1),
        ] {
            device.subscribe(filter, qos).await;
        }
        let mut shown: Vec<_> = query(&service, DEVICE)
            .await
            .subscription_data
            .into_iter()
            .map(|held| (held.parent_topic, held.sub_topic, held.qos))
            .collect();
        shown.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        let expected = [
            ("other", Some("/#/"), Qos::AtLeastOnce),
            ("other", Some("/+/c/"), Qos::ExactlyOnce),
            ("test", None, Qos::AtMostOnce),
            ("test", Some("/a/b/"), Qos::AtLeastOnce),
        ];
        let expected =
            expected.map(|(parent, sub, qos)| (parent.to_owned(), sub.map(str::to_owned), qos));
        assert_eq!(shown, expected);
        device.unsubscribe("test").await;
        assert_eq!(query(&service, DEVICE).await.subscription_data.len(), 3);
        device.disconnect().await;
        until("it is offline", async || {
            !query(&service, DEVICE).await.online
        })
        .await;
        assert!(query(&service, DEVICE).await.subscription_data.is_empty());
    }
}

#[tokio::test]
async fn a_disconnected_device_is_offline_with_its_last_address_even_after_a_restart() {
    let service = Service::start().await;
    for version in VERSIONS {
        let mut device = service.raw(DEVICE, 30).await;
        let address = format!("/{}", device.address());
        device.send(&[0xe0, 0]).await;
        device.closed().await;
        // From here on its address must always be known: before, during and after the next flush.
        let begin = now();
        while now() < begin + 1_300 {
            let info = query(&service, DEVICE).await;
            assert_eq!(
                info.socket_channel.as_deref(),
                Some(&*address),
                "{version:?}"
            );
            assert!(info.last_touch.unwrap() <= begin);
        }
        assert!(!query(&service, DEVICE).await.online);
    }
    // A device that is online when the service stops is offline after the restart.
    let device = service.raw(DEVICE, 30).await;
    let (address, last_touch) = (device.address(), query(&service, DEVICE).await.last_touch);
    let service = service.restart().await;
    let info = query(&service, DEVICE).await;
    assert!(!info.online && info.subscription_data.is_empty());
    assert_eq!(info.socket_channel.unwrap(), format!("/{address}"));
    assert_eq!(info.last_touch, last_touch);
    service.stop().await;
}

#[tokio::test]
async fn a_device_whose_session_outlives_a_restart_keeps_its_last_address() {
    let service = Service::start().await;
    let mut device = service.device_with(VERSIONS[0], DEVICE, false).await;
    device.subscribe("test/a", 1).await;
    let before = query(&service, DEVICE).await;
    let service = service.restart().await;
    let after = query(&service, DEVICE).await;
    assert!(!after.online);
    assert_eq!(after.subscription_data, before.subscription_data);
    assert_eq!(after.socket_channel, before.socket_channel);
    assert_eq!(after.last_touch, before.last_touch);
    let service = service.restart().await;
    assert_eq!(query(&service, DEVICE).await, after);
    service.stop().await;
}

#[tokio::test]
async fn the_session_of_an_offline_device_keeps_its_subscriptions() {
    let service = Service::start().await;
    for version in VERSIONS {
        let mut device = service.device_with(version, DEVICE, false).await;
        device.subscribe("test/a", 1).await;
        let touched = query(&service, DEVICE).await.last_touch;
        device.disconnect().await;
        until("it is offline", async || {
            !query(&service, DEVICE).await.online
        })
        .await;
        let info = query(&service, DEVICE).await;
        assert_eq!(info.subscription_data.len(), 1);
        assert!(info.last_touch >= touched && info.socket_channel.is_some());
    }
}

#[tokio::test]
async fn a_device_that_was_never_seen_is_offline_without_an_address() {
    let service = Service::start().await;
    let info = query(&service, "GID_test@@@nobody").await;
    assert!(!info.online && info.subscription_data.is_empty());
    assert_eq!((info.socket_channel, info.last_touch), (None, None));
}

#[tokio::test]
async fn malformed_client_ids_and_unknown_groups_are_refused() {
    let service = Service::start().await;
    let ask = async |client_id: &str| {
        let query = service.client().query_client_by_client_id(client_id);
        code(query.instance_id(INSTANCE).send().await)
    };
    let long = format!("{GROUP}@@@{}", "x".repeat(54));
    for client_id in [
        "GID_test",
        "GID_test@@@",
        "test@@@a",
        "GID_test@@@a/b",
        &long,
    ] {
        assert_eq!(
            ask(client_id).await,
            ErrorCode::BizFieldCheckInvalid,
            "{client_id}"
        );
    }
    assert_eq!(
        ask("GID_none@@@a").await,
        ErrorCode::BizSubscriptionNotFound
    );
}

/// Every device that can connect can also be queried.
#[tokio::test]
async fn devices_whose_client_id_cannot_be_queried_cannot_connect() {
    let service = Service::start().await;
    for device in ["a/b", "a:b", "a,b", "a%b", "a b", "a\tb"] {
        let client_id = format!("{GROUP}@@@{device}");
        let refused = service
            .try_device(INSTANCE, crate::support::KEY, &client_id)
            .await;
        assert!(refused.is_err(), "{client_id}");
        let query = service.client().query_client_by_client_id(client_id);
        let answer = query.instance_id(INSTANCE).send().await;
        assert_eq!(code(answer), ErrorCode::BizFieldCheckInvalid);
    }
}
