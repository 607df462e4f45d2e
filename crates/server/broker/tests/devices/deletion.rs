//! Groups that are deleted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ons_mqtt_broker::{Broker, Directory, Refusal, SecretString};

use crate::support::device::{Device, VERSIONS, Version, options, persistent};
use crate::support::raw::{self, Raw};
use crate::support::{Instance, SECRET, config, instance, refused, until};

async fn started() -> (Broker, Arc<Instance>) {
    let instance = instance();
    (
        Broker::start(config(), instance.clone()).await.unwrap(),
        instance,
    )
}

#[tokio::test]
async fn the_clients_of_a_deleted_group_are_disconnected_and_stay_away() {
    let (broker, instance) = started().await;
    let mut members = Vec::new();
    for (number, version) in VERSIONS.into_iter().enumerate() {
        members.push(
            Device::connect(&broker, options(version, &format!("GID_test@@@{number}"))).await,
        );
        members.push(
            Device::connect(
                &broker,
                persistent(version, &format!("GID_test@@@kept{number}")),
            )
            .await,
        );
    }
    Device::connect(&broker, persistent(Version::V5, "GID_test@@@offline"))
        .await
        .drop_connection()
        .await;
    let mut other = Device::connect(&broker, options(Version::V311, "GID_other@@@a")).await;
    until("one is offline", || broker.connections() == 5).await;

    instance.groups.lock().unwrap().remove("GID_test");
    assert_eq!(broker.disconnect_group("GID_test"), 4);
    assert_eq!(
        (broker.online_in_group("GID_test"), broker.connections()),
        (0, 1)
    );
    for mut member in members {
        member.closed().await;
    }
    for client_id in ["GID_test@@@0", "GID_test@@@kept0", "GID_test@@@offline"] {
        assert_eq!(broker.client(client_id), None, "{client_id}");
    }
    assert_eq!(broker.take_departed().len(), 5);
    assert!(
        Device::try_connect(&broker, options(Version::V311, "GID_test@@@0"))
            .await
            .is_err()
    );
    assert_eq!(refused(&broker, Refusal::Group), 1);
    other.publish("lamps", "", 1).await;

    instance
        .groups
        .lock()
        .unwrap()
        .insert("GID_test".to_owned());
    let again = Device::connect(&broker, persistent(Version::V311, "GID_test@@@kept0")).await;
    assert!(!again.session_present);
}

/// A group that is deleted as soon as somebody was told that it is there.
#[derive(Default)]
struct Vanishing {
    deleted: AtomicBool,
}

impl Directory for Vanishing {
    fn secret(&self, _: &str) -> Option<SecretString> {
        Some(SecretString::from(SECRET))
    }
    fn has_group(&self, _: &str) -> bool {
        !self.deleted.swap(true, Ordering::SeqCst)
    }
    fn has_topic(&self, _: &str) -> bool {
        true
    }
}

#[tokio::test]
async fn a_client_whose_group_is_deleted_after_its_password_was_checked_is_refused() {
    for (version, connecting) in VERSIONS.into_iter().zip([options, persistent]) {
        let broker = Broker::start(config(), Arc::new(Vanishing::default()))
            .await
            .unwrap();
        let attempt = Device::try_connect(&broker, connecting(version, "GID_test@@@a")).await;
        assert!(attempt.is_err(), "{version:?}");
        assert_eq!(
            (broker.connections(), broker.client("GID_test@@@a")),
            (0, None)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_is_just_connecting_does_not_slip_in() {
    let (broker, instance) = started().await;
    for round in 0..20 {
        instance
            .groups
            .lock()
            .unwrap()
            .insert("GID_test".to_owned());
        let mut connecting = Vec::new();
        for number in 0..20 {
            let mut raw = Raw::open(&broker).await;
            raw.send(&raw::connect(
                &format!("GID_test@@@{number}"),
                0,
                number % 2 == 0,
            ))
            .await;
            connecting.push(raw);
        }
        tokio::time::sleep(Duration::from_micros(200 * round)).await;
        instance.groups.lock().unwrap().remove("GID_test");
        broker.disconnect_group("GID_test");
        for mut raw in connecting {
            raw.closed().await;
        }
        assert_eq!(broker.online_in_group("GID_test"), 0, "round {round}");
    }
}
