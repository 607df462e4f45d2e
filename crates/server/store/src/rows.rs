//! Writes or deletes many rows with few statements.

use std::fmt::Write;
use std::sync::Arc;

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Row as _};

/// A statement with its bound values.
pub(crate) type Statement<'q> = Query<'q, Any, AnyArguments>;

/// Rows per statement. SQLite needs time proportional to the square of the number of parameters.
const ROWS: usize = 50;

/// The text around the list of values of a statement.
pub(crate) struct RowsStatement {
    /// Text before the values, such as `INSERT INTO table (columns)`.
    pub(crate) before: &'static str,
    /// Text after the values, such as `ON CONFLICT (columns) DO UPDATE SET …`.
    pub(crate) after: &'static str,
}

/// A value of a column.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    Text(&'a str),
    Number(i64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl RowsStatement {
    /// Writes rows, all of which must have different keys unless repeated ones are ignored.
    pub(crate) async fn run<const COLUMNS: usize>(
        &self,
        connection: &mut AnyConnection,
        rows: &[[Value<'_>; COLUMNS]],
    ) -> Result<(), sqlx::Error> {
        self.fetch(connection, rows).await.map(drop)
    }

    /// Writes rows as [`run`](Self::run) does. Returns the column that the statement returns.
    pub(crate) async fn fetch<const COLUMNS: usize>(
        &self,
        connection: &mut AnyConnection,
        rows: &[[Value<'_>; COLUMNS]],
    ) -> Result<Vec<String>, sqlx::Error> {
        let mut returned = Vec::new();
        let chunks = rows.chunks_exact(ROWS);
        let rest = chunks.remainder();
        // The text consists of constants and numbers of parameters.
        let text: Arc<str> = self.text(ROWS, COLUMNS).into();
        for rows in chunks {
            let statement = sqlx::query(AssertSqlSafe(Arc::clone(&text)));
            returned.extend(bind(statement, rows).fetch_all(&mut *connection).await?);
        }
        if !rest.is_empty() {
            let text = self.text(rest.len(), COLUMNS);
            // Not cached, because it would displace more frequent statements.
            let statement = sqlx::query(AssertSqlSafe(text)).persistent(false);
            returned.extend(bind(statement, rest).fetch_all(connection).await?);
        }
        returned.iter().map(|row| row.try_get(0)).collect()
    }

    fn text(&self, rows: usize, columns: usize) -> String {
        let mut text = format!("{} VALUES ", self.before);
        for row in 0..rows {
            text.push_str(if row == 0 { "(" } else { ", (" });
            for column in 1..=columns {
                let separator = if column == 1 { "" } else { ", " };
                // Writing to a string cannot fail.
                let _ = write!(text, "{separator}${}", row * columns + column);
            }
            text.push(')');
        }
        text.push(' ');
        text.push_str(self.after);
        text
    }
}

fn bind<'q, const COLUMNS: usize>(
    statement: Statement<'q>,
    rows: &[[Value<'q>; COLUMNS]],
) -> Statement<'q> {
    rows.as_flattened()
        .iter()
        .fold(statement, |statement, value| match *value {
            Value::Text(text) => statement.bind(text),
            Value::Number(number) => statement.bind(number),
        })
}
