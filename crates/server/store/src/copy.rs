//! Copy of an SQLite database while it is in use.

use std::path::Path;

use sqlx::Executor;

use crate::error::Error;
use crate::location::Location;
use crate::store::Store;

impl Store {
    /// Writes the database as of now to a new SQLite file, and returns `true`. A database of
    /// PostgreSQL is not copied: its own tools do that.
    ///
    /// # Errors
    ///
    /// [`Error::Replaced`] if files of the database were deleted or replaced; [`Error::Failed`] if
    /// the file exists or the disk fails.
    pub async fn copy_to(&self, path: &Path) -> Result<bool, Error> {
        if let Location::Server { .. } = self.location {
            return Ok(false);
        }
        self.files.check()?;
        let path = path.to_string_lossy().into_owned();
        let copy = sqlx::query("VACUUM INTO $1").bind(path);
        let done = self.reader.execute(copy).await;
        done.map_err(self.failed("copy the tables"))?;
        Ok(true)
    }
}
