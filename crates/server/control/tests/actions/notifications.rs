//! Status notifications by webhook and MQTT topic.

use std::sync::Arc;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::support::{
    FREE, GROUP, Hook, IN_INSTANCE, INSTANCE, SECRETS, Service, Version, now, packet, until,
};

fn configuration(notify: &[String]) -> String {
    format!("{FREE}{IN_INSTANCE}{}", notify.concat())
}

async fn start(notify: &[String]) -> Service {
    let service = Service::with(&configuration(notify)).await;
    for group in [GROUP, "GID_other"] {
        let create = service.client().group_id_create(group);
        create.instance_id(INSTANCE).send().await.unwrap();
    }
    service
}

/// Returns the sum of a metric over all receivers.
async fn metric(service: &Service, name: &str) -> u64 {
    let (_, text) = service.get("/metrics").await;
    let lines = text
        .lines()
        .filter(|line| line.starts_with(&format!("{name}{{")));
    lines
        .map(|line| line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap())
        .sum()
}

#[tokio::test]
async fn a_webhook_gets_the_events_of_its_groups_in_order_and_signed_with_each_secret() {
    let hook = Hook::start(&SECRETS).await;
    let begin = now();
    let service = start(&[hook.notify(&[GROUP])]).await;
    let _other = service.device("GID_other@@@x").await;
    service.device("GID_test@@@a").await.disconnect().await;
    let first = service.raw("GID_test@@@b", 0).await;
    let address = first.address();
    let _second = service.raw("GID_test@@@b", 0).await;
    let events = hook.wait_for(6).await;
    let expected = [
        "connect a",
        "disconnect a",
        "tcpclean a",
        "connect b",
        "tcpclean b",
        "connect b",
    ];
    assert_eq!(hook.summary(), expected);
    let ids: Vec<_> = events.iter().map(|event| event["id"].as_i64()).collect();
    assert_eq!(ids, (1..=6).map(Some).collect::<Vec<_>>());
    for event in &events {
        let time = event["time"].as_i64().unwrap();
        assert!((begin..=now()).contains(&time), "{event}");
        assert_eq!(event.as_object().unwrap().len(), 6, "{event}");
    }
    let channel = |at: usize| events[at]["channelId"].as_str().unwrap();
    assert!(channel(0) == channel(2) && channel(2) < channel(3) && channel(4) < channel(5));
    assert_eq!(events[3]["clientIp"], address.to_string());
    assert_eq!(hook.online(), ["GID_test@@@b".to_owned()].into());
    assert_eq!(
        metric(&service, "ons_mqtt_notifications_delivered_total").await,
        6
    );
}

#[tokio::test]
async fn a_receiver_that_fails_delays_no_other_and_gets_all_events_later_in_order() {
    let (dead, living) = (
        Hook::start(&SECRETS[..1]).await,
        Hook::start(&SECRETS[..1]).await,
    );
    dead.answer(503);
    let service = start(&[dead.notify(&[GROUP]), living.notify(&[GROUP])]).await;
    for device in ["GID_test@@@1", "GID_test@@@2", "GID_test@@@3"] {
        service.device(device).await.disconnect().await;
    }
    living.wait_for(9).await;
    until("the failure is counted", async || {
        metric(&service, "ons_mqtt_notification_failures_total").await > 0
    })
    .await;
    assert_eq!(metric(&service, "ons_mqtt_notifications_waiting").await, 9);
    assert_eq!(dead.events(), [] as [Value; 0]);
    let service = service.restart().await;
    dead.answer(200);
    let _device = service.device("GID_test@@@b").await;
    let events = dead.wait_for(10).await;
    assert_eq!(events, living.wait_for(10).await);
    until("nothing waits", async || {
        metric(&service, "ons_mqtt_notifications_waiting").await == 0
    })
    .await;
}

#[tokio::test]
async fn stopping_reports_the_end_of_all_connections() {
    let hook = Hook::start(&SECRETS[..1]).await;
    let service = start(&[hook.notify(&[GROUP])]).await;
    let _device = service.device("GID_test@@@a").await;
    service.stop().await;
    assert_eq!(hook.summary(), ["connect a", "tcpclean a"]);
}

#[tokio::test]
async fn a_changed_receiver_takes_over_and_a_new_one_is_told_who_is_online() {
    let (first, second) = (
        Hook::start(&SECRETS[..1]).await,
        Hook::start(&SECRETS).await,
    );
    first.answer(500);
    let service = start(&[first.notify(&[GROUP])]).await;
    let _test = service.device("GID_test@@@a").await;
    let _other = service.device("GID_other@@@b").await;
    until("the first one fails", async || first.requests() > 0).await;
    service
        .reload(&configuration(&[second.notify(&[GROUP])]))
        .await;
    second.wait_for(1).await;
    assert_eq!(second.summary(), ["connect a"]);
    let third = Hook::start(&SECRETS[1..]).await;
    let notify = [second.notify(&[GROUP]), third.notify(&[GROUP, "GID_other"])];
    service.reload(&configuration(&notify)).await;
    third.wait_for(2).await;
    assert_eq!(third.summary(), ["connect a", "connect b"]);
    drop(_test);
    until("both learn of it", async || {
        second.online().is_empty() && third.online() == ["GID_other@@@b".to_owned()].into()
    })
    .await;
    // A second secret, and no other group: nothing is repeated.
    let notify = [second.notify(&[GROUP]), third.notify(&["GID_other"])];
    service.reload(&configuration(&notify)).await;
    let _again = service.device("GID_test@@@c").await;
    second.wait_for(3).await;
    assert_eq!(second.summary(), ["connect a", "tcpclean a", "connect c"]);
    assert_eq!(third.summary().len(), 3);
}

#[tokio::test]
async fn redirects_are_not_followed_and_no_metric_shows_credentials() {
    let hook = Hook::start(&SECRETS[..1]).await;
    hook.answer(307);
    let service = start(&[hook.notify(&[GROUP])]).await;
    let _device = service.device("GID_test@@@a").await;
    until("an attempt failed", async || {
        metric(&service, "ons_mqtt_notification_failures_total").await == 1
    })
    .await;
    assert_eq!(hook.requests(), 1);
    let (_, text) = service.get("/metrics").await;
    assert!(text.contains(&hook.address.to_string()), "{text}");
    assert!(
        !text.contains("hunter2") && !text.contains("path"),
        "{text}"
    );
}

#[tokio::test]
async fn a_receiver_without_a_trusted_certificate_gets_nothing() {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(certified.signing_key.serialize_der().into());
    let tls = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let notify = format!(
        "[[instance.notify]]\ngroups = [\"{GROUP}\"]\nurl = \"https://localhost:{port}/\"\nsecret = \"{}\"\n",
        SECRETS[0]
    );
    let service = start(&[notify]).await;
    let _device = service.device("GID_test@@@a").await;
    let (stream, _) = listener.accept().await.unwrap();
    let accepted = TlsAcceptor::from(Arc::new(tls)).accept(stream).await;
    assert!(accepted.is_err());
    until("the failure is counted", async || {
        metric(&service, "ons_mqtt_notification_failures_total").await == 1
    })
    .await;
}

#[tokio::test]
async fn only_readers_may_subscribe_to_the_topic_and_nobody_may_publish_to_it() {
    const TOPIC: &str = "GID_test_MQTT";
    let notify = |readers: &str| {
        let notify = format!(
            "[[instance.notify]]\ngroups = [\"{GROUP}\"]\ntopic = \"{TOPIC}\"\nreaders = [\"{readers}\"]\n"
        );
        configuration(&[notify])
    };
    let service = Service::with(&notify("GID_reader")).await;
    for group in [GROUP, "GID_reader", "GID_other"] {
        let create = service.client().group_id_create(group);
        create.instance_id(INSTANCE).send().await.unwrap();
    }
    let refused = format!(
        r#"ons_mqtt_devices_refused_total{{instance="{INSTANCE}",reason="forbidden topic"}}"#
    );
    let mut outsider = service.device("GID_other@@@a").await;
    outsider.subscribe(&format!("{TOPIC}/#"), 1).await;
    outsider.subscribe(&format!("$share/x/{TOPIC}"), 1).await;
    assert_eq!(service.metric(&refused).await, 2);
    outsider.subscribe("test", 1).await;
    // A session that is kept.
    let version = Version::V311;
    let mut reader = service.device_with(version, "GID_reader@@@a", false).await;
    reader.subscribe(TOPIC, 1).await;
    let mut publisher = service.raw("GID_reader@@@b", 0).await;
    publisher.send(&packet::publish(TOPIC, 1)).await;
    publisher.closed().await;
    assert_eq!(service.metric(&refused).await, 3);

    let mut device = service.device("GID_test@@@a").await;
    assert_eq!(reader.message().await, TOPIC);
    device.publish("test", 1).await;
    assert_eq!(outsider.message().await, "test");
    // What happens while the reader is away waits for it, through a restart.
    drop(reader);
    device.disconnect().await;
    drop(outsider);
    let service = service.restart().await;
    let mut reader = service.device_with(version, "GID_reader@@@a", false).await;
    for _ in ["disconnect", "tcpclean"] {
        assert_eq!(reader.message().await, TOPIC);
    }
    // A reader that is not one any more gets nothing, although it is subscribed.
    let mut next = service.device("GID_other@@@b").await;
    service.reload(&notify("GID_other")).await;
    next.subscribe(TOPIC, 1).await;
    reader.subscribe("test", 1).await;
    let mut device = service.device("GID_test@@@b").await;
    assert_eq!(next.message().await, TOPIC);
    device.publish("test", 1).await;
    assert_eq!(reader.message().await, "test");
}
