//! Brings sessions and messages to disk: changes of many clients become one commit.
//!
//! A change is handed over at once and durable later. Whoever answers for it waits for its [`Ticket`].

mod disk;
mod memory;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use parking_lot::{Condvar, Mutex, MutexGuard};

pub use disk::{Change, Disk, DiskError, Entry, Table};
pub use memory::MemoryDisk;

use crate::core::Signal;

/// Number of a commit. What has ticket 0 waits for nothing.
pub(crate) type Ticket = u64;

/// Largest number of bytes that wait for a commit; beyond it publishers wait.
const MAX_PENDING_BYTES: usize = 16 << 20;
/// Bytes of changes that wait beyond which not even those are added that nobody waits for.
const MAX_UNASKED_BYTES: usize = 4 * MAX_PENDING_BYTES;
/// Signals that wait for a commit beyond which those that are there twice are looked for.
const MIN_WAITING: usize = 1_000;
/// Pause before a commit that failed is tried again.
const RETRY: Duration = Duration::from_millis(200);

/// Readiness of the disk for further changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    Yes,
    /// The disk is behind. Changes are taken again in a moment.
    Busy,
    /// The disk is full or fails. Changes are taken again when it does not.
    Full,
}

/// Writes changes to a disk, many at a time.
pub(crate) struct Keep {
    disk: Arc<dyn Disk>,
    pending: Mutex<Pending>,
    arrived: Condvar,
    committed: AtomicU64,
    /// `true` if the last commit failed.
    is_full: AtomicBool,
    /// Bytes that wait for a commit.
    pending_bytes: AtomicUsize,
    /// Bytes of the commit that failed last and is tried again.
    failed_bytes: AtomicUsize,
    /// `true` if the disk has said last that there is no room for further messages.
    is_tight: AtomicBool,
    next_message: AtomicU64,
    /// Number of sessions that wait for a message that is on disk once for several.
    references: Mutex<HashMap<u64, u32>>,
}

#[derive(Default)]
struct Pending {
    changes: Vec<Change>,
    bytes: usize,
    /// Bytes at which changes that others have made needless are looked for.
    thinned_at: usize,
    /// Number of commits that were begun.
    begun: Ticket,
    /// Woken after the next commit.
    waiting: Vec<Arc<Signal>>,
    /// Number of different ones among them when they were last looked through.
    distinct: usize,
    /// Number of calls of [`Keep::together`] that are not done.
    gathering: usize,
    stopping: bool,
}

impl Keep {
    pub(crate) fn new(disk: Arc<dyn Disk>) -> Self {
        Self {
            disk,
            pending: Mutex::default(),
            arrived: Condvar::new(),
            committed: AtomicU64::new(0),
            is_full: AtomicBool::new(false),
            pending_bytes: AtomicUsize::new(0),
            failed_bytes: AtomicUsize::new(0),
            is_tight: AtomicBool::new(false),
            next_message: AtomicU64::new(1),
            references: Mutex::default(),
        }
    }

    pub(crate) fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// Returns the last commit that is durable.
    pub(crate) fn committed(&self) -> Ticket {
        self.committed.load(Ordering::Acquire)
    }

    pub(crate) fn room(&self) -> Room {
        if self.is_full() || self.is_tight() {
            Room::Full
        } else if self.pending_bytes.load(Ordering::Relaxed) > MAX_PENDING_BYTES {
            Room::Busy
        } else {
            Room::Yes
        }
    }

    /// Returns whether so much waits for the disk that nothing may be added that nobody waits for.
    pub(crate) fn is_swamped(&self) -> bool {
        let bytes = [&self.pending_bytes, &self.failed_bytes];
        let bytes = bytes.map(|bytes| bytes.load(Ordering::Relaxed));
        bytes.iter().sum::<usize>() > MAX_UNASKED_BYTES
    }

    /// Returns whether the last commit failed, so that what was handed over waits.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    /// Asks the disk, before a commit that it refuses would leave its publishers without an answer.
    fn is_tight(&self) -> bool {
        let is_tight = !self.disk.has_room();
        if is_tight == self.is_tight.load(Ordering::Relaxed)
            || is_tight == self.is_tight.swap(is_tight, Ordering::Relaxed)
        {
            return is_tight;
        }
        if is_tight {
            tracing::error!(
                "the disk is nearly full; no further messages are kept, publishers are told so"
            );
        } else {
            tracing::info!("the disk has room; messages are kept again");
        }
        is_tight
    }

    /// Hands changes over. Returns the commit that will have made them.
    pub(crate) fn submit(&self, changes: impl IntoIterator<Item = Change>) -> Ticket {
        let mut pending = self.pending.lock();
        for change in changes {
            pending.bytes += size(&change);
            pending.changes.push(change);
        }
        if pending.bytes > MAX_PENDING_BYTES.max(2 * pending.thinned_at) {
            thin(&mut pending.changes);
            pending.bytes = pending.changes.iter().map(size).sum();
            pending.thinned_at = pending.bytes;
        }
        self.pending_bytes.store(pending.bytes, Ordering::Relaxed);
        if !pending.changes.is_empty() {
            self.arrived.notify_one();
        }
        pending.begun + 1
    }

    /// Makes all changes that `work` submits part of one commit. It must not wait for one.
    #[cfg(any(feature = "cluster", test))]
    pub(crate) fn together<T>(&self, work: impl FnOnce() -> T) -> T {
        self.pending.lock().gathering += 1;
        let result = work();
        self.pending.lock().gathering -= 1;
        self.arrived.notify_one();
        result
    }

    /// Returns the last commit that was begun.
    #[cfg(test)]
    pub(crate) fn begun(&self) -> Ticket {
        self.pending.lock().begun
    }

    /// Returns the commit that everything handed over up to now is in.
    pub(crate) fn submitted(&self) -> Ticket {
        let pending = self.pending.lock();
        pending.begun + Ticket::from(!pending.changes.is_empty())
    }

    /// Wakes a connection after the next commit, or at once if a ticket is durable already or there is no next commit.
    ///
    /// The ticket may be one that was not known yet; by now, the commit that it was meant for may be the last one.
    pub(crate) fn wake_after(&self, ticket: Ticket, signal: &Arc<Signal>) {
        let mut pending = self.pending.lock();
        // While the disk is nearly full, it is room that is waited for, which needs no commit.
        let is_idle = pending.changes.is_empty()
            && pending.begun == self.committed()
            && !self.is_tight.load(Ordering::Relaxed);
        if is_idle || ticket <= self.committed() {
            drop(pending);
            signal.notify();
            return;
        }
        if !pending
            .waiting
            .last()
            .is_some_and(|last| Arc::ptr_eq(last, signal))
        {
            pending.waiting.push(Arc::clone(signal));
            self.arrived.notify_one();
        }
        if pending.waiting.len() > 2 * pending.distinct.max(MIN_WAITING) {
            // A connection asks again each time that it has something to do.
            pending.waiting.sort_unstable_by_key(Arc::as_ptr);
            pending
                .waiting
                .dedup_by(|one, other| Arc::ptr_eq(one, other));
            pending.distinct = pending.waiting.len();
        }
    }

    /// Waits until a commit is durable.
    pub(crate) async fn wait_for(&self, ticket: Ticket) {
        let signal = Arc::<Signal>::default();
        std::future::poll_fn(|context| {
            while self.committed() < ticket {
                // Registered before asking, so that no commit is missed.
                let _ = signal.poll(context);
                self.wake_after(ticket, &signal);
                if !signal.poll(context) {
                    return Poll::Pending;
                }
            }
            Poll::Ready(())
        })
        .await;
    }

    /// Returns a number for a message that several sessions wait for.
    pub(crate) fn new_message(&self, receivers: u32) -> u64 {
        let id = self.next_message.fetch_add(1, Ordering::Relaxed);
        self.references.lock().insert(id, receivers);
        id
    }

    /// Counts a reference that was found on disk.
    pub(crate) fn found_reference(&self, message: u64) {
        self.next_message.fetch_max(message + 1, Ordering::Relaxed);
        *self.references.lock().entry(message).or_default() += 1;
    }

    /// Returns whether a session waits for a message.
    pub(crate) fn is_referenced(&self, message: u64) -> bool {
        self.references.lock().contains_key(&message)
    }

    /// Takes back a reference. Returns whether it was the last one, so that the message has to be deleted.
    pub(crate) fn release(&self, message: u64) -> bool {
        if message == 0 {
            return false;
        }
        let mut references = self.references.lock();
        let Some(count) = references.get_mut(&message) else {
            return false;
        };
        *count -= 1;
        let is_last = *count == 0;
        if is_last {
            references.remove(&message);
        }
        is_last
    }

    /// Commits what is pending. Returns `false` if that failed; it can be tried again.
    pub(crate) fn commit(&self, batch: &mut Batch) -> bool {
        self.fill(batch);
        let mut result = self.disk.commit(&batch.changes);
        if matches!(result, Err(DiskError::Full)) {
            thin(&mut batch.changes);
            // What is deleted makes room for the rest.
            let deletions = split_deletions(&mut batch.changes);
            if !deletions.is_empty() && self.disk.commit(&deletions).is_err() {
                batch.changes.extend(deletions);
            } else if batch.changes.is_empty() {
                result = Ok(());
            }
        }
        let is_full = result.is_err();
        let was_full = self.is_full.swap(is_full, Ordering::Relaxed);
        match &result {
            Err(error) if !was_full => {
                tracing::error!(%error, "kept messages cannot be written; publishers are told to wait");
            }
            Ok(()) if was_full => tracing::info!("kept messages are written again"),
            _ => {}
        }
        if !is_full {
            batch.changes.clear();
            self.committed.store(batch.ticket, Ordering::Release);
        }
        let left = batch.changes.iter().map(size).sum();
        self.failed_bytes.store(left, Ordering::Relaxed);
        // Those that began to wait meanwhile may wait for this very commit.
        batch.waiting.append(&mut self.pending.lock().waiting);
        for signal in batch.waiting.drain(..) {
            signal.notify();
        }
        !is_full
    }

    /// Adds what is pending to a batch.
    fn fill(&self, batch: &mut Batch) {
        let mut pending = self.pending.lock();
        while pending.gathering > 0 {
            self.arrived.wait(&mut pending);
        }
        if pending.changes.is_empty() && !batch.is_empty() {
            return;
        }
        let is_again = !batch.is_empty();
        batch.changes.append(&mut pending.changes);
        batch.waiting.append(&mut pending.waiting);
        if is_again {
            thin(&mut batch.changes);
        }
        pending.bytes = 0;
        pending.thinned_at = 0;
        pending.distinct = 0;
        self.pending_bytes.store(0, Ordering::Relaxed);
        pending.begun += 1;
        batch.ticket = pending.begun;
    }

    /// Commits whatever arrives until [`Self::stop`], then the rest.
    pub(crate) fn run(&self) {
        let mut batch = Batch::default();
        loop {
            let is_stopping = {
                let mut pending = self.pending.lock();
                if batch.is_empty() && pending.changes.is_empty() {
                    if pending.stopping {
                        return;
                    }
                    self.wait(&mut pending);
                    continue;
                }
                pending.stopping
            };
            if !self.commit(&mut batch) {
                if is_stopping {
                    return;
                }
                std::thread::sleep(RETRY);
            }
        }
    }

    /// Waits for changes. While somebody waits for room, lets them look for it now and then.
    fn wait(&self, pending: &mut MutexGuard<'_, Pending>) {
        let is_tight = self.is_tight.load(Ordering::Relaxed);
        if pending.waiting.is_empty() && !is_tight {
            self.arrived.wait(pending);
            return;
        }
        if self.arrived.wait_for(pending, RETRY).timed_out() {
            for signal in pending.waiting.drain(..) {
                signal.notify();
            }
            MutexGuard::unlocked(pending, || self.is_tight());
        }
    }

    /// Ends [`Self::run`] after one more commit.
    pub(crate) fn stop(&self) {
        self.pending.lock().stopping = true;
        self.arrived.notify_all();
    }
}

/// Changes that are being committed.
#[derive(Default)]
pub(crate) struct Batch {
    changes: Vec<Change>,
    waiting: Vec<Arc<Signal>>,
    ticket: Ticket,
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// Takes deletions out of changes, those that may come before all others because these set other keys.
fn split_deletions(changes: &mut Vec<Change>) -> Vec<Change> {
    let set: BTreeSet<(Table, Box<[u8]>)> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Put { table, key, .. } => Some((*table, key.clone())),
            _ => None,
        })
        .collect();
    changes
        .extract_if(.., |change| match change {
            Change::Put { .. } => false,
            Change::Delete { table, key } => !set.contains(&(*table, key.clone())),
            Change::DeletePrefix { table, prefix } => !set
                .range((*table, prefix.clone())..)
                .next()
                .is_some_and(|(of, key)| of == table && key.starts_with(prefix)),
        })
        .collect()
}

/// Leaves the last change of each key, so that what is changed again and again does not pile up while the disk is slow.
fn thin(changes: &mut Vec<Change>) {
    let mut seen = HashSet::new();
    let mut is_last: Vec<bool> = (changes.iter().rev())
        .map(|change| match change {
            Change::Put { table, key, .. } | Change::Delete { table, key } => {
                seen.insert((*table, &**key))
            }
            Change::DeletePrefix { .. } => true,
        })
        .collect();
    changes.retain(|_| is_last.pop().unwrap_or(true));
}

fn size(change: &Change) -> usize {
    match change {
        Change::Put { key, value, .. } => key.len() + value.len() + 64,
        Change::Delete { key, .. } => key.len() + 64,
        Change::DeletePrefix { prefix, .. } => prefix.len() + 64,
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use super::*;

    fn is_raised(signal: &Signal) -> bool {
        signal.poll(&Context::from_waker(Waker::noop()))
    }

    #[test]
    fn nobody_waits_for_a_commit_that_does_not_come() {
        let keep = Keep::new(Arc::new(MemoryDisk::default()));
        let signal = Arc::default();
        let change = Change::Delete {
            table: Table::Meta,
            key: Box::default(),
        };
        keep.submit([change]);
        keep.wake_after(Ticket::MAX, &signal);
        assert!(!is_raised(&signal));
        keep.commit(&mut Batch::default());
        assert!(is_raised(&signal));
        // Meant for the commit that has just been made.
        keep.wake_after(Ticket::MAX, &signal);
        assert!(is_raised(&signal));
    }

    fn put(key: u8, value: &[u8]) -> Change {
        Change::Put {
            table: Table::Sessions,
            key: [key].into(),
            value: value.into(),
        }
    }

    #[test]
    fn what_is_changed_again_and_again_waits_for_the_disk_once() {
        let keep = Keep::new(Arc::new(MemoryDisk::default()));
        let record = vec![0; 24 << 10];
        for number in 0..10_000 {
            keep.submit([put(number as u8 % 4, &record)]);
        }
        let bytes: usize = keep.pending.lock().changes.iter().map(size).sum();
        assert!(bytes < 2 * MAX_PENDING_BYTES, "{bytes}");
        let prefix = Change::DeletePrefix {
            table: Table::Sessions,
            prefix: [1].into(),
        };
        let mut changes = vec![put(1, b"a"), put(2, b"b"), prefix.clone(), put(1, b"c")];
        thin(&mut changes);
        assert_eq!(changes, [put(2, b"b"), prefix, put(1, b"c")]);
    }

    #[test]
    fn changes_that_belong_together_are_one_commit() {
        let keep = Keep::new(Arc::new(MemoryDisk::default()));
        std::thread::scope(|scope| {
            let (first, second) = keep.together(|| {
                let first = keep.submit([put(1, b"a")]);
                scope.spawn(|| keep.commit(&mut Batch::default()));
                // Time for the other thread to begin, if it does not wait.
                std::thread::sleep(Duration::from_millis(20));
                (first, keep.submit([put(2, b"b")]))
            });
            assert_eq!((first, second), (1, 1));
        });
        assert_eq!((keep.begun(), keep.submitted()), (1, 1), "nothing is left");
    }

    #[test]
    fn a_connection_that_asks_again_and_again_waits_once() {
        let keep = Keep::new(Arc::new(MemoryDisk::default()));
        keep.submit([put(1, b"a")]);
        let signals = [Arc::<Signal>::default(), Arc::default()];
        for number in 0..100_000 {
            keep.wake_after(1, &signals[number % 2]);
        }
        assert!(keep.pending.lock().waiting.len() <= 2 * MIN_WAITING);
    }
}
