//! Metrics for Prometheus.

use std::borrow::Cow;
use std::time::Duration;

use pop_rpc::ActionInfo;
use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

type Labels<const N: usize> = [(&'static str, Cow<'static, str>); N];

/// Metrics of the gateway, in one registry with those of the caller.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Labels<2>, Counter>,
    seconds: Family<Labels<1>, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    pub(super) connections: ConnectionMetrics,
}

/// Metrics of the connections of one or more listening sockets.
#[derive(Clone, Default)]
pub(super) struct ConnectionMetrics {
    open: Gauge,
    exceeded: Family<Labels<1>, Counter>,
}

impl Metrics {
    /// Registers the metrics of the gateway in a registry.
    pub(super) fn new(mut registry: Registry) -> Self {
        let requests = Family::default();
        let seconds = Family::new_with_constructor(histogram as fn() -> Histogram);
        let in_flight = Gauge::default();
        registry.register(
            "requests",
            "Requests answered, by action and error code; the code of a success is OK",
            requests.clone(),
        );
        registry.register(
            "request_seconds",
            "Time from the head of a request to its answer",
            seconds.clone(),
        );
        registry.register(
            "requests_in_flight",
            "Requests being answered",
            in_flight.clone(),
        );
        let connections = ConnectionMetrics::default();
        registry.register(
            "api_connections",
            "Open connections of callers and probes",
            connections.open.clone(),
        );
        registry.register(
            "api_bounds_exceeded",
            "Connections closed and requests refused because a bound was reached, by bound",
            connections.exceeded.clone(),
        );
        Self {
            registry,
            requests,
            seconds,
            in_flight,
            connections,
        }
    }

    /// Counts a request as in flight until the guard is dropped.
    pub(super) fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// Counts an answer. Its code must not be text that a client can choose freely: each code
    /// takes memory.
    pub(super) fn answered(
        &self,
        action: Option<&'static ActionInfo>,
        code: Option<String>,
        took: Duration,
    ) {
        let action = Cow::Borrowed(action.map_or("unknown", |action| action.name));
        let code = code.map_or(Cow::Borrowed("OK"), Cow::Owned);
        self.seconds
            .get_or_create(&[("action", action.clone())])
            .observe(took.as_secs_f64());
        self.requests
            .get_or_create(&[("action", action), ("code", code)])
            .inc();
    }

    /// Returns all metrics as text.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a `String` cannot fail.
        let _ = text::encode(&mut out, &self.registry);
        out
    }
}

impl ConnectionMetrics {
    /// Counts a connection that was opened.
    pub(super) fn opened(&self) {
        self.open.inc();
    }

    /// Counts a connection that has ended.
    pub(super) fn ended(&self) {
        self.open.dec();
    }

    /// Counts a bound that was reached.
    pub(super) fn exceeded(&self, bound: &'static str) {
        let labels = [("bound", Cow::Borrowed(bound))];
        self.exceeded.get_or_create(&labels).inc();
    }
}

/// Guard of a request that is being answered.
pub(super) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Histogram with buckets from 0.1 milliseconds to about three seconds.
fn histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.0001, 2.0, 16))
}
