//! Message counts of parent topics and their sub topics.

use std::collections::BTreeMap;

use sqlx::AnyConnection;

use crate::error::Error;
use crate::hours::{hour_of, over_hours};
use crate::point::Point;
use crate::store::Store;
use crate::upsert::Upsert;

/// How a message reaches its receivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MessageKind {
    /// To one client, by its client id.
    P2p,
    /// To those who subscribed.
    Sub,
}

impl MessageKind {
    fn text(self) -> &'static str {
        match self {
            Self::P2p => "P2P",
            Self::Sub => "SUB",
        }
    }
}

/// Which way a message goes, seen from a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// It was published.
    Pub,
    /// It was delivered.
    Sub,
}

impl Direction {
    fn text(self) -> &'static str {
        match self {
            Self::Pub => "PUB",
            Self::Sub => "SUB",
        }
    }
}

/// Messages that were counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageCount {
    /// The instance.
    pub instance_id: String,
    /// The parent topic, in whose total they are counted.
    pub parent_topic: String,
    /// The sub topic under which they are counted as well: the empty text for messages on the
    /// parent topic itself; none if they belong to the total of the parent topic only.
    pub sub_topic: Option<String>,
    /// How they reach their receivers.
    pub kind: MessageKind,
    /// Which way they go.
    pub direction: Direction,
    /// 0, 1 or 2.
    pub qos: u8,
    /// How many; what goes beyond [`i64::MAX`] is cut.
    pub count: u64,
}

/// Which message counts to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageQuery {
    /// The instance.
    pub instance_id: String,
    /// The parent topic.
    pub parent_topic: String,
    /// Exactly this sub topic, the empty text being the parent topic itself; none for the whole
    /// parent topic.
    pub sub_topic: Option<String>,
    /// Only this kind; none for both.
    pub kind: Option<MessageKind>,
    /// Which way they go.
    pub direction: Direction,
    /// Only this QoS; none for all.
    pub qos: Option<u8>,
    /// The first time that belongs to the range.
    pub begin: i64,
    /// The first time after `begin` that does not.
    pub end: i64,
}

const UPSERT: Upsert = Upsert {
    insert: "INSERT INTO messages (hour, instance_id, parent_topic, whole, sub_topic, direction, \
        start, kind, qos, count)",
    conflict: "ON CONFLICT \
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
    /// How many messages there were in each interval of a range, in order of time; an interval
    /// without any is left out.
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

/// Key of a row within its interval, in the order of the table's; none is the whole parent topic.
type Key<'a> = (
    &'a str,
    &'a str,
    Option<&'a str>,
    Direction,
    MessageKind,
    u8,
);

/// Adds to the counts of an interval that are there.
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
    UPSERT.run(connection, &rows).await
}

/// Sums what has the same key, for the parent topic and for the sub topic.
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
