//! The standard in plain words: sessions, what is due to each, and what was promised to be on disk.
//!
//! The model is told each packet when the broker handles it, and each packet that the broker sends. What is on disk is a copy
//! of the model from the last commit; a crash goes back to it.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::client::{Answer, Delivered, Kind, Published, Sent};
use super::harness::FULL_DISK;
use super::script::{CLIENTS, FILTERS, GROUPS, Options, SMALL_PACKETS, Subscription, TOPICS};

/// Milliseconds.
type Time = i64;

/// Longest expiry of a session, in seconds.
const MAX_EXPIRY: u32 = 3 * 24 * 60 * 60;
const QUOTA_EXCEEDED: u8 = 0x97;
/// Identifiers by which a message of QoS 1 that comes again is known.
const RECENT: usize = 16;

pub(super) fn group_of(client: usize) -> &'static str {
    GROUPS[usize::from(client >= 2)]
}

pub(super) fn client_id(client: usize) -> String {
    format!("{}@@@{client}", group_of(client))
}

/// A message as it was first sent.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) topic: String,
    pub(super) payload: Vec<u8>,
    pub(super) qos: u8,
    pub(super) retain: bool,
    /// Client that the message is for.
    pub(super) receiver: Option<usize>,
}

#[derive(Clone, Debug)]
struct Will {
    message: usize,
    delay: u32,
}

/// A message that is due to a session.
#[derive(Clone, Debug)]
struct Entry {
    number: u64,
    message: usize,
    publisher: Option<usize>,
    qos: u8,
    retain: bool,
    ids: Vec<u32>,
    expires: Option<Time>,
    /// Whether it has to arrive.
    must: bool,
    /// One of several sessions gets it.
    share: Option<u64>,
    /// It was retained when the session subscribed to this filter.
    replay: Option<usize>,
    /// The client has it; the commit that says so.
    released: Option<u64>,
    /// Number of crashes before it.
    born: u32,
}

#[derive(Clone, Debug)]
struct Session {
    epoch: u64,
    /// The commit that holds it first.
    written: u64,
    connection: Option<u64>,
    takes_small_packets: bool,
    is_kept: bool,
    expiry: u32,
    offline_since: Time,
    expires: Option<Time>,
    will: Option<Will>,
    will_due: Option<Time>,
    subscriptions: Vec<Subscription>,
    entries: Vec<Entry>,
    /// Filters whose retained messages may not all be sent yet.
    replays: Vec<Subscription>,
    /// Identifiers of received messages of QoS 2, with the commit that holds each.
    received: BTreeMap<u16, u64>,
    /// Identifiers that are free again, with the commit that says so.
    freed: BTreeMap<u16, u64>,
    /// Filters that ended, with the commit that says so.
    unsubscribed: BTreeMap<usize, u64>,
    recent: VecDeque<u16>,
}

#[derive(Clone, Debug, Default)]
struct Live {
    sessions: BTreeMap<usize, Session>,
    /// By topic: message, publisher and expiry.
    retained: BTreeMap<String, (usize, Option<usize>, Option<Time>)>,
}

/// A connection as the model sees it.
#[derive(Debug, Default)]
pub(super) struct View {
    pub(super) serial: u64,
    pub(super) client: usize,
    pub(super) options: Options,
    /// Message of the will, if there is one.
    pub(super) will: Option<usize>,
    /// Whether CONNECT was handled.
    pub(super) is_connected: bool,
    /// Tells the session from earlier ones of the client.
    pub(super) epoch: u64,
    pub(super) heard: Time,
    /// When the connection ends if the disk is still full.
    pub(super) paused_until: Option<Time>,
    is_welcomed: bool,
    is_over: bool,
    answers: VecDeque<Expected>,
    pongs: usize,
    releases: VecDeque<(u16, u64)>,
    /// Identifiers of messages that were sent over this connection and are not completed.
    outstanding: BTreeSet<u16>,
}

/// An answer that is due, and the commit that it has to wait for.
#[derive(Debug)]
struct Expected {
    answer: Answer,
    stamp: u64,
}

#[derive(Clone, Copy, Debug)]
struct Emission {
    id: u16,
    link: u64,
}

#[derive(Debug, Default)]
struct Share {
    message: usize,
    /// Client, epoch of its session, delivery.
    candidates: Vec<(usize, u64, u64)>,
    choice: Option<u64>,
}

/// Topic, whether the message was pushed, QoS.
pub(super) type Counted = (String, bool, u8);

#[derive(Debug, Default)]
pub(super) struct Model {
    live: Live,
    durable: Live,
    /// `true` if the last commit failed.
    is_full: bool,
    /// Time of the first one that failed since one was made.
    full_since: Time,
    begun: u64,
    committed: u64,
    pub(super) messages: Vec<Message>,
    emissions: HashMap<u64, Emission>,
    shares: HashMap<u64, Share>,
    next: u64,
    pub(super) counts: BTreeMap<Counted, u64>,
    crashes: u32,
}

impl Model {
    pub(super) fn is_live(&self, link: &View) -> bool {
        let session = self.live.sessions.get(&link.client);
        session.is_some_and(|session| session.connection == Some(link.serial))
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Returns the commit that a change made now will be in.
    fn pending(&self) -> u64 {
        self.begun + 1
    }

    /// The disk was asked to make commit `begun`, which holds everything up to now.
    pub(super) fn commit(&mut self, begun: u64, is_made: bool, now: Time) {
        self.begun = begun;
        if !self.is_full {
            self.full_since = now;
        }
        self.is_full = !is_made;
        if is_made {
            self.durable = self.live.clone();
            self.committed = begun;
        }
    }

    /// Handles what a client sent.
    pub(super) fn receive(&mut self, link: &mut View, packet: &Sent, now: Time) {
        if let Sent::Connect(options) = packet {
            link.is_connected = true;
            link.heard = now;
            return self.connect(link, *options, now);
        }
        if !self.is_live(link) {
            return;
        }
        link.heard = now;
        match packet {
            Sent::Connect(_) => {}
            Sent::Publish(publish) => self.publish(link, publish, now),
            Sent::Subscribe(id, subscription) => self.subscribe(link, *id, *subscription, now),
            Sent::Unsubscribe(id, filter) => self.unsubscribe(link, *id, *filter),
            Sent::Acknowledge(kind, id) => self.acknowledge(link, *kind, *id),
            Sent::Ping => link.pongs += 1,
            Sent::Disconnect(with_will) => {
                self.lose(link, *with_will && link.options.v5, now);
            }
        }
    }

    fn connect(&mut self, link: &mut View, options: Options, now: Time) {
        let expiry = match (options.v5, options.clean) {
            (true, _) => options.expiry.min(MAX_EXPIRY),
            (false, true) => 0,
            (false, false) => MAX_EXPIRY,
        };
        let (pending, epoch) = (self.pending(), self.number());
        let mut stamp = 0;
        let mut earlier_will = None;
        let mut resumed = None;
        if let Some(mut session) = self.live.sessions.remove(&link.client) {
            let is_over = session.expires.is_some_and(|expires| expires <= now);
            let is_resumed = session.expiry > 0 && !is_over && !options.clean;
            session.detach();
            let will_due = session.will_due.take();
            if let Some(will) = session.will.take() {
                let is_delayed = will.delay > 0 && will_due.is_none_or(|due| due > now);
                earlier_will = (!(is_resumed && is_delayed)).then_some(will);
            }
            if session.is_kept {
                stamp = pending;
            }
            if is_resumed {
                resumed = Some(session);
            }
        }
        let present = resumed.is_some();
        let is_unchanged = resumed
            .as_ref()
            .is_some_and(|session| session.expiry == expiry);
        let mut session = resumed.unwrap_or_else(|| Session::new(epoch));
        session.expiry = expiry;
        session.is_kept |= expiry > 0;
        session.connection = Some(link.serial);
        session.expires = None;
        session.takes_small_packets = options.v5 && options.takes_small_packets;
        session.will = link.will.map(|message| Will {
            message,
            delay: match options.will {
                Some(will) if options.v5 => will.delay,
                _ => 0,
            },
        });
        if session.is_kept {
            stamp = pending;
        }
        if !present {
            session.written = stamp;
        }
        // Whoever comes back to a full disk may read at once.
        if is_unchanged && self.is_full {
            stamp = session.written;
        }
        for entry in &session.entries {
            if let (Some(stamp), Some(sent)) = (entry.released, self.emissions.get(&entry.number)) {
                link.releases.push_back((sent.id, stamp));
            }
        }
        // In the order in which the messages were sent.
        link.releases.make_contiguous().sort_unstable();
        link.epoch = session.epoch;
        self.live.sessions.insert(link.client, session);
        self.note_size(link.client);
        let answer = Answer::Connack { present, code: 0 };
        link.answers.push_back(Expected { answer, stamp });
        if let Some(will) = earlier_will {
            self.publish_will(&will, now);
        }
    }

    fn publish(&mut self, link: &mut View, publish: &Published, now: Time) {
        let pending = self.pending();
        let Some(session) = self.live.sessions.get(&link.client) else {
            return;
        };
        let is_kept = session.is_kept;
        if let Some(stamp) = session
            .received
            .get(&publish.id)
            .filter(|_| publish.qos == 2)
        {
            let stamp = *stamp;
            return link.answer(Kind::Pubrec, publish.id, 0, stamp);
        }
        // A message that comes again over MQTT 3.1.1 has lost its expiry.
        let expiry = if link.options.v5 { publish.expiry } else { 0 };
        let is_written = publish.qos == 2 && is_kept;
        let accepted = self.accept(publish.message, Some(link.client), is_written, expiry, now);
        let Some((mut stamp, has_receivers)) = accepted else {
            let kind = if publish.qos == 1 {
                Kind::Puback
            } else {
                Kind::Pubrec
            };
            return link.answer(kind, publish.id, QUOTA_EXCEEDED, 0);
        };
        if is_written {
            stamp = pending;
        }
        let mut is_new = true;
        if let Some(session) = self.live.sessions.get_mut(&link.client) {
            match publish.qos {
                1 => is_new = !(session.remember(publish.id) && publish.dup),
                2 => {
                    session.received.insert(publish.id, stamp);
                }
                _ => {}
            }
        }
        if is_new {
            self.count(publish.message, false, publish.qos);
        }
        let code = if has_receivers || !link.options.v5 {
            0
        } else {
            0x10
        };
        match publish.qos {
            0 => {}
            1 => link.answer(Kind::Puback, publish.id, code, stamp),
            _ => link.answer(Kind::Pubrec, publish.id, code, stamp),
        }
    }

    fn count(&mut self, message: usize, is_pushed: bool, qos: u8) {
        let topic = self.messages[message].topic.clone();
        *self.counts.entry((topic, is_pushed, qos)).or_default() += 1;
    }

    fn publish_will(&mut self, will: &Will, now: Time) {
        let qos = self.messages[will.message].qos;
        self.count(will.message, false, qos);
        self.accept(will.message, None, false, 0, now);
    }

    /// Takes a message. Returns the commit that its acknowledgement waits for, and whether anybody gets it; nothing if the disk
    /// is full and the message needs it. `is_written` says that its identifier needs it.
    fn accept(
        &mut self,
        number: usize,
        publisher: Option<usize>,
        is_written: bool,
        expiry: u32,
        now: Time,
    ) -> Option<(u64, bool)> {
        let message = self.messages[number].clone();
        let expires = (expiry > 0).then(|| now + Time::from(expiry) * 1000);
        let born = self.crashes;
        let mut entries = Vec::new();
        let clients: Vec<usize> = self.live.sessions.keys().copied().collect();
        for client in clients {
            let session = &self.live.sessions[&client];
            let (mut qos, mut rap, mut ids) = (None, false, Vec::new());
            if message.receiver == Some(client) {
                qos = Some(message.qos);
            }
            for subscription in session
                .subscriptions
                .iter()
                .filter(|_| message.receiver.is_none())
            {
                let is_own = subscription.no_local && publisher == Some(client);
                let filter = FILTERS[subscription.filter];
                if filter.starts_with('$') || is_own || !matches(filter, &message.topic) {
                    continue;
                }
                qos = qos.max(Some(subscription.qos.min(message.qos)));
                rap |= subscription.retain_as_published;
                ids.extend(Some(subscription.id).filter(|id| *id > 0));
            }
            ids.sort_unstable();
            if let Some(qos) = qos {
                let entry = Entry {
                    number: self.number(),
                    message: number,
                    publisher,
                    qos,
                    retain: message.retain && rap,
                    ids,
                    expires,
                    must: true,
                    share: None,
                    replay: None,
                    released: None,
                    born,
                };
                entries.push((client, entry));
            }
        }
        // Who publishes with QoS 0 cannot be told to wait.
        let is_retained =
            message.retain && message.receiver.is_none() && (message.qos > 0 || !self.is_full);
        let mut needs_disk = is_retained;
        let is_kept = |live: &Live, client: &usize| live.sessions[client].is_kept;
        needs_disk |= entries
            .iter()
            .any(|(client, entry)| entry.qos > 0 && is_kept(&self.live, client));
        if self.is_full && publisher.is_some() && (needs_disk || is_written) {
            return None;
        }
        let mut has_receivers = !entries.is_empty();
        for (client, entry) in entries {
            self.push(client, entry);
        }
        if message.receiver.is_none() {
            for filter in 0..FILTERS.len() {
                let (taken, is_written) = self.share(filter, number, publisher, expires);
                has_receivers |= taken;
                needs_disk |= is_written;
            }
            if is_retained {
                self.retain(&message, number, publisher, expires);
            }
        }
        Some((if needs_disk { self.pending() } else { 0 }, has_receivers))
    }

    /// Gives a message to those who share a filter. Returns whether anybody gets it, and whether it is surely written.
    fn share(
        &mut self,
        filter: usize,
        number: usize,
        publisher: Option<usize>,
        expires: Option<Time>,
    ) -> (bool, bool) {
        let message = self.messages[number].clone();
        let Some(levels) = FILTERS[filter]
            .strip_prefix("$share/")
            .and_then(|rest| rest.split_once('/'))
            .map(|(_, levels)| levels)
        else {
            return (false, false);
        };
        if !matches(levels, &message.topic) {
            return (false, false);
        }
        let members: Vec<(usize, Subscription, bool, bool)> = (self.live.sessions.iter())
            .flat_map(|(client, session)| {
                let found = session
                    .subscriptions
                    .iter()
                    .find(|found| found.filter == filter);
                found.map(|found| {
                    (
                        *client,
                        *found,
                        session.connection.is_some(),
                        session.is_kept,
                    )
                })
            })
            .collect();
        let is_any_online = members.iter().any(|(_, _, is_online, _)| *is_online);
        let members: Vec<_> = (members.into_iter())
            .filter(|(_, _, is_online, _)| *is_online || !is_any_online)
            .collect();
        let is_written = !members.is_empty()
            && (members.iter())
                .all(|(_, found, _, is_kept)| found.qos.min(message.qos) > 0 && *is_kept);
        let share = self.number();
        let is_choice = members.len() > 1;
        let mut candidates = Vec::new();
        for (client, found, _, _) in &members {
            let entry = Entry {
                number: self.number(),
                message: number,
                publisher,
                qos: found.qos.min(message.qos),
                retain: message.retain && found.retain_as_published,
                ids: Some(found.id).filter(|id| *id > 0).into_iter().collect(),
                expires,
                must: true,
                share: is_choice.then_some(share),
                replay: None,
                released: None,
                born: self.crashes,
            };
            let epoch = self.live.sessions[client].epoch;
            candidates.push((*client, epoch, entry.number));
            self.push(*client, entry);
        }
        if is_choice {
            let choice = None;
            self.shares.insert(
                share,
                Share {
                    message: number,
                    candidates,
                    choice,
                },
            );
        }
        (!members.is_empty(), is_written)
    }

    fn push(&mut self, client: usize, entry: Entry) {
        let Some(session) = self.live.sessions.get_mut(&client) else {
            return;
        };
        if entry.qos > 0 || entry.replay.is_some() || session.connection.is_some() {
            session.entries.push(entry);
        }
        self.note_size(client);
    }

    /// A message that is larger than its client takes need not arrive.
    fn note_size(&mut self, client: usize) {
        let messages = &self.messages;
        if let Some(session) = self.live.sessions.get_mut(&client)
            && session.takes_small_packets
        {
            for entry in &mut session.entries {
                entry.must &= messages[entry.message].payload.len() < SMALL_PACKETS as usize / 2;
            }
        }
    }

    fn retain(
        &mut self,
        message: &Message,
        number: usize,
        publisher: Option<usize>,
        expires: Option<Time>,
    ) {
        let messages = &self.messages;
        // Those whose retained messages are on their way get the earlier one, or this one, or none.
        for session in self.live.sessions.values_mut() {
            for entry in &mut session.entries {
                if entry.replay.is_some() && messages[entry.message].topic == message.topic {
                    entry.must = false;
                }
            }
        }
        if message.payload.is_empty() {
            self.live.retained.remove(&message.topic);
            return;
        }
        let kept = (number, publisher, expires);
        self.live.retained.insert(message.topic.clone(), kept);
        let clients: Vec<usize> = self.live.sessions.keys().copied().collect();
        for client in clients {
            let replays = self.live.sessions[&client].replays.clone();
            for subscription in replays {
                self.replay_one(client, subscription, &message.topic, false);
            }
        }
    }

    /// Makes a retained message due to a session.
    fn replay_one(&mut self, client: usize, subscription: Subscription, topic: &str, must: bool) {
        if !matches(FILTERS[subscription.filter], topic) {
            return;
        }
        let Some(&(message, publisher, expires)) = self.live.retained.get(topic) else {
            return;
        };
        let entry = Entry {
            number: self.number(),
            message,
            publisher,
            qos: self.messages[message].qos.min(subscription.qos),
            retain: true,
            ids: Some(subscription.id)
                .filter(|id| *id > 0)
                .into_iter()
                .collect(),
            expires,
            must,
            share: None,
            replay: Some(subscription.filter),
            released: None,
            born: self.crashes,
        };
        self.push(client, entry);
    }

    fn subscribe(&mut self, link: &mut View, id: u16, mut subscription: Subscription, now: Time) {
        if !link.options.v5 {
            subscription = Subscription {
                filter: subscription.filter,
                qos: subscription.qos,
                ..Subscription::default()
            };
        }
        let pending = self.pending();
        let Some(session) = self.live.sessions.get_mut(&link.client) else {
            return;
        };
        let code = subscription.qos;
        let stamp = if session.is_kept { pending } else { 0 };
        let filter = subscription.filter;
        let earlier = (session.subscriptions.iter_mut()).find(|earlier| earlier.filter == filter);
        let is_new = earlier.is_none();
        match earlier {
            Some(earlier) => *earlier = subscription,
            None => session.subscriptions.push(subscription),
        }
        session.unsubscribed.remove(&filter);
        session.end_replay(filter);
        let wants_retained = match subscription.retain_handling {
            0 => true,
            1 => is_new,
            _ => false,
        };
        if wants_retained && !FILTERS[filter].starts_with('$') {
            session.replays.push(subscription);
            self.live
                .retained
                .retain(|_, (_, _, expires)| expires.is_none_or(|expires| expires > now));
            let topics: Vec<String> = self.live.retained.keys().cloned().collect();
            for topic in topics {
                self.replay_one(link.client, subscription, &topic, true);
            }
        }
        let answer = Answer::Suback { id, code };
        link.answers.push_back(Expected { answer, stamp });
    }

    fn unsubscribe(&mut self, link: &mut View, id: u16, filter: usize) {
        let pending = self.pending();
        let Some(session) = self.live.sessions.get_mut(&link.client) else {
            return;
        };
        let before = session.subscriptions.len();
        session
            .subscriptions
            .retain(|subscription| subscription.filter != filter);
        let was_there = session.subscriptions.len() < before;
        session.end_replay(filter);
        if was_there {
            let stamp = if session.is_kept { pending } else { 0 };
            session.unsubscribed.insert(filter, stamp);
        }
        let stamp = session.unsubscribed.get(&filter).copied().unwrap_or(0);
        let code = if was_there || !link.options.v5 {
            0
        } else {
            0x11
        };
        let answer = Answer::Unsuback { id, code };
        link.answers.push_back(Expected { answer, stamp });
    }

    fn acknowledge(&mut self, link: &mut View, kind: Kind, id: u16) {
        let pending = self.pending();
        let Some(session) = self.live.sessions.get_mut(&link.client) else {
            return;
        };
        let change = if session.is_kept { pending } else { 0 };
        if kind == Kind::Pubrel {
            let was_there = session.received.remove(&id).is_some();
            if was_there {
                session.freed.insert(id, change);
            }
            let stamp = session.freed.get(&id).copied().unwrap_or(0);
            let code = if was_there || !link.options.v5 {
                0
            } else {
                0x92
            };
            return link.answer(Kind::Pubcomp, id, code, stamp);
        }
        let emissions = &self.emissions;
        let found = session.entries.iter().position(|entry| {
            let sent = emissions.get(&entry.number);
            sent.is_some_and(|sent| {
                sent.id == id && (sent.link == link.serial || entry.released.is_some())
            })
        });
        let entry = found.map(|at| &mut session.entries[at]);
        match (kind, entry) {
            (Kind::Puback, Some(entry)) if entry.qos == 1 => {}
            (Kind::Pubcomp, Some(entry)) if entry.released.is_some() => {}
            (Kind::Pubrec, Some(entry)) if entry.qos == 2 => {
                let stamp = *entry.released.get_or_insert(change);
                return link.answer(Kind::Pubrel, id, 0, stamp);
            }
            (Kind::Pubrec, _) => {
                let code = if link.options.v5 { 0x92 } else { 0 };
                return link.answer(Kind::Pubrel, id, code, 0);
            }
            _ => return,
        }
        if let Some(at) = found {
            session.entries.remove(at);
        }
        link.outstanding.remove(&id);
    }

    /// A connection ends.
    pub(super) fn lose(&mut self, link: &View, is_will_wanted: bool, now: Time) {
        if !self.is_live(link) {
            return;
        }
        let Some(session) = self.live.sessions.get_mut(&link.client) else {
            return;
        };
        session.detach();
        if !is_will_wanted {
            session.will = None;
        }
        let mut due = None;
        if session.expiry == 0 {
            due = session.will.take();
            self.live.sessions.remove(&link.client);
        } else {
            session.offline_since = now;
            let expires = now + Time::from(session.expiry) * 1000;
            session.expires = Some(expires);
            match &session.will {
                Some(will) if will.delay > 0 => {
                    let at = now + Time::from(will.delay) * 1000;
                    session.will_due = Some(at.min(expires));
                }
                _ => due = session.will.take(),
            }
        }
        if let Some(will) = due {
            self.publish_will(&will, now);
        }
    }

    /// Time has passed.
    pub(super) fn tick(&mut self, now: Time) {
        let mut wills = Vec::new();
        let mut ended = Vec::new();
        for (client, session) in &mut self.live.sessions {
            if session.connection.is_some() {
                continue;
            }
            if let Some(due) = session.will_due.filter(|due| *due <= now) {
                session.will_due = None;
                wills.extend(session.will.take().map(|will| (due, session.epoch, will)));
            }
            if session.expires.is_some_and(|expires| expires <= now) {
                ended.push(*client);
            }
        }
        for client in ended {
            self.live.sessions.remove(&client);
        }
        wills.sort_by_key(|(due, epoch, _)| (*due, *epoch));
        for (_, _, will) in wills {
            self.publish_will(&will, now);
        }
        self.expire(now);
    }

    /// What has expired need not arrive, unless it was sent before.
    fn expire(&mut self, now: Time) {
        for session in self.live.sessions.values_mut() {
            for entry in &mut session.entries {
                let is_expired = entry.expires.is_some_and(|expires| expires <= now);
                let was_sent = self.emissions.contains_key(&entry.number);
                entry.must &= !is_expired || was_sent;
            }
        }
    }

    /// Returns whether a client was silent for too long, or has waited for the disk for too long.
    pub(super) fn is_silent(&self, link: &View, now: Time) -> bool {
        if let Some(until) = link.paused_until {
            return self.is_live(link) && until <= now;
        }
        let patience = Time::from(link.options.keep_alive) * 1500;
        self.is_live(link) && patience > 0 && link.heard + patience <= now
    }

    /// Returns whether answers to a client may have waited for the full disk for too long.
    pub(super) fn may_give_up(&self, link: &View, now: Time) -> bool {
        let has_waited = !(link.answers.is_empty() && link.releases.is_empty())
            && self.is_full
            && self.full_since + FULL_DISK <= now;
        self.is_live(link) && has_waited
    }

    pub(super) fn delete_group(&mut self, group: &str) {
        self.live
            .sessions
            .retain(|client, _| group_of(*client) != group);
    }

    pub(super) fn crash(&mut self, now: Time) {
        self.live = self.durable.clone();
        self.is_full = false;
        (self.begun, self.committed) = (0, 0);
        self.crashes += 1;
        self.counts.clear();
        self.live
            .retained
            .retain(|_, (_, _, expires)| expires.is_none_or(|expires| expires > now));
        self.live.sessions.retain(|_, session| session.restore(now));
        self.expire(now);
    }

    /// Everything was carried over the connections that clients use: retained messages that were on their way have arrived.
    pub(super) fn settle(&mut self, current: &[Option<u64>; CLIENTS]) -> Result<(), String> {
        for (client, session) in &mut self.live.sessions {
            // A client may have left a connection that the broker still has.
            if session.connection.is_none() || session.connection != current[*client] {
                continue;
            }
            session.replays.clear();
            for entry in &session.entries {
                let is_chosen = entry.share.is_none_or(|share| {
                    let share = self.shares.get(&share);
                    share.is_some_and(|share| share.choice == Some(entry.number))
                });
                if entry.must && is_chosen || entry.released.is_some() {
                    return Err(format!("client {client} did not get {entry:?}"));
                }
            }
        }
        Ok(())
    }

    /// Checks that one of those who share a filter has got each message. Of one that was published twice, nobody knows which copy
    /// has arrived.
    pub(super) fn check_shares(&self) -> Result<(), String> {
        let is_only = |share: &&Share| {
            let text = |share: &Share| {
                let message = &self.messages[share.message];
                (&message.topic, &message.payload)
            };
            let mut others = self.shares.values();
            !others.any(|other| text(other) == text(share) && !std::ptr::eq(other, *share))
        };
        let open = self.shares.values().filter(|share| share.choice.is_none());
        for share in open.filter(is_only) {
            let is_waiting = |(client, epoch, number): &(usize, u64, u64)| {
                let session = self
                    .live
                    .sessions
                    .get(client)
                    .filter(|session| session.epoch == *epoch);
                session.is_some_and(|session| {
                    (session.entries.iter()).any(|entry| entry.number == *number && entry.must)
                })
            };
            if !share.candidates.is_empty() && share.candidates.iter().all(is_waiting) {
                return Err(format!("nobody got {share:?}"));
            }
        }
        Ok(())
    }

    /// Checks what the broker sends. Returns the number of a delivery.
    pub(super) fn send(
        &mut self,
        link: &mut View,
        answer: &Answer,
        length: usize,
        now: Time,
    ) -> Result<Option<u64>, String> {
        if link.is_over {
            return Err(format!("{answer:?} after DISCONNECT"));
        }
        if !link.is_welcomed && !matches!(answer, Answer::Connack { .. }) {
            return Err(format!("{answer:?} before CONNACK"));
        }
        if link.options.v5 && link.options.takes_small_packets && length > SMALL_PACKETS as usize {
            return Err(format!("{answer:?} is larger than the client takes"));
        }
        match answer {
            Answer::Publish(publish) => return self.deliver(link, publish, now).map(Some),
            Answer::Disconnect(_) => {
                link.is_over = true;
                if self.is_live(link) {
                    return Err(format!("{answer:?} without a reason"));
                }
                return Ok(None);
            }
            Answer::Pong => {
                let due = link
                    .pongs
                    .checked_sub(1)
                    .ok_or("PINGRESP without PINGREQ")?;
                link.pongs = due;
                return Ok(None);
            }
            Answer::Connack { .. } => link.is_welcomed = true,
            _ => {}
        }
        let stamp = match link.answers.front() {
            Some(expected) if expected.answer == *answer => {
                let stamp = expected.stamp;
                link.answers.pop_front();
                stamp
            }
            expected => match (answer, link.releases.front()) {
                (
                    Answer::Acknowledge {
                        kind: Kind::Pubrel,
                        id,
                        code: 0,
                    },
                    Some((due, stamp)),
                ) if id == due => {
                    let stamp = *stamp;
                    link.releases.pop_front();
                    stamp
                }
                _ => return Err(format!("{answer:?} instead of {expected:?}")),
            },
        };
        if stamp > self.committed {
            return Err(format!(
                "{answer:?} before commit {stamp}, which is not made yet"
            ));
        }
        Ok(None)
    }

    fn deliver(&mut self, link: &mut View, publish: &Delivered, now: Time) -> Result<u64, String> {
        if !self.is_live(link) {
            return Err(format!("{publish:?} to a connection that was taken over"));
        }
        let Some(session) = self.live.sessions.get_mut(&link.client) else {
            return Err(format!("{publish:?} to nobody"));
        };
        let (messages, shares) = (&self.messages, &self.shares);
        // Two copies of a message may look the same over MQTT 3.1.1 and not over MQTT 5, where they are sent again.
        let remaining = |entry: &Entry| {
            let expires = entry.expires.filter(|_| link.options.v5);
            expires.map(|expires| u32::try_from((expires - now + 999) / 1000).unwrap_or(0))
        };
        let is_it = |entry: &Entry| {
            let message = &messages[entry.message];
            let sent = self.emissions.get(&entry.number);
            let may_be_chosen = entry.share.is_none_or(|share| {
                let share = shares.get(&share);
                share.is_some_and(|share| share.choice.is_none_or(|choice| choice == entry.number))
            });
            let is_turn = match sent {
                Some(sent) => publish.dup && sent.id == publish.id && sent.link != link.serial,
                None if publish.dup => entry.born < self.crashes,
                None => entry.expires.is_none_or(|expires| expires > now),
            };
            message.topic == publish.topic
                && message.payload == publish.payload
                && (entry.qos, entry.retain) == (publish.qos, publish.retain)
                && (!link.options.v5 || publish.dup || entry.ids == publish.ids)
                && entry.released.is_none()
                && publish.expiry == remaining(entry)
                && may_be_chosen
                && is_turn
        };
        // What was sent before comes first, then what is due, then what only may be. What may have been sent before a crash is sent
        // in its order, whether it is due or not.
        let was_sent = |entry: &Entry| self.emissions.contains_key(&entry.number);
        let rank = |entry: &Entry| {
            (
                was_sent(entry),
                entry.must || publish.dup,
                entry.share.is_none(),
            )
        };
        let mut best = None;
        for (at, entry) in session
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| is_it(entry))
        {
            if best.is_none_or(|best: usize| rank(&session.entries[best]) < rank(entry)) {
                best = Some(at);
            }
        }
        let Some(at) = best else {
            let entries = &session.entries;
            return Err(format!("{publish:?} is not due; due are {entries:#?}"));
        };
        let entry = session.entries[at].clone();
        self.check_order(link, &entry, at)?;
        if !publish.dup {
            self.count(entry.message, true, entry.qos);
        }
        if let Some(share) = entry.share.and_then(|share| self.shares.get_mut(&share)) {
            share.choice = Some(entry.number);
        }
        let Some(session) = self.live.sessions.get_mut(&link.client) else {
            return Ok(entry.number);
        };
        if entry.qos == 0 {
            session.entries.remove(at);
            return Ok(entry.number);
        }
        let is_used = |other: &Entry| {
            let sent = self.emissions.get(&other.number);
            let is_in_flight = sent.is_some_and(|sent| sent.link == link.serial);
            sent.is_some_and(|sent| sent.id == publish.id)
                && (is_in_flight || other.released.is_some())
        };
        if session.entries.iter().any(is_used) {
            return Err(format!("{publish:?} has an identifier that is in use"));
        }
        let (id, serial) = (publish.id, link.serial);
        self.emissions
            .insert(entry.number, Emission { id, link: serial });
        link.outstanding.insert(id);
        let maximum = match link.options {
            Options {
                v5: true,
                receive_maximum,
                ..
            } if receive_maximum > 0 => receive_maximum,
            _ => u16::MAX,
        };
        if link.outstanding.len() > usize::from(maximum) {
            return Err(format!("{publish:?} exceeds the receive maximum"));
        }
        Ok(entry.number)
    }

    fn check_order(&self, link: &View, entry: &Entry, at: usize) -> Result<(), String> {
        let session = &self.live.sessions[&link.client];
        let topic = |entry: &Entry| &self.messages[entry.message].topic;
        let comes_first = |earlier: &&Entry| {
            let sent = self.emissions.get(&earlier.number);
            earlier.must
                && earlier.share.is_none()
                && earlier.replay.is_none()
                && earlier.message != entry.message
                && entry.replay.is_none()
                && (earlier.publisher, earlier.qos) == (entry.publisher, entry.qos)
                && topic(earlier) == topic(entry)
                && earlier.released.is_none()
                && sent.is_none_or(|sent| sent.link != link.serial)
        };
        match session.entries[..at].iter().find(comes_first) {
            Some(earlier) => Err(format!("{entry:?} overtakes {earlier:?}")),
            None => Ok(()),
        }
    }

    pub(super) fn connections(&self) -> usize {
        self.online().count()
    }

    pub(super) fn online_in_group(&self, group: &str) -> usize {
        self.online()
            .filter(|(client, _)| group_of(**client) == group)
            .count()
    }

    /// Returns how many clients that are online hold a filter, or one that matches a topic.
    pub(super) fn online_on_topic(&self, topic: &str) -> usize {
        let holds = |subscription: &Subscription| {
            let filter = FILTERS[subscription.filter];
            let levels = match filter.strip_prefix("$share/") {
                Some(rest) => rest.split_once('/').map_or("", |(_, levels)| levels),
                None => filter,
            };
            if topic.contains(['+', '#']) {
                levels == topic
            } else {
                matches(levels, topic)
            }
        };
        self.online()
            .filter(|(_, session)| session.subscriptions.iter().any(holds))
            .count()
    }

    fn online(&self) -> impl Iterator<Item = (&usize, &Session)> {
        let sessions = self.live.sessions.iter();
        sessions.filter(|(_, session)| session.connection.is_some())
    }

    /// Returns the topic of a publication, and the client that it is for.
    pub(super) fn address(to: usize) -> (String, Option<usize>) {
        match TOPICS.get(to) {
            Some(topic) => ((*topic).to_owned(), None),
            None => {
                let receiver = (to - TOPICS.len()) % CLIENTS;
                (format!("t/p2p/{}", client_id(receiver)), Some(receiver))
            }
        }
    }
}

impl Session {
    fn new(epoch: u64) -> Self {
        Self {
            epoch,
            written: 0,
            connection: None,
            takes_small_packets: false,
            is_kept: false,
            expiry: 0,
            offline_since: 0,
            expires: None,
            will: None,
            will_due: None,
            subscriptions: Vec::new(),
            entries: Vec::new(),
            replays: Vec::new(),
            received: BTreeMap::new(),
            freed: BTreeMap::new(),
            unsubscribed: BTreeMap::new(),
            recent: VecDeque::new(),
        }
    }

    /// The connection is gone, and with it what was to be delivered at most once.
    fn detach(&mut self) {
        self.connection = None;
        self.entries
            .retain(|entry| entry.qos > 0 || entry.replay.is_some());
        for entry in &mut self.entries {
            entry.must &= entry.qos > 0;
        }
    }

    /// Returns whether an identifier was used just before.
    fn remember(&mut self, id: u16) -> bool {
        if self.recent.contains(&id) {
            return true;
        }
        self.recent.push_back(id);
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
        false
    }

    fn end_replay(&mut self, filter: usize) {
        self.replays.retain(|replay| replay.filter != filter);
        for entry in &mut self.entries {
            entry.must &= entry.replay != Some(filter);
        }
    }

    /// Comes back from disk. Returns whether the session goes on.
    fn restore(&mut self, now: Time) -> bool {
        if self.connection.is_some() {
            self.offline_since = now;
        }
        let expires = self.offline_since + Time::from(self.expiry) * 1000;
        self.connection = None;
        self.written = 0;
        self.expires = Some(expires);
        let will = self.will.as_ref();
        self.will_due = will.map(|will| expires.min(now + Time::from(will.delay) * 1000));
        self.takes_small_packets = false;
        self.entries.retain(|entry| entry.qos > 0);
        for entry in &mut self.entries {
            entry.must &= entry.replay.is_none();
            entry.released = entry.released.map(|_| 0);
        }
        self.replays.clear();
        self.recent.clear();
        self.unsubscribed.clear();
        self.freed.clear();
        self.received.values_mut().for_each(|stamp| *stamp = 0);
        self.is_kept && expires > now
    }
}

impl View {
    pub(super) fn new(serial: u64, client: usize, options: Options, will: Option<usize>) -> Self {
        Self {
            serial,
            client,
            options,
            will,
            ..Self::default()
        }
    }

    fn answer(&mut self, kind: Kind, id: u16, code: u8, stamp: u64) {
        let answer = Answer::Acknowledge { kind, id, code };
        self.answers.push_back(Expected { answer, stamp });
    }
}

fn matches(filter: &str, topic: &str) -> bool {
    let filter: Vec<&str> = filter.split('/').collect();
    let topic: Vec<&str> = topic.split('/').collect();
    match filter.split_last() {
        Some((&"#", levels)) => levels.len() <= topic.len() && levels.iter().zip(&topic).all(fits),
        _ => filter.len() == topic.len() && filter.iter().zip(&topic).all(fits),
    }
}

fn fits((level, name): (&&str, &&str)) -> bool {
    *level == "+" || level == name
}
