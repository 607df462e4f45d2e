//! Deliveries: how often, and to clients that come back later.

use std::time::Duration;

use crate::support::device::{Device, VERSIONS, Version, message, options, persistent};
use crate::support::raw::{self, PUBACK, PUBCOMP, PUBREC, Raw};
use crate::support::{start, until};

#[tokio::test]
async fn a_message_has_the_lower_qos_of_publish_and_subscription() {
    let broker = start().await;
    for version in VERSIONS {
        for subscribed in 0..=2 {
            let mut reader = Device::connect(&broker, options(version, "GID_test@@@reader")).await;
            let mut writer = Device::connect(&broker, options(version, "GID_test@@@writer")).await;
            assert!(reader.subscribe("lamps/#", subscribed).await);
            for published in 0..=2 {
                writer.publish("lamps/a", "x", published).await;
                assert_eq!(
                    reader.next().await,
                    message("lamps/a", "x", published.min(subscribed))
                );
            }
        }
    }
}

#[tokio::test]
async fn a_session_that_is_kept_receives_what_came_while_it_was_offline() {
    let broker = start().await;
    for version in VERSIONS {
        let mut reader = Device::connect(&broker, persistent(version, "GID_test@@@reader")).await;
        assert!(reader.subscribe("lamps/#", 2).await);
        reader.drop_connection().await;
        until("it is offline", || broker.connections() == 0).await;
        let mut writer = Device::connect(&broker, options(version, "GID_test@@@writer")).await;
        for number in 0..50 {
            writer
                .publish("lamps/a", &number.to_string(), 1 + number % 2)
                .await;
        }
        let mut reader = Device::connect(&broker, persistent(version, "GID_test@@@reader")).await;
        for number in 0..50 {
            assert_eq!(
                reader.next().await,
                message("lamps/a", &number.to_string(), 1 + number % 2)
            );
        }
        Device::connect(&broker, options(version, "GID_test@@@reader"))
            .await
            .disconnect()
            .await;
        writer.disconnect().await;
        until("all are offline", || broker.connections() == 0).await;
    }
}

#[tokio::test]
async fn what_was_not_acknowledged_is_delivered_again_after_a_resume() {
    let broker = start().await;
    let mut reader = Raw::connect(&broker, "GID_test@@@reader", 0, false).await;
    reader.subscribe("lamps", 1).await;
    let mut writer = Device::connect(&broker, options(Version::V311, "GID_test@@@writer")).await;
    writer.publish("lamps", "once", 1).await;
    let (kind, _) = reader.packet().await.unwrap();
    assert_eq!(kind, 0x32, "QoS 1, first time");
    reader.reset();
    until("it is offline", || broker.connections() == 1).await;
    let mut reader = Raw::connect(&broker, "GID_test@@@reader", 0, false).await;
    let (kind, _) = reader.packet().await.unwrap();
    assert_eq!(kind, 0x3a, "QoS 1, again");
}

#[tokio::test]
async fn a_qos_2_message_that_is_sent_again_is_delivered_once() {
    let broker = start().await;
    let mut reader = Device::connect(&broker, options(Version::V311, "GID_test@@@reader")).await;
    assert!(reader.subscribe("lamps", 2).await);
    let mut writer = Raw::connect(&broker, "GID_test@@@writer", 0, true).await;
    for dup in [false, true, true] {
        writer
            .send(&raw::publish("lamps", b"once", 2, 7, dup))
            .await;
        assert_eq!(writer.packet().await.unwrap(), (PUBREC, vec![0, 7]));
    }
    writer.send(&raw::pubrel(7)).await;
    assert_eq!(writer.packet().await.unwrap(), (PUBCOMP, vec![0, 7]));
    writer
        .send(&raw::publish("lamps", b"end", 1, 8, false))
        .await;
    assert_eq!(writer.packet().await.unwrap(), (PUBACK, vec![0, 8]));
    assert_eq!(reader.next().await, message("lamps", "once", 2));
    assert_eq!(reader.next().await, message("lamps", "end", 1));
}

/// MQTT 3.1.1 has no way to tell a client how many messages it may have under way.
#[tokio::test]
async fn a_client_may_have_many_messages_of_qos_2_under_way() {
    let broker = start().await;
    let mut writer = Raw::connect(&broker, "GID_test@@@writer", 0, true).await;
    for id in 1..=300_u16 {
        writer
            .send(&raw::publish("lamps", b"one", 2, id, false))
            .await;
        let id = id.to_be_bytes().to_vec();
        assert_eq!(writer.packet().await.unwrap(), (PUBREC, id));
    }
    for id in 1..=300_u16 {
        writer.send(&raw::pubrel(id)).await;
        let id = id.to_be_bytes().to_vec();
        assert_eq!(writer.packet().await.unwrap(), (PUBCOMP, id));
    }
}

#[tokio::test]
async fn a_clean_session_misses_what_came_while_it_was_offline() {
    let broker = start().await;
    for version in VERSIONS {
        let mut reader = Device::connect(&broker, options(version, "GID_test@@@reader")).await;
        assert!(reader.subscribe("lamps", 1).await);
        reader.disconnect().await;
        until("it is gone", || {
            broker.client("GID_test@@@reader").is_none()
        })
        .await;
        let mut writer = Device::connect(&broker, options(version, "GID_test@@@writer")).await;
        writer.publish("lamps", "missed", 1).await;
        let mut reader = Device::connect(&broker, options(version, "GID_test@@@reader")).await;
        assert!(reader.subscribe("lamps", 1).await);
        writer.publish("lamps", "seen", 1).await;
        assert_eq!(reader.next().await.payload, "seen");
    }
}

#[tokio::test]
async fn a_client_that_pings_stays_online() {
    let broker = start().await;
    let mut device = Raw::connect(&broker, "GID_test@@@a", 1, true).await;
    for _ in 0..6 {
        assert!(
            device.is_silent(Duration::from_millis(500)).await,
            "the connection lives"
        );
        device.send(&[0xc0, 0]).await;
        assert_eq!(device.packet().await.unwrap().0, 0xd0);
    }
    assert_eq!(broker.connections(), 1);
}
