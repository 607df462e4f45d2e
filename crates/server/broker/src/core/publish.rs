//! The way of a message from its publisher to those who get it.

use std::cell::RefCell;
use std::sync::Arc;

use super::Core;
use super::clock::Now;
use super::index::Target;
use super::instance::Loss;
use super::message::{Message, Parts};
use super::others::{Chosen, Claim, OtherNodes, Outbound};
use super::outgoing::{Admission, Delivery};
use super::record::{delete, put, put_retained, put_stored, received_key, retained_key};
use super::retained::topic_cost;
use super::session::Session;
use super::will::DueWill;
use crate::Refusal;
use crate::excerpt::Excerpt;
use crate::keep::{Change, Room, Table, Ticket};
use crate::metering::Direction;
use crate::topic::{Topic, may_publish, may_receive};

/// Result of publishing a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Published {
    /// The commit that its acknowledgement waits for.
    pub(crate) ticket: Ticket,
    /// `true` if anybody gets it.
    pub(crate) has_receivers: bool,
}

/// Task of this broker with a message that is to be retained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Retaining {
    /// To retain it, or to tell its publisher that it cannot.
    OrRefuse,
    /// To retain it if it can.
    IfItFits,
    /// Nothing, because another node does.
    Elsewhere,
}

/// Reason why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotPublished {
    /// It needs the disk, which is behind or full.
    Waits(Room),
    /// Its session has moved to another node, and the connection is about to be closed.
    Moved,
    /// The instance retains as much as it may.
    Retained,
    /// The session cannot remember another identifier of QoS 2.
    Identifiers,
}

/// Publisher of a message.
#[derive(Clone, Copy)]
pub(crate) struct Sender<'a> {
    pub(crate) session: &'a Session,
    /// Packet identifier of a message of QoS 2, otherwise 0.
    pub(crate) received: u16,
}

/// Needs of a message beside memory for its receivers.
struct Needs<'a> {
    room: Room,
    /// Receivers for which it is written to disk.
    kept_receivers: usize,
    is_retained: bool,
    /// Publisher of a message of QoS 2 whose identifier is written to disk.
    received: Option<Sender<'a>>,
    /// `true` if it is written to the log of all nodes.
    is_logged: bool,
}

impl Needs<'_> {
    fn disk(&self) -> bool {
        let is_written = self.is_retained || self.is_logged || self.received.is_some();
        self.kept_receivers > 0 || is_written
    }
}

thread_local! {
    /// Receivers of the message that is being routed, so that no message allocates a list.
    static TARGETS: RefCell<Vec<Target>> = const { RefCell::new(Vec::new()) };
}

impl Core {
    /// Routes a message. `is_refusable` says that its publisher can be told that it is not retained.
    pub(crate) fn publish(
        &self,
        parts: Parts<'_>,
        sender: Option<Sender<'_>>,
        is_refusable: bool,
        now: Now,
    ) -> Result<Published, NotPublished> {
        let retaining = if is_refusable {
            Retaining::OrRefuse
        } else {
            Retaining::IfItFits
        };
        self.publish_as(parts, sender, (retaining, None), now)
    }

    /// [`Self::publish`], of a will if there is the claim under which its client gave it.
    fn publish_as(
        &self,
        parts: Parts<'_>,
        sender: Option<Sender<'_>>,
        (retaining, will): (Retaining, Option<Claim>),
        now: Now,
    ) -> Result<Published, NotPublished> {
        let message = Outbound {
            parts,
            receiver: Topic::parse(parts.topic).receiver,
            is_own: false,
            will,
            id: sender.map_or(0, |sender| sender.received),
            chosen: Chosen::default(),
            is_again: false,
        };
        let others = self.instance.others.as_ref();
        let is_logged =
            |others: &&Arc<dyn OtherNodes>| parts.qos > 0 || others.is_shared(parts.topic);
        if let Some(others) = others.filter(is_logged) {
            return self.log(others, message, (sender, retaining), now);
        }
        let mut targets = TARGETS.take();
        self.find_targets(&parts, &mut targets);
        let is_here = !targets.is_empty();
        let result = self.deliver(parts, &mut targets, (sender, retaining), 0, now);
        targets.clear();
        TARGETS.set(targets);
        let published = result?;
        if let Some(others) = others
            && (message.receiver.is_none() || !is_here)
        {
            others.forward(message, now);
        }
        Ok(published)
    }

    /// Writes a message to the log, from which each node delivers it. So all nodes see one order, and what is acknowledged reaches
    /// sessions that are about to move, too.
    fn log(
        &self,
        others: &Arc<dyn OtherNodes>,
        message: Outbound<'_>,
        (sender, retaining): (Option<Sender<'_>>, Retaining),
        now: Now,
    ) -> Result<Published, NotPublished> {
        let parts = message.parts;
        if parts.qos == 0 && self.instance.keep.room() != Room::Yes {
            // Its publisher waits for nothing.
            self.instance.losses.count(Loss::DiskFull, 1);
            return Ok(Published {
                ticket: 0,
                has_receivers: false,
            });
        }
        let needs = Needs {
            is_logged: true,
            ..self.needs(&parts, &[], (sender, retaining))
        };
        let fits = self.check(&parts, &needs, sender.is_some(), retaining)?;
        let mut changes = vec![others.log(message, now)];
        if needs.is_retained && fits {
            let message = Message::new(parts, 0, Some(&self.instance.budget));
            changes.push(self.retain(&Arc::new(message), now));
        }
        changes.extend(needs.received.map(put_received));
        let ticket = self.instance.keep.submit(changes);
        if needs.is_retained {
            self.retained.note(ticket);
        }
        Ok(Published {
            ticket,
            // Nobody knows who subscribed on other nodes.
            has_receivers: true,
        })
    }

    /// Delivers a message of QoS 0 that came from another node. Returns whether it has receivers here.
    #[cfg(any(feature = "cluster", test))]
    pub(crate) fn receive(&self, message: Outbound<'_>, now: Now) -> bool {
        self.receive_for(message, 0, |_| true, now)
    }

    /// Delivers a message of an entry of the log to sessions that want it. Returns whether there are any.
    #[cfg(any(feature = "cluster", test))]
    pub(crate) fn receive_for(
        &self,
        message: Outbound<'_>,
        entry: u64,
        is_wanted: impl Fn(&Session) -> bool,
        now: Now,
    ) -> bool {
        let Outbound {
            parts,
            receiver,
            is_own,
            chosen,
            is_again,
            ..
        } = message;
        let mut targets = Vec::new();
        match receiver {
            _ if is_again => {}
            None if is_own => targets = self.readers(parts.topic),
            _ => self.find_targets(&parts, &mut targets),
        }
        let members = chosen.iter().filter_map(|(filter, client_id)| {
            let session = self.sessions.get(client_id)?;
            let subscription = session.state.lock().chosen_for(filter)?.clone();
            Some(Target::chosen(session, &subscription))
        });
        targets.extend(members);
        targets.retain(|target| is_wanted(&target.session));
        let elsewhere = (None, Retaining::Elsewhere);
        let delivered = self.deliver(parts, &mut targets, elsewhere, entry, now);
        if delivered.is_err() {
            self.instance.losses.count(Loss::DiskFull, 1);
        }
        delivered.is_ok_and(|published| published.has_receivers)
    }

    /// Returns whether a client has a shared subscription here.
    #[cfg(feature = "cluster")]
    pub(crate) fn is_member(&self, filter: &str, client_id: &str) -> bool {
        self.sessions.get(client_id).is_some_and(|session| {
            let state = session.state.lock();
            !state.has_ended && state.chosen_for(filter).is_some()
        })
    }

    /// Ends the session of a client that another node has claimed.
    #[cfg(any(feature = "cluster", test))]
    pub(crate) fn surrender(&self, client_id: &str, by: (Claim, bool), now: Now) {
        let reason = crate::wire::Reason::SESSION_TAKEN_OVER;
        if let Some(will) = self.sessions.surrender(client_id, by, reason, now) {
            self.publish_will(will, now);
        }
    }

    /// Publishes the will of a client whose node is lost, unless its group was deleted. `claim` is that under which the client gave
    /// it.
    #[cfg(feature = "cluster")]
    pub(crate) fn publish_lost_will(&self, client_id: &str, will: &[u8], claim: Claim, now: Now) {
        let has_group = crate::client_id::group_of(client_id)
            .is_some_and(|group| self.instance.directory.has_group(group));
        let memory = Some(&self.instance.session_memory);
        match super::record::read_stored(0, will, now, memory) {
            Some(message) if has_group => self.publish_will_as(&message, Some(claim), now),
            _ => {}
        }
    }

    fn find_targets(&self, parts: &Parts<'_>, targets: &mut Vec<Target>) {
        match Topic::parse(parts.topic).receiver {
            None => self.sessions.route(parts.topic, parts.publisher, targets),
            Some(receiver) => {
                targets.extend(self.sessions.get(receiver).map(|session| Target {
                    session,
                    qos: parts.qos,
                    retain_as_published: false,
                    ids: Vec::new(),
                }));
            }
        }
    }

    fn deliver(
        &self,
        parts: Parts<'_>,
        targets: &mut Vec<Target>,
        (sender, retaining): (Option<Sender<'_>>, Retaining),
        entry: u64,
        now: Now,
    ) -> Result<Published, NotPublished> {
        let needs = self.needs(&parts, targets, (sender, retaining));
        // What comes with the log was acknowledged already.
        let fits = entry != 0 || self.check(&parts, &needs, sender.is_some(), retaining)?;
        let has_receivers = !targets.is_empty();
        if !has_receivers && !needs.disk() {
            return Ok(Published {
                ticket: 0,
                has_receivers,
            });
        }
        let stored = match needs.kept_receivers {
            0 | 1 => 0,
            // Other nodes could not count who waits for it.
            _ if self.instance.others.is_some() => 0,
            several => self
                .instance
                .keep
                .new_message(u32::try_from(several).unwrap_or(u32::MAX)),
        };
        let mut message = Message::new(parts, stored, Some(&self.instance.budget));
        message.entry = entry;
        let message = Arc::new(message);
        let mut changes = Vec::new();
        if needs.kept_receivers > 0 {
            message.hold();
        }
        if stored != 0 {
            changes.push(put_stored(&message, now));
        }
        let mut kept = Vec::new();
        for target in targets.drain(..) {
            kept.extend(self.hand_over(target, &message, now, &mut changes));
        }
        if needs.is_retained && fits {
            changes.push(self.retain(&message, now));
        }
        changes.extend(needs.received.map(put_received));
        let ticket = self.submit(&message, changes);
        if needs.is_retained {
            self.retained.note(ticket);
        }
        for (session, sequence) in kept {
            session.written(sequence, ticket);
        }
        self.evict(now);
        Ok(Published {
            ticket,
            has_receivers,
        })
    }

    fn needs<'a>(
        &self,
        parts: &Parts<'_>,
        targets: &[Target],
        (sender, retaining): (Option<Sender<'a>>, Retaining),
    ) -> Needs<'a> {
        // Most messages of QoS 0 need no disk.
        let room = if parts.qos > 0 || parts.retain {
            self.instance.keep.room()
        } else {
            Room::Yes
        };
        let is_kept =
            |target: &&Target| parts.qos > 0 && target.qos > 0 && target.session.is_kept();
        Needs {
            room,
            kept_receivers: targets.iter().filter(is_kept).count(),
            is_retained: parts.retain
                && retaining != Retaining::Elsewhere
                && Topic::parse(parts.topic).receiver.is_none()
                // A publisher of QoS 0 waits for nothing.
                && (parts.qos > 0 || room == Room::Yes),
            received: sender.filter(|sender| sender.received != 0 && sender.session.is_kept()),
            is_logged: false,
        }
    }

    /// Returns whether a message that is to be retained fits, or why the whole message is not taken.
    fn check(
        &self,
        parts: &Parts<'_>,
        needs: &Needs<'_>,
        has_sender: bool,
        retaining: Retaining,
    ) -> Result<bool, NotPublished> {
        // A will has nobody who could wait with it.
        let has_to_wait =
            needs.room != Room::Yes && (has_sender || self.instance.keep.is_swamped());
        if needs.disk() && has_to_wait {
            return Err(NotPublished::Waits(needs.room));
        }
        let is_added = needs.is_retained && !parts.payload.is_empty();
        let fits = !is_added || self.retained.fits(parts.topic, retained_size(parts));
        if !fits {
            self.instance.refusals.count(Refusal::Retained);
            if retaining == Retaining::OrRefuse {
                return Err(NotPublished::Retained);
            }
        }
        Ok(fits)
    }

    /// Returns the session and the sequence number if the message is to be written for it.
    fn hand_over(
        &self,
        target: Target,
        message: &Arc<Message>,
        now: Now,
        changes: &mut Vec<Change>,
    ) -> Option<(Arc<Session>, u64)> {
        let qos = message.qos.min(target.qos);
        let retain = message.retain && target.retain_as_published;
        let delivery = Delivery::new(Arc::clone(message), qos, retain, target.ids.into());
        let was_counted = qos > 0 && target.session.is_kept();
        let admission = target
            .session
            .deliver(delivery, &self.instance, now, changes);
        if let Admission::Kept(sequence) = admission {
            return Some((target.session, sequence));
        }
        if was_counted && self.instance.keep.release(message.stored) {
            changes.push(delete(Table::Messages, message.stored.to_be_bytes()));
        }
        None
    }

    fn submit(&self, message: &Message, changes: Vec<Change>) -> Ticket {
        let ticket = if changes.is_empty() {
            0
        } else {
            self.instance.keep.submit(changes)
        };
        message.set_ticket(ticket);
        ticket
    }

    /// Retains a message, or removes that of its topic. In a cluster, each node does so when it reads the change, as all nodes read
    /// them in one order.
    fn retain(&self, message: &Arc<Message>, now: Now) -> Change {
        let others = self.instance.others.as_ref();
        let life = others.map(|others| others.life());
        let is_removed = message.payload().is_empty();
        match (is_removed, life) {
            (true, None) => {
                self.retained.remove(message.topic());
            }
            (false, None) => self.retained.insert(Arc::clone(message)),
            _ => {}
        }
        if is_removed {
            delete(Table::Retained, retained_key(message.topic(), life))
        } else {
            put_retained(message, life, now)
        }
    }

    /// Retains what any node wrote for a topic, or removes its message. Returns `false` if that cannot be read.
    #[cfg(feature = "cluster")]
    pub(crate) fn follow_retained(&self, topic: &str, value: Option<&[u8]>, now: Now) -> bool {
        let budget = &self.instance.budget;
        let message = value.map(|value| super::record::read_retained(value, now, budget));
        let is_readable = message.as_ref().is_none_or(Option::is_some);
        let is_allowed = may_publish(topic, &*self.instance.directory);
        match message.flatten().filter(|one| !one.is_expired(now.time)) {
            Some(message) if is_allowed => self.retained.insert(Arc::new(message)),
            _ => {
                self.retained.remove(topic);
            }
        }
        is_readable
    }

    /// Publishes a message of the broker's own, with QoS 1, to clients that may read its topic.
    pub(crate) fn publish_own(
        &self,
        topic: &str,
        payload: &[u8],
        now: Now,
    ) -> Result<Published, NotPublished> {
        let parts = Parts {
            topic,
            properties: super::message::Properties::Written(&[]),
            payload,
            qos: 1,
            retain: false,
            expiry: None,
            received: now.time,
            publisher: 0,
        };
        let nobody = (None, Retaining::IfItFits);
        if let Some(others) = &self.instance.others {
            let message = Outbound {
                parts,
                receiver: None,
                is_own: true,
                will: None,
                id: 0,
                chosen: Chosen::default(),
                is_again: false,
            };
            return self.log(others, message, nobody, now);
        }
        self.deliver(parts, &mut self.readers(topic), nobody, 0, now)
    }

    /// Returns the number of messages that wait for the slowest client that reads a topic and is online.
    pub(crate) fn backlog(&self, topic: &str) -> usize {
        let readers = self.readers(topic).into_iter().map(|target| target.session);
        let online = readers.filter(|session| session.is_online());
        let waiting = online.map(|session| session.state.lock().outgoing.waiting());
        waiting.max().unwrap_or(0)
    }

    /// Returns the subscribers of a topic, without those that may not read it any more.
    fn readers(&self, topic: &str) -> Vec<Target> {
        let mut targets = Vec::new();
        self.sessions.route(topic, 0, &mut targets);
        let directory = &*self.instance.directory;
        targets.retain(|target| may_receive(topic, &target.session.client_id, directory));
        targets
    }

    /// Publishes the will of a client, unless its topic went away while the client was connected.
    pub(crate) fn publish_will(&self, due: DueWill, now: Now) {
        let claim = due.claim.as_ref().map(|held| held.claim);
        self.publish_will_as(&due.will.message, claim, now);
    }

    fn publish_will_as(&self, message: &Message, claim: Option<Claim>, now: Now) {
        if !may_publish(message.topic(), &*self.instance.directory) {
            return;
        }
        self.instance
            .meter(message.topic(), Direction::Received, message.qos);
        let parts = Parts {
            topic: message.topic(),
            properties: super::message::Properties::Written(message.properties()),
            payload: message.payload(),
            qos: message.qos,
            retain: message.retain,
            // Its expiry counts from its publication.
            expiry: message
                .expiry
                .map(|expiry| now.time + (expiry - message.received)),
            received: now.time,
            publisher: message.publisher,
        };
        if let Err(reason) = self.publish_as(parts, None, (Retaining::IfItFits, claim), now) {
            self.instance.losses.count(Loss::DiskFull, 1);
            let topic = &*Excerpt(message.topic()).logged();
            tracing::debug!(?reason, topic, "will not published");
        }
    }
}

/// Returns the change that notes the identifier of a message of QoS 2.
fn put_received(sender: Sender<'_>) -> Change {
    let key = received_key(sender.session.key, sender.received);
    put(Table::Sessions, key, Vec::new())
}

/// Returns the memory that a retained message takes.
fn retained_size(parts: &Parts<'_>) -> usize {
    let properties = match parts.properties {
        super::message::Properties::Sent(sent) => sent.length(),
        super::message::Properties::Written(written) => written.len(),
    };
    let message = parts.topic.len() + properties + parts.payload.len() + Message::OVERHEAD;
    message + topic_cost(parts.topic, parts.expiry.is_some())
}
