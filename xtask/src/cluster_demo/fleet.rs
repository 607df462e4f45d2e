//! All devices, each in a thread of its own.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::device::Device;
use super::ledger::Ledger;
use super::shared::Shared;
use crate::error::{Error, same};
use crate::program::until;

/// Longest wait for all devices.
const PATIENCE: Duration = Duration::from_secs(60);
const GLANCE: Duration = Duration::from_millis(50);
/// Time without a message after which no more arrive.
const QUIET: Duration = Duration::from_secs(3);

/// Devices that exchange messages.
pub(super) struct Fleet {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl Fleet {
    /// Starts devices, and waits until all have subscribed.
    pub(super) fn start(
        devices: usize,
        messages: usize,
        pause: Duration,
        nodes: Vec<String>,
    ) -> Result<Self, Error> {
        let shared = Arc::new(Shared {
            nodes,
            devices,
            messages,
            pause,
            online: AtomicUsize::new(0),
            subscribed: AtomicUsize::new(0),
            is_started: AtomicBool::new(false),
            is_stopped: AtomicBool::new(false),
            ledger: Mutex::default(),
        });
        let device = |number| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || Device::new(number, &shared).run())
        };
        let fleet = Self {
            threads: (0..devices).map(device).collect(),
            shared,
        };
        let subscribed = || fleet.shared.subscribed.load(Ordering::Acquire);
        wait("subscribed devices", devices, subscribed)?;
        fleet.shared.is_started.store(true, Ordering::Release);
        Ok(fleet)
    }

    /// Waits until half of the messages are acknowledged.
    pub(super) fn wait_for_half(&self) -> Result<(), Error> {
        let half = self.all() / 2;
        wait("acknowledged messages", half, || {
            self.shared.ledger().acknowledged().min(half)
        })
    }

    /// Waits until devices have noticed that a node is gone, then until all are connected.
    pub(super) fn wait_until_online_again(&self) -> Result<(), Error> {
        let online = || self.shared.online.load(Ordering::Acquire);
        let have_noticed = until(|| Ok(online() < self.shared.devices))?;
        same("devices have lost their node", have_noticed, true)?;
        wait("devices online", self.shared.devices, online)
    }

    /// Waits until all messages are acknowledged and no more arrive, and returns the ledger.
    pub(super) fn finish(self) -> Result<Ledger, Error> {
        let shared = &self.shared;
        wait("acknowledged messages", self.all(), || {
            shared.ledger().acknowledged()
        })?;
        let mut before = usize::MAX;
        while std::mem::replace(&mut before, shared.ledger().lost()) != before {
            thread::sleep(QUIET);
        }
        shared.is_stopped.store(true, Ordering::Release);
        for thread in self.threads {
            thread
                .join()
                .map_err(|_| Error::step("a device has failed"))?;
        }
        Ok(std::mem::take(&mut self.shared.ledger()))
    }

    fn all(&self) -> usize {
        self.shared.devices * self.shared.messages
    }
}

fn wait(what: &str, wanted: usize, found: impl Fn() -> usize) -> Result<(), Error> {
    let begin = Instant::now();
    while found() != wanted && begin.elapsed() < PATIENCE {
        thread::sleep(GLANCE);
    }
    same(what, found(), wanted)
}
