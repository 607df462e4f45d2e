//! How far nodes are behind in delivering what is in the log.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::sleep;

use super::log::Log;
use super::member::Member;
use crate::keep::DiskError;

/// Pause between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// Looks how far this node is behind until the task is ended. While NATS does not answer, the last figure stays.
pub(super) async fn look(member: Arc<Member>) {
    loop {
        let place = member.reading.lock().place;
        if let Ok(lag) = member.log.chunks_behind(place).await {
            member.lag.store(lag, Ordering::Relaxed);
        }
        sleep(PAUSE).await;
    }
}

impl Member {
    /// Returns how many chunks each node that is alive has not delivered, as far as it said so. A node that does not answer has
    /// said it earlier, in its row.
    pub(crate) async fn lags(&self) -> Result<Vec<(String, u64)>, DiskError> {
        let mut lags = Vec::new();
        for (life, progress) in self.rows.progress().await? {
            if !self.is_over(&life) {
                lags.push((life.node, self.log.chunks_behind(progress.read).await?));
            }
        }
        Ok(lags)
    }
}

impl Log {
    /// Returns how many chunks there are behind a place. From the first one on, those of other instances count, too, because
    /// their places lie in between.
    async fn chunks_behind(&self, place: u64) -> Result<u64, DiskError> {
        // Mostly there is none, so no chunk is sent.
        let Some((first, _)) = self.next(place).await? else {
            return Ok(0);
        };
        Ok((self.last_of_all().await? + 1).saturating_sub(first))
    }
}
