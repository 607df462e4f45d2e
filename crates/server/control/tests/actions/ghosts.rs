//! Devices that vanish without a DISCONNECT packet are not counted as online.

use std::time::{Duration, Instant};

use crate::support::{GROUP, INSTANCE, Raw, Service, packet, within};

/// Variable for the number of devices that reset their connection, and of those that fall silent.
/// The default is 200.
const GHOSTS: &str = "ONS_MQTT_TEST_GHOSTS";

/// Returns `true` if both actions and the metric report this number of online devices.
async fn are_online(service: &Service, count: i64) -> bool {
    let topic = service
        .client()
        .query_client_by_topic("test")
        .sub_topic("/a");
    let topic = topic.instance_id(INSTANCE).send().await.unwrap();
    let metric = service
        .metric(r#"ons_mqtt_connections{instance="post-cn-own"}"#)
        .await;
    topic.mqtt_client_set.online_count == count
        && service.online_in_group(GROUP).await == count
        && i64::try_from(metric).unwrap() == count
}

#[tokio::test]
async fn devices_that_reset_or_fall_silent_are_offline_in_time() {
    let ghosts = std::env::var(GHOSTS).map_or(200, |ghosts| ghosts.parse().unwrap());
    let service = Service::start().await;
    let mut staying = Vec::new();
    for number in 0..5 {
        let mut device = service.device(&format!("{GROUP}@@@staying{number}")).await;
        device.subscribe("test/a", 1).await;
        staying.push(device);
    }
    for number in 0..ghosts {
        let mut raw = Raw::open(service.mqtt(INSTANCE)).await;
        let client_id = format!("{GROUP}@@@reset{number}");
        raw.send(&packet::connect(&client_id, 60)).await;
        raw.send(&packet::subscribe("test/a", 1)).await;
        raw.reset();
    }
    let mut silent = Vec::new();
    for number in 0..ghosts {
        let mut raw = service.raw(&format!("{GROUP}@@@silent{number}"), 2).await;
        raw.subscribe("test/a", 1).await;
        silent.push(raw);
    }
    // With this keepalive, a silent device is offline after three seconds: one second before the
    // limit.
    let last = Instant::now();
    let limit = Duration::from_secs(4);
    within(limit, "only the staying devices are online", async || {
        are_online(&service, 5).await
    })
    .await;
    assert!(
        last.elapsed() > Duration::from_secs(1),
        "the silent devices were not dropped early"
    );
    for device in &mut staying {
        device.publish("test/b", 1).await;
    }
    for mut raw in silent {
        raw.closed().await;
    }
    assert!(are_online(&service, 5).await);
}
