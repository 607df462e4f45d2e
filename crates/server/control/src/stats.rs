//! Sampling and metering: writes the counts of the brokers to the store, one interval at a time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use ons_mqtt_broker as broker;
use ons_mqtt_store::{self as store, Flush, FlushNumber, OnlineSample, SeenClient, Store};
use pop_gateway::Clock;
use tokio_util::sync::CancellationToken;

use crate::brokers::Brokers;
use crate::clock::unix;
use crate::health::Health;
use crate::history::HistoryBudget;
use crate::metrics::Metrics;
use crate::period::{day, floor};

/// Number of intervals that are kept while the database does not answer; older ones are discarded.
const MAX_WAITING: usize = 60;

/// Writes the counts of all brokers to the store.
pub(crate) struct Stats {
    pub(crate) brokers: Arc<Brokers>,
    pub(crate) store: Arc<Store>,
    pub(crate) metrics: Metrics,
    pub(crate) clock: Clock,
    /// Length of an interval in milliseconds.
    pub(crate) interval: i64,
    /// End of the last interval in the store.
    pub(crate) finished: Arc<AtomicI64>,
    /// Reason why counts cannot be written, if there is one.
    pub(crate) health: Health,
    /// Rows that may still count sub topics apart.
    pub(crate) history: HistoryBudget,
}

impl Stats {
    /// Writes each interval at its end. When stopped, writes the counts so far, before it waits for
    /// anything else. Then it stops the brokers and writes the rest.
    ///
    /// # Errors
    ///
    /// Returns the reason if the rest could not be written.
    pub(crate) async fn run(self, stop: CancellationToken) -> Result<(), String> {
        let mut waiting = Waiting::new();
        let mut start = floor(self.now(), self.interval);
        self.finished.store(start, Ordering::Relaxed);
        while let Some(end) = stop.run_until_cancelled(self.end_of_interval(start)).await {
            waiting.push(self.collect(end), end);
            self.write(&mut waiting).await;
            start = end;
        }
        let begun = || Flush {
            start,
            ..Flush::default()
        };
        let mut so_far = begun();
        for (instance_id, broker) in self.brokers.all() {
            let (counts, departed) = (broker.take_counts(), broker.take_departed());
            self.add(&mut so_far, &instance_id, counts, departed);
        }
        waiting.push(so_far, start);
        self.write(&mut waiting).await;
        let mut rest = begun();
        let left = self.brokers.stop().await;
        for (id, remainder) in left.into_iter().chain(self.brokers.take_left()) {
            self.add(&mut rest, &id, remainder.counts, remainder.departed);
        }
        waiting.push(rest, start);
        self.write(&mut waiting).await;
        self.health.read().clone()
    }

    /// Waits until the interval that begins at `start` is over, and returns the end of the last
    /// finished interval.
    ///
    /// That is a later interval if the machine paused, or an earlier one if its clock was set back.
    async fn end_of_interval(&self, start: i64) -> i64 {
        loop {
            let now = self.now();
            let end = floor(now, self.interval);
            if end != start {
                return end;
            }
            let rest = (start + self.interval - now).unsigned_abs();
            tokio::time::sleep(Duration::from_millis(rest)).await;
        }
    }

    /// Takes all counts since the last call, however long ago that was, and assigns them to the
    /// interval that ends at `end`.
    fn collect(&self, end: i64) -> Flush {
        let mut flush = Flush {
            start: end - self.interval,
            sampled: end,
            ..Flush::default()
        };
        for (instance_id, remainder) in self.brokers.take_left() {
            self.add(
                &mut flush,
                &instance_id,
                remainder.counts,
                remainder.departed,
            );
        }
        for (instance_id, broker) in self.brokers.all() {
            self.add(
                &mut flush,
                &instance_id,
                broker.take_counts(),
                broker.take_departed(),
            );
            let groups = broker.online_groups().into_iter();
            flush
                .online
                .extend(groups.map(|(group_id, count)| OnlineSample {
                    instance_id: instance_id.clone(),
                    group_id,
                    count: u32::try_from(count).unwrap_or(u32::MAX),
                }));
        }
        flush
    }

    fn add(
        &self,
        flush: &mut Flush,
        instance_id: &str,
        counts: Vec<broker::MessageCount>,
        departed: Vec<broker::Departed>,
    ) {
        let day = day(flush.start);
        flush.messages.extend(counts.into_iter().map(|mut count| {
            self.metrics.messages(instance_id, &count);
            if count.sub_topic.is_some() && !self.history.take(instance_id, day) {
                self.metrics.history_row_left_out(instance_id);
                count.sub_topic = None;
            }
            message_count(instance_id, count)
        }));
        flush
            .clients
            .extend(departed.into_iter().map(|client| SeenClient {
                instance_id: instance_id.to_owned(),
                client_id: client.client_id,
                address: client.address.to_string(),
                last_seen: client.last_seen,
            }));
    }

    /// Writes the waiting intervals, oldest first, until the store fails.
    async fn write(&self, waiting: &mut Waiting) {
        let waiting = &mut waiting.flushes;
        let mut health = Ok(());
        while let Some((flush, end)) = waiting.front() {
            if let Err(error) = self.store.flush(flush).await {
                tracing::error!(%error, intervals = waiting.len(), "cannot write counts");
                health = Err(error.to_string());
                break;
            }
            self.finished.store(*end, Ordering::Relaxed);
            self.metrics.flushed(self.now() - *end);
            waiting.pop_front();
        }
        *self.health.write() = health;
        while waiting.len() > MAX_WAITING {
            waiting.pop_front();
            tracing::error!("counts of an interval discarded: the store does not answer");
        }
        self.metrics.waiting(waiting.len());
    }

    /// Milliseconds since 1970.
    fn now(&self) -> i64 {
        unix(self.clock.now().wall)
    }
}

/// Flushes that wait to be written, each with the end of its interval.
struct Waiting {
    flushes: VecDeque<(Flush, i64)>,
    /// Number of the last one.
    last: FlushNumber,
}

impl Waiting {
    fn new() -> Self {
        Self {
            flushes: VecDeque::new(),
            last: FlushNumber {
                run: fastrand::i64(..),
                number: 0,
            },
        }
    }

    fn push(&mut self, flush: Flush, end: i64) {
        self.last.number += 1;
        let number = Some(self.last);
        self.flushes.push_back((Flush { number, ..flush }, end));
    }
}

fn message_count(instance_id: &str, count: broker::MessageCount) -> store::MessageCount {
    store::MessageCount {
        instance_id: instance_id.to_owned(),
        parent_topic: count.parent_topic,
        sub_topic: count.sub_topic,
        kind: match count.kind {
            broker::MessageKind::PointToPoint => store::MessageKind::P2p,
            broker::MessageKind::PublishSubscribe => store::MessageKind::Sub,
        },
        direction: match count.direction {
            broker::Direction::Received => store::Direction::Pub,
            broker::Direction::Pushed => store::Direction::Sub,
        },
        qos: count.qos,
        count: count.count,
    }
}
