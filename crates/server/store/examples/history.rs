//! Fills a database with history, one minute at a time: `history FILE DAYS`.
//!
//! It begins at midnight in UTC+8 and ends now. Each minute contains published and pushed messages
//! of ten sub topics of `test`, and ten groups with clients online; both follow the hours of a day.
//! `cargo xtask measure` and `cargo xtask browser` run this example.

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use ons_mqtt_store::{Direction, Flush, MessageCount, MessageKind, OnlineSample, Store};

const INSTANCE: &str = "post-cn-test";
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
const EAST_8: i64 = 8 * 60 * MINUTE;

/// Groups with their clients online on average.
const GROUPS: [(&str, u32); 10] = [
    ("GID_test", 1_000),
    ("GID_lamps", 12),
    ("GID_sensors", 5),
    ("GID_gateways", 1),
    ("GID_1", 1_000),
    ("GID_2", 1_000),
    ("GID_3", 1_000),
    ("GID_4", 1_000),
    ("GID_5", 1_000),
    ("GID_6", 1_000),
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, file, days] = arguments.as_slice() else {
        return Err("expected two arguments: FILE DAYS".into());
    };
    let store = Store::open(file).await?;
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let midnight = (now + EAST_8) / DAY * DAY - EAST_8;
    let mut start = midnight - days.parse::<i64>()? * DAY;
    while start < now - MINUTE {
        store.flush(&minute(start)).await?;
        start += MINUTE;
    }
    store.close().await;
    println!("wrote {days} days of history to {file}");
    Ok(())
}

fn minute(start: i64) -> Flush {
    let count = |number| {
        [Direction::Pub, Direction::Sub].map(|direction| MessageCount {
            instance_id: INSTANCE.to_owned(),
            parent_topic: "test".to_owned(),
            sub_topic: Some(format!("/lamps/{number}")),
            kind: MessageKind::Sub,
            direction,
            qos: 1,
            count: (wave(start, 60, number) + jitter(start, number)).into(),
        })
    };
    let sample = |(group_id, average): (&str, u32)| OnlineSample {
        instance_id: INSTANCE.to_owned(),
        group_id: group_id.to_owned(),
        count: wave(start, average, 0),
    };
    Flush {
        start,
        messages: (0..10).flat_map(count).collect(),
        sampled: start,
        online: GROUPS.map(sample).into(),
        ..Flush::default()
    }
}

/// Returns a number that swings around an average over a day.
fn wave(start: i64, average: u32, number: u32) -> u32 {
    let day = (start % DAY) as f64 / DAY as f64 * std::f64::consts::TAU;
    let swing = day.sin() / 5.0 + (day * 7.0 + f64::from(number)).sin() / 9.0;
    (f64::from(average) * (1.0 + swing)).round() as u32
}

/// Returns a number below 8 that looks random.
fn jitter(start: i64, number: u32) -> u32 {
    ((start / MINUTE * 7919 + i64::from(number) * 104_729) % 17 / 2)
        .try_into()
        .unwrap_or_default()
}
