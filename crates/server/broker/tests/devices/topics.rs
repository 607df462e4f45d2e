//! Topics that devices may use.

use ons_mqtt_broker::{Broker, Refusal};

use crate::support::device::{Device, Message, Options, VERSIONS, Version, message, options};
use crate::support::raw::{self, Raw};
use crate::support::{instance, refused, start, until};

#[tokio::test]
async fn messages_reach_who_subscribed_to_their_topic() {
    let broker = start().await;
    for version in VERSIONS {
        let mut reader = Device::connect(&broker, options(version, "GID_test@@@reader")).await;
        let mut writer = Device::connect(&broker, options(version, "GID_other@@@writer")).await;
        assert!(reader.subscribe("lamps/+/state", 1).await);
        writer.publish("lamps/a/b", "not this", 1).await;
        writer.publish("lamps/a/state", "on", 1).await;
        assert_eq!(reader.next().await, message("lamps/a/state", "on", 1));
    }
}

#[tokio::test]
async fn a_subscription_outside_the_topics_of_the_instance_is_refused() {
    let broker = start().await;
    let filters = [
        "nobodys/topic",
        "#",
        "+",
        "+/state",
        "$SYS/#",
        "/lamps",
        "$share/group/#",
        "$share/group/nobodys",
        "$share//lamps",
        "$share/+/lamps",
        &format!("$share/{}/lamps", "x".repeat(65)),
    ];
    for version in VERSIONS {
        let before = refused(&broker, Refusal::Topic);
        let mut device = Device::connect(&broker, options(version, "GID_test@@@reader")).await;
        for filter in filters {
            assert!(!device.subscribe(filter, 1).await, "{filter}");
        }
        assert_eq!(
            refused(&broker, Refusal::Topic) - before,
            filters.len() as u64
        );
        assert!(
            device.subscribe("lamps", 1).await,
            "the connection lives on"
        );
        assert_eq!(
            broker
                .client("GID_test@@@reader")
                .unwrap()
                .subscriptions
                .len(),
            1
        );
        device.disconnect().await;
    }
}

#[tokio::test]
async fn a_filter_or_topic_with_a_null_character_closes_the_connection() {
    let broker = start().await;
    for packet in [
        raw::subscribe("lamps/\0", 1),
        raw::subscribe("$share/gro\0up/lamps", 1),
        raw::publish("lamps/\0", b"", 1, 1, false),
    ] {
        let mut device = Raw::connect(&broker, "GID_test@@@a", 0, true).await;
        device.send(&packet).await;
        device.closed().await;
    }
}

/// MQTT 5 can say that a message above QoS 0 is refused; otherwise closing is the only way to say it.
#[tokio::test]
async fn a_publish_outside_the_topics_of_the_instance_is_refused() {
    let broker = start().await;
    for topic in ["nobodys/topic", "$SYS/a"] {
        for (version, qos) in [
            (Version::V311, 0),
            (Version::V311, 1),
            (Version::V311, 2),
            (Version::V5, 0),
        ] {
            let device = Device::connect(&broker, options(version, "GID_test@@@writer")).await;
            device.publish_and_be_closed(topic, "", qos).await;
        }
        let mut device = Device::connect(&broker, options(Version::V5, "GID_test@@@writer")).await;
        device.publish(topic, "", 1).await;
        device.publish("lamps", "the connection lives on", 1).await;
    }
    assert_eq!(refused(&broker, Refusal::Topic), 10);
    let counts = broker.take_counts();
    assert!(
        counts.iter().all(|count| count.parent_topic == "lamps"),
        "what is refused is not counted: {counts:?}"
    );
}

#[tokio::test]
async fn a_topic_that_is_deleted_is_refused_from_then_on() {
    let instance = instance();
    let broker = Broker::start(crate::support::config(), instance.clone())
        .await
        .unwrap();
    let mut device = Device::connect(&broker, options(Version::V311, "GID_test@@@a")).await;
    device.publish("doors", "", 1).await;
    instance.topics.lock().unwrap().remove("doors");
    assert!(!device.subscribe("doors", 0).await);
    device.publish_and_be_closed("doors", "", 1).await;
}

#[tokio::test]
async fn a_will_is_published_unless_its_topic_is_gone() {
    let instance = instance();
    let broker = Broker::start(crate::support::config(), instance.clone())
        .await
        .unwrap();
    let mut reader = Device::connect(&broker, options(Version::V311, "GID_test@@@reader")).await;
    assert!(reader.subscribe("lamps/#", 1).await);
    assert!(reader.subscribe("doors/#", 1).await);
    for version in VERSIONS {
        let with_will = |client_id: &str, topic: &str| Options {
            will: Some((topic.to_owned(), "gone".to_owned(), 1)),
            ..options(version, client_id)
        };
        instance.topics.lock().unwrap().insert("doors".to_owned());
        let at_door = Device::connect(&broker, with_will("GID_test@@@door", "doors/will")).await;
        let at_lamp = Device::connect(&broker, with_will("GID_test@@@lamp", "lamps/will")).await;
        instance.topics.lock().unwrap().remove("doors");
        at_door.drop_connection().await;
        until("the first is offline", || {
            broker.client("GID_test@@@door").is_none()
        })
        .await;
        at_lamp.drop_connection().await;
        assert_eq!(reader.next().await, message("lamps/will", "gone", 1));
    }
}

#[tokio::test]
async fn a_retained_message_waits_for_whoever_subscribes() {
    let broker = start().await;
    for version in VERSIONS {
        let mut writer = Device::connect(&broker, options(version, "GID_test@@@writer")).await;
        writer.publish_retained("lamps/retained", "first", 1).await;
        writer.publish_retained("lamps/retained", "last", 1).await;
        let mut reader = Device::connect(&broker, options(version, "GID_test@@@reader")).await;
        assert!(reader.subscribe("lamps/#", 1).await);
        assert_eq!(
            reader.next().await,
            Message {
                retain: true,
                ..message("lamps/retained", "last", 1)
            }
        );
        reader.disconnect().await;

        writer.publish_retained("lamps/retained", "", 1).await;
        let mut reader = Device::connect(&broker, options(version, "GID_test@@@reader")).await;
        assert!(reader.subscribe("lamps/#", 1).await);
        writer.publish("lamps/now", "now", 1).await;
        assert_eq!(reader.next().await, message("lamps/now", "now", 1));
    }
}

/// Topics and bookkeeping count, too: 1020 messages of 64 KiB fit into 64 MiB, and hardly one more.
#[tokio::test]
async fn what_goes_beyond_64_mib_is_not_retained_and_counted_as_refused() {
    let broker = start().await;
    let mut writer = Raw::connect(&broker, "GID_test@@@writer", 0, true).await;
    let payload = vec![b'x'; 64 << 10];
    for number in 0..1026 {
        let mut retained = raw::publish(&format!("lamps/{number}"), &payload, 0, 0, false);
        retained[0] |= 1;
        writer.send(&retained).await;
    }
    writer.send(&raw::publish("lamps", b"", 1, 1, false)).await;
    assert_eq!(writer.packet().await.unwrap().0, raw::PUBACK);
    let refused = refused(&broker, Refusal::Retained);
    assert!((2..=8).contains(&refused), "{refused}");
}

#[tokio::test]
async fn a_client_may_have_30_subscriptions() {
    let broker = start().await;
    for version in VERSIONS {
        let mut device = Device::connect(&broker, options(version, "GID_test@@@a")).await;
        for number in 0..30 {
            assert!(device.subscribe(&format!("lamps/{number}"), 0).await);
        }
        assert!(!device.subscribe("lamps/30", 0).await);
        assert!(
            device.subscribe("lamps/7", 1).await,
            "one that it has may be renewed"
        );
        device.unsubscribe("lamps/0").await;
        assert!(device.subscribe("lamps/30", 0).await);
    }
    assert_eq!(refused(&broker, Refusal::Subscriptions), 2);
}

#[tokio::test]
async fn a_payload_may_have_64_kib() {
    let broker = start().await;
    let mut reader = Device::connect(&broker, options(Version::V311, "GID_test@@@reader")).await;
    let mut writer = Device::connect(&broker, options(Version::V311, "GID_test@@@writer")).await;
    assert!(reader.subscribe("lamps", 1).await);
    let payload = "x".repeat(64 << 10);
    writer.publish("lamps", &payload, 1).await;
    assert_eq!(reader.next().await.payload, payload);
    writer
        .publish_and_be_closed("lamps", &"x".repeat(70 << 10), 1)
        .await;
}
