//! Writing what was counted, as a whole or not at all.

use sqlx::AnyConnection;

use crate::clients::{self, SeenClient};
use crate::error::Error;
use crate::messages::{self, MessageCount};
use crate::online::{self, OnlineSample};
use crate::store::Store;

/// What was counted and seen, to be written at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flush {
    /// Start of the interval that `messages` were counted in.
    pub start: i64,
    /// Message counts, which add to what the interval has.
    pub messages: Vec<MessageCount>,
    /// When `online` was sampled.
    pub sampled: i64,
    /// Online samples, which replace those of the same group and time.
    pub online: Vec<OnlineSample>,
    /// Clients that were seen; of each the latest stays.
    pub clients: Vec<SeenClient>,
}

impl Store {
    /// Writes all of it in one transaction.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`]: nothing was written, so that it can be tried again. Only if the
    /// connection to PostgreSQL breaks while it commits is it unknown.
    pub async fn flush(&self, flush: &Flush) -> Result<(), Error> {
        let attempt = "write counts";
        let mut transaction = self.begin(attempt).await?;
        write(&mut transaction, flush)
            .await
            .map_err(self.failed(attempt))?;
        transaction.commit().await.map_err(self.failed(attempt))
    }
}

async fn write(connection: &mut AnyConnection, flush: &Flush) -> Result<(), sqlx::Error> {
    messages::add(connection, flush.start, &flush.messages).await?;
    online::record(connection, flush.sampled, &flush.online).await?;
    clients::record(connection, &flush.clients).await
}
