//! Writes counts, samples and sightings in one transaction.

use sqlx::AnyConnection;

use crate::clients::{self, SeenClient};
use crate::error::Error;
use crate::messages::{self, MessageCount};
use crate::online::{self, OnlineSample};
use crate::store::Store;

/// Counts, samples and sightings to write at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flush {
    /// Number of the flush. With it, the flush can be repeated if its outcome is unknown, and counts once.
    pub number: Option<FlushNumber>,
    /// Start of the interval of `messages`.
    pub start: i64,
    /// Message counts, added to those of the interval.
    pub messages: Vec<MessageCount>,
    /// Time of the samples in `online`.
    pub sampled: i64,
    /// Online samples. They replace samples of the same group and time; those of nodes are added up.
    pub online: Vec<OnlineSample>,
    /// Clients that were seen. The latest sighting of each client is kept.
    pub clients: Vec<SeenClient>,
}

/// Number of a flush.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FlushNumber {
    /// A number that no earlier run of the server had, such as a random one.
    pub run: i64,
    /// Greater than that of each earlier flush of the run.
    pub number: i64,
}

/// Notes a flush. Changes nothing if it was noted before.
const NOTE: &str = "INSERT INTO flushes (node, run, number) VALUES ($1, $2, $3) \
    ON CONFLICT (node) DO UPDATE SET run = excluded.run, number = excluded.number \
    WHERE flushes.run <> excluded.run OR flushes.number < excluded.number";

impl Store {
    /// Writes everything in one transaction, unless a flush of the same number was written.
    ///
    /// # Errors
    ///
    /// [`Error::InUse`] or [`Error::Replaced`] if this server may not write any more;
    /// [`Error::Failed`]. Nothing was written, unless the connection to PostgreSQL broke during the commit: then the outcome is
    /// unknown. A flush with a number can be repeated.
    pub async fn flush(&self, flush: &Flush) -> Result<(), Error> {
        let attempt = "write counts";
        let mut transaction = self.begin(attempt).await?;
        if let Some(number) = flush.number {
            let noted = self.note(&mut transaction, number).await;
            if !noted.map_err(self.failed(attempt))? {
                return transaction.rollback().await.map_err(self.failed(attempt));
            }
        }
        write(&mut transaction, flush, self.is_shared())
            .await
            .map_err(self.failed(attempt))?;
        transaction.commit().await.map_err(self.failed(attempt))
    }

    /// Notes a flush. Returns `false` if it was written before.
    async fn note(
        &self,
        connection: &mut AnyConnection,
        FlushNumber { run, number }: FlushNumber,
    ) -> sqlx::Result<bool> {
        let note = sqlx::query(NOTE).bind(self.node_name());
        let noted = note.bind(run).bind(number).execute(connection).await?;
        Ok(noted.rows_affected() > 0)
    }
}

async fn write(
    connection: &mut AnyConnection,
    flush: &Flush,
    is_shared: bool,
) -> Result<(), sqlx::Error> {
    messages::add(connection, flush.start, &flush.messages).await?;
    online::record(connection, flush.sampled, &flush.online, is_shared).await?;
    clients::record(connection, &flush.clients).await
}
