//! Metrics of the brokers and of flushes, for `/metrics`.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use ons_mqtt_broker::{Broker, Direction, MessageCount, MessageKind};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::registry::Registry;

use crate::brokers::Brokers;

type Labels = [(&'static str, Cow<'static, str>); 4];

/// Metrics of messages and of writing their counts; cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Metrics {
    messages: Family<Labels, Counter>,
    delay: Gauge,
    waiting: Gauge,
    history_rows_left_out: Family<[(&'static str, String); 1], Counter>,
}

impl Metrics {
    /// Registers these metrics and those read directly from the brokers.
    pub(crate) fn register(&self, registry: &mut Registry, brokers: &Arc<Brokers>) {
        registry.register(
            "messages",
            "Messages up to the last interval, by instance, kind, direction and QoS",
            self.messages.clone(),
        );
        registry.register(
            "flush_delay_milliseconds",
            "Time between the end of the last interval and the writing of its counts",
            self.delay.clone(),
        );
        registry.register(
            "flushes_waiting",
            "Intervals whose counts are not written yet",
            self.waiting.clone(),
        );
        registry.register(
            "history_rows_left_out",
            "Counts of sub topics that went to their parent topic alone, by instance",
            self.history_rows_left_out.clone(),
        );
        registry.register_collector(Box::new(Devices(Arc::clone(brokers))));
    }

    /// Adds to the number of messages.
    pub(crate) fn messages(&self, instance_id: &str, count: &MessageCount) {
        let kind = match count.kind {
            MessageKind::PointToPoint => "p2p",
            MessageKind::PublishSubscribe => "sub",
        };
        let direction = match count.direction {
            Direction::Received => "received",
            Direction::Pushed => "pushed",
        };
        let labels = [
            ("instance", Cow::Owned(instance_id.to_owned())),
            ("kind", Cow::Borrowed(kind)),
            ("direction", Cow::Borrowed(direction)),
            ("qos", Cow::Owned(count.qos.to_string())),
        ];
        self.messages.get_or_create(&labels).inc_by(count.count);
    }

    /// Counts a row of a sub topic that the budget did not allow.
    pub(crate) fn history_row_left_out(&self, instance_id: &str) {
        let labels = [("instance", instance_id.to_owned())];
        self.history_rows_left_out.get_or_create(&labels).inc();
    }

    /// Sets the time from the end of an interval until its counts were written, in milliseconds.
    pub(crate) fn flushed(&self, delay: i64) {
        self.delay.set(delay);
    }

    /// Sets the number of intervals that are not written yet.
    pub(crate) fn waiting(&self, intervals: usize) {
        self.waiting
            .set(i64::try_from(intervals).unwrap_or(i64::MAX));
    }
}

/// Reads metrics from the brokers whenever `/metrics` is requested.
struct Devices(Arc<Brokers>);

impl fmt::Debug for Devices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Devices")
    }
}

impl Collector for Devices {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let mut connections = encoder.encode_descriptor(
            "connections",
            "Devices online, by instance",
            None,
            MetricType::Gauge,
        )?;
        for (id, broker) in self.0.all() {
            let gauge = ConstGauge::new(i64::try_from(broker.connections()).unwrap_or(i64::MAX));
            gauge.encode(connections.encode_family(&[("instance", id.as_str())])?)?;
        }
        self.encode_counts(
            &mut encoder,
            (
                "devices_refused",
                "Refusals of devices, by instance and reason",
            ),
            |broker| texts(&broker.refused()),
        )?;
        self.encode_counts(
            &mut encoder,
            (
                "connections_rejected",
                "Connections that ended before CONNECT was accepted, by instance and reason",
            ),
            |broker| texts(&broker.rejected()),
        )?;
        self.encode_counts(
            &mut encoder,
            (
                "messages_lost",
                "Messages that were not delivered, by instance and reason",
            ),
            |broker| texts(&broker.lost()),
        )
    }
}

impl Devices {
    fn encode_counts(
        &self,
        encoder: &mut DescriptorEncoder,
        (name, help): (&str, &str),
        counts: impl Fn(&Broker) -> Vec<(String, u64)>,
    ) -> Result<(), fmt::Error> {
        let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (id, broker) in self.0.all() {
            for (reason, count) in counts(&broker) {
                let labels = [("instance", id.as_str()), ("reason", reason.as_str())];
                ConstCounter::new(count).encode(metric.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

fn texts(counts: &[(impl fmt::Display, u64)]) -> Vec<(String, u64)> {
    let counts = counts.iter();
    counts
        .map(|(reason, count)| (reason.to_string(), *count))
        .collect()
}
