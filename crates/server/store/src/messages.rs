//! Message counts of parent topics and sub topics.

use std::collections::BTreeMap;

use sqlx::AnyConnection;

use crate::error::Error;
use crate::hours::{hour_of, over_hours};
use crate::point::Point;
use crate::rows::RowsStatement;
use crate::store::Store;

/// Kind of a message: the way it reaches its receivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MessageKind {
    /// Point to point: to one client, by its client ID.
    P2p,
    /// Publish and subscribe: to all subscribers.
    Sub,
}

impl MessageKind {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::P2p => "P2P",
            Self::Sub => "SUB",
        }
    }
}

/// Direction of a message, seen from a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// Published by the client.
    Pub,
    /// Delivered to the client.
    Sub,
}

impl Direction {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Pub => "PUB",
            Self::Sub => "SUB",
        }
    }
}

/// Number of messages with the same topic, kind, direction and QoS.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageCount {
    /// Instance ID.
    pub instance_id: String,
    /// Parent topic, whose total includes these messages.
    pub parent_topic: String,
    /// Sub topic that also counts these messages; empty for messages on the parent topic itself.
    /// `None` if they belong to the total of the parent topic only.
    pub sub_topic: Option<String>,
    /// Kind of the messages.
    pub kind: MessageKind,
    /// Direction of the messages.
    pub direction: Direction,
    /// QoS: 0, 1 or 2.
    pub qos: u8,
    /// Number of messages. Values above [`i64::MAX`] are capped at it.
    pub count: u64,
}

/// A query for message counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageQuery {
    /// Instance ID.
    pub instance_id: String,
    /// Parent topic.
    pub parent_topic: String,
    /// Exact sub topic; empty for the parent topic itself. `None` for the parent topic with all its
    /// sub topics.
    pub sub_topic: Option<String>,
    /// Kind of the messages; `None` for both kinds.
    pub kind: Option<MessageKind>,
    /// Direction of the messages.
    pub direction: Direction,
    /// QoS; `None` for every QoS.
    pub qos: Option<u8>,
    /// Start of the range, inclusive.
    pub begin: i64,
    /// End of the range, exclusive.
    pub end: i64,
}

const WRITE: RowsStatement = RowsStatement {
    before: "INSERT INTO messages (hour, instance_id, parent_topic, whole, sub_topic, direction, \
        start, kind, qos, count)",
    after: "ON CONFLICT \
        (hour, instance_id, parent_topic, whole, sub_topic, direction, start, kind, qos) \
        DO UPDATE SET count = messages.count + excluded.count",
};
pub(crate) const RANGE: &str = over_hours!(
    "messages",
    "start, CAST(SUM(count) AS BIGINT) FROM hours CROSS JOIN messages \
     WHERE messages.hour = hours.hour AND instance_id = $3 AND parent_topic = $4 AND whole = $5 \
     AND sub_topic = $6 AND direction = $7 AND start >= $8 AND start < $9 \
     AND ($10 = '' OR kind = $10) AND ($11 < 0 OR qos = $11) GROUP BY start ORDER BY start"
);

impl Store {
    /// Returns the number of messages in each interval of a range, in order of time. Intervals
    /// without messages are left out.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub async fn messages(&self, query: &MessageQuery) -> Result<Vec<Point>, Error> {
        if query.begin >= query.end {
            return Ok(Vec::new());
        }
        let range = sqlx::query_as(RANGE)
            .bind(hour_of(query.begin))
            .bind(hour_of(query.end - 1))
            .bind(&query.instance_id)
            .bind(&query.parent_topic)
            .bind(i64::from(query.sub_topic.is_none()))
            .bind(query.sub_topic.as_deref().unwrap_or_default())
            .bind(query.direction.text())
            .bind(query.begin)
            .bind(query.end)
            .bind(query.kind.map(MessageKind::text).unwrap_or_default())
            .bind(query.qos.map_or(-1, i64::from));
        self.points("read message counts", range).await
    }
}

/// Key of a row within its interval, in the order of the table's key. The sub topic is `None` for
/// the whole parent topic.
type Key<'a> = (
    &'a str,
    &'a str,
    Option<&'a str>,
    Direction,
    MessageKind,
    u8,
);

/// Adds messages to the counts of an interval.
pub(crate) async fn add(
    connection: &mut AnyConnection,
    start: i64,
    messages: &[MessageCount],
) -> Result<(), sqlx::Error> {
    let row = |(key, count)| {
        let (instance_id, parent_topic, sub_topic, direction, kind, qos): Key<'_> = key;
        [
            hour_of(start).into(),
            instance_id.into(),
            parent_topic.into(),
            i64::from(sub_topic.is_none()).into(),
            sub_topic.unwrap_or_default().into(),
            direction.text().into(),
            start.into(),
            kind.text().into(),
            i64::from(qos).into(),
            i64::try_from(count).unwrap_or(i64::MAX).into(),
        ]
    };
    let rows: Vec<_> = sums(messages).into_iter().map(row).collect();
    WRITE.run(connection, &rows).await
}

/// Sums the counts by key, for the parent topic and for the sub topic.
fn sums(messages: &[MessageCount]) -> BTreeMap<Key<'_>, u64> {
    let mut sums = BTreeMap::new();
    let mut add = |message: &'_ MessageCount, key| {
        let sum: &mut u64 = sums.entry(key).or_default();
        *sum = sum.saturating_add(message.count);
    };
    for message in messages {
        let MessageCount {
            instance_id,
            parent_topic,
            direction,
            kind,
            qos,
            ..
        } = message;
        let key = |sub_topic| {
            (
                instance_id.as_str(),
                parent_topic.as_str(),
                sub_topic,
                *direction,
                *kind,
                *qos,
            )
        };
        add(message, key(None));
        if let Some(sub_topic) = &message.sub_topic {
            add(message, key(Some(sub_topic.as_str())));
        }
    }
    sums
}
