//! Samples of the number of online clients per group.

use std::collections::BTreeMap;

use sqlx::AnyConnection;

use crate::error::Error;
use crate::hours::{hour_of, over_hours};
use crate::point::Point;
use crate::rows::{RowsStatement, Value};
use crate::store::Store;

/// Number of online clients of a group at a sample.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OnlineSample {
    /// Instance ID.
    pub instance_id: String,
    /// Group ID.
    pub group_id: String,
    /// Number of online clients.
    pub count: u32,
}

/// A query for online samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnlineQuery {
    /// Instance ID.
    pub instance_id: String,
    /// Group ID.
    pub group_id: String,
    /// Start of the range, inclusive.
    pub begin: i64,
    /// End of the range, exclusive.
    pub end: i64,
}

const WRITE: RowsStatement = RowsStatement {
    before: "INSERT INTO online (hour, instance_id, group_id, time, count)",
    after: "ON CONFLICT (hour, instance_id, group_id, time) \
        DO UPDATE SET count = excluded.count",
};
/// Adds up the samples of nodes, each of which samples a time once.
const ADD: RowsStatement = RowsStatement {
    before: WRITE.before,
    after: "ON CONFLICT (hour, instance_id, group_id, time) \
        DO UPDATE SET count = online.count + excluded.count",
};
pub(crate) const RANGE: &str = over_hours!(
    "online",
    "time, count FROM hours CROSS JOIN online \
     WHERE online.hour = hours.hour AND instance_id = $3 AND group_id = $4 \
     AND time >= $5 AND time < $6 ORDER BY time"
);

impl Store {
    /// Returns the samples of a group in a range, in order of time. A group that was not sampled
    /// has no samples; a group without online clients has zeros.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub async fn online(&self, query: &OnlineQuery) -> Result<Vec<Point>, Error> {
        if query.begin >= query.end {
            return Ok(Vec::new());
        }
        let range = sqlx::query_as(RANGE)
            .bind(hour_of(query.begin))
            .bind(hour_of(query.end - 1))
            .bind(&query.instance_id)
            .bind(&query.group_id)
            .bind(query.begin)
            .bind(query.end);
        self.points("read online samples", range).await
    }
}

/// Writes the samples of a time. Of two samples of the same group, the later one is kept; those of nodes are added up.
pub(crate) async fn record(
    connection: &mut AnyConnection,
    time: i64,
    samples: &[OnlineSample],
    is_shared: bool,
) -> Result<(), sqlx::Error> {
    let mut latest = BTreeMap::new();
    for OnlineSample {
        instance_id,
        group_id,
        count,
    } in samples
    {
        latest.insert((instance_id.as_str(), group_id.as_str()), *count);
    }
    let rows: Vec<[Value<'_>; 5]> = latest
        .into_iter()
        .map(|((instance_id, group_id), count)| {
            [
                hour_of(time).into(),
                instance_id.into(),
                group_id.into(),
                time.into(),
                i64::from(count).into(),
            ]
        })
        .collect();
    let statement = if is_shared { ADD } else { WRITE };
    statement.run(connection, &rows).await
}
