//! The disk of a node: rows in a stream of NATS that all nodes can read, and the log.
//!
//! The table of messages is the log: what is put there is appended. The table of facts says how far each life of a node has read
//! the log.
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

use super::cursor::{self, Cursor, Progress};
use super::log::{Log, NewEntry};
use super::node::Node;
use super::owner::Life;
use super::reading::Reading;
use super::retaining::Retaining;
use super::row::session_of;
use super::rows::{AT_ONCE, Rows, failed};
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
    log: Arc<Log>,
    reading: Arc<Mutex<Reading>>,
    /// The last life of the node that has said how far it has read the log.
    begun: AtomicU64,
    /// Sessions whose rows this node may write.
    sessions: Mutex<HashMap<u64, Session>>,
    /// The last claim that was granted, and the last one of the life before.
    granted: AtomicU64,
    closed: AtomicU64,
}

/// A session whose rows this node may write.
#[derive(Default)]
struct Session {
    /// Places of its messages in the stream, by sequence number.
    places: BTreeMap<u64, u64>,
    /// `true` if its rows say which part of the log it has.
    has_cursor: bool,
}

/// Table, key and value.
type Row<'a> = (Table, &'a [u8], &'a [u8]);

/// Changes in the order in which they may be made. Those of a step are made when all of the step before are durable.
#[derive(Default)]
struct Steps<'a> {
    /// First, because an identifier that was received says that the message is there.
    queued: Vec<Row<'a>>,
    /// Place up to which the log has been read. The rows have what was delivered from there by then.
    read: Vec<Row<'a>>,
    /// Sessions that have no row that says which part of the log they have.
    begun: Vec<u64>,
    put: Vec<Row<'a>>,
    deleted: Vec<(Table, &'a [u8])>,
    ended: BTreeSet<u64>,
}

impl NodeDisk {
    /// Must be called on a tokio runtime, which the disk uses from then on.
    pub(super) fn new(
        node: &Arc<Node>,
        instance_id: &str,
        log: &Arc<Log>,
        reading: &Arc<Mutex<Reading>>,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                node: Arc::clone(node),
                rows: node.rows(instance_id),
                retaining: Retaining::new(node.rows(instance_id)),
                log: Arc::clone(log),
                reading: Arc::clone(reading),
                begun: AtomicU64::new(0),
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
        let session = Session {
            places,
            has_cursor: true,
        };
        self.shared.sessions.lock().insert(number, session);
    }

    /// Writes no row of a session any more. All that was to be written is.
    pub(super) fn close(&self, number: u64) {
        self.shared.sessions.lock().remove(&number);
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
    /// Makes changes. Tries again while the lease lasts, so that publishers wait while NATS chooses another leader.
    async fn commit(&self, changes: &[Change]) -> Result<(), DiskError> {
        let Some(epoch) = self.node.epoch() else {
            return Err(DiskError::Failed("the node has no lease".to_owned()));
        };
        let life = Life {
            node: self.node.name.to_string(),
            epoch,
        };
        let mut is_new = true;
        loop {
            let result = self.try_commit(changes, &life).await;
            // Another node may have read the rows before they were complete.
            if self.node.epoch() != Some(epoch) {
                let over = "the lease of the node is over";
                return Err(DiskError::Failed(over.to_owned()));
            }
            let Err(DiskError::Failed(error)) = &result else {
                return result;
            };
            if std::mem::take(&mut is_new) {
                tracing::warn!(error, "NATS does not take what is to be kept; trying again");
            }
            sleep(RETRY).await;
        }
    }

    async fn try_commit(&self, changes: &[Change], life: &Life) -> Result<(), DiskError> {
        self.begin(life).await?;
        let is_current = || self.node.epoch() == Some(life.epoch);
        let logged = entries(changes, life.epoch);
        // What was received is forgotten: it must not be taken for what a commit could not note.
        let is_completion_due = changes.iter().any(is_released);
        let begun = tokio::try_join!(
            self.log.append(life, &logged, is_completion_due),
            self.retaining.commit(changes, life.epoch, is_current),
        );
        let steps = self.steps(changes, life);
        if let Err(DiskError::Full) = begun {
            // What was read of the log is noted all the same: otherwise, a full log would never be cut.
            self.put_read(&self.without_places(&steps.queued), &steps.read)
                .await?;
        }
        begun?;
        self.put_read(&steps.queued, &steps.read).await?;
        self.put_cursors(&steps.begun, life).await?;
        self.rows.put(&steps.put).await?;
        self.forget_places(&steps.deleted);
        self.rows.delete(&steps.deleted).await?;
        for number in steps.ended {
            self.rows.delete_session(number).await?;
            self.sessions.lock().remove(&number);
        }
        self.log.complete(&logged).await;
        Ok(())
    }

    /// Says how far this node had read the log when its life began, before it writes any session.
    async fn begin(&self, life: &Life) -> Result<(), DiskError> {
        if self.begun.load(Ordering::Relaxed) == life.epoch {
            return Ok(());
        }
        let key = cursor::write_life(life);
        let place = self.reading.lock().first_of_life(life.epoch);
        let place = place.ok_or_else(|| failed("the life has not begun yet"))?;
        let value = cursor::write_progress(Progress {
            read: place,
            needed: place,
            held: place,
        });
        self.rows.put(&[(Table::Meta, &key, &value)]).await?;
        self.begun.store(life.epoch, Ordering::Relaxed);
        Ok(())
    }

    /// Says of new sessions that they have the part of the log that their node says.
    async fn put_cursors(&self, numbers: &[u64], life: &Life) -> Result<(), DiskError> {
        let value = cursor::write(&Cursor {
            life: life.clone(),
            own: None,
        });
        let keys: Vec<_> = numbers.iter().map(|number| cursor::key(*number)).collect();
        let rows: Vec<_> = (keys.iter())
            .map(|key| (Table::Sessions, &**key, &*value))
            .collect();
        self.rows.put(&rows).await?;
        let mut sessions = self.sessions.lock();
        for number in numbers {
            if let Some(session) = sessions.get_mut(number) {
                session.has_cursor = true;
            }
        }
        Ok(())
    }

    /// Orders changes. Leaves out what later ones undo, and sessions that are not this node's any more.
    fn steps<'a>(&self, changes: &'a [Change], life: &Life) -> Steps<'a> {
        let mut sessions = self.sessions.lock();
        let closed = self.closed.load(Ordering::Relaxed);
        let mut steps = Steps::default();
        for change in changes {
            if let Change::Put { table, key, .. } = change
                && let Some(number) = new_session(*table, key)
                && number > closed
                && !sessions.entry(number).or_default().has_cursor
            {
                steps.begun.push(number);
            }
        }
        let own = cursor::write_life(life);
        let is_ours = |table, key: &[u8]| match table {
            // Others write these.
            Table::Retained | Table::Messages => false,
            Table::Meta => key == own,
            Table::Sessions | Table::Queues => {
                session_of(table, key).is_some_and(|number| sessions.contains_key(&number))
            }
        };
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
                Some(value) if table == Table::Meta => steps.read.push((table, key, value)),
                Some(value) => steps.put.push((table, key, value)),
                None => steps.deleted.push((table, key)),
            }
        }
        steps
    }

    /// Writes messages that were read in the log, then how far it was read.
    async fn put_read(&self, queued: &[Row<'_>], read: &[Row<'_>]) -> Result<(), DiskError> {
        let places = self.rows.put(queued).await?;
        self.note_places(queued, places);
        self.rows.put(read).await?;
        Ok(())
    }

    /// Returns the rows that were not written yet.
    fn without_places<'a>(&self, queued: &[Row<'a>]) -> Vec<Row<'a>> {
        let sessions = self.sessions.lock();
        let is_new = |(_, key, _): &&Row<'a>| {
            let place = numbers(key).and_then(|(number, sequence)| {
                let session = sessions.get(&number)?;
                session.places.get(&sequence)
            });
            place.is_none()
        };
        queued.iter().filter(is_new).copied().collect()
    }

    fn note_places(&self, queued: &[Row<'_>], places: Vec<u64>) {
        let mut sessions = self.sessions.lock();
        for ((_, key, _), place) in queued.iter().zip(places) {
            if let Some((number, sequence)) = numbers(key)
                && let Some(session) = sessions.get_mut(&number)
            {
                session.places.insert(sequence, place);
            }
        }
    }

    fn forget_places(&self, deleted: &[(Table, &[u8])]) {
        let mut sessions = self.sessions.lock();
        for (table, key) in deleted {
            if *table == Table::Queues
                && let Some((number, sequence)) = numbers(key)
                && let Some(session) = sessions.get_mut(&number)
            {
                session.places.remove(&sequence);
            }
        }
    }

    /// Returns places of messages of a session, in the order of their sequence numbers.
    fn places(&self, number: u64, first: u64, most: usize) -> Vec<(u64, u64)> {
        let sessions = self.sessions.lock();
        let session = sessions.get(&number).into_iter();
        let places = session.flat_map(|session| session.places.range(first..));
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

/// Returns the entries of the log among changes that were handed over in a life of the node.
fn entries(changes: &[Change], epoch: u64) -> Vec<NewEntry<'_>> {
    let entries = changes.iter().filter_map(|change| match change {
        Change::Put {
            table: Table::Messages,
            key,
            value,
        } => Some((&**key, &**value)),
        _ => None,
    });
    entries
        .filter(|(key, _)| key.starts_with(&epoch.to_be_bytes()))
        .collect()
}

/// Returns whether a change says that a publisher has released a message of QoS 2.
fn is_released(change: &Change) -> bool {
    let Change::Delete {
        table: Table::Sessions,
        key,
    } = change
    else {
        return false;
    };
    key.len() == size_of::<u64>() + size_of::<u16>()
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
