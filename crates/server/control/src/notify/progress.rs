//! Progress of each receiver, and metrics about it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use ons_mqtt_store::MAX_WAITING;
use parking_lot::RwLock;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use tokio::sync::Notify;

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
pub(super) struct Line {
    pub(super) instance_id: String,
    pub(super) receiver: String,
    pub(super) progress: Arc<Progress>,
}

/// All receivers, for `/metrics`; cheap to clone.
#[derive(Clone)]
pub(crate) struct Board {
    pub(super) lines: Arc<RwLock<Vec<Line>>>,
    brokers: Arc<Brokers>,
}

impl Board {
    pub(crate) fn new(brokers: &Arc<Brokers>) -> Self {
        Self {
            lines: Arc::default(),
            brokers: Arc::clone(brokers),
        }
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
        for line in &*self.lines.read() {
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
