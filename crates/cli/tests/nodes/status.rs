//! State of the nodes, for their operator.

use std::collections::BTreeSet;

use crate::machine::{Device, Machine, create_group, probe, send, until};
use crate::program::Program;
use crate::sign_in::{is_signed_in, sign_in};

/// Returns the columns of a node in the output of `cluster status`.
fn columns<'a>(output: &'a str, node: &str) -> Vec<&'a str> {
    let mut lines = output.lines();
    let line = lines.find(|line| line.split_whitespace().next() == Some(node));
    line.map(|line| {
        line.split("  ")
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .collect()
    })
    .unwrap_or_default()
}

/// Returns the texts in the row of a node on the page of nodes.
fn cells<'a>(page: &'a str, node: &str) -> Vec<&'a str> {
    let name = format!("<code>{node}</code>");
    let row = page.split("<tr>").find(|row| row.contains(&name));
    let cells = row.unwrap_or_default().split("<td").skip(1);
    let texts = cells.filter_map(|cell| {
        // The first text that is not empty, after any tag.
        let texts = cell.split('>').skip(1);
        let mut texts = texts.map(|text| text.split('<').next().unwrap_or_default());
        texts.find(|text| !text.is_empty())
    });
    texts.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_and_the_metrics_show_all_nodes() {
    let machine = Machine::start().await;
    let [first, mut second] = machine.nodes(["a", "b"]).await;
    create_group(&first, "GID_test").await.unwrap();
    let mut devices = Vec::new();
    for number in 0..3 {
        let node = if number == 0 { &first } else { &second };
        devices.push(
            Device::connect(node, &format!("GID_test@@@{number}"))
                .await
                .unwrap(),
        );
    }
    // A node has started last, and the others may just be reading what it said.
    until("all have delivered the log", async || {
        let (_, output, _) = machine.run("a", &["cluster", "status"]);
        ["a", "b"]
            .iter()
            .all(|node| columns(&output, node).get(4) == Some(&"0"))
    })
    .await;
    let (succeeds, output, said) = machine.run("a", &["cluster", "status"]);
    assert!(succeeds && said.is_empty(), "{said}");
    for (node, online) in [("a", "1"), ("b", "2")] {
        let columns = columns(&output, node);
        assert_eq!(columns[1], "live", "{output}");
        assert!(
            columns[2].ends_with("s ago") && columns[7].ends_with("s ago"),
            "{output}"
        );
        assert_eq!(columns[3..7], [online, "0", "0", "0"], "{output}");
    }
    let (_, cookie) = sign_in(&first, "testsecret").await;
    let page = async || send(&first, "GET", "/console/nodes", &cookie, "").await.2;
    let shown = page().await;
    for (node, online) in [("a", "1"), ("b", "2")] {
        let cells = cells(&shown, node);
        assert_eq!(cells[1], "Live", "{cells:?}");
        assert_eq!(cells[3..7], [online, "0", "0", "0"], "{cells:?}");
    }
    let (_, overview) = is_signed_in(&first, &cookie).await;
    assert!(overview.contains("href=\"/console/nodes\""), "{overview}");
    let metrics = async || probe(&first, "/metrics").await.1;
    let exported = metrics().await;
    let names = metrics_of_nodes();
    assert!(names.len() >= 4, "{names:?}");
    for name in names {
        let is_exported = |line: &str| {
            let rest = line.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with(['{', ' ']))
        };
        assert!(exported.lines().any(is_exported), "{name}: {exported}");
    }
    for metric in ["lease 1\n", "log_lag 0\n", "sessions_arriving 0\n"] {
        let metric = format!("ons_mqtt_cluster_{metric}");
        until(&metric, async || metrics().await.contains(&metric)).await;
    }
    assert!(second.terminate().success());
    until("the status shows that it left", async || {
        let (_, output, _) = machine.run("a", &["cluster", "status"]);
        let columns = columns(&output, "b");
        columns.len() == 8 && columns[1] == "left" && columns[3] == "–"
    })
    .await;
    assert_eq!(cells(&page().await, "b")[1], "Left");
    assert!(
        metrics()
            .await
            .contains("ons_mqtt_cluster_nodes{state=\"left\"} 1")
    );
}

/// Returns the names of the metrics of nodes in the alerts and the dashboard.
fn metrics_of_nodes() -> BTreeSet<&'static str> {
    let texts = [
        include_str!("../../../../contrib/prometheus/alerts.yml"),
        include_str!("../../../../contrib/grafana/dashboard.json"),
    ];
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = (texts.into_iter()).flat_map(move |text| text.split(move |c| !is_part(c)));
    words
        .filter(|word| word.starts_with("ons_mqtt_cluster_"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_says_why_there_is_none() {
    let machine = Machine::start().await;
    let config = machine.config_alone();
    let alone = Program::start_configured(&machine.folder("alone"), &config);
    let (succeeds, _, said) = machine.run("alone", &["cluster", "status"]);
    assert!(
        !succeeds && said.contains("not a node of a cluster"),
        "{said}"
    );
    drop(alone);
    let (succeeds, _, said) = machine.run("alone", &["cluster", "status"]);
    assert!(!succeeds && said.contains("no server runs"), "{said}");
    assert_eq!(said.matches("error").count(), 1, "{said}");
}
