//! Charts of more than a day, which the pages read with one query, against the answers of the actions.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use ons_mqtt_client::models::{MsgType, Qos, StatsChart, TransType};
use ons_mqtt_store::{Direction, Flush, Group, MessageCount, MessageKind, OnlineSample, Store};
use reqwest::StatusCode;

use crate::support::{Browser, GROUP, INSTANCE, KEY, Service, now};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Time that a column of a chart of four days shows.
const STEP: i64 = 30 * MINUTE;

/// Writes four days of history that end at a time, two of them without anything.
async fn fill(folder: &Path, end: i64) {
    let store = Store::open(folder.join("ons-mqtt.db").to_str().unwrap()).await;
    let store = store.unwrap();
    let group = Group {
        namespace: INSTANCE.to_owned(),
        group_id: GROUP.to_owned(),
        instance_id: INSTANCE.to_owned(),
        topic: None,
        created: 1,
        updated: 1,
    };
    store.create_group(&group).await.unwrap();
    // 41 minutes: steps have no, one or two of these intervals.
    for (number, start) in (0_u8..).zip((end - 4 * DAY..end).step_by(41 * 60_000)) {
        if (end - 3 * DAY..end - DAY).contains(&start) {
            continue;
        }
        let message = |part: u8| MessageCount {
            instance_id: INSTANCE.to_owned(),
            parent_topic: "test".to_owned(),
            sub_topic: Some(["/a", "/b"][usize::from(part % 2)].to_owned()),
            kind: [MessageKind::Sub, MessageKind::P2p][usize::from((number + part) % 5 / 4)],
            direction: [Direction::Pub, Direction::Sub][usize::from(part / 3)],
            qos: (number + part) % 3,
            // Whole numbers per second.
            count: 60 * u64::from(1 + (number + part) % 4),
        };
        let sample = OnlineSample {
            instance_id: INSTANCE.to_owned(),
            group_id: GROUP.to_owned(),
            count: u32::from(number % 7),
        };
        let flush = Flush {
            start,
            messages: (0..4).map(message).collect(),
            sampled: start,
            online: vec![sample],
            ..Flush::default()
        };
        store.flush(&flush).await.unwrap();
    }
    store.close().await;
}

/// Returns the parts of a range that are within one day (UTC+8) each.
fn days(begin: i64, end: i64) -> Vec<(i64, i64)> {
    let mut days = Vec::new();
    let mut from = begin;
    while from < end {
        let next = (from + 8 * HOUR) / DAY * DAY + DAY - 8 * HOUR;
        days.push((from, end.min(next - 1)));
        from = next;
    }
    days
}

/// Largest values of the steps of a chart by their begin, and numbers over all of its intervals.
#[derive(Default)]
struct Expected {
    values: BTreeMap<i64, BTreeMap<usize, f64>>,
    intervals: BTreeMap<i64, f64>,
}

impl Expected {
    fn add(&mut self, part: usize, chart: &StatsChart) {
        for point in &chart.records {
            let step = self.values.entry(point.x / STEP * STEP).or_default();
            let largest = step.entry(part).or_default();
            *largest = largest.max(point.y);
            *self.intervals.entry(point.x).or_default() += point.y;
        }
    }

    /// Returns what the columns of a chart say of their values.
    fn columns(&self, names: &[&str], unit: &str) -> Vec<String> {
        let column = |step: &BTreeMap<usize, f64>| {
            let texts = names.iter().enumerate().map(|(part, name)| {
                let value = step.get(&part).copied().unwrap_or_default();
                format!("{name}{value}")
            });
            let texts: Vec<_> = texts.collect();
            format!("{} {unit}", texts.join(" · "))
        };
        self.values.values().map(column).collect()
    }
}

/// Returns what the columns of a chart on a page say of their values.
fn columns(page: &str) -> Vec<String> {
    let titles = page
        .split("<title>")
        .filter_map(|rest| rest.split("</title>").next());
    let values = titles.filter_map(|title| title.split_once(" UTC · "));
    values.map(|(_, values)| values.to_owned()).collect()
}

/// Returns a page as text, without the spaces in its numbers.
async fn page(browser: &Browser, path: &str) -> String {
    let page = browser
        .get(&format!("/console/instances/{INSTANCE}/{path}"))
        .await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    assert!(!page.text.contains("role=\"alert\""), "{path}");
    page.text.replace('\u{202f}', "")
}

/// Starts a service with a history. Returns the begin and the end of a range of almost all of it, and the range as the query
/// of a page.
async fn started() -> (Service, i64, i64, String) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let end = now() / HOUR * HOUR;
    fill(&data, end).await;
    let service = Service::run(folder, "[limits]\nqueries_per_minute = 0\n".to_owned()).await;
    let (begin, end) = (end - 4 * DAY + 7 * MINUTE, end - 3 * MINUTE);
    let written = |at: i64| {
        let at = UNIX_EPOCH + Duration::from_millis(at.unsigned_abs());
        humantime::format_rfc3339_seconds(at).to_string()[..16].to_owned()
    };
    let range = format!("from={}&to={}", written(begin), written(end));
    (service, begin, end, range)
}

#[tokio::test]
async fn a_page_of_several_days_shows_the_messages_that_the_action_counts() {
    let (service, begin, end, range) = started().await;
    let browser = Browser::signed_in(&service, KEY).await;
    let client = service.client();
    let qos = [Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce].map(|qos| (None, Some(qos)));
    let modes = [MsgType::PointToPoint, MsgType::PublishSubscribe].map(|mode| (Some(mode), None));
    let qos_names = ["QoS 0 ", "QoS 1 ", "QoS 2 "];
    let mode_names = ["P2P ", "By subscription "];
    for (query, kind, direction, sub, parts, names) in [
        ("", "SUM", "PUB", None, &[(None, None)][..], &[""][..]),
        ("", "TPS", "PUB", None, &[(None, None)], &[""]),
        ("&parts=qos", "SUM", "PUB", None, &qos, &qos_names),
        ("&parts=qos", "TPS", "SUB", None, &qos, &qos_names),
        ("&parts=mode", "SUM", "PUB", Some("/a"), &modes, &mode_names),
        (
            "&parts=mode&mode=P2P",
            "SUM",
            "PUB",
            None,
            &modes[..1],
            &mode_names[..1],
        ),
        ("&mode=SUB", "SUM", "PUB", Some("b/"), &modes[1..], &[""]),
        ("&qos=2", "SUM", "SUB", None, &qos[2..], &[""]),
        (
            "&qos=2&parts=mode",
            "SUM",
            "PUB",
            Some("/none"),
            &modes,
            &mode_names,
        ),
    ] {
        let mut expected = Expected::default();
        for (number, (mode, qos)) in parts.iter().enumerate() {
            for (begin, end) in days(begin, end) {
                let direction = TransType::from(direction);
                let mut request =
                    client.query_msg_trans_trend(begin, end, "test", kind.into(), direction);
                request = request.instance_id(INSTANCE);
                if let Some(sub) = sub {
                    request = request.sub_topic(sub);
                }
                if let Some(mode) = mode {
                    request = request.msg_type(mode.clone());
                }
                if let Some(qos) = qos {
                    request = request.qos(qos.clone());
                }
                expected.add(number, &request.send().await.unwrap().data);
            }
        }
        let sub = sub.map_or(String::new(), |sub| format!("&sub={sub}"));
        let path = format!("topics/test?{range}&kind={kind}&direction={direction}{sub}{query}");
        let page = page(&browser, &path).await;
        let unit = match kind {
            "SUM" => "messages per 1 min",
            _ => "messages/s averaged over 1 min",
        };
        assert_eq!(columns(&page), expected.columns(names, unit), "{path}");
        let largest = expected.intervals.values().copied().fold(0.0, f64::max);
        let largest = format!("<strong>{largest}</strong><span>Largest value");
        assert!(page.contains(&largest), "{path}: {largest}");
        if kind == "SUM" {
            let total = expected
                .intervals
                .values()
                .fold(0.0, |sum, value| sum + value);
            let total = format!("<strong>{total}</strong><span>In all");
            assert!(page.contains(&total), "{path}: {total}");
        }
        let has_values = !path.contains("none");
        assert_eq!(columns(&page).len() > 60, has_values, "{path}");
        let note = format!(">{unit}, largest of 30 min</text>");
        assert!(page.contains(&note), "{path}: {note}");
    }
    service.stop().await;
}

#[tokio::test]
async fn a_page_of_several_days_shows_the_devices_online_of_the_action() {
    let (service, begin, end, range) = started().await;
    let browser = Browser::signed_in(&service, KEY).await;
    let mut expected = Expected::default();
    for (begin, end) in days(begin, end) {
        let request = service.client().query_history_online(begin, end, GROUP);
        let answer = request.instance_id(INSTANCE).send().await.unwrap();
        expected.add(0, &answer.data);
    }
    let page = page(&browser, &format!("groups/{GROUP}?{range}")).await;
    let unit = "devices every 1 min";
    assert_eq!(columns(&page), expected.columns(&[""], unit));
    assert!(columns(&page).len() > 60);
    service.stop().await;
}

#[tokio::test]
async fn a_page_of_a_month_takes_one_call_and_checks_its_parameters() {
    let (service, ..) = started().await;
    let browser = Browser::signed_in(&service, KEY).await;
    // Of the 300 calls that a session may make per minute.
    for _ in 0..20 {
        page(&browser, "topics/test?minutes=43200&parts=qos").await;
    }
    for wrong in ["kind=MEAN", "direction=UP", "mode=ALL"] {
        let path = format!("/console/instances/{INSTANCE}/topics/test?minutes=43200&{wrong}");
        let page = browser.get(&path).await;
        assert!(page.text.contains("role=\"alert\""), "{wrong}");
    }
    service.stop().await;
}
