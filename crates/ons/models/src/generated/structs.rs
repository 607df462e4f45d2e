// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Structs that several actions use.

/// Number of devices in a set.
///
/// Type `MqttClientSetDo` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct MqttClientSet {
    /// Number of online devices. `OnlineCount` on the wire, such as `4`.
    pub online_count: i64,
    /// Number of persistent sessions. `PersistCount` on the wire.
    pub persist_count: Option<i64>,
}

impl MqttClientSet {
    /// Creates a value with the required members.
    pub fn new(online_count: i64) -> Self {
        Self {
            online_count,
            ..Self::default()
        }
    }

    /// Number of persistent sessions.
    pub fn persist_count(mut self, persist_count: i64) -> Self {
        self.persist_count = Some(persist_count);
        self
    }
}

pop_rpc::wire_struct!(
    MqttClientSet, "OnlineCount" => always online_count, "PersistCount" => optional
    persist_count,
);

/// A chart of a value over time.
///
/// Type `StatsChart` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct StatsChart {
    /// Points of the chart; empty if there is no data. `Records` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<StatsData>)"))]
    pub records: Vec<StatsData>,
    /// Title of the chart, in Chinese, such as `客户端连接数` (client connections). `Title` on the
    /// wire, such as `客户端连接数`.
    pub title: String,
    /// Name of the horizontal axis, in Chinese; its values are timestamps in milliseconds.
    /// `XUnit` on the wire, such as `时间`.
    pub x_unit: String,
    /// Unit of the vertical axis, in Chinese, such as `条/秒` (messages per second). `YUnit` on the
    /// wire, such as `数量`.
    pub y_unit: String,
}

impl StatsChart {
    /// Creates a value with the required members.
    pub fn new(
        records: Vec<StatsData>,
        title: impl Into<String>,
        x_unit: impl Into<String>,
        y_unit: impl Into<String>,
    ) -> Self {
        Self {
            records,
            title: title.into(),
            x_unit: x_unit.into(),
            y_unit: y_unit.into(),
        }
    }
}

pop_rpc::wire_struct!(
    StatsChart, "Records" => always(StatsDataDoItem) records, "Title" => always title,
    "XUnit" => always x_unit, "YUnit" => always y_unit,
);

/// A point of a chart.
///
/// Type `StatsDataDo` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct StatsData {
    /// Time of the sample. `X` on the wire, in milliseconds since 1970-01-01T00:00:00Z, such as
    /// `1570960501000`.
    pub x: i64,
    /// Value at that time. `Y` on the wire, such as `2`.
    pub y: f64,
}

impl StatsData {
    /// Creates a value with the required members.
    pub fn new(x: i64, y: f64) -> Self {
        Self { x, y }
    }
}

pop_rpc::wire_struct!(StatsData, "X" => always x, "Y" => always y,);

/// Name of list items on the wire: `StatsDataDo`.
struct StatsDataDoItem;

impl pop_rpc::wire::ItemName for StatsDataDoItem {
    const NAME: &'static str = "StatsDataDo";
}
