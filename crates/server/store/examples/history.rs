//! Fills a database with history, one minute at a time: `history FILE DAYS`.
//!
//! The last day is yesterday in UTC+8. Each minute contains published and pushed messages of ten
//! sub topics of `test`, and ten groups with clients online. `cargo xtask measure` runs this
//! example.

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use ons_mqtt_store::{Direction, Flush, MessageCount, MessageKind, OnlineSample, Store};

const INSTANCE: &str = "post-cn-test";
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
const EAST_8: i64 = 8 * 60 * MINUTE;

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
    while start < midnight {
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
            count: 60,
        })
    };
    let sample = |number| OnlineSample {
        instance_id: INSTANCE.to_owned(),
        group_id: format!("GID_{number}"),
        count: 1_000,
    };
    let mut online: Vec<_> = (1..10).map(sample).collect();
    online.push(OnlineSample {
        group_id: "GID_test".to_owned(),
        ..sample(0)
    });
    Flush {
        start,
        messages: (0..10).flat_map(count).collect(),
        sampled: start,
        online,
        clients: Vec::new(),
    }
}
