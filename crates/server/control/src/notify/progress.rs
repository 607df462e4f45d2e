//! Progress of each receiver, and metrics about it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use ons_mqtt_store::{Dropped, MAX_WAITING, Receiver};
use parking_lot::RwLock;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use tokio::sync::Notify;

use super::route::Route;
use crate::brokers::Brokers;

/// Progress of a receiver.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Number of the last notification in the store.
    pub(super) number: AtomicI64,
    /// Number of the last notification that does not wait any more.
    pub(super) delivered: AtomicI64,
    /// Notifications that were delivered since the start.
    pub(super) sent: AtomicU64,
    /// Notifications that made room for others since the start.
    pub(super) dropped: AtomicU64,
    /// Attempts that failed since the start.
    pub(super) failures: AtomicU64,
    /// Wakes the deliverer.
    pub(super) wake: Notify,
}

impl Progress {
    fn waiting(&self) -> i64 {
        let delivered = self.delivered.load(Ordering::Relaxed);
        let waiting = self.number.load(Ordering::Relaxed) - delivered;
        waiting.clamp(0, MAX_WAITING)
    }
}

/// A receiver and its progress.
#[derive(Debug)]
struct Line {
    /// ID in the store.
    id: String,
    instance_id: String,
    receiver: String,
    progress: Arc<Progress>,
}

/// All receivers that are configured, for `/metrics`; cheap to clone.
#[derive(Clone)]
pub(crate) struct Board {
    lines: Arc<RwLock<Vec<Line>>>,
    /// `true` if this process delivers, so that it knows what waits.
    delivers: Arc<AtomicBool>,
    brokers: Arc<Brokers>,
}

impl Board {
    pub(crate) fn new(brokers: &Arc<Brokers>) -> Self {
        Self {
            lines: Arc::default(),
            delivers: Arc::default(),
            brokers: Arc::clone(brokers),
        }
    }

    /// Shows these receivers; those that were there before keep their counts.
    pub(super) fn show(&self, routes: &[Route]) {
        let mut lines = self.lines.write();
        let mut before = std::mem::take(&mut *lines);
        let line = |route: &Route| {
            let at = before.iter().position(|line| line.id == route.id);
            at.map(|at| before.swap_remove(at)).unwrap_or_else(|| Line {
                id: route.id.clone(),
                instance_id: route.instance_id.clone(),
                receiver: route.name.clone(),
                progress: Arc::default(),
            })
        };
        *lines = routes.iter().map(line).collect();
    }

    /// Declares whether this process delivers.
    pub(super) fn set_delivers(&self, delivers: bool) {
        self.delivers.store(delivers, Ordering::Relaxed);
    }

    /// Returns the progress of a receiver that is shown.
    pub(super) fn progress(&self, id: &str) -> Arc<Progress> {
        self.with(id, Arc::clone).unwrap_or_default()
    }

    /// Lets deliverers look for what was written.
    pub(super) fn wrote(&self, stored: &[Receiver]) {
        for receiver in stored {
            self.with(&receiver.id, |progress| {
                let number = &progress.number;
                if number.swap(receiver.number, Ordering::Relaxed) != receiver.number {
                    progress.wake.notify_one();
                }
            });
        }
    }

    /// Counts notifications that made room for others.
    pub(super) fn note_dropped(&self, dropped: impl IntoIterator<Item = Dropped>) {
        for Dropped { receiver, count } in dropped {
            self.with(&receiver, |progress| {
                progress.dropped.fetch_add(count, Ordering::Relaxed)
            });
            tracing::warn!(
                receiver,
                count,
                "too many notifications wait; the oldest are dropped"
            );
        }
    }

    fn with<T>(&self, id: &str, act: impl FnOnce(&Arc<Progress>) -> T) -> Option<T> {
        let lines = self.lines.read();
        let line = lines.iter().find(|line| line.id == id)?;
        Some(act(&line.progress))
    }
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Board")
    }
}

impl Collector for Board {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let mut waiting = encoder.encode_descriptor(
            "notifications_waiting",
            "Status notifications that wait to be delivered, by instance and receiver",
            None,
            MetricType::Gauge,
        )?;
        let delivers = self.delivers.load(Ordering::Relaxed);
        for line in self.lines.read().iter().filter(|_| delivers) {
            let gauge = ConstGauge::new(line.progress.waiting());
            gauge.encode(waiting.encode_family(&labels(line))?)?;
        }
        self.encode_counts(
            &mut encoder,
            (
                "notifications_delivered",
                "Status notifications that were delivered, by instance and receiver",
            ),
            |progress| &progress.sent,
        )?;
        self.encode_counts(
            &mut encoder,
            (
                "notifications_dropped",
                "Status notifications that made room for others, by instance and receiver",
            ),
            |progress| &progress.dropped,
        )?;
        self.encode_counts(
            &mut encoder,
            (
                "notification_failures",
                "Failed attempts to deliver status notifications, by instance and receiver",
            ),
            |progress| &progress.failures,
        )?;
        let mut unwritten = encoder.encode_descriptor(
            "notifications_unwritten",
            "Status events that the database did not take in time, by instance",
            None,
            MetricType::Counter,
        )?;
        for (id, broker) in self.brokers.all() {
            let counter = ConstCounter::new(broker.presence_dropped());
            counter.encode(unwritten.encode_family(&[("instance", id.as_str())])?)?;
        }
        Ok(())
    }
}

impl Board {
    fn encode_counts(
        &self,
        encoder: &mut DescriptorEncoder,
        (name, help): (&str, &str),
        count: impl Fn(&Progress) -> &AtomicU64,
    ) -> Result<(), fmt::Error> {
        let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
        for line in &*self.lines.read() {
            let counter = ConstCounter::new(count(&line.progress).load(Ordering::Relaxed));
            counter.encode(metric.encode_family(&labels(line))?)?;
        }
        Ok(())
    }
}

fn labels(line: &Line) -> [(&'static str, &str); 2] {
    [
        ("instance", &line.instance_id),
        ("receiver", &line.receiver),
    ]
}
