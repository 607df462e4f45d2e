//! One session of a client, as long as the library keeps it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicUsize, Ordering};

use parking_lot::Mutex;
use rmqtt::session::OfflineInfo;
use rmqtt::types::{From as Sender, Id, Publish, SubscriptionOptions, Tx};

use crate::filters::Holder;

/// More messages than this wait for a session: those of QoS 0 are dropped. The library's own queue is as long.
pub(crate) const QUEUE_MESSAGES: usize = 2_000;
/// More bytes of payload than this wait for a session: messages of QoS 0 are dropped.
pub(crate) const QUEUE_BYTES: usize = 4 << 20;
/// So many times the limits above: nothing more is taken, and who is online is disconnected.
const OVERFLOW: usize = 2;

/// A session: online, or kept for a client that is offline.
pub(crate) struct Connection {
    pub(crate) id: Id,
    pub(crate) group: Box<str>,
    pub(crate) address: SocketAddr,
    /// Unix time in ms.
    pub(crate) connected_since: i64,
    pub(crate) tx: Tx,
    /// Written by [`Presence`](crate::presence::Presence) alone.
    pub(crate) online: AtomicBool,
    /// Written by [`Presence`](crate::presence::Presence) alone. What its filters are held under while it is online.
    pub(crate) holder: AtomicU32,
    /// Written by [`Presence`](crate::presence::Presence) alone. By filter without `$share/group/`.
    pub(crate) subscriptions: Mutex<BTreeMap<Box<str>, Subscription>>,
    pub(crate) received: Mutex<RecentPacketIds>,
    /// What the session took over from an earlier one, until its task has it.
    inheritance: Mutex<Option<OfflineInfo>>,
    touched: AtomicI64,
    waiting_messages: AtomicUsize,
    waiting_bytes: AtomicUsize,
    overflowed: AtomicBool,
}

/// How a client holds a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) share: Option<Box<str>>,
    pub(crate) qos: u8,
}

impl Subscription {
    pub(crate) fn of(options: &SubscriptionOptions) -> Self {
        let share = options
            .shared_group()
            .map(|share| share.as_ref() as &str)
            .map(Into::into);
        Self {
            share,
            qos: options.qos_value(),
        }
    }
}

/// What becomes of a message for a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    Queued,
    Dropped,
    /// Dropped, and the session is to be closed. Said once.
    Overflowed,
}

impl Connection {
    pub(crate) fn new(id: Id, group: &str, connected_since: i64, tx: Tx, is_online: bool) -> Self {
        let address = id
            .remote_addr
            .unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)));
        Self {
            id,
            group: group.into(),
            address,
            connected_since,
            tx,
            online: AtomicBool::new(is_online),
            holder: AtomicU32::new(0),
            subscriptions: Mutex::default(),
            received: Mutex::default(),
            inheritance: Mutex::default(),
            touched: AtomicI64::new(connected_since),
            waiting_messages: AtomicUsize::new(0),
            waiting_bytes: AtomicUsize::new(0),
            overflowed: AtomicBool::new(false),
        }
    }

    pub(crate) fn is_online(&self) -> bool {
        self.online.load(Ordering::Acquire)
    }

    /// What its filters are held under, as long as it is online.
    pub(crate) fn holder(&self) -> Holder {
        self.holder.load(Ordering::Relaxed)
    }

    pub(crate) fn touch(&self, now: i64) {
        self.touched.store(now, Ordering::Relaxed);
    }

    /// When the client last sent something, Unix time in ms.
    pub(crate) fn touched(&self) -> i64 {
        self.touched.load(Ordering::Relaxed)
    }

    /// Asks for room in the queue. What is queued has to be given back with [`leave_queue`](Self::leave_queue).
    pub(crate) fn enter_queue(&self, qos: u8, bytes: usize) -> Admission {
        if qos == 0 && !self.is_online() {
            return Admission::Dropped;
        }
        let messages = self.waiting_messages.fetch_add(1, Ordering::Relaxed);
        let waiting = self.waiting_bytes.fetch_add(bytes, Ordering::Relaxed);
        let times = if qos == 0 { 1 } else { OVERFLOW };
        if messages < QUEUE_MESSAGES * times && waiting + bytes <= QUEUE_BYTES * times {
            return Admission::Queued;
        }
        self.leave_queue(bytes);
        if qos > 0 && self.is_online() && !self.overflowed.swap(true, Ordering::Relaxed) {
            return Admission::Overflowed;
        }
        Admission::Dropped
    }

    pub(crate) fn leave_queue(&self, bytes: usize) {
        // A message that the library was never asked to queue must not make the counts negative.
        let less = |by: usize| move |count: usize| Some(count.saturating_sub(by));
        let _ = self
            .waiting_messages
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less(1));
        let _ = self
            .waiting_bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less(bytes));
    }

    /// Takes over what an earlier session of the client left behind.
    pub(crate) fn inherit(&self, offline: OfflineInfo) {
        let waiting = || {
            offline
                .offline_messages
                .iter()
                .filter(|(_, publish)| !publish.dup)
        };
        let bytes = waiting().map(|(_, publish)| publish.payload.len()).sum();
        self.waiting_messages
            .fetch_add(waiting().count(), Ordering::Relaxed);
        self.waiting_bytes.fetch_add(bytes, Ordering::Relaxed);
        let mut subscriptions = self.subscriptions.lock();
        for (filter, options) in &offline.subscriptions {
            subscriptions.insert((filter as &str).into(), Subscription::of(options));
        }
        *self.inheritance.lock() = Some(offline);
    }

    /// Adds a message to what was inherited, which the next session of the client then inherits too.
    pub(crate) fn add_to_inheritance(
        &self,
        sender: Sender,
        publish: Publish,
    ) -> Result<(), (Sender, Publish)> {
        match &mut *self.inheritance.lock() {
            Some(offline) if publish.qos.value() > 0 => {
                offline.offline_messages.push_back((sender, publish));
                Ok(())
            }
            _ => Err((sender, publish)),
        }
    }

    pub(crate) fn take_inheritance(&self) -> Option<OfflineInfo> {
        self.inheritance.lock().take()
    }
}

/// The packet ids of the last messages with QoS above 0, to know a retransmission.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecentPacketIds {
    ids: [u16; 16],
    next: usize,
}

impl RecentPacketIds {
    /// Remembers an id, which is never 0. Answers whether it was there already.
    pub(crate) fn remember(&mut self, id: u16) -> bool {
        if self.ids.contains(&id) {
            return true;
        }
        self.ids[self.next] = id;
        self.next = (self.next + 1) % self.ids.len();
        false
    }
}
