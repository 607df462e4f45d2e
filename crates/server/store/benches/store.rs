//! Measures on SQLite how long writing an interval takes, and whether the time for reading a day
//! depends on the amount of other data.

use std::process::ExitCode;

use harness::{Candidate, Goal};
use ons_mqtt_store::{
    Direction, Error, Flush, MessageCount, MessageKind, MessageQuery, OnlineSample, Store,
};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

const DAY: i64 = 86_400_000;
/// Ten minutes, so that filling takes little longer than measuring.
const INTERVAL: i64 = 600_000;

fn main() -> ExitCode {
    harness::pin_to_one_core();
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (_small_folder, small) = filled(&runtime, 1, 10)?;
    let (_long_folder, long) = filled(&runtime, 30, 10)?;
    let (_wide_folder, wide) = filled(&runtime, 1, 10_000)?;
    let runtime = &runtime;
    let day = |store, sub_topic| move || read(runtime, store, sub_topic);
    let code = harness::compare(
        "A day in 144 intervals",
        60,
        vec![
            Candidate::new(
                "sub topic, one of 10, 1 day",
                None,
                day(&small, Some("device/7")),
            ),
            Candidate::new(
                "the same, 30 days",
                Some(Goal::AtMost(1.5)),
                day(&long, Some("device/7")),
            ),
            Candidate::new(
                "the same, one of 10 000",
                Some(Goal::AtMost(1.5)),
                day(&wide, Some("device/7")),
            ),
            Candidate::new(
                "whole parent topic, 10",
                Some(Goal::AtMost(1.5)),
                day(&small, None),
            ),
            Candidate::new(
                "whole parent topic, 10 000",
                Some(Goal::AtMost(1.5)),
                day(&wide, None),
            ),
        ],
    );
    let mut start = 2 * DAY;
    harness::compare(
        "An interval of 20 000 sub topics and 1000 groups",
        10,
        vec![Candidate::new("flush", None, || {
            start += 60_000;
            runtime.block_on(wide.flush(&interval(start, 20_000)))
        })],
    );
    Ok(code)
}

/// Creates a store with messages of sub topics in each interval of the first `days` days of 1970.
fn filled(
    runtime: &Runtime,
    days: i64,
    sub_topics: usize,
) -> Result<(TempDir, Store), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("ons-mqtt.db").display().to_string();
    let store = runtime.block_on(Store::open(&path))?;
    for number in 0..days * DAY / INTERVAL {
        runtime.block_on(store.flush(&interval(number * INTERVAL, sub_topics)))?;
    }
    Ok((folder, store))
}

fn interval(start: i64, sub_topics: usize) -> Flush {
    let message = |number| MessageCount {
        instance_id: "mqtt-cn-0pp12gl".into(),
        parent_topic: "sensors".into(),
        sub_topic: Some(format!("device/{number}")),
        kind: MessageKind::Sub,
        direction: Direction::Pub,
        qos: 1,
        count: 1,
    };
    let sample = |number| OnlineSample {
        instance_id: "mqtt-cn-0pp12gl".into(),
        group_id: format!("GID_{number}"),
        count: 1,
    };
    Flush {
        start,
        messages: (0..sub_topics).map(message).collect(),
        sampled: start,
        online: (0..sub_topics / 20).map(sample).collect(),
        ..Flush::default()
    }
}

fn read(runtime: &Runtime, store: &Store, sub_topic: Option<&str>) -> Result<usize, Error> {
    let query = MessageQuery {
        instance_id: "mqtt-cn-0pp12gl".into(),
        parent_topic: "sensors".into(),
        sub_topic: sub_topic.map(Into::into),
        kind: None,
        direction: Direction::Pub,
        qos: None,
        begin: 0,
        end: DAY,
    };
    let points = runtime.block_on(store.messages(&query))?;
    assert_eq!(points.len(), 144);
    Ok(points.len())
}
