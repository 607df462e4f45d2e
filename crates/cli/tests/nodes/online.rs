//! Devices that are online anywhere, asked of any node.

use std::time::{Duration, Instant};

use ons_mqtt_client::models::MqttClientInfo;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::machine::{Device, Machine, create_group, until};
use crate::program::{INSTANCE, PATIENCE, Program};
use crate::sign_in::{is_signed_in, sign_in};

/// Returns the text of a live number of the overview.
fn number<'a>(overview: &'a str, name: &str) -> &'a str {
    let begin = format!("data-live=\"{INSTANCE} {name}\">");
    let (_, rest) = overview.split_once(&begin).unwrap();
    rest.split('<').next().unwrap()
}

/// Follows the numbers of the overview until an event contains all of these texts.
async fn follow(node: &Program, cookie: &str, texts: &[&str]) {
    let request = format!(
        "GET /console/live HTTP/1.1\r\nhost: {}\r\n{cookie}\r\n",
        node.api
    );
    let mut stream = TcpStream::connect(node.api).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut lines = BufReader::new(stream).lines();
    let reading = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if texts.iter().all(|text| line.contains(text)) {
                return;
            }
        }
        panic!("the stream ends before {texts:?}");
    };
    tokio::time::timeout(PATIENCE, reading).await.unwrap();
}

async fn in_group(node: &Program) -> Result<i64, String> {
    let call = node.client().query_client_by_group_id("GID_test");
    let answer = call.instance_id(INSTANCE).send().await;
    answer.map_or_else(
        |error| Err(error.to_string()),
        |answer| Ok(answer.mqtt_client_set.online_count),
    )
}

async fn on_topic(node: &Program, sub_topic: &str) -> i64 {
    let call = node.client().query_client_by_topic("test");
    let call = call.sub_topic(sub_topic).instance_id(INSTANCE);
    call.send().await.unwrap().mqtt_client_set.online_count
}

async fn client(node: &Program, client_id: &str) -> MqttClientInfo {
    let call = node.client().query_client_by_client_id(client_id);
    call.instance_id(INSTANCE)
        .send()
        .await
        .unwrap()
        .mqtt_client_info
}

#[tokio::test(flavor = "multi_thread")]
async fn each_node_answers_for_the_devices_of_all() {
    let machine = Machine::start().await;
    let nodes = machine.nodes(["a", "b", "c"]).await;
    create_group(&nodes[0], "GID_test").await.unwrap();
    let mut devices = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        for number in 0..=at {
            let mut device = Device::connect(node, &format!("GID_test@@@{at}-{number}"))
                .await
                .unwrap();
            device
                .subscribe(if number == 0 { "test/a" } else { "test/b/+" })
                .await;
            devices.push(device);
        }
    }
    for node in &nodes {
        assert_eq!(in_group(node).await, Ok(6));
        assert_eq!(on_topic(node, "/a").await, 3);
        assert_eq!(on_topic(node, "/b/1").await, 3);
        assert_eq!(on_topic(node, "/b/+").await, 3);
        let last = client(node, "GID_test@@@2-1").await;
        assert!(last.online && last.socket_channel.is_some(), "{last:?}");
        assert_eq!(last.subscription_data.len(), 1, "{last:?}");
        assert_eq!(
            last.subscription_data[0].sub_topic.as_deref(),
            Some("/b/+/")
        );
        let never = client(node, "GID_test@@@never").await;
        assert!(!never.online && never.last_touch.is_none(), "{never:?}");
    }
    devices.pop().unwrap().client.disconnect().await.unwrap();
    for node in &nodes {
        until("it is offline", async || in_group(node).await == Ok(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_is_refused_while_a_node_does_not_answer_and_right_once_its_lease_is_over() {
    let machine = Machine::start().await;
    let nodes = machine.nodes(["a", "b"]).await;
    create_group(&nodes[0], "GID_test").await.unwrap();
    let _here = Device::connect(&nodes[0], "GID_test@@@here").await.unwrap();
    let _there = Device::connect(&nodes[1], "GID_test@@@there")
        .await
        .unwrap();
    assert_eq!(in_group(&nodes[0]).await, Ok(2));
    let (_, cookie) = sign_in(&nodes[0], "testsecret").await;
    let cookie = format!("{cookie}accept-language: en\r\n");
    let overview = async || is_signed_in(&nodes[0], &cookie).await.1;
    let page = overview().await;
    assert_eq!(number(&page, "online"), "2", "{page}");
    assert_eq!(number(&page, "GID_test"), "2", "{page}");
    assert_eq!(number(&page, "MQTT"), "1", "connections of this node");
    assert!(page.contains("<small>node a</small>"), "{page}");
    let known = format!("\"{INSTANCE} online\":\"2\"");
    follow(&nodes[0], &cookie, &[&known, "\"problem\":\"\""]).await;
    nodes[1].signal("-STOP");
    let unknown = format!("\"{INSTANCE} online\":\"–\"");
    follow(&nodes[0], &cookie, &[&unknown, "(missing: b)"]).await;
    let begin = Instant::now();
    let page = overview().await;
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(number(&page, "online"), "–", "{page}");
    assert_eq!(number(&page, "GID_test"), "–", "{page}");
    assert!(page.contains("(missing: b)"), "{page}");
    let refused = in_group(&nodes[0]).await.unwrap_err();
    assert!(refused.contains("ONS_SYSTEM_ERROR"), "{refused}");
    until("the lease is over", async || {
        in_group(&nodes[0]).await == Ok(1)
    })
    .await;
    until("the overview shows what is left", async || {
        let page = overview().await;
        number(&page, "online") == "1" && !page.contains("missing")
    })
    .await;
    nodes[1].signal("-CONT");
    until(
        "the woken node answers for all, without its devices",
        async || in_group(&nodes[1]).await == Ok(1) && in_group(&nodes[0]).await == Ok(1),
    )
    .await;
}
