//! `/metrics` of a complete service.

use crate::support::{INSTANCE, Service, until};

const NAMES: [&str; 16] = [
    "ons_mqtt_api_connections gauge",
    "ons_mqtt_connections gauge",
    "ons_mqtt_connections_rejected counter",
    "ons_mqtt_devices_refused counter",
    "ons_mqtt_flush_delay_milliseconds gauge",
    "ons_mqtt_flushes_waiting gauge",
    "ons_mqtt_messages counter",
    "ons_mqtt_messages_lost counter",
    "ons_mqtt_notification_failures counter",
    "ons_mqtt_notifications_delivered counter",
    "ons_mqtt_notifications_dropped counter",
    "ons_mqtt_notifications_unwritten counter",
    "ons_mqtt_notifications_waiting gauge",
    "ons_mqtt_request_seconds histogram",
    "ons_mqtt_requests counter",
    "ons_mqtt_requests_in_flight gauge",
];

#[tokio::test]
async fn each_metric_has_its_name_and_messages_are_counted_by_label() {
    let service = Service::start().await;
    let mut device = service.device("GID_test@@@a").await;
    device.subscribe("test", 1).await;
    device.publish("test", 1).await;
    device.message().await;
    device.publish("test/p2p/GID_test@@@a", 0).await;
    device.message().await;
    let messages = async |kind: &str, direction: &str, qos: u8| {
        let name = format!(
            r#"ons_mqtt_messages_total{{instance="{INSTANCE}",kind="{kind}",direction="{direction}",qos="{qos}"}}"#
        );
        service.metric(&name).await
    };
    until("all messages are counted", async || {
        messages("p2p", "pushed", 0).await == 1
    })
    .await;
    for (kind, qos) in [("sub", 1), ("p2p", 0)] {
        for direction in ["received", "pushed"] {
            assert_eq!(
                messages(kind, direction, qos).await,
                1,
                "{kind} {direction}"
            );
        }
    }
    assert_eq!(
        service
            .metric(&format!(r#"ons_mqtt_connections{{instance="{INSTANCE}"}}"#))
            .await,
        1
    );
    assert_eq!(service.metric("ons_mqtt_flushes_waiting").await, 0);

    let (_, text) = service.get("/metrics").await;
    let mut names: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .collect();
    names.sort_unstable();
    assert_eq!(names, NAMES);
    assert!(text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn an_address_of_the_operator_has_probes_and_metrics_and_the_api_has_no_metrics() {
    let service = Service::with("[admin]\nlisten = \"127.0.0.1:0\"\n").await;
    let get = async |path: &str| {
        let address = service.admin.unwrap();
        let response = reqwest::get(format!("http://{address}{path}"));
        response.await.unwrap().status().as_u16()
    };
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(get(path).await, 200, "{path}");
    }
    assert_eq!(get("/?Action=OnsMqttGroupIdList").await, 404);
    for (path, status) in [("/healthz", 200), ("/readyz", 200), ("/metrics", 404)] {
        assert_eq!(service.get(path).await.0, status, "{path}");
    }
}

/// Returns the names of metrics in a text, without those of nodes, which `crates/cli/tests/nodes/status.rs` checks.
fn named_in(text: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split(|c| !is_part(c));
    let names = words.filter(|word| word.starts_with("ons_mqtt_"));
    names
        .filter(|name| !name.starts_with("ons_mqtt_cluster_"))
        .collect()
}

#[tokio::test]
async fn alerts_and_dashboard_name_only_metrics_that_exist() {
    let service = Service::start().await;
    let mut device = service.device("GID_test@@@a").await;
    device.publish("test", 1).await;
    let named = [
        named_in(include_str!("../../../../../contrib/prometheus/alerts.yml")),
        named_in(include_str!(
            "../../../../../contrib/grafana/dashboard.json"
        )),
    ]
    .concat();
    assert!(named.len() > 15, "{named:?}");
    until("all metrics exist", async || {
        let (_, text) = service.get("/metrics").await;
        let exists = |name: &&str| {
            let mut lines = text.lines().filter_map(|line| line.strip_prefix(*name));
            lines.any(|rest| rest.starts_with(['{', ' ']))
        };
        let missing: Vec<_> = named.iter().filter(|name| !exists(name)).collect();
        assert!(
            missing
                .iter()
                .all(|name| **name == "ons_mqtt_messages_total"),
            "{missing:?}"
        );
        missing.is_empty()
    })
    .await;
}
