//! `OnsMqttGroupIdCreate` and `OnsMqttGroupIdDelete` with devices online, and concurrently.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ons_mqtt_client::ErrorCode;

use crate::support::{FREE, GROUP, INSTANCE, KEY, OTHER_KEY, Service, VERSIONS, packet, until};

#[tokio::test]
async fn deleting_a_group_disconnects_its_devices_and_it_can_be_created_again() {
    let service = Service::start().await;
    let client = service.client();
    let other = client.group_id_create("GID_other").instance_id(INSTANCE);
    other.send().await.unwrap();
    let mut staying = service.device("GID_other@@@a").await;
    let mut devices = Vec::new();
    for number in 0..20 {
        let version = VERSIONS[number % 2];
        let client_id = format!("{GROUP}@@@{number}");
        devices.push(
            service
                .device_with(version, &client_id, number % 3 == 0)
                .await,
        );
    }
    assert_eq!(service.online_in_group(GROUP).await, 20);
    let delete = client.group_id_delete(GROUP).instance_id(INSTANCE);
    delete.send().await.unwrap();
    for device in &mut devices {
        device.closed().await;
    }
    assert!(
        service
            .try_device(INSTANCE, KEY, "GID_test@@@0")
            .await
            .is_err()
    );
    assert!(
        service
            .metric(
                r#"ons_mqtt_devices_refused_total{instance="post-cn-own",reason="unknown group"}"#
            )
            .await
            > 0
    );
    staying.publish("test", 1).await;

    let create = client.group_id_create(GROUP).instance_id(INSTANCE);
    create.send().await.unwrap();
    assert_eq!(service.online_in_group(GROUP).await, 0);
    let device = service.device("GID_test@@@0").await;
    assert_eq!(service.online_in_group(GROUP).await, 1);
    device.disconnect().await;
    until("it left", async || {
        service.online_in_group(GROUP).await == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_concurrent_creations_or_deletions_of_a_group_succeeds() {
    let service = Arc::new(Service::start().await);
    let mut exists = true;
    for round in 0..6 {
        let tasks: Vec<_> = (0..12)
            .map(|_| {
                let client = service.client();
                tokio::spawn(async move {
                    let answer = if exists {
                        let delete = client.group_id_delete(GROUP).instance_id(INSTANCE);
                        delete.send().await.map(drop)
                    } else {
                        let create = client.group_id_create(GROUP).instance_id(INSTANCE);
                        create.send().await.map(drop)
                    };
                    answer.map_err(|error| error.code().unwrap().clone())
                })
            })
            .collect();
        let mut succeeded = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(()) => succeeded += 1,
                Err(code) if exists => assert_eq!(code, ErrorCode::BizSubscriptionNotFound),
                Err(code) => assert_eq!(code, ErrorCode::BizSubscriptionExisted),
            }
        }
        assert_eq!(succeeded, 1, "round {round}");
        exists = !exists;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_and_database_agree_after_concurrent_creations_and_deletions() {
    let service = Service::start().await;
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let client = service.client();
            tokio::spawn(async move {
                for step in 0..12 {
                    if (task + step) % 2 == 0 {
                        let create = client.group_id_create(GROUP).instance_id(INSTANCE);
                        let _ = create.send().await;
                    } else {
                        let delete = client.group_id_delete(GROUP).instance_id(INSTANCE);
                        let _ = delete.send().await;
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let list = async |service: &Service| {
        let list = service.client().group_id_list().instance_id(INSTANCE);
        list.send().await.unwrap().data
    };
    let before = list(&service).await;
    let service = service.restart().await;
    assert_eq!(list(&service).await, before);
}

#[tokio::test]
async fn an_access_key_has_a_number_of_groups_in_all_its_instances() {
    let service = Service::with(
        "[limits]\ngroups = 3\n\
         [[instance]]\nid = \"post-cn-more\"\nregion = \"cn-hangzhou\"\n\
         mqtt_listen = \"127.0.0.1:0\"\n\
         [[instance]]\nid = \"post-cn-others\"\nregion = \"cn-hangzhou\"\n\
         mqtt_listen = \"127.0.0.1:0\"\nowner = \"otherid\"\n",
    )
    .await;
    let create = async |key, instance: &str, group: &str| {
        let create = service.client_of(key).group_id_create(group);
        create.instance_id(instance).send().await
    };
    for (instance, group) in [
        (INSTANCE, "GID_number_1"),
        (INSTANCE, "GID_number_2"),
        ("post-cn-more", "GID_number_3"),
    ] {
        create(KEY, instance, group).await.unwrap();
    }
    for instance in [INSTANCE, "post-cn-more"] {
        let error = create(KEY, instance, "GID_number_4").await.unwrap_err();
        assert_eq!(error.code(), Some(&ErrorCode::BizFieldCheckInvalid));
        assert!(error.to_string().contains("limits.groups"), "{error}");
    }
    let error = create(KEY, INSTANCE, "GID_number_1").await.unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::BizSubscriptionExisted));
    create(OTHER_KEY, "post-cn-others", "GID_number_4")
        .await
        .unwrap();
    let delete = service.client().group_id_delete("GID_number_2");
    delete.instance_id(INSTANCE).send().await.unwrap();
    create(KEY, "post-cn-more", "GID_number_4").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_change_waits_for_devices_that_do_not_read() {
    let service = Service::with(&format!(
        "{FREE}[[instance]]\nid = \"post-cn-others\"\nregion = \"cn-hangzhou\"\n\
         mqtt_listen = \"127.0.0.1:0\"\nowner = \"otherid\"\n"
    ))
    .await;
    let client = service.client();
    for group in [GROUP, "GID_publisher"] {
        let create = client.group_id_create(group).instance_id(INSTANCE);
        create.send().await.unwrap();
    }
    let mut stalled = Vec::new();
    for number in 0..30 {
        let mut raw = service.raw(&format!("{GROUP}@@@{number}"), 600).await;
        raw.subscribe("test", 0).await;
        stalled.push(raw);
    }
    let mut publisher = service.raw("GID_publisher@@@a", 600).await;
    let message = packet::new(0x30, &[b"\0\x04test", &[0; 60_000][..]].concat());
    let publishing = tokio::spawn(async move {
        loop {
            publisher.send(&message).await;
            tokio::task::yield_now().await;
        }
    });
    until("a device has more than it can hold", async || {
        let (_, text) = service.get("/metrics").await;
        let mut lost = text
            .lines()
            .filter(|line| line.starts_with("ons_mqtt_messages_lost_total"));
        lost.any(|line| !line.ends_with(" 0"))
    })
    .await;

    let begun = Instant::now();
    let other = service.client_of(OTHER_KEY);
    let deleting = async {
        let delete = client.group_id_delete(GROUP).instance_id(INSTANCE);
        delete.send().await.unwrap();
        begun.elapsed()
    };
    let creating = async {
        let create = other.group_id_create("GID_other");
        let create = create.instance_id("post-cn-others");
        create.send().await.unwrap();
        begun.elapsed()
    };
    let (deleted, created) = tokio::join!(deleting, creating);
    publishing.abort();
    assert!(created < Duration::from_secs(2), "{created:?}");
    assert!(deleted < Duration::from_secs(3), "{deleted:?}");
}
