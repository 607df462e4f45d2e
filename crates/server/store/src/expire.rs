//! Deletes data at the end of its retention.

use crate::error::Error;
use crate::hours::hour_of;
use crate::store::Store;

/// Rows per transaction. The number is small so that no other writer waits long.
macro_rules! batch {
    () => {
        "5000"
    };
}

pub(crate) const MESSAGES: &str = concat!(
    "DELETE FROM messages WHERE \
     (hour, instance_id, parent_topic, whole, sub_topic, direction, start, kind, qos) IN (SELECT \
     hour, instance_id, parent_topic, whole, sub_topic, direction, start, kind, qos \
     FROM messages WHERE hour < $1 ORDER BY hour LIMIT ",
    batch!(),
    ")"
);
pub(crate) const ONLINE: &str = concat!(
    "DELETE FROM online WHERE (hour, instance_id, group_id, time) IN \
     (SELECT hour, instance_id, group_id, time FROM online WHERE hour < $1 ORDER BY hour LIMIT ",
    batch!(),
    ")"
);
/// The second condition keeps a client that is seen in the meantime.
pub(crate) const CLIENTS: &str = concat!(
    "DELETE FROM clients WHERE (instance_id, client_id) IN \
     (SELECT instance_id, client_id FROM clients WHERE last_seen < $1 ORDER BY last_seen LIMIT ",
    batch!(),
    ") AND last_seen < $1"
);

impl Store {
    /// Deletes a batch of clients that were last seen before a time, and of counts and samples of the
    /// hours that ended before it. Returns the number of deleted rows, 0 if nothing is left.
    ///
    /// Whoever calls it until then lets other writers have their turn, and can stop in between.
    ///
    /// # Errors
    ///
    /// [`Error::InUse`] or [`Error::Replaced`] if this server may not write any more;
    /// [`Error::Failed`]. Rows deleted before the error stay deleted.
    pub async fn expire(&self, before: i64) -> Result<u64, Error> {
        let mut deleted = 0;
        for (statement, before) in [
            (MESSAGES, hour_of(before)),
            (ONLINE, hour_of(before)),
            (CLIENTS, before),
        ] {
            let statement = sqlx::query(statement).bind(before);
            deleted += self.write("delete expired data", statement).await?;
        }
        Ok(deleted)
    }
}
