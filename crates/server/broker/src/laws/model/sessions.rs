//! Sessions: how they begin, wait, end and come back from disk.

use std::collections::{BTreeMap, VecDeque};

use super::super::client::Answer;
use super::super::script::{Options, group_of};
use super::state::{Expected, Model, Session, Time, View, Will};

/// Longest expiry of a session, in seconds.
const MAX_EXPIRY: u32 = 3 * 24 * 60 * 60;

/// Milliseconds that a publisher of MQTT 3.1.1 waits for a disk that is full.
pub(crate) const FULL_DISK: i64 = 10_000;

impl Model {
    pub(super) fn connect(&mut self, link: &mut View, options: Options, now: Time) {
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

    /// A connection ends.
    pub(crate) fn lose(&mut self, link: &View, is_will_wanted: bool, now: Time) {
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
    pub(crate) fn tick(&mut self, now: Time) {
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

    /// Notes that an expired message need not arrive, unless it was sent before.
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
    pub(crate) fn is_silent(&self, link: &View, now: Time) -> bool {
        if let Some(until) = link.paused_until {
            return self.is_live(link) && until <= now;
        }
        let patience = Time::from(link.options.keep_alive) * 1500;
        self.is_live(link) && patience > 0 && link.heard + patience <= now
    }

    /// Returns whether answers to a client may have waited for the full disk for too long.
    pub(crate) fn may_give_up(&self, link: &View, now: Time) -> bool {
        let has_waited = !(link.answers.is_empty() && link.releases.is_empty())
            && self.is_full
            && self.full_since + FULL_DISK <= now;
        self.is_live(link) && has_waited
    }

    pub(crate) fn delete_group(&mut self, group: &str) {
        self.live
            .sessions
            .retain(|client, _| group_of(*client) != group);
    }

    pub(crate) fn crash(&mut self, now: Time) {
        self.live = self.durable.clone();
        self.forget_emissions();
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
}

impl Model {
    /// Nobody knows what was sent to a client that came back while the disk was full.
    fn forget_emissions(&mut self) {
        let sessions = self.live.sessions.values();
        for session in sessions.filter(|session| session.connection.is_none()) {
            for entry in &session.entries {
                let sent = self.emissions.get(&entry.number);
                if sent.is_some_and(|sent| !sent.is_on_disk) {
                    self.emissions.remove(&entry.number);
                }
            }
        }
    }
}

impl Session {
    pub(super) fn new(epoch: u64) -> Self {
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
