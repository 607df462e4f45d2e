//! Counts and samples of a long range of time, summed up in the database: a few numbers for each slice of an hour.

use crate::error::Error;
use crate::hours::{hour_of, hours};
use crate::messages::{MessageKind, MessageQuery};
use crate::online::OnlineQuery;
use crate::point::Point;
use crate::store::Store;

/// Parts into which messages are split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// All messages are one part.
    None,
    /// One part for each QoS: 0, 1, 2.
    Qos,
    /// One part for each kind: point to point, then publish and subscribe.
    Kind,
}

/// Messages of a slice of an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// Begin of the slice.
    pub begin: i64,
    /// Largest number of messages in an interval, of all parts together.
    pub largest: i64,
    /// Messages of each part.
    pub parts: Vec<PartOfSlice>,
}

/// Messages of a part in a slice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PartOfSlice {
    /// Largest number of messages in an interval.
    pub largest: i64,
    /// Number of messages.
    pub total: i64,
}

/// Builds a query of numbers for each slice of the hours `$1` to `$2`. A slice is `$3` long, which divides an hour; the
/// first one begins at `$4`, and the last one ends at `$5`.
///
/// A subquery for each slice reads rows in the order of the key, so nothing is sorted, which would take most of the time.
/// A subquery has one column, and SQLite has no lateral joins, so the numbers are in one text.
macro_rules! over_slices {
    ($table:literal, $numbers:expr, $from:expr) => {
        concat!(
            hours!($table),
            ", offsets (since) AS (SELECT CAST(0 AS BIGINT) UNION ALL \
             SELECT since + $3 FROM offsets WHERE since + $3 < 3600000), \
             whole_slices (hour, since) AS \
             (SELECT hour, hour * 3600000 + since FROM hours CROSS JOIN offsets), \
             slices (hour, since, until) AS (SELECT hour, \
             CASE WHEN since < $4 THEN $4 ELSE since END, \
             CASE WHEN since + $3 > $5 THEN $5 ELSE since + $3 END FROM whole_slices) \
             SELECT since, (SELECT ",
            $numbers,
            " FROM ",
            $from,
            ") FROM slices WHERE since < until ORDER BY since"
        )
    };
}

/// Builds a query of the largest number in an interval of all parts together, then of the largest number and the sum of each
/// part. `$parts` are the numbers of an interval.
macro_rules! messages_over_slices {
    ($numbers:expr, $parts:literal) => {
        over_slices!(
            "messages",
            $numbers,
            concat!(
                "(SELECT ",
                $parts,
                " FROM messages WHERE messages.hour = slices.hour AND instance_id = $6 \
                 AND parent_topic = $7 AND whole = $8 AND sub_topic = $9 AND direction = $10 \
                 AND start >= slices.since AND start < slices.until \
                 AND ($11 = '' OR kind = $11) AND ($12 < 0 OR qos = $12) GROUP BY start) AS parts"
            )
        )
    };
}

macro_rules! largest_and_sum {
    ($part:literal) => {
        concat!(
            " || ' ' || CAST(MAX(",
            $part,
            ") AS TEXT) || ' ' || CAST(SUM(",
            $part,
            ") AS TEXT)"
        )
    };
}

pub(crate) const OF_ALL: &str = messages_over_slices!(
    concat!("CAST(MAX(n) AS TEXT)", largest_and_sum!("n")),
    "SUM(count) AS n"
);
pub(crate) const BY_QOS: &str = messages_over_slices!(
    concat!(
        "CAST(MAX(a + b + c) AS TEXT)",
        largest_and_sum!("a"),
        largest_and_sum!("b"),
        largest_and_sum!("c")
    ),
    "SUM(CASE WHEN qos = 0 THEN count ELSE 0 END) AS a, \
     SUM(CASE WHEN qos = 1 THEN count ELSE 0 END) AS b, \
     SUM(CASE WHEN qos = 2 THEN count ELSE 0 END) AS c"
);
pub(crate) const BY_KIND: &str = messages_over_slices!(
    concat!(
        "CAST(MAX(a + b) AS TEXT)",
        largest_and_sum!("a"),
        largest_and_sum!("b")
    ),
    "SUM(CASE WHEN kind = 'P2P' THEN count ELSE 0 END) AS a, \
     SUM(CASE WHEN kind = 'SUB' THEN count ELSE 0 END) AS b"
);
pub(crate) const OF_ONLINE: &str = over_slices!(
    "online",
    "CAST(MAX(count) AS TEXT)",
    "online WHERE online.hour = slices.hour AND instance_id = $6 AND group_id = $7 \
     AND time >= slices.since AND time < slices.until"
);

/// A query whose rows are the begin of a slice and its numbers.
type SlicesQuery<'q> =
    sqlx::query::QueryAs<'q, sqlx::Any, (i64, Option<String>), sqlx::any::AnyArguments>;

impl Store {
    /// Returns the messages of each slice of a range, in order of time. A slice is `length` milliseconds long, which divide an
    /// hour, and begins at a multiple of that; the range cuts the first and the last one. Slices without messages are left out.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub async fn messages_in_slices(
        &self,
        query: &MessageQuery,
        split: Split,
        length: i64,
    ) -> Result<Vec<Slice>, Error> {
        let statement = match split {
            Split::None => OF_ALL,
            Split::Qos => BY_QOS,
            Split::Kind => BY_KIND,
        };
        let slices = over(statement, length, query.begin, query.end)
            .bind(&query.instance_id)
            .bind(&query.parent_topic)
            .bind(i64::from(query.sub_topic.is_none()))
            .bind(query.sub_topic.as_deref().unwrap_or_default())
            .bind(query.direction.text())
            .bind(query.kind.map(MessageKind::text).unwrap_or_default())
            .bind(query.qos.map_or(-1, i64::from));
        let slices = self.slices("read message counts", slices).await?;
        let slice = |(begin, numbers): (i64, Vec<i64>)| {
            let (largest, parts) = numbers.split_first()?;
            let part = |part: &[i64; 2]| PartOfSlice {
                largest: part[0],
                total: part[1],
            };
            Some(Slice {
                begin,
                largest: *largest,
                parts: parts.as_chunks().0.iter().map(part).collect(),
            })
        };
        Ok(slices.into_iter().filter_map(slice).collect())
    }

    /// Returns the largest sample of each slice of a range, in order of time. Slices are as of
    /// [`messages_in_slices`](Self::messages_in_slices); those without samples are left out.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub async fn online_in_slices(
        &self,
        query: &OnlineQuery,
        length: i64,
    ) -> Result<Vec<Point>, Error> {
        let slices = over(OF_ONLINE, length, query.begin, query.end)
            .bind(&query.instance_id)
            .bind(&query.group_id);
        let slices = self.slices("read online samples", slices).await?;
        let point = |(time, numbers): (i64, Vec<i64>)| {
            let count = *numbers.first()?;
            Some(Point { time, count })
        };
        Ok(slices.into_iter().filter_map(point).collect())
    }

    /// Returns the slices that have rows, each with its numbers.
    async fn slices(
        &self,
        attempt: &'static str,
        query: SlicesQuery<'_>,
    ) -> Result<Vec<(i64, Vec<i64>)>, Error> {
        let rows = self.in_time(attempt, async {
            let rows = query.fetch_all(&self.reader).await;
            rows.map_err(self.failed(attempt))
        });
        let numbers = |(begin, text): (i64, Option<String>)| {
            let text = text?;
            // A sum in PostgreSQL may be larger.
            let numbers = text.split(' ').map(|it| it.parse().unwrap_or(i64::MAX));
            Some((begin, numbers.collect()))
        };
        Ok(rows.await?.into_iter().filter_map(numbers).collect())
    }
}

/// Returns a query over slices with the values of its first parameters.
fn over(statement: &'static str, length: i64, begin: i64, end: i64) -> SlicesQuery<'static> {
    sqlx::query_as(statement)
        .bind(hour_of(begin))
        .bind(hour_of(end.saturating_sub(1)))
        .bind(length)
        .bind(begin)
        .bind(end)
}
