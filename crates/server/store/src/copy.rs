//! Copy of an SQLite database while it is in use.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Executor};

use crate::error::Error;
use crate::files::set_mark;
use crate::location::Location;
use crate::store::Store;

/// Instructions of SQLite's machine between two questions whether to go on: well below a
/// millisecond.
const INSTRUCTIONS: i32 = 1000;

impl Store {
    /// Writes the database as of now to a new SQLite file, and returns `true`. A database of
    /// PostgreSQL is not copied: its own tools do that. Asks `goes_on` many times a second, and ends
    /// when it answers `false`.
    ///
    /// # Errors
    ///
    /// [`Error::Replaced`] if files of the database were deleted, replaced or overwritten;
    /// [`Error::Failed`] if the file exists, the disk fails, or `goes_on` answers `false`. What is written by then
    /// remains.
    pub async fn copy_to(
        &self,
        path: &Path,
        goes_on: impl FnMut() -> bool + Send + 'static,
    ) -> Result<bool, Error> {
        let Location::File(database) = &self.location else {
            return Ok(false);
        };
        let attempt = "copy the tables";
        let options = SqliteConnectOptions::new()
            .filename(database)
            .disable_statement_logging();
        // Of its own, as only this one may be interrupted.
        let connection = SqliteConnection::connect_with(&options).await;
        let connection = connection.map_err(self.failed(attempt))?;
        // Afterwards: the file that was opened is the one that is there now.
        self.files.check()?;
        let copied = copy(connection, path, goes_on).await;
        copied.map_err(self.failed(attempt))?;
        Ok(true)
    }
}

/// Copies the database of a connection.
async fn copy(
    mut connection: SqliteConnection,
    path: &Path,
    goes_on: impl FnMut() -> bool + Send + 'static,
) -> Result<(), sqlx::Error> {
    let mut handle = connection.lock_handle().await?;
    handle.set_progress_handler(INSTRUCTIONS, goes_on);
    drop(handle);
    let to = path.to_string_lossy().into_owned();
    let copy = sqlx::query("VACUUM INTO $1").bind(to);
    let copied = copy.execute(&mut connection).await;
    connection.close().await?;
    copied?;
    // Else nobody would notice if the copy was written over the database.
    let options = SqliteConnectOptions::new()
        .filename(path)
        .disable_statement_logging();
    let mut copy = SqliteConnection::connect_with(&options).await?;
    copy.execute(set_mark(0)).await?;
    copy.close().await
}
