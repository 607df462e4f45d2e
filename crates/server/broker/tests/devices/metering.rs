//! Counts of messages.

use ons_mqtt_broker::{Direction, MessageCount, MessageKind};

use crate::support::device::{Device, Options, VERSIONS, Version, options, persistent};
use crate::support::raw::{self, PUBACK, Raw};
use crate::support::{start, until};

fn count(
    sub_topic: &str,
    kind: MessageKind,
    direction: Direction,
    qos: u8,
    count: u64,
) -> MessageCount {
    MessageCount {
        parent_topic: "lamps".to_owned(),
        sub_topic: Some(sub_topic.to_owned()),
        kind,
        direction,
        qos,
        count,
    }
}

fn sorted(mut counts: Vec<MessageCount>) -> Vec<MessageCount> {
    counts.sort_by_key(|count| (count.sub_topic.clone(), count.direction as u8, count.qos));
    counts
}

#[tokio::test]
async fn messages_are_counted_by_topic_kind_direction_and_qos() {
    let broker = start().await;
    for version in VERSIONS {
        let mut reader = Device::connect(&broker, options(version, "GID_test@@@reader")).await;
        let mut writer = Device::connect(&broker, options(version, "GID_test@@@writer")).await;
        assert!(reader.subscribe("lamps/#", 1).await);
        for qos in 0..=2 {
            for _ in 0..=qos {
                writer.publish("lamps/a", "", qos).await;
                reader.next().await;
                writer.publish("lamps/p2p/GID_test@@@reader", "", qos).await;
                reader.next().await;
            }
        }
        writer.publish("lamps", "", 1).await;
        reader.next().await;
        writer.publish("lamps/a/", "", 1).await;
        reader.next().await;
        let all = |sub_topic: &str| {
            let (kind, received, pushed) = match sub_topic {
                "" => (MessageKind::PublishSubscribe, [0, 1, 0], [0, 1, 0]),
                // Pushed with the lower QoS of message and subscription.
                "/a" => (MessageKind::PublishSubscribe, [1, 3, 3], [1, 6, 0]),
                _ => (MessageKind::PointToPoint, [1, 2, 3], [1, 2, 3]),
            };
            let counts = |direction, counts: [u64; 3]| {
                (0..)
                    .zip(counts)
                    .map(move |(qos, number)| count(sub_topic, kind, direction, qos, number))
            };
            let both =
                counts(Direction::Received, received).chain(counts(Direction::Pushed, pushed));
            both.filter(|count| count.count > 0).collect::<Vec<_>>()
        };
        let expected = ["", "/a", "/p2p/GID_test@@@reader"].map(all).concat();
        assert_eq!(
            sorted(broker.take_counts()),
            sorted(expected),
            "{version:?}"
        );
        assert_eq!(broker.take_counts(), []);
    }
}

#[tokio::test]
async fn a_message_is_pushed_once_for_each_receiver() {
    let broker = start().await;
    let mut readers = Vec::new();
    for number in 0..5 {
        let mut reader = Device::connect(
            &broker,
            options(Version::V311, &format!("GID_test@@@{number}")),
        )
        .await;
        assert!(reader.subscribe("lamps/a", 0).await);
        readers.push(reader);
    }
    let mut writer = Device::connect(&broker, options(Version::V5, "GID_test@@@writer")).await;
    writer.publish("lamps/a", "", 1).await;
    for reader in &mut readers {
        reader.next().await;
    }
    let expected = [
        count(
            "/a",
            MessageKind::PublishSubscribe,
            Direction::Received,
            1,
            1,
        ),
        count("/a", MessageKind::PublishSubscribe, Direction::Pushed, 0, 5),
    ];
    assert_eq!(sorted(broker.take_counts()), expected);
}

#[tokio::test]
async fn a_publish_that_is_sent_again_counts_once_even_over_a_new_connection() {
    let broker = start().await;
    let mut writer = Raw::connect(&broker, "GID_test@@@writer", 0, false).await;
    for dup in [false, true] {
        writer.send(&raw::publish("lamps/a", b"", 1, 9, dup)).await;
        assert_eq!(writer.packet().await.unwrap(), (PUBACK, vec![0, 9]));
    }
    writer.reset();
    until("it is offline", || broker.connections() == 0).await;
    let mut writer = Raw::connect(&broker, "GID_test@@@writer", 0, false).await;
    // One that is known, one whose first transmission never arrived, and a new one with an id used before.
    for (id, dup) in [(9, true), (10, true), (9, false)] {
        writer.send(&raw::publish("lamps/a", b"", 1, id, dup)).await;
        assert_eq!(writer.packet().await.unwrap().0, PUBACK);
    }
    assert_eq!(
        broker.take_counts(),
        [count(
            "/a",
            MessageKind::PublishSubscribe,
            Direction::Received,
            1,
            3
        )]
    );
}

#[tokio::test]
async fn a_message_that_is_pushed_again_counts_once() {
    let broker = start().await;
    let mut reader = Raw::connect(&broker, "GID_test@@@reader", 0, false).await;
    reader.subscribe("lamps/a", 1).await;
    let mut writer = Device::connect(&broker, options(Version::V311, "GID_test@@@writer")).await;
    writer.publish("lamps/a", "", 1).await;
    reader.packet().await.unwrap();
    reader.reset();
    until("it is offline", || broker.connections() == 1).await;
    writer.publish("lamps/a", "", 1).await;
    let mut reader = Raw::connect(&broker, "GID_test@@@reader", 0, false).await;
    assert_eq!(reader.packet().await.unwrap().0, 0x3a, "again");
    assert_eq!(
        reader.packet().await.unwrap().0,
        0x32,
        "what came while it was offline"
    );
    let expected = [
        count(
            "/a",
            MessageKind::PublishSubscribe,
            Direction::Received,
            1,
            2,
        ),
        count("/a", MessageKind::PublishSubscribe, Direction::Pushed, 1, 2),
    ];
    assert_eq!(sorted(broker.take_counts()), expected);
}

#[tokio::test]
async fn retained_messages_and_wills_count() {
    let broker = start().await;
    let mut writer = Device::connect(&broker, options(Version::V311, "GID_test@@@writer")).await;
    writer.publish_retained("lamps/a", "x", 1).await;
    let mut reader = Device::connect(&broker, persistent(Version::V5, "GID_test@@@reader")).await;
    assert!(reader.subscribe("lamps/#", 1).await);
    assert!(reader.next().await.retain);
    let will = Some(("lamps/will".to_owned(), "x".to_owned(), 1));
    let dying = Device::connect(
        &broker,
        Options {
            will,
            ..options(Version::V5, "GID_test@@@dying")
        },
    )
    .await;
    dying.drop_connection().await;
    assert_eq!(reader.next().await.topic, "lamps/will");
    let expected = ["/a", "/will"].map(|sub_topic| {
        [Direction::Received, Direction::Pushed]
            .map(|direction| count(sub_topic, MessageKind::PublishSubscribe, direction, 1, 1))
    });
    assert_eq!(sorted(broker.take_counts()), expected.concat());
}

#[tokio::test]
async fn beyond_ten_thousand_sub_topics_only_the_parent_topic_is_counted() {
    let broker = start().await;
    let mut writer = Raw::connect(&broker, "GID_test@@@writer", 0, true).await;
    for round in 0..2 {
        let mut packets = Vec::new();
        for number in 0..10_500 {
            packets.extend(raw::publish(&format!("lamps/{number}"), b"", 0, 0, false));
        }
        packets.extend(raw::publish("lamps/0", b"", 0, 0, false));
        packets.extend(raw::publish(
            "lamps/p2p/GID_test@@@nobody",
            b"",
            1,
            1,
            false,
        ));
        writer.send(&packets).await;
        assert_eq!(writer.packet().await.unwrap().0, PUBACK);
        let counts = broker.take_counts();
        let rest = |kind| {
            counts
                .iter()
                .filter(|count| count.sub_topic.is_none() && count.kind == kind)
                .map(|count| count.count)
                .sum::<u64>()
        };
        assert_eq!(
            counts
                .iter()
                .filter(|count| count.sub_topic.is_some())
                .count(),
            10_000,
            "round {round}"
        );
        assert_eq!(
            (
                rest(MessageKind::PublishSubscribe),
                rest(MessageKind::PointToPoint)
            ),
            (500, 1)
        );
        assert_eq!(counts.iter().map(|count| count.count).sum::<u64>(), 10_502);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_counted_twice_while_counts_are_taken() {
    let broker = start().await;
    let mut writers = Vec::new();
    for number in 0..4 {
        let mut writer = Raw::connect(&broker, &format!("GID_test@@@{number}"), 0, true).await;
        writers.push(tokio::spawn(async move {
            for id in 1..=500 {
                writer
                    .send(&raw::publish(
                        &format!("lamps/{}", id % 7),
                        b"",
                        1,
                        id,
                        false,
                    ))
                    .await;
                writer.packet().await.unwrap();
            }
        }));
    }
    let mut total = 0;
    while !writers.iter().all(|writer| writer.is_finished()) {
        total += broker
            .take_counts()
            .iter()
            .map(|count| count.count)
            .sum::<u64>();
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    total += broker
        .take_counts()
        .iter()
        .map(|count| count.count)
        .sum::<u64>();
    assert_eq!(total, 2000);
}
