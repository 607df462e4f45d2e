//! Decides which node delivers notifications: one at a time, by a lease in the database.

use crate::error::Error;
use crate::store::Store;

/// Milliseconds for which a node delivers unless it says so again. It may go on for a moment longer, which does no harm, as what is
/// delivered twice has the same number.
const LEASE: i64 = 10_000;

/// Milliseconds that are left of a lease when it is renewed.
const RENEWAL: i64 = 7_000;

/// Tells who has the lease, and how many milliseconds are left of it.
const LEFT: &str = "SELECT node, epoch, \
    until - CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) FROM deliverer";
/// Takes the lease unless another node has it, or a later life of the same one.
const TAKE: &str = "INSERT INTO deliverer (id, node, epoch, until) \
    VALUES (1, $1, $2, CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) + $3) \
    ON CONFLICT (id) DO UPDATE \
    SET node = excluded.node, epoch = excluded.epoch, until = excluded.until \
    WHERE deliverer.until <= excluded.until - $3 \
    OR deliverer.node = excluded.node AND deliverer.epoch <= excluded.epoch";
const LEAVE: &str = "DELETE FROM deliverer WHERE node = $1 AND epoch = $2";

impl Store {
    /// Returns `true` if this process is to deliver notifications and to end the lives of others. Of nodes, it is one at a time, for
    /// ten seconds after each call that returned `true`. A server that is alone always is.
    ///
    /// # Errors
    ///
    /// As of [`flush`](Self::flush).
    pub async fn delivers(&self, epoch: i64) -> Result<bool, Error> {
        if !self.is_shared() {
            return Ok(true);
        }
        let attempt = "find out which node delivers notifications";
        let left = sqlx::query_as::<_, (String, i64, i64)>(LEFT);
        let left = left.fetch_optional(&self.reader).await;
        if let Some((node, life, left)) = left.map_err(self.failed(attempt))? {
            let is_own = node == self.node_name() && life == epoch;
            let may_take = left <= 0 || node == self.node_name() && life <= epoch;
            if !may_take || is_own && left >= RENEWAL {
                return Ok(is_own);
            }
        }
        let take = sqlx::query(TAKE).bind(self.node_name()).bind(epoch);
        Ok(self.write(attempt, take.bind(LEASE)).await? > 0)
    }

    /// Lets another node deliver notifications.
    ///
    /// # Errors
    ///
    /// As of [`flush`](Self::flush).
    pub async fn stop_delivering(&self, epoch: i64) -> Result<(), Error> {
        if self.is_shared() {
            let leave = sqlx::query(LEAVE).bind(self.node_name()).bind(epoch);
            let attempt = "let another node deliver notifications";
            self.write(attempt, leave).await?;
        }
        Ok(())
    }
}
