//! Sampling and metering: what the brokers count goes to the store, an interval at a time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ons_mqtt_broker as broker;
use ons_mqtt_store as store;
use ons_mqtt_store::{Flush, Store};
use tokio_util::sync::CancellationToken;

use crate::brokers::Brokers;
use crate::metrics::Metrics;
use crate::period::floor;

/// Intervals that wait for a database which does not answer; older ones are given up.
const MOST_WAITING: usize = 60;

/// How often what has expired is removed.
const EXPIRE_EVERY: Duration = Duration::from_secs(60 * 60);

/// Writes what was counted.
pub(crate) struct Stats {
    pub(crate) brokers: Arc<Brokers>,
    pub(crate) store: Arc<Store>,
    pub(crate) metrics: Metrics,
    /// Length of an interval in milliseconds.
    pub(crate) interval: i64,
    /// How long counts are kept, in milliseconds.
    pub(crate) retention: i64,
    /// End of the last interval that is in the store.
    pub(crate) finished: Arc<AtomicI64>,
}

impl Stats {
    /// Writes each interval at its end, and once more when it has to stop.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut start = floor(now(), self.interval);
        let mut waiting = VecDeque::new();
        let mut next_expiry = now();
        self.finished.store(start, Ordering::Relaxed);
        loop {
            let end = start + self.interval;
            let pause = Duration::from_millis((end - now()).max(0).unsigned_abs());
            let slept = stop.run_until_cancelled(tokio::time::sleep(pause)).await;
            // Late by more than an interval, the counts belong to the last one that has ended.
            let begun = floor(now(), self.interval);
            if slept.is_some() {
                start = start.max(begun - self.interval);
            }
            waiting.push_back((self.collect(start, begun), begun));
            self.write(&mut waiting).await;
            if slept.is_none() {
                return;
            }
            start = begun.max(start + self.interval);
            if now() >= next_expiry {
                next_expiry = now().saturating_add_unsigned(EXPIRE_EVERY.as_millis() as u64);
                self.expire().await;
            }
        }
    }

    fn collect(&self, start: i64, sampled: i64) -> Flush {
        let mut flush = Flush {
            start,
            sampled,
            ..Flush::default()
        };
        for (instance_id, broker) in self.brokers.iter() {
            let counts = broker.take_counts().into_iter();
            flush.messages.extend(counts.map(|count| {
                self.metrics.messages(instance_id, &count);
                message_count(instance_id, count)
            }));
            let groups = broker.online_groups().into_iter();
            flush.online.extend(groups.map(|(group_id, count)| store::OnlineSample {
                instance_id: instance_id.to_owned(),
                group_id,
                count: u32::try_from(count).unwrap_or(u32::MAX),
            }));
            let departed = broker.take_departed().into_iter();
            flush.clients.extend(departed.map(|client| store::SeenClient {
                instance_id: instance_id.to_owned(),
                client_id: client.client_id,
                address: client.address.to_string(),
                last_seen: client.last_seen,
            }));
        }
        flush
    }

    /// Writes what waits, the oldest first, until the store fails.
    async fn write(&self, waiting: &mut VecDeque<(Flush, i64)>) {
        while let Some((flush, end)) = waiting.front() {
            if let Err(error) = self.store.flush(flush).await {
                tracing::error!(%error, intervals = waiting.len(), "counts wait to be written");
                break;
            }
            self.finished.store(*end, Ordering::Relaxed);
            self.metrics.flushed(now() - *end);
            waiting.pop_front();
        }
        while waiting.len() > MOST_WAITING {
            waiting.pop_front();
            tracing::error!("the counts of an interval are given up: the store does not answer");
        }
        self.metrics.waiting(waiting.len());
    }

    async fn expire(&self) {
        if let Err(error) = self.store.expire(now() - self.retention).await {
            tracing::error!(%error, "what has expired could not be removed");
        }
    }
}

fn message_count(instance_id: &str, count: broker::MessageCount) -> store::MessageCount {
    store::MessageCount {
        instance_id: instance_id.to_owned(),
        parent_topic: count.parent_topic,
        sub_topic: count.sub_topic,
        kind: match count.kind {
            broker::Kind::PointToPoint => store::Kind::P2p,
            broker::Kind::PublishSubscribe => store::Kind::Sub,
        },
        direction: match count.direction {
            broker::Direction::Received => store::Direction::Pub,
            broker::Direction::Pushed => store::Direction::Sub,
        },
        qos: count.qos,
        count: count.count,
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
}
