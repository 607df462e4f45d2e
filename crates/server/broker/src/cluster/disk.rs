//! The disk of a node: rows in a stream of NATS that all nodes can read.
//!
//! A node writes rows of the sessions that it serves only, and each session has a number of its own whenever another node
//! serves it. So a node that was taken for dead and wakes writes nothing that anybody reads.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use async_nats::jetstream::consumer::pull::Ordered;
use bytes::Bytes;
use futures::StreamExt as _;
use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::time::sleep;

use super::node::Node;
use super::retaining::Retaining;
use super::row::session_of;
use super::rows::{AT_ONCE, Rows};
use crate::core::Claim;
use crate::keep::{Change, Disk, DiskError, Entry, Table};

/// Attempts to read a row that is not there. A server of NATS that has just become the leader may not have it yet.
const ATTEMPTS: usize = 4;
const RETRY: Duration = Duration::from_millis(100);

/// Tables of an instance for its node.
#[derive(Clone)]
pub(crate) struct NodeDisk {
    shared: Arc<Shared>,
    runtime: Handle,
}

struct Shared {
    node: Arc<Node>,
    rows: Rows,
    retaining: Retaining,
    /// Sessions whose rows this node may write, each with the places of its messages in the stream, by sequence number.
    sessions: Mutex<HashMap<u64, BTreeMap<u64, u64>>>,
    /// The last claim that was granted, and the last one of the life before.
    granted: AtomicU64,
    closed: AtomicU64,
}

/// Changes in the order in which they may be made. Those of a step are made when all of the step before are durable.
#[derive(Default)]
struct Steps<'a> {
    /// First, because an identifier that was received says that the message is there.
    queued: Vec<(Table, &'a [u8], &'a [u8])>,
    put: Vec<(Table, &'a [u8], &'a [u8])>,
    deleted: Vec<(Table, &'a [u8])>,
    ended: BTreeSet<u64>,
}

impl NodeDisk {
    /// Must be called on a tokio runtime, which the disk uses from then on.
    pub(super) fn new(node: &Arc<Node>, instance_id: &str) -> Self {
        Self {
            shared: Arc::new(Shared {
                node: Arc::clone(node),
                rows: node.rows(instance_id),
                retaining: Retaining::new(node.rows(instance_id)),
                sessions: Mutex::default(),
                granted: AtomicU64::new(0),
                closed: AtomicU64::new(0),
            }),
            runtime: Handle::current(),
        }
    }

    /// Lets the node write rows of a new session.
    pub(super) fn granted(&self, claim: Claim) {
        self.shared.granted.fetch_max(claim, Ordering::Relaxed);
    }

    /// Lets the node write rows of a session, with the places of those that are there.
    pub(super) fn open(&self, number: u64, places: BTreeMap<u64, u64>) {
        self.shared.sessions.lock().insert(number, places);
    }

    /// Writes no row of any session any more, because the lease is over.
    pub(super) fn close_all(&self) {
        let mut sessions = self.shared.sessions.lock();
        sessions.clear();
        let granted = self.shared.granted.load(Ordering::Relaxed);
        self.shared.closed.store(granted, Ordering::Relaxed);
    }

    /// Returns the place of the last change of a retained message in the stream, 0 if there is none.
    pub(super) async fn last_retained(&self) -> Result<u64, DiskError> {
        let rows = &self.shared.rows;
        rows.last_place(&rows.subjects.retained().all()).await
    }

    /// Returns all changes of retained messages, those that are there and those that come.
    pub(super) async fn follow_retained(&self) -> Result<Ordered, DiskError> {
        let rows = &self.shared.rows;
        rows.follow(rows.subjects.retained().all()).await
    }

    /// Returns the topic of a change of a retained message.
    pub(super) fn retained_topic(&self, subject: &str) -> Option<String> {
        self.shared.rows.subjects.retained().topic_of(subject)
    }

    /// Waits for NATS on a thread that may block.
    fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, DiskError>> + Send + 'static,
    ) -> Result<T, DiskError> {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.runtime.spawn(async move {
            // Whoever asked is there until it has the answer.
            let _ = sender.send(work.await);
        });
        let stopped = |_| DiskError::Failed("the broker has stopped".to_owned());
        receiver.recv().map_err(stopped)?
    }
}

impl Shared {
    async fn commit(&self, changes: &[Change]) -> Result<(), DiskError> {
        let lease = || {
            let over = || DiskError::Failed("the node has no lease".to_owned());
            self.node.epoch().ok_or_else(over)
        };
        let epoch = lease()?;
        let is_current = || self.node.epoch() == Some(epoch);
        self.retaining.commit(changes, epoch, is_current).await?;
        let steps = self.steps(changes);
        let places = self.rows.put(&steps.queued).await?;
        self.note_places(&steps.queued, places);
        self.rows.put(&steps.put).await?;
        self.forget_places(&steps.deleted);
        self.rows.delete(&steps.deleted).await?;
        for number in steps.ended {
            self.rows.delete_session(number).await?;
            self.sessions.lock().remove(&number);
        }
        // Another node may have read the rows before they were complete.
        match lease() {
            Ok(current) if current == epoch => Ok(()),
            _ => Err(DiskError::Failed(
                "the lease of the node is over".to_owned(),
            )),
        }
    }

    /// Orders changes. Leaves out what later ones undo, and sessions that are not this node's any more.
    fn steps<'a>(&self, changes: &'a [Change]) -> Steps<'a> {
        let mut sessions = self.sessions.lock();
        let closed = self.closed.load(Ordering::Relaxed);
        for change in changes {
            if let Change::Put { table, key, .. } = change
                && let Some(number) = new_session(*table, key)
                && number > closed
            {
                sessions.entry(number).or_default();
            }
        }
        let is_ours = |table, key: &[u8]| {
            let number = session_of(table, key);
            table != Table::Retained && number.is_none_or(|number| sessions.contains_key(&number))
        };
        let mut steps = Steps::default();
        let mut last: BTreeMap<(Table, &[u8]), Option<&[u8]>> = BTreeMap::new();
        for change in changes {
            match change {
                Change::Put { table, key, value } if is_ours(*table, key) => {
                    last.insert((*table, key), Some(value));
                }
                Change::Delete { table, key } if is_ours(*table, key) => {
                    last.insert((*table, key), None);
                }
                Change::DeletePrefix { table, prefix } if is_ours(*table, prefix) => {
                    steps.ended.extend(session_of(*table, prefix));
                }
                _ => {}
            }
        }
        let is_ended = |table, key: &[u8]| {
            session_of(table, key).is_some_and(|number| steps.ended.contains(&number))
        };
        for ((table, key), value) in last {
            if is_ended(table, key) {
                continue;
            }
            match value {
                Some(value) if table == Table::Queues => steps.queued.push((table, key, value)),
                Some(value) => steps.put.push((table, key, value)),
                None => steps.deleted.push((table, key)),
            }
        }
        steps
    }

    fn note_places(&self, queued: &[(Table, &[u8], &[u8])], places: Vec<u64>) {
        let mut sessions = self.sessions.lock();
        for ((_, key, _), place) in queued.iter().zip(places) {
            if let Some((number, sequence)) = numbers(key)
                && let Some(queue) = sessions.get_mut(&number)
            {
                queue.insert(sequence, place);
            }
        }
    }

    fn forget_places(&self, deleted: &[(Table, &[u8])]) {
        let mut sessions = self.sessions.lock();
        for (table, key) in deleted {
            if *table == Table::Queues
                && let Some((number, sequence)) = numbers(key)
                && let Some(queue) = sessions.get_mut(&number)
            {
                queue.remove(&sequence);
            }
        }
    }

    /// Returns places of messages of a session, in the order of their sequence numbers.
    fn places(&self, number: u64, first: u64, most: usize) -> Vec<(u64, u64)> {
        let sessions = self.sessions.lock();
        let queue = sessions.get(&number).into_iter();
        let places = queue.flat_map(|queue| queue.range(first..));
        places
            .take(most)
            .map(|(one, place)| (*one, *place))
            .collect()
    }

    async fn read(
        self: Arc<Self>,
        number: u64,
        places: Vec<(u64, u64)>,
        bytes: usize,
    ) -> Result<Vec<Entry>, DiskError> {
        let mut rows = futures::stream::iter(places)
            .map(|(sequence, place)| {
                let shared = &self;
                async move { shared.row(place).await.map(|value| (sequence, value)) }
            })
            .buffered(AT_ONCE);
        let (mut found, mut held) = (Vec::new(), 0);
        while held < bytes
            && let Some(row) = rows.next().await
        {
            if let (sequence, Some(value)) = row? {
                held += value.len();
                found.push((queue_key(number, sequence), value[..].into()));
            }
        }
        Ok(found)
    }

    async fn row(&self, place: u64) -> Result<Option<Bytes>, DiskError> {
        for _ in 1..ATTEMPTS {
            if let Some(value) = self.rows.at(place).await? {
                return Ok(Some(value));
            }
            sleep(RETRY).await;
        }
        self.rows.at(place).await
    }
}

impl Disk for NodeDisk {
    fn commit(&self, changes: &[Change]) -> Result<(), DiskError> {
        let (shared, changes) = (Arc::clone(&self.shared), changes.to_vec());
        self.wait(async move { shared.commit(&changes).await })
    }

    /// Reads messages of one session. Nothing else is read through this.
    fn read(
        &self,
        table: Table,
        prefix: &[u8],
        after: Option<&[u8]>,
        entries: usize,
        bytes: usize,
    ) -> Result<Vec<Entry>, DiskError> {
        let number = session_of(table, prefix).filter(|_| table == Table::Queues);
        let Some(number) = number else {
            return Err(DiskError::Failed(format!(
                "{table:?} is not read as a table"
            )));
        };
        let first = after
            .and_then(numbers)
            .map_or(0, |(_, sequence)| sequence + 1);
        let places = self.shared.places(number, first, entries);
        self.wait(Arc::clone(&self.shared).read(number, places, bytes))
    }

    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Box<[u8]>>, DiskError> {
        let shared = Arc::clone(&self.shared);
        let subject = shared.rows.subjects.row(table, key);
        self.wait(async move {
            let row = shared.rows.last(&subject).await?;
            Ok(row.map(|(_, value)| value[..].into()))
        })
    }
}

/// Shows no rows.
impl fmt::Debug for NodeDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeDisk").finish_non_exhaustive()
    }
}

/// Returns the session whose own row a key is.
fn new_session(table: Table, key: &[u8]) -> Option<u64> {
    session_of(table, key).filter(|_| table == Table::Sessions && key.len() == 8)
}

/// Returns session and sequence number of the key of a message.
fn numbers(key: &[u8]) -> Option<(u64, u64)> {
    let (number, sequence) = key.split_first_chunk()?;
    let sequence = <[u8; 8]>::try_from(sequence).ok()?;
    Some((u64::from_be_bytes(*number), u64::from_be_bytes(sequence)))
}

fn queue_key(number: u64, sequence: u64) -> Box<[u8]> {
    [number.to_be_bytes(), sequence.to_be_bytes()]
        .concat()
        .into()
}
