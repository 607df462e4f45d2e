//! Events of connections that begin and end.

use std::collections::HashSet;

use ons_mqtt_broker::{Broker, PresenceEvent, PresenceKind};

use crate::support::device::{Device, VERSIONS, Version, options, persistent};
use crate::support::{start, until};
use PresenceKind::{Connect, Disconnect, TcpClean};

const CLIENT: &str = "GID_test@@@a";

fn groups(groups: &[&str]) -> HashSet<String> {
    groups.iter().map(|group| (*group).to_owned()).collect()
}

/// Waits for events and returns them.
async fn events(broker: &Broker, count: usize) -> Vec<PresenceEvent> {
    let taken = std::cell::RefCell::new(Vec::new());
    until("all events are there", || {
        let mut taken = taken.borrow_mut();
        taken.extend(broker.take_presence(1));
        taken.len() >= count
    })
    .await;
    taken.into_inner()
}

fn kinds(events: &[PresenceEvent]) -> Vec<PresenceKind> {
    events.iter().map(|event| event.kind).collect()
}

#[tokio::test]
async fn a_connection_begins_once_and_ends_once_and_says_disconnect_only_after_the_packet() {
    let broker = start().await;
    broker.watch(groups(&["GID_test"]));
    for version in VERSIONS {
        let device = Device::connect(&broker, options(version, CLIENT)).await;
        device.disconnect().await;
        let said = events(&broker, 3).await;
        assert_eq!(kinds(&said), [Connect, Disconnect, TcpClean]);
        let device = Device::connect(&broker, persistent(version, CLIENT)).await;
        device.drop_connection().await;
        let lost = events(&broker, 2).await;
        assert_eq!(kinds(&lost), [Connect, TcpClean]);
        for connection in [&said, &lost] {
            let first = &connection[0];
            assert!(first.address.ip().is_loopback() && first.time > 1_700_000_000_000);
            for event in connection {
                assert_eq!(event.client_id, CLIENT);
                assert_eq!(event.channel_id, first.channel_id);
                assert_eq!(event.address, first.address);
                assert!(event.time >= first.time);
            }
        }
        assert!(said[0].channel_id < lost[0].channel_id);
    }
}

#[tokio::test]
async fn a_connection_that_is_taken_over_ends_before_the_other_begins() {
    let broker = start().await;
    broker.watch(groups(&["GID_test"]));
    for clean in [options, persistent] {
        let mut first = Device::connect(&broker, clean(Version::V5, CLIENT)).await;
        let second = Device::connect(&broker, clean(Version::V5, CLIENT)).await;
        first.closed().await;
        second.disconnect().await;
        let events = events(&broker, 5).await;
        let expected = [Connect, TcpClean, Connect, Disconnect, TcpClean];
        assert_eq!(kinds(&events), expected);
        let channels: Vec<_> = events.iter().map(|event| &event.channel_id).collect();
        assert!(channels[0] == channels[1] && channels[1] < channels[2]);
        assert!(channels[2] == channels[3] && channels[3] == channels[4]);
        assert_eq!(events[0].address, events[1].address);
        assert_ne!(events[1].address, events[2].address);
    }
}

#[tokio::test]
async fn only_watched_groups_are_reported_and_what_is_open_is_reported_once() {
    let broker = start().await;
    let _test = Device::connect(&broker, options(Version::V311, CLIENT)).await;
    let _other = Device::connect(&broker, options(Version::V311, "GID_other@@@a")).await;
    assert_eq!(broker.take_presence(10), []);
    for _ in 0..2 {
        broker.watch(groups(&["GID_test"]));
    }
    let first = broker.take_presence(10);
    assert_eq!(kinds(&first), [Connect]);
    assert_eq!(first[0].client_id, CLIENT);
    assert_eq!(
        first[0].time,
        broker.client(CLIENT).unwrap().connected_since
    );
    broker.watch(groups(&["GID_other"]));
    assert_eq!(broker.take_presence(10)[0].client_id, "GID_other@@@a");
    broker.stop().await;
    let last = broker.take_presence(10);
    assert_eq!(kinds(&last), [TcpClean]);
    assert_eq!(last[0].client_id, "GID_other@@@a");
}

#[tokio::test]
async fn a_deleted_group_ends_its_connections() {
    let broker = start().await;
    broker.watch(groups(&["GID_test"]));
    let mut device = Device::connect(&broker, options(Version::V311, CLIENT)).await;
    broker.disconnect_group("GID_test");
    device.closed().await;
    assert_eq!(kinds(&events(&broker, 2).await), [Connect, TcpClean]);
    assert_eq!(broker.presence_dropped(), 0);
}
