//! Refused devices: how many, which ones last, and what an operator reads about them.

mod cause;
mod chinese;
mod quota;
mod reason;
mod recent;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

pub(crate) use self::cause::Cause;
use self::chinese::Chinese;
use self::quota::Quota;
pub use self::reason::Refusal;
use self::recent::Recent;
pub use self::recent::RefusedDevice;
use crate::excerpt::Excerpt;

/// Position of malformed packets among the quotas, after those of all reasons.
const MALFORMED: usize = Refusal::ALL.len();

/// Refusals of an instance since its start.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    counts: [AtomicU64; Refusal::ALL.len()],
    recent: Mutex<Recent>,
    lines: Mutex<[Quota; MALFORMED + 1]>,
}

/// A device that is refused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) address: SocketAddr,
    pub(crate) cause: Cause<'a>,
}

impl Refusals {
    /// Counts a refusal that concerns no device.
    pub(crate) fn count(&self, refusal: Refusal) {
        self.counts[refusal as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a refused device, remembers it and writes a log line. `unix` is the time in ms.
    pub(crate) fn refuse(&self, refused: Refused<'_>, unix: i64) {
        let Refused {
            client_id,
            address,
            cause,
        } = refused;
        let reason = cause.refusal();
        self.count(reason);
        let remedy = cause.to_string();
        if self.may_log(reason as usize, unix) {
            let client_id = &*Excerpt(client_id).logged();
            tracing::warn!(client_id, %address, %reason, %remedy, "device refused");
        }
        self.recent.lock().push(RefusedDevice {
            time: unix,
            client_id: Excerpt::cut(client_id).to_owned(),
            address,
            reason,
            remedy,
            remedy_in_chinese: Chinese(cause).to_string(),
        });
    }

    /// Writes a log line about a packet that is not MQTT.
    pub(crate) fn malformed(
        &self,
        client_id: Option<&str>,
        address: SocketAddr,
        rule: &str,
        unix: i64,
    ) {
        if self.may_log(MALFORMED, unix) {
            let client_id = client_id.map(|client_id| Excerpt(client_id).logged());
            tracing::warn!(client_id = client_id.as_deref(), %address, rule, "malformed packet; connection closed");
        }
    }

    /// Writes how many log lines were left out, once their minute is over.
    pub(crate) fn summarize(&self, unix: i64) {
        let left_out = self.lines.lock().each_mut().map(|quota| quota.close(unix));
        for (at, more) in left_out.into_iter().enumerate() {
            match (more, Refusal::ALL.get(at)) {
                (0, _) => {}
                (more, Some(reason)) => tracing::warn!(%reason, more, "more devices refused"),
                (more, None) => tracing::warn!(more, "more malformed packets"),
            }
        }
    }

    fn may_log(&self, at: usize, unix: i64) -> bool {
        self.lines.lock()[at].take(unix)
    }

    /// Returns the number of refusals by reason.
    pub(crate) fn all(&self) -> [(Refusal, u64); Refusal::ALL.len()] {
        Refusal::ALL.map(|refusal| {
            let count = &self.counts[refusal as usize];
            (refusal, count.load(Ordering::Relaxed))
        })
    }

    /// Returns the last refusals, the newest first, of all clients or of one.
    pub(crate) fn last(&self, client_id: Option<&str>) -> Vec<RefusedDevice> {
        self.recent.lock().newest(client_id)
    }
}

#[cfg(test)]
mod tests;
