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

impl Store {
    /// Writes everything in one transaction.
    ///
    /// # Errors
    ///
    /// [`Error::InUse`] or [`Error::Replaced`] if this server may not write any more;
    /// [`Error::Failed`]. Nothing was written, so the call can be repeated. Only if the connection
    /// to PostgreSQL breaks during the commit is the outcome unknown.
    pub async fn flush(&self, flush: &Flush) -> Result<(), Error> {
        let attempt = "write counts";
        let mut transaction = self.begin(attempt).await?;
        write(&mut transaction, flush, self.is_shared())
            .await
            .map_err(self.failed(attempt))?;
        transaction.commit().await.map_err(self.failed(attempt))
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
