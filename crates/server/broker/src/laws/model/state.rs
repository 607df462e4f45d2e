//! Parts of the model: sessions, what is due to each, connections, and what is on disk.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::super::client::{Answer, Kind};
use super::super::script::{Options, Subscription};

/// Milliseconds.
pub(super) type Time = i64;

#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(super) live: Live,
    pub(super) durable: Live,
    /// True if the last commit failed.
    pub(super) is_full: bool,
    /// Time of the first one that failed since one was made.
    pub(super) full_since: Time,
    pub(super) begun: u64,
    pub(super) committed: u64,
    pub(crate) messages: Vec<Message>,
    pub(super) emissions: HashMap<u64, Emission>,
    pub(super) shares: HashMap<u64, Share>,
    pub(super) next: u64,
    pub(crate) counts: BTreeMap<Counted, u64>,
    pub(super) crashes: u32,
}

impl Model {
    pub(crate) fn is_live(&self, link: &View) -> bool {
        let session = self.live.sessions.get(&link.client);
        session.is_some_and(|session| session.connection == Some(link.serial))
    }

    pub(super) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Returns the commit that a change made now will be in.
    pub(super) fn pending(&self) -> u64 {
        self.begun + 1
    }

    /// The disk was asked to make commit `begun`, which holds everything up to now.
    pub(crate) fn commit(&mut self, begun: u64, is_made: bool, now: Time) {
        self.begun = begun;
        if !self.is_full {
            self.full_since = now;
        }
        self.is_full = !is_made;
        if is_made {
            self.durable = self.live.clone();
            self.committed = begun;
            self.emissions
                .values_mut()
                .for_each(|sent| sent.is_on_disk = true);
        }
    }

    pub(super) fn count(&mut self, message: usize, is_pushed: bool, qos: u8) {
        let topic = self.messages[message].topic.clone();
        *self.counts.entry((topic, is_pushed, qos)).or_default() += 1;
    }
}

/// A message as it was first sent.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) topic: String,
    pub(crate) payload: Vec<u8>,
    pub(crate) qos: u8,
    pub(crate) retain: bool,
    /// Client that the message is for.
    pub(crate) receiver: Option<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Will {
    pub(super) message: usize,
    pub(super) delay: u32,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Live {
    pub(super) sessions: BTreeMap<usize, Session>,
    /// By topic: message, publisher and expiry.
    pub(super) retained: BTreeMap<String, (usize, Option<usize>, Option<Time>)>,
}

#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) epoch: u64,
    /// The commit that holds it first.
    pub(super) written: u64,
    pub(super) connection: Option<u64>,
    pub(super) takes_small_packets: bool,
    pub(super) is_kept: bool,
    pub(super) expiry: u32,
    pub(super) offline_since: Time,
    pub(super) expires: Option<Time>,
    pub(super) will: Option<Will>,
    pub(super) will_due: Option<Time>,
    pub(super) subscriptions: Vec<Subscription>,
    pub(super) entries: Vec<Entry>,
    /// Filters whose retained messages may not all be sent yet.
    pub(super) replays: Vec<Subscription>,
    /// Identifiers of received messages of QoS 2, with the commit that holds each.
    pub(super) received: BTreeMap<u16, u64>,
    /// Identifiers that are free again, with the commit that says so.
    pub(super) freed: BTreeMap<u16, u64>,
    /// Filters that ended, with the commit that says so.
    pub(super) unsubscribed: BTreeMap<usize, u64>,
    pub(super) recent: VecDeque<u16>,
}

/// A message that is due to a session.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) number: u64,
    pub(super) message: usize,
    pub(super) publisher: Option<usize>,
    pub(super) qos: u8,
    pub(super) retain: bool,
    pub(super) ids: Vec<u32>,
    /// True if a copy with other identifiers or expiry may have been sent in its place, over MQTT 3.1.1, which has neither.
    pub(super) may_be_other: bool,
    pub(super) expires: Option<Time>,
    /// True if it has to arrive.
    pub(super) must: bool,
    /// One of several sessions gets it.
    pub(super) share: Option<u64>,
    /// It was retained when the session subscribed to this filter.
    pub(super) replay: Option<usize>,
    /// The client has it; the commit that says so.
    pub(super) released: Option<u64>,
    /// Number of crashes before it.
    pub(super) born: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Emission {
    pub(super) id: u16,
    pub(super) link: u64,
    /// True if a commit came later.
    pub(super) is_on_disk: bool,
}

#[derive(Debug, Default)]
pub(super) struct Share {
    /// Client, epoch of its session, delivery.
    pub(super) candidates: Vec<(usize, u64, u64)>,
    pub(super) choice: Option<u64>,
    /// True if it is not known who was chosen.
    pub(super) is_unclear: bool,
}

/// Topic, whether the message was pushed, QoS.
pub(crate) type Counted = (String, bool, u8);

/// A connection as the model sees it.
#[derive(Debug, Default)]
pub(crate) struct View {
    pub(crate) serial: u64,
    pub(crate) client: usize,
    pub(crate) options: Options,
    /// Message of the will, if there is one.
    pub(crate) will: Option<usize>,
    /// True once CONNECT was handled.
    pub(crate) is_connected: bool,
    /// Tells the session from earlier ones of the client.
    pub(crate) epoch: u64,
    pub(crate) heard: Time,
    /// Time at which the connection ends if the disk is still full.
    pub(crate) paused_until: Option<Time>,
    pub(super) is_welcomed: bool,
    pub(super) is_over: bool,
    pub(super) answers: VecDeque<Expected>,
    pub(super) pongs: usize,
    pub(super) releases: VecDeque<(u16, u64)>,
    /// Identifiers of messages that were sent over this connection and are not completed.
    pub(super) outstanding: BTreeSet<u16>,
}

impl View {
    pub(crate) fn new(serial: u64, client: usize, options: Options, will: Option<usize>) -> Self {
        Self {
            serial,
            client,
            options,
            will,
            ..Self::default()
        }
    }

    pub(super) fn answer(&mut self, kind: Kind, id: u16, code: u8, stamp: u64) {
        let answer = Answer::Acknowledge { kind, id, code };
        self.answers.push_back(Expected { answer, stamp });
    }
}

/// An answer that is due, and the commit that it has to wait for.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) answer: Answer,
    pub(super) stamp: u64,
}
