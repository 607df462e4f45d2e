//! State that the devices of a fleet share.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::ledger::Ledger;

/// State that devices share.
pub(super) struct Shared {
    /// Addresses of MQTT.
    pub(super) nodes: Vec<String>,
    pub(super) devices: usize,
    /// Messages that each device publishes.
    pub(super) messages: usize,
    /// Pause between two messages of a device.
    pub(super) pause: Duration,
    /// Number of devices that are connected.
    pub(super) online: AtomicUsize,
    /// Number of subscriptions that were granted.
    pub(super) subscribed: AtomicUsize,
    pub(super) is_started: AtomicBool,
    pub(super) is_stopped: AtomicBool,
    pub(super) ledger: Mutex<Ledger>,
}

impl Shared {
    pub(super) fn is_started(&self) -> bool {
        self.is_started.load(Ordering::Acquire)
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Acquire)
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
