//! The broker of one instance as a member of a cluster: what its core asks of other nodes.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use async_nats::Request;
use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinHandle;

use super::alone::Clients;
use super::claims::Claims;
use super::disk::NodeDisk;
use super::interest::Interest;
use super::joining::Cluster;
use super::log::Log;
use super::node::{Lag, Node, Served};
use super::outbox::Outbox;
use super::owner::Life;
use super::reading::Reading;
use super::rows::Rows;
use super::shares::Shares;
use super::subject::{Subjects, word};
use super::wills::PublishedWills;
use crate::core::{Claim, Core, InterestNumber, Signal};
use crate::keep::{Change, Table, Ticket};
use crate::wire::Reason;

/// Questions about clients that NATS is asked at once.
const QUESTIONS_AT_ONCE: usize = 64;
/// Time that a node has to answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// The broker of one instance as a member of a cluster.
pub(crate) struct Member {
    pub(super) node: Arc<Node>,
    pub(super) subjects: Subjects,
    /// Beginning of the keys of its clients.
    pub(super) prefix: String,
    pub(crate) disk: NodeDisk,
    pub(super) rows: Rows,
    pub(super) log: Arc<Log>,
    /// Part of the log that this node has read. Locked while a chunk is delivered, and while a session comes or goes.
    pub(super) reading: Arc<Mutex<Reading>>,
    /// A session came from another node.
    pub(super) joined: Notify,
    /// Wills that came with the log.
    pub(super) logged_wills: Mutex<PublishedWills>,
    /// Number of the next entry for the log.
    next_entry: AtomicU64,
    /// Place of the last chunk of the log that was delivered.
    pub(super) delivered: watch::Sender<u64>,
    /// Number of chunks of the log that were not delivered when this node last looked.
    pub(super) lag: AtomicU64,
    pub(super) shares: Mutex<Shares>,
    /// Nodes that have told of their members of shared subscriptions since this one started.
    pub(super) told: Mutex<HashSet<String>>,
    /// `true` if no client of a node that is over is left.
    pub(super) is_clean: AtomicBool,
    /// Clients that are being claimed or adopted.
    pub(super) clients: Clients,
    /// Place of the last retained message that this node has read, in the stream of all nodes; 0 until it has read all.
    pub(super) followed: watch::Sender<u64>,
    pub(super) core: Mutex<Weak<Core>>,
    /// The life of the node that its sessions belong to, 0 if none.
    epoch: AtomicU64,
    pub(super) claims: Mutex<Claims>,
    pub(super) claiming: Semaphore,
    pub(super) released: Mutex<Vec<Released>>,
    /// Number of those that are just being given back.
    pub(super) giving_back: AtomicU64,
    pub(super) to_release: Notify,
    pub(super) clean: Notify,
    pub(super) wills: Mutex<PublishedWills>,
    pub(super) interest: Mutex<Interest>,
    /// Fires when there is another interest.
    pub(super) interest_changed: Signal,
    pub(super) known: Mutex<Known>,
    pub(super) topics: Lane,
    /// Messages to single clients.
    pub(super) direct: Lane,
    pub(super) tasks: Mutex<Vec<JoinHandle<()>>>,
}

/// Messages on their way that keep their order.
#[derive(Default)]
pub(super) struct Lane {
    pub(super) outbox: Mutex<Outbox<Bytes>>,
    pub(super) added: Notify,
    /// Number of messages that NATS has, or that were dropped.
    pub(super) sent: watch::Sender<u64>,
}

/// Number of messages of each lane that were on their way at some time.
#[derive(Clone, Copy)]
pub(super) struct OnTheWay {
    epoch: u64,
    topics: u64,
    direct: u64,
    /// The commit that writes what is to be in the log.
    logged: Ticket,
}

/// A client that is to be given back.
pub(super) struct Released {
    pub(super) client_id: Box<str>,
    pub(super) claim: Claim,
    /// `false` if this node has claimed it again since, or another node has.
    pub(super) is_current: bool,
    pub(super) life: Life,
    /// Messages that have to be sent first. The will is among them.
    pub(super) after: OnTheWay,
}

/// Interest that all nodes know, and connections that wait for it.
#[derive(Default)]
pub(super) struct Known {
    pub(super) number: InterestNumber,
    pub(super) waiting: Vec<(InterestNumber, Arc<Signal>)>,
}

impl Member {
    pub(crate) fn new(cluster: &Cluster, instance_id: &str) -> Arc<Self> {
        let node = cluster.node();
        let log = Arc::new(node.log(instance_id));
        let reading = Arc::<Mutex<Reading>>::default();
        Arc::new(Self {
            node: Arc::clone(node),
            subjects: Subjects::new(instance_id),
            prefix: format!("{}.", word(instance_id)),
            disk: NodeDisk::new(node, instance_id, &log, &reading),
            rows: node.rows(instance_id),
            log,
            reading,
            joined: Notify::new(),
            logged_wills: Mutex::default(),
            next_entry: AtomicU64::new(0),
            delivered: watch::Sender::new(0),
            lag: AtomicU64::new(0),
            shares: Mutex::default(),
            told: Mutex::default(),
            is_clean: AtomicBool::new(false),
            clients: Clients::default(),
            followed: watch::Sender::new(0),
            core: Mutex::default(),
            epoch: AtomicU64::new(0),
            claims: Mutex::default(),
            claiming: Semaphore::new(QUESTIONS_AT_ONCE),
            released: Mutex::default(),
            giving_back: AtomicU64::new(0),
            to_release: Notify::new(),
            clean: Notify::new(),
            wills: Mutex::default(),
            interest: Mutex::default(),
            interest_changed: Signal::default(),
            known: Mutex::default(),
            topics: Lane::default(),
            direct: Lane::default(),
            tasks: Mutex::default(),
        })
    }

    /// Ends all tasks. Before that, sends and gives back what waits, for two seconds at most.
    pub(crate) async fn stop(&self) {
        let is_idle = || {
            let lanes = [&self.topics, &self.direct];
            self.released.lock().is_empty()
                && self.giving_back.load(Ordering::Acquire) == 0
                && lanes.iter().all(|lane| lane.is_idle())
        };
        for _ in 0..200 {
            if is_idle() || self.epoch().is_none() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.abort();
    }

    /// Ends all tasks at once.
    pub(crate) fn abort(&self) {
        for task in self.tasks.lock().drain(..) {
            task.abort();
        }
    }

    /// Gives a client back, unless a later claim has it. Then only its will is marked as published, if it had one.
    pub(super) fn release(&self, client_id: &str, claim: Claim, had_will: bool) {
        let is_current = self.claims.lock().release(client_id, claim);
        if is_current || had_will {
            self.give_back(client_id, claim, is_current);
        }
    }

    /// Gives a client back once NATS has what is on its way.
    pub(super) fn give_back(&self, client_id: &str, claim: Claim, is_current: bool) {
        let Some(epoch) = self.epoch() else {
            return;
        };
        self.released.lock().push(Released {
            client_id: client_id.into(),
            claim,
            is_current,
            life: Life {
                node: self.node.name.to_string(),
                epoch,
            },
            after: self.on_the_way(),
        });
        self.to_release.notify_one();
    }

    /// Returns the key of an entry that is to be appended to the log in a life of the node.
    pub(super) fn entry_key(&self, epoch: u64) -> Vec<u8> {
        let number = self.next_entry.fetch_add(1, Ordering::Relaxed);
        [epoch.to_be_bytes(), number.to_be_bytes()].concat()
    }

    /// Returns the change that appends an entry to the log in a life of the node.
    pub(super) fn entry(&self, epoch: u64, entry: Vec<u8>) -> Change {
        Change::Put {
            table: Table::Messages,
            key: self.entry_key(epoch).into(),
            value: entry.into(),
        }
    }

    /// Returns what [`Self::has_sent`] waits for.
    pub(super) fn on_the_way(&self) -> OnTheWay {
        OnTheWay {
            epoch: self.epoch.load(Ordering::Acquire),
            topics: self.topics.outbox.lock().added(),
            direct: self.direct.outbox.lock().added(),
            logged: self.core().map_or(0, |core| core.instance.keep.submitted()),
        }
    }

    /// Waits until NATS has what was on its way. Returns `false` if this life of the node was over before.
    pub(super) async fn has_sent(&self, what: OnTheWay) -> bool {
        for (lane, number) in [(&self.topics, what.topics), (&self.direct, what.direct)] {
            // The lane is part of `self`, so this cannot fail.
            let _ = lane.sent.subscribe().wait_for(|sent| *sent >= number).await;
        }
        if let Some(core) = self.core() {
            core.instance.keep.wait_for(what.logged).await;
        }
        self.epoch() == Some(what.epoch)
    }

    /// Asks a node something. Returns whether it answered.
    pub(super) async fn ask(&self, node: &str, question: &str, payload: String) -> bool {
        let subject = self.subjects.node(node, question);
        let request = Request::new()
            .payload(payload.into())
            .timeout(Some(PATIENCE));
        self.node.nats.send_request(subject, request).await.is_ok()
    }

    pub(super) fn core(&self) -> Option<Arc<Core>> {
        self.core.lock().upgrade()
    }

    /// Returns the life of the node that its sessions belong to, also if the lease may just be over; 0 if there is none.
    pub(super) fn last_epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Returns the life of the node while its lease lasts.
    pub(super) fn epoch(&self) -> Option<u64> {
        let epoch = self.epoch.load(Ordering::Acquire);
        self.node.epoch().filter(|current| *current == epoch)
    }

    /// All nodes know the interest up to a number.
    pub(super) fn set_known(&self, number: InterestNumber) {
        let mut known = self.known.lock();
        known.number = known.number.max(number);
        let number = known.number;
        known.waiting.retain(|(wanted, signal)| {
            let waits = *wanted > number;
            if !waits {
                signal.notify();
            }
            waits
        });
    }

    pub(super) fn lane(&self, is_direct: bool) -> &Lane {
        if is_direct {
            &self.direct
        } else {
            &self.topics
        }
    }
}

impl Served for Member {
    fn begin(&self, epoch: u64) {
        self.claims.lock().begin(epoch);
        // All sessions here are new, and none has received them.
        *self.wills.lock() = PublishedWills::default();
        self.reading.lock().begin(epoch);
        self.epoch.store(epoch, Ordering::Release);
        self.clean_up();
    }

    fn end(&self) {
        self.epoch.store(0, Ordering::Release);
        self.claims.lock().begin(0);
        let dropped = self.topics.clear() + self.direct.clear();
        if dropped > 0 {
            tracing::warn!(dropped, "messages were not sent to other nodes in time");
        }
        self.released.lock().clear();
        self.disk.close_all();
        let Some(core) = self.core() else {
            return;
        };
        let now = core.instance.clock.now();
        for session in core.sessions.all() {
            let (reason, by) = (Reason::USE_ANOTHER_SERVER, (Claim::MAX, false));
            let _ = core.sessions.surrender(&session.client_id, by, reason, now);
        }
    }

    fn clean_up(&self) {
        self.clean.notify_one();
    }

    fn lag(&self) -> Lag {
        Lag {
            chunks: self.lag.load(Ordering::Relaxed),
            arriving: self.reading.lock().arriving(),
        }
    }
}

impl Lane {
    fn is_idle(&self) -> bool {
        *self.sent.borrow() >= self.outbox.lock().added()
    }

    /// Messages are with NATS, or dropped.
    pub(super) fn done(&self, messages: usize) {
        self.sent.send_modify(|sent| *sent += messages as u64);
    }

    fn clear(&self) -> usize {
        let dropped = self.outbox.lock().clear();
        self.done(dropped);
        dropped
    }
}
