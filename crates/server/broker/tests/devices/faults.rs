//! Clients that misbehave, and what the library alone would make of it.

use std::time::Duration;

use ons_mqtt_broker::Refusal;

use crate::support::device::{Device, Version, options, persistent};
use crate::support::raw::{self, PUBACK, Raw};
use crate::support::{refused, start, until, within};

#[tokio::test]
async fn two_hundred_clients_that_connect_and_reset_leave_nothing_behind() {
    let broker = start().await;
    let staying = Device::connect(&broker, options(Version::V311, "GID_test@@@staying")).await;
    for number in 0..200 {
        let mut raw = Raw::open(&broker).await;
        raw.send(&raw::connect(
            &format!("GID_other@@@{number}"),
            0,
            number % 2 == 0,
        ))
        .await;
        raw.reset();
    }
    // The last of them may still be on its way, so one more comes after it.
    let last = Device::connect(&broker, options(Version::V5, "GID_test@@@last")).await;
    within(
        Duration::from_secs(3),
        "only those that stay are online",
        || broker.connections() == 2 && broker.online_in_group("GID_other") == 0,
    )
    .await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(broker.online_groups(), [("GID_test".to_owned(), 2)]);
    last.disconnect().await;
    staying.disconnect().await;
}

#[tokio::test]
async fn a_session_survives_that_its_client_connects_and_resets() {
    let broker = start().await;
    for attempt in 0..10 {
        let client_id = format!("GID_test@@@reader{attempt}");
        let mut reader = Device::connect(&broker, persistent(Version::V311, &client_id)).await;
        assert!(reader.subscribe("lamps/#", 1).await);
        reader.disconnect().await;
        until("it is offline", || broker.connections() == 0).await;
        let mut writer =
            Device::connect(&broker, options(Version::V311, "GID_test@@@writer")).await;
        writer.publish("lamps/a", "before", 1).await;
        let mut raw = Raw::open(&broker).await;
        raw.send(&raw::connect(&client_id, 0, false)).await;
        raw.reset();
        // Whether the broker saw CONNECT before the reset or not, nothing is lost.
        writer.publish("lamps/a", "meanwhile", 1).await;
        assert_eq!(broker.client(&client_id).unwrap().subscriptions.len(), 1);
        writer.publish("lamps/a", "after", 1).await;
        let mut reader = Device::connect(&broker, persistent(Version::V311, &client_id)).await;
        assert!(reader.session_present);
        for expected in ["before", "meanwhile", "after"] {
            assert_eq!(reader.next().await.payload, expected);
        }
        reader.disconnect().await;
        writer.disconnect().await;
        until("all are offline", || broker.connections() == 0).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_that_stall_are_disconnected() {
    let broker = start().await;
    let mut stalled = Vec::new();
    for number in 0..5 {
        let mut reader = Raw::connect(&broker, &format!("GID_test@@@{number}"), 0, true).await;
        reader.subscribe("lamps/#", 1).await;
        stalled.push(reader);
    }
    let mut writer = Raw::connect(&broker, "GID_other@@@writer", 0, true).await;
    let payload = vec![b'x'; 32 << 10];
    for number in 0..5_000_u32 {
        let qos = (number % 2) as u8;
        writer
            .send(&raw::publish("lamps/a", &payload, qos, 1, false))
            .await;
        if qos > 0 {
            assert_eq!(writer.packet().await.unwrap().0, PUBACK);
        }
    }
    assert_eq!(refused(&broker, Refusal::SlowReader), 5);
    until("who stalled is offline", || {
        broker.online_in_group("GID_test") == 0
    })
    .await;
    for mut reader in stalled {
        reader.closed().await;
    }
}

#[tokio::test]
async fn a_reader_that_stalls_loses_qos_0_messages_only() {
    let broker = start().await;
    let mut stalled = Raw::connect(&broker, "GID_test@@@stalled", 0, true).await;
    stalled.subscribe("lamps/#", 1).await;
    let mut writer = Raw::connect(&broker, "GID_test@@@writer", 0, true).await;
    let payload = vec![b'x'; 32 << 10];
    for _ in 0..500 {
        writer
            .send(&raw::publish("lamps/a", &payload, 0, 0, false))
            .await;
    }
    writer
        .send(&raw::publish("lamps/a", b"important", 1, 1, false))
        .await;
    assert_eq!(writer.packet().await.unwrap().0, PUBACK);
    let mut received = 0;
    loop {
        let (_, body) = stalled.packet().await.expect("a connection");
        if body.ends_with(b"important") {
            break;
        }
        received += 1;
    }
    assert!((100..500).contains(&received), "{received} of 500 arrived");
    assert_eq!(refused(&broker, Refusal::SlowReader), 0);
}

#[tokio::test]
async fn garbage_closes_its_own_connection_and_no_other() {
    let broker = start().await;
    let mut device = Device::connect(&broker, options(Version::V311, "GID_test@@@a")).await;
    for garbage in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        &[0x10, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0; 64],
    ] {
        let mut raw = Raw::open(&broker).await;
        raw.send(garbage).await;
        raw.closed().await;
    }
    let mut raw = Raw::connect(&broker, "GID_test@@@b", 0, true).await;
    raw.send(&[0xf0, 0]).await;
    raw.closed().await;
    device.publish("lamps", "", 1).await;
    until("who sent garbage is offline", || broker.connections() == 1).await;
}

#[tokio::test]
async fn a_topic_as_deep_as_a_packet_is_refused() {
    let broker = start().await;
    let deep = format!("lamps{}", "/".repeat(60_000));
    let device = Device::connect(&broker, options(Version::V311, "GID_test@@@a")).await;
    device.publish_and_be_closed(&deep, "", 1).await;
    let mut device = Device::connect(&broker, options(Version::V311, "GID_test@@@a")).await;
    assert!(!device.subscribe(&deep, 1).await);
}
