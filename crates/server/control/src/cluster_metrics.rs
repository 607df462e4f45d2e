//! Metrics of a node, for `/metrics`.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use crate::membership::Membership;

/// Reads metrics from a node whenever `/metrics` is requested.
pub(crate) struct ClusterMetrics(pub(crate) Arc<Membership>);

impl fmt::Debug for ClusterMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClusterMetrics")
    }
}

impl Collector for ClusterMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let gauge = |number: u64| ConstGauge::new(i64::try_from(number).unwrap_or(i64::MAX));
        let lease = encoder.encode_descriptor(
            "cluster_lease",
            "1 while the node may serve devices, 0 while NATS does not answer it",
            None,
            MetricType::Gauge,
        )?;
        ConstGauge::new(i64::from(self.0.health().is_ok())).encode(lease)?;
        let mut nodes = encoder.encode_descriptor(
            "cluster_nodes",
            "Nodes that this node has heard of, by state",
            None,
            MetricType::Gauge,
        )?;
        let all = self.0.all_nodes();
        for state in ["live", "left", "expired"] {
            let count = all.iter().filter(|(_, other, _)| *other == state).count();
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            gauge(count).encode(nodes.encode_family(&[("state", state)])?)?;
        }
        let [chunks, arriving] = self.0.lag();
        let lag = encoder.encode_descriptor(
            "cluster_log_lag",
            "Chunks of the log that this node has not delivered yet",
            None,
            MetricType::Gauge,
        )?;
        gauge(chunks).encode(lag)?;
        let sessions = encoder.encode_descriptor(
            "cluster_sessions_arriving",
            "Sessions that came from other nodes and are still being brought up",
            None,
            MetricType::Gauge,
        )?;
        gauge(arriving).encode(sessions)?;
        let dropped = encoder.encode_descriptor(
            "cluster_messages_dropped",
            "Messages of other nodes that this node dropped, because it was too slow or could not read them",
            None,
            MetricType::Counter,
        )?;
        ConstCounter::new(self.0.dropped()).encode(dropped)
    }
}
