//! Messages of the devices that were acknowledged, and those that arrived.

use std::collections::{HashMap, HashSet};
use std::fmt;

/// Record of all devices.
#[derive(Default)]
pub(super) struct Ledger {
    acknowledged: HashSet<String>,
    /// Number of times that each message arrived.
    received: HashMap<String, usize>,
}

impl Ledger {
    pub(super) fn acknowledge(&mut self, message: String) {
        self.acknowledged.insert(message);
    }

    pub(super) fn receive(&mut self, message: String) {
        *self.received.entry(message).or_default() += 1;
    }

    /// Returns how many messages were acknowledged.
    pub(super) fn acknowledged(&self) -> usize {
        self.acknowledged.len()
    }

    /// Returns how many acknowledged messages did not arrive.
    pub(super) fn lost(&self) -> usize {
        let acknowledged = self.acknowledged.iter();
        acknowledged
            .filter(|message| !self.received.contains_key(*message))
            .count()
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let again = self.received.values().filter(|times| **times > 1).count();
        write!(
            formatter,
            "{} messages acknowledged, {} of them lost; {again} came more than once, as QoS 1 allows",
            self.acknowledged(),
            self.lost(),
        )
    }
}
