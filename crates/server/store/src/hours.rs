//! Reading a range of time from a table whose key begins with the hour.

use sqlx::Any;
use sqlx::any::AnyArguments;
use sqlx::query::QueryAs;

use crate::error::Error;
use crate::point::Point;
use crate::store::Store;

/// The hour of a time, in hours since 1970.
pub(crate) fn hour_of(time: i64) -> i64 {
    time.div_euclid(3_600_000)
}

/// A query whose first two values are the first and the last hour.
pub(crate) type RangeQuery<'q> = QueryAs<'q, Any, (i64, i64), AnyArguments<'q>>;

/// Text of a query of the hours of a table that exist from hour `$1` to hour `$2`, and of what it
/// selects from them. It jumps from hour to hour, whatever is in between and however wide
/// the range is; the cross join makes SQLite keep that order.
macro_rules! over_hours {
    ($table:literal, $select:literal) => {
        concat!(
            "WITH RECURSIVE hours (hour) AS (SELECT MIN(hour) FROM ",
            $table,
            " WHERE hour >= $1 UNION ALL SELECT (SELECT MIN(later.hour) FROM ",
            $table,
            " AS later WHERE later.hour > hours.hour) FROM hours WHERE hours.hour < $2) SELECT ",
            $select
        )
    };
}
pub(crate) use over_hours;

impl Store {
    /// Runs a query that answers times and numbers.
    pub(crate) async fn points(
        &self,
        attempt: &'static str,
        query: RangeQuery<'_>,
    ) -> Result<Vec<Point>, Error> {
        let rows = query
            .fetch_all(&self.reader)
            .await
            .map_err(self.failed(attempt))?;
        Ok(rows
            .into_iter()
            .map(|(time, count)| Point { time, count })
            .collect())
    }
}
