//! Reads a range of time from a table whose key begins with the hour.

use sqlx::Any;
use sqlx::any::AnyArguments;
use sqlx::query::QueryAs;

use crate::error::Error;
use crate::point::Point;
use crate::store::Store;

/// Returns the hour of a time, in hours since 1970.
pub(crate) fn hour_of(time: i64) -> i64 {
    time.div_euclid(3_600_000)
}

/// A query whose first two parameters are the first and the last hour.
pub(crate) type RangeQuery<'q> = QueryAs<'q, Any, (i64, i64), AnyArguments>;

/// Builds a query over the hours `$1` to `$2` that have rows in a table.
///
/// The query jumps from one existing hour to the next, so its cost depends neither on the rows in
/// between nor on the width of the range. The cross join makes SQLite keep that order.
macro_rules! over_hours {
    ($table:literal, $select:literal) => {
        concat!($crate::hours::hours!($table), " SELECT ", $select)
    };
}

/// Builds the table `hours` of the hours `$1` to `$2` that have rows in a table.
macro_rules! hours {
    ($table:literal) => {
        concat!(
            "WITH RECURSIVE hours (hour) AS (SELECT MIN(hour) FROM ",
            $table,
            " WHERE hour >= $1 UNION ALL SELECT (SELECT MIN(later.hour) FROM ",
            $table,
            " AS later WHERE later.hour > hours.hour) FROM hours WHERE hours.hour < $2)"
        )
    };
}
pub(crate) use hours;
pub(crate) use over_hours;

impl Store {
    /// Runs a query that returns times and numbers.
    pub(crate) async fn points(
        &self,
        attempt: &'static str,
        query: RangeQuery<'_>,
    ) -> Result<Vec<Point>, Error> {
        let rows = self.in_time(attempt, async {
            let rows = query.fetch_all(&self.reader).await;
            rows.map_err(self.failed(attempt))
        });
        Ok(rows
            .await?
            .into_iter()
            .map(|(time, count)| Point { time, count })
            .collect())
    }
}
