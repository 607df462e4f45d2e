//! Delivers notifications to one receiver.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ons_mqtt_store::Store;
use tokio_util::sync::CancellationToken;

use super::progress::Progress;
use super::route::Route;
use super::sender::Sender;
use crate::brokers::Brokers;
use crate::membership::Membership;

/// Most notifications that are sent at once.
const BATCH: u32 = 500;

/// Pause after the first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// Longest pause after a failure.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Sends what waits for a receiver, in order, each batch until it has arrived.
pub(super) struct Deliverer {
    pub(super) store: Arc<Store>,
    pub(super) brokers: Arc<Brokers>,
    pub(super) node: Arc<Membership>,
    pub(super) route: Route,
    pub(super) progress: Arc<Progress>,
    /// Number of the last notification that was delivered.
    pub(super) delivered: i64,
    /// Cancelled when another deliverer takes over.
    pub(super) replaced: CancellationToken,
    /// Cancelled when the service stops.
    pub(super) closing: CancellationToken,
}

impl Deliverer {
    /// Delivers until it is replaced, or until nothing waits when the service stops.
    pub(super) async fn run(mut self) {
        let replaced = self.replaced.clone();
        replaced.run_until_cancelled(self.deliver()).await;
    }

    async fn deliver(&mut self) {
        let mut sender = None;
        let mut failures = 0;
        loop {
            // Asked before the last look, which then finds all that was written.
            let is_closing = self.closing.is_cancelled();
            match self.attempt(&mut sender).await {
                Ok(()) => {
                    if failures > 0 {
                        tracing::info!(receiver = %self.route.name, "notifications are delivered again");
                    }
                    failures = 0;
                    if is_closing {
                        return;
                    }
                    let wake = self.progress.wake.notified();
                    self.closing.run_until_cancelled(wake).await;
                }
                Err(reason) => {
                    self.progress.failures.fetch_add(1, Ordering::Relaxed);
                    if is_closing {
                        return;
                    }
                    let pause = pause(failures);
                    failures += 1;
                    tracing::warn!(receiver = %self.route.name, reason, ?pause, "notifications are not delivered");
                    let sleep = tokio::time::sleep(pause);
                    self.closing.run_until_cancelled(sleep).await;
                }
            }
        }
    }

    /// Prepares the sender if it is not prepared yet, and sends what waits.
    async fn attempt(&mut self, sender: &mut Option<Sender>) -> Result<(), String> {
        let sender = match sender {
            Some(sender) => sender,
            none => none.insert(Sender::new(&self.route, &self.brokers, &self.node)?),
        };
        self.deliver_waiting(sender).await
    }

    async fn deliver_waiting(&mut self, sender: &Sender) -> Result<(), String> {
        loop {
            let id = &self.route.id;
            let waiting = self.store.waiting(id, self.delivered, BATCH).await;
            let waiting = waiting.map_err(|error| error.to_string())?;
            let Some((last, _)) = waiting.last() else {
                return Ok(());
            };
            sender.send(&waiting).await?;
            self.delivered = *last;
            let progress = &self.progress;
            progress.delivered.fetch_max(*last, Ordering::Relaxed);
            let count = waiting.len() as u64;
            progress.sent.fetch_add(count, Ordering::Relaxed);
            let deleted = self.store.delivered(id, *last).await;
            deleted.map_err(|error| error.to_string())?;
        }
    }
}

/// Returns the pause after some failures: doubled each time, and between half of that and all of it.
fn pause(failures: u32) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(failures));
    let longest = doubled.min(LONGEST_PAUSE);
    longest.mul_f64(0.5 + fastrand::f64() / 2.0)
}
