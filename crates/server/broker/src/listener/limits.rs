//! Bounds on connections, kept before anything is read from them.

use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use parking_lot::Mutex;
use pop_listen::{Queue, source};
use rustix::process::{Resource, getrlimit};
use tokio::task::AbortHandle;
use tokio::time::Instant;

/// Longest time from accept until CONNECT is accepted, handshakes of TLS and WebSocket included.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Descriptors left for the API, probes, the database and files. At most half of all.
const RESERVED_DESCRIPTORS: usize = 5120;
/// Descriptors assumed if the system sets no limit.
const UNLIMITED_DESCRIPTORS: usize = 1 << 20;
/// One connection of this many may be without an accepted CONNECT.
const WAITING_SHARE: usize = 4;
/// Most connections without an accepted CONNECT, however many descriptors there are: each may hold some 20 KiB.
const MAX_WAITING: usize = 16_384;
/// One waiting connection of this many may come from the same address.
const ADDRESS_SHARE: usize = 4;
/// Fewest waiting connections that an address may have, whatever its share is.
const ADDRESS_MINIMUM: usize = 64;

/// Returns how many descriptors of the process the connections of devices leave for everything else.
pub fn reserved_descriptors() -> usize {
    RESERVED_DESCRIPTORS.min(descriptors() / 2)
}

/// Returns how many descriptors the process may have.
fn descriptors() -> usize {
    let limit = getrlimit(Resource::Nofile).current;
    limit.map_or(UNLIMITED_DESCRIPTORS, |limit| {
        usize::try_from(limit).unwrap_or(UNLIMITED_DESCRIPTORS)
    })
}

/// Reason why a connection ended before its CONNECT was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rejection {
    /// The process has as many connections as its descriptors allow.
    Connections,
    /// It waited longest when too many connections waited.
    Waiting,
    /// It waited longest when too many connections of its address waited.
    WaitingFromAddress,
    /// CONNECT took too long.
    Timeout,
    /// The handshake of TLS or WebSocket failed.
    Handshake,
}

impl Rejection {
    /// All of them, in the order of [`Broker::rejected`](crate::Broker::rejected).
    pub const ALL: [Self; 5] = [
        Self::Connections,
        Self::Waiting,
        Self::WaitingFromAddress,
        Self::Timeout,
        Self::Handshake,
    ];
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connections => "too many connections",
            Self::Waiting => "too many connections without CONNECT",
            Self::WaitingFromAddress => "too many connections without CONNECT from one address",
            Self::Timeout => "no CONNECT in time",
            Self::Handshake => "failed handshake",
        })
    }
}

/// Number of rejections of a broker since its start, by reason.
#[derive(Debug, Default)]
pub(crate) struct Rejections([AtomicU64; Rejection::ALL.len()]);

impl Rejections {
    pub(super) fn count(&self, rejection: Rejection) {
        self.0[rejection as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn all(&self) -> [(Rejection, u64); Rejection::ALL.len()] {
        Rejection::ALL.map(|rejection| {
            (
                rejection,
                self.0[rejection as usize].load(Ordering::Relaxed),
            )
        })
    }
}

/// Bounds on the connections of all brokers that share it.
#[derive(Debug)]
pub(crate) struct ConnectionLimits {
    connections: usize,
    waiting: usize,
    waiting_from_address: usize,
    open: AtomicUsize,
    /// Connections without an accepted CONNECT.
    queue: Mutex<Queue<Entry>>,
}

#[derive(Debug)]
struct Entry {
    rejections: Arc<Rejections>,
    /// Missing for the moment between admission and the start of the task.
    task: Option<AbortHandle>,
}

/// Right to one of the connections of the process.
#[derive(Debug)]
pub(super) struct Permit {
    limits: Arc<ConnectionLimits>,
    /// Counts the connections of its listening socket.
    _open: Arc<()>,
}

/// Place among the connections that wait for CONNECT, given back when dropped.
#[derive(Debug)]
pub(super) struct Waiting {
    limits: Arc<ConnectionLimits>,
    rejections: Arc<Rejections>,
    number: u64,
    /// Time by which it has to be over.
    pub(super) deadline: Instant,
}

impl ConnectionLimits {
    /// Returns bounds of `connections`, of which `waiting` may be without an accepted CONNECT.
    pub(crate) fn new(
        connections: usize,
        waiting: usize,
        waiting_from_address: usize,
    ) -> Arc<Self> {
        Arc::new(Self {
            connections,
            waiting,
            waiting_from_address,
            open: AtomicUsize::new(0),
            queue: Mutex::default(),
        })
    }

    /// Returns the bounds that all brokers of this process share, by its limit of descriptors.
    pub(crate) fn of_process() -> Arc<Self> {
        static LIMITS: OnceLock<Arc<ConnectionLimits>> = OnceLock::new();
        let limits = LIMITS.get_or_init(|| {
            let descriptors = descriptors();
            let waiting = (descriptors / WAITING_SHARE).min(MAX_WAITING);
            Self::new(
                descriptors - reserved_descriptors(),
                waiting,
                (waiting / ADDRESS_SHARE).max(ADDRESS_MINIMUM),
            )
        });
        Arc::clone(limits)
    }

    /// Admits a connection, and ends the one that waited longest if too many wait.
    pub(super) fn admit(
        self: &Arc<Self>,
        peer: IpAddr,
        rejections: &Arc<Rejections>,
        open: &Arc<()>,
    ) -> Result<(Permit, Waiting), Rejection> {
        if self.open.fetch_add(1, Ordering::Relaxed) >= self.connections {
            self.open.fetch_sub(1, Ordering::Relaxed);
            rejections.count(Rejection::Connections);
            return Err(Rejection::Connections);
        }
        let permit = Permit {
            limits: Arc::clone(self),
            _open: Arc::clone(open),
        };
        let address = source(peer);
        let mut queue = self.queue.lock();
        let oldest = if queue.len_from(address) >= self.waiting_from_address {
            let oldest = queue.first_from(address);
            oldest.map(|oldest| (oldest, Rejection::WaitingFromAddress))
        } else if queue.len() >= self.waiting {
            queue.first().map(|oldest| (oldest, Rejection::Waiting))
        } else {
            None
        };
        if let Some((oldest, rejection)) = oldest
            && let Some(entry) = queue.remove(oldest)
        {
            entry.rejections.count(rejection);
            entry.end();
        }
        let entry = Entry {
            rejections: Arc::clone(rejections),
            task: None,
        };
        let number = queue.push(address, entry);
        let waiting = Waiting {
            limits: Arc::clone(self),
            rejections: Arc::clone(rejections),
            number,
            deadline: Instant::now() + CONNECT_TIMEOUT,
        };
        Ok((permit, waiting))
    }

    /// Says which task has to end if the place of a connection is given to another one.
    pub(super) fn started(&self, number: u64, task: AbortHandle) {
        if let Some(entry) = self.queue.lock().get_mut(number) {
            entry.task = Some(task);
        }
    }

    /// Ends the connections of a broker that wait for CONNECT.
    pub(super) fn end_waiting(&self, rejections: &Arc<Rejections>) {
        let mut queue = self.queue.lock();
        let numbers: Vec<u64> = (queue.iter())
            .filter(|(_, entry)| Arc::ptr_eq(&entry.rejections, rejections))
            .map(|(number, _)| number)
            .collect();
        for number in numbers {
            if let Some(entry) = queue.remove(number) {
                entry.end();
            }
        }
    }
}

impl Entry {
    fn end(self) {
        if let Some(task) = self.task {
            task.abort();
        }
    }
}

impl Waiting {
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Counts why it ended.
    pub(super) fn reject(&self, rejection: Rejection) {
        self.rejections.count(rejection);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.limits.queue.lock().remove(self.number);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.limits.open.fetch_sub(1, Ordering::Relaxed);
    }
}
