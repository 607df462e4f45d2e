//! `OnsMqttQueryClientByTopic` and `OnsMqttQueryClientByGroupId`.

use ons_mqtt_client::ErrorCode;

use crate::support::{GROUP, INSTANCE, Service, Version, code, until};

async fn online(service: &Service, parent_topic: &str, sub_topic: Option<&str>) -> i64 {
    let mut query = service.client().query_client_by_topic(parent_topic);
    if let Some(sub_topic) = sub_topic {
        query = query.sub_topic(sub_topic);
    }
    let answer = query.instance_id(INSTANCE).send().await.unwrap();
    answer.mqtt_client_set.online_count
}

/// A sub topic, and the number of devices from the test below that it counts.
const COUNTS: &[(Option<&str>, i64)] = &[
    (None, 3),         // test, test/#
    (Some("/a"), 5),   // test/a, test/a/, test/+, test/a/#, test/#, $share/s/test/a
    (Some("/a/"), 5),  // the same
    (Some("a"), 5),    // the same
    (Some("/a/b"), 4), // test/a/b, test/a/#, test/#, test/+/b
    (Some("/x"), 2),   // test/+, test/#
    (Some("/x/y"), 1), // test/#
    (Some("/+"), 1),   // exactly test/+
    (Some("/+/"), 1),
    (Some("/#"), 1),
    (Some("/a/#"), 1),
    (Some("/+/b"), 1),
    (Some("/+/c"), 0),
];

#[tokio::test]
async fn a_topic_counts_the_receivers_of_its_messages_and_a_filter_counts_its_holders() {
    let service = Service::start().await;
    let filters: [&[&str]; 7] = [
        &["test", "test/"],
        &["test/a", "test/a/"],
        &["test/a/", "test/a/b"],
        &["test/+", "test/a/#"],
        &["test/#", "test/a", "test"],
        &["$share/s/test/a", "test"],
        &["test/+/b"],
    ];
    let mut devices = Vec::new();
    for (number, filters) in filters.into_iter().enumerate() {
        let version = if number % 2 == 0 {
            Version::V311
        } else {
            Version::V5
        };
        let client_id = format!("{GROUP}@@@{number}");
        let mut device = service.device_with(version, &client_id, true).await;
        for filter in filters {
            device.subscribe(filter, 1).await;
        }
        devices.push(device);
    }
    for (sub_topic, expected) in COUNTS {
        let found = online(&service, "test", *sub_topic).await;
        assert_eq!(found, *expected, "{sub_topic:?}");
    }
    assert_eq!(online(&service, "other", None).await, 0);
    assert_eq!(service.online_in_group(GROUP).await, 7);

    // `test/a` and `test/a/` count as one filter, so a device counts until it has neither.
    devices[1].unsubscribe("test/a").await;
    assert_eq!(online(&service, "test", Some("/a")).await, 5);
    devices[1].unsubscribe("test/a/").await;
    assert_eq!(online(&service, "test", Some("/a")).await, 4);
    for device in devices {
        device.disconnect().await;
    }
    until("nobody is online", async || {
        service.online_in_group(GROUP).await == 0
    })
    .await;
    assert_eq!(online(&service, "test", Some("/a")).await, 0);
}

#[tokio::test]
async fn unknown_topics_and_groups_are_errors() {
    let service = Service::start().await;
    let client = service.client();
    let topic = client.query_client_by_topic("none").instance_id(INSTANCE);
    assert_eq!(code(topic.send().await), ErrorCode::BizTopicNotFound);
    let topic = client.query_client_by_topic("test/a").instance_id(INSTANCE);
    assert_eq!(code(topic.send().await), ErrorCode::BizFieldCheckInvalid);
    let group = client
        .query_client_by_group_id("GID_none")
        .instance_id(INSTANCE);
    assert_eq!(code(group.send().await), ErrorCode::BizSubscriptionNotFound);
}
