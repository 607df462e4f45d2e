//! Fewer log lines about trouble that goes on.

use std::time::Duration;

use tokio::time::Instant;

/// Shortest time between two log lines about the same trouble.
const INTERVAL: Duration = Duration::from_secs(60);

/// Lets a log line through once per minute.
#[derive(Debug, Default)]
pub struct Seldom(Option<Instant>);

impl Seldom {
    /// Returns `true` if the line is due.
    pub fn is_due(&mut self) -> bool {
        let now = Instant::now();
        let is_due = self.0.is_none_or(|last| last + INTERVAL <= now);
        if is_due {
            self.0 = Some(now);
        }
        is_due
    }
}
