//! Counts of the online clients that a topic reaches.

use crate::support::device::{Device, VERSIONS, Version, options};
use crate::support::{start, until};

#[tokio::test]
async fn a_topic_counts_every_client_with_a_subscription_that_matches_it_once() {
    let broker = start().await;
    let mut devices = Vec::new();
    for (number, filters) in [
        &["lamps/a/b"][..],
        &["lamps/+/b", "lamps/#"],
        &["lamps/#"],
        &["doors/#"],
        &[],
    ]
    .iter()
    .enumerate()
    {
        let version = VERSIONS[number % 2];
        let mut device =
            Device::connect(&broker, options(version, &format!("GID_test@@@{number}"))).await;
        for filter in *filters {
            assert!(device.subscribe(filter, 1).await);
        }
        devices.push(device);
    }
    for (topic, expected) in [
        ("lamps/a/b", 3),
        ("lamps/x", 2),
        ("lamps", 2),
        ("doors/x", 1),
        ("windows", 0),
    ] {
        assert_eq!(broker.online_on_topic(topic), expected, "{topic}");
    }
    for (filter, expected) in [("lamps/#", 2), ("lamps/+/b", 1), ("lamps/+", 0)] {
        assert_eq!(broker.online_on_topic(filter), expected, "{filter}");
    }
    devices[1].unsubscribe("lamps/#").await;
    assert_eq!(
        (
            broker.online_on_topic("lamps/#"),
            broker.online_on_topic("lamps/a/b")
        ),
        (1, 3)
    );
    devices.swap_remove(2).drop_connection().await;
    until("it is offline", || broker.online_on_topic("lamps/#") == 0).await;
    assert_eq!(broker.online_on_topic("lamps/a/b"), 2);
}

#[tokio::test]
async fn a_shared_subscription_counts_as_its_filter_and_one_member_gets_each_message() {
    let broker = start().await;
    let mut members = Vec::new();
    for number in 0..2 {
        let mut member = Device::connect(
            &broker,
            options(Version::V5, &format!("GID_test@@@{number}")),
        )
        .await;
        assert!(member.subscribe("$share/pool/lamps/+", 1).await);
        members.push(member);
    }
    let held = broker.client("GID_test@@@0").unwrap().subscriptions;
    assert_eq!(held[0].filter, "$share/pool/lamps/+");
    assert_eq!(
        (
            broker.online_on_topic("lamps/+"),
            broker.online_on_topic("lamps/x")
        ),
        (2, 2)
    );

    let mut writer = Device::connect(&broker, options(Version::V5, "GID_test@@@writer")).await;
    for number in 0..20 {
        writer.publish("lamps/x", &number.to_string(), 1).await;
    }
    let [mut one, mut other] = <[Device; 2]>::try_from(members).ok().unwrap();
    let mut got = 0;
    while got < 20 {
        tokio::select! { _ = one.next() => got += 1, _ = other.next() => got += 1 }
    }
    one.unsubscribe("$share/pool/lamps/+").await;
    assert_eq!(broker.online_on_topic("lamps/+"), 1);
    let pushed: u64 = broker
        .take_counts()
        .iter()
        .filter(|count| count.direction == ons_mqtt_broker::Direction::Pushed)
        .map(|count| count.count)
        .sum();
    assert_eq!(pushed, 20);
}
