//! Packets after CONNECT.

use std::borrow::Cow;

use super::clock::{Now, SECOND, Time};
use super::connection::{Connection, Gate, Handled, Open, Pause, Phase};
use super::filter::Filter;
use super::limits::{FULL_DISK, MAX_SUBSCRIPTIONS, TOPIC_ALIASES};
use super::message::{Parts, Properties};
use super::others::InterestNumber;
use super::outgoing::{Outgoing, Owner, Release};
use super::publish::{NotPublished, Published, Sender};
use super::record::{SubscriptionRecord, delete, received_key};
use super::replay::Replay;
use super::session::State;
use super::sessions::Ending;
use crate::keep::{Change, Room, Table, Ticket};
use crate::metering::Direction;
use crate::refusal::Cause;
use crate::topic::{MAX_BYTES as MAX_TOPIC_BYTES, may_publish, may_share, may_subscribe};
use crate::wire::{
    self, Acknowledgement, AcknowledgementKind, Disconnect, Packet, Publish, Reason, Subscribe,
    SubscriptionOptions, Unsubscribe, Version, is_valid_filter,
};

impl Connection {
    pub(super) fn handle(&mut self, packet: Packet<'_>, now: Now) -> Handled {
        match packet {
            Packet::Publish(publish) => return self.publish(&publish, now),
            Packet::Acknowledgement(acknowledgement) => self.acknowledge(acknowledgement, now),
            Packet::Subscribe(subscribe) => self.subscribe(&subscribe, now),
            Packet::Unsubscribe(unsubscribe) => self.unsubscribe(&unsubscribe, now),
            Packet::Pingreq => self.pong(),
            Packet::Disconnect(disconnect) => self.disconnect(disconnect, now),
            Packet::Auth => {
                let rule = "AUTH without an authentication method in CONNECT";
                self.close(Reason::PROTOCOL_ERROR, Some(rule), now);
            }
            Packet::Connect => {
                self.close(Reason::PROTOCOL_ERROR, Some("a second CONNECT"), now);
            }
        }
        Handled::Done
    }

    fn publish(&mut self, publish: &Publish<'_>, now: Now) -> Handled {
        let Phase::Open(open) = &mut self.phase else {
            return Handled::Done;
        };
        let was_paused = open.pause.take();
        let topic = match resolve_topic(open, publish) {
            Ok(topic) => topic,
            Err(reason) => {
                self.close(reason, None, now);
                return Handled::Done;
            }
        };
        if !may_publish(&topic, &*self.core.instance.directory) {
            self.refuse_topic(publish, &topic, now);
            return Handled::Done;
        }
        match self.route(publish, &topic, now) {
            Ok(Some(published)) => self.acknowledge_publish(publish, &topic, published),
            Ok(None) => {
                let ticket = self.core.instance.keep.submitted();
                self.answer_publish(publish, ticket, Reason::SUCCESS);
            }
            Err(NotPublished::Retained) => self.answer_publish(publish, 0, Reason::QUOTA_EXCEEDED),
            Err(NotPublished::Identifiers) if self.is_version_5() => {
                self.answer_publish(publish, 0, Reason::QUOTA_EXCEEDED);
            }
            Err(NotPublished::Identifiers) => {
                let text = "sessions take all the memory that they may";
                self.close(Reason::QUOTA_EXCEEDED, Some(text), now);
            }
            Err(NotPublished::Waits(room)) => return self.pause(publish, room, was_paused, now),
            Err(NotPublished::Moved) => return self.wait_for_end(),
        }
        Handled::Done
    }

    fn is_version_5(&self) -> bool {
        matches!(&self.phase, Phase::Open(open) if open.link.version == Version::V5)
    }

    /// Publishes a message. Returns `None` if the client has sent it before.
    fn route(
        &self,
        publish: &Publish<'_>,
        topic: &str,
        now: Now,
    ) -> Result<Option<Published>, NotPublished> {
        let Phase::Open(open) = &self.phase else {
            return Ok(None);
        };
        let session = &open.session;
        let parts = Parts {
            topic,
            properties: Properties::Sent(publish.properties),
            payload: publish.payload,
            qos: publish.qos,
            retain: publish.retain,
            expiry: publish
                .message_expiry
                .map(|seconds| now.time + Time::from(seconds) * SECOND),
            received: now.time,
            publisher: session.key,
        };
        let is_refusable = publish.qos > 0 && open.link.version == Version::V5;
        if publish.qos < 2 {
            let sender = Sender {
                session,
                received: 0,
            };
            return self
                .core
                .publish(parts, Some(sender), is_refusable, now)
                .map(Some);
        }
        let mut received = session.received.lock();
        if self.core.instance.others.is_some() && session.state.lock().has_ended {
            // Another node serves the client, and will be sent the message again.
            return Err(NotPublished::Moved);
        }
        if received.contains(publish.id) {
            return Ok(None);
        }
        let sender = Sender {
            session,
            received: publish.id,
        };
        if session.is_kept() && self.core.instance.session_memory.is_used_up() {
            return Err(NotPublished::Identifiers);
        }
        let published = self.core.publish(parts, Some(sender), is_refusable, now)?;
        received.insert(publish.id);
        Ok(Some(published))
    }

    fn acknowledge_publish(&mut self, publish: &Publish<'_>, topic: &str, published: Published) {
        let Phase::Open(open) = &self.phase else {
            return;
        };
        let was_counted = publish.qos == 1
            && open.session.state.lock().recent.remember(publish.id)
            && publish.dup;
        if !was_counted {
            self.core
                .instance
                .meter(topic, Direction::Received, publish.qos);
        }
        let reason = if published.has_receivers {
            Reason::SUCCESS
        } else {
            Reason::NO_MATCHING_SUBSCRIBERS
        };
        self.answer_publish(publish, published.ticket, reason);
    }

    fn answer_publish(&mut self, publish: &Publish<'_>, ticket: Ticket, reason: Reason) {
        let kind = match publish.qos {
            0 => return,
            1 => AcknowledgementKind::Puback,
            _ => AcknowledgementKind::Pubrec,
        };
        self.answer_acknowledgement(ticket, kind, publish.id, reason);
    }

    fn answer_acknowledgement(
        &mut self,
        ticket: Ticket,
        kind: AcknowledgementKind,
        id: u16,
        reason: Reason,
    ) {
        let Phase::Open(open) = &self.phase else {
            return;
        };
        let version = open.link.version;
        let answer = Acknowledgement { kind, id, reason };
        self.answer(ticket, |out| wire::acknowledge(out, version, answer));
    }

    fn refuse_topic(&mut self, publish: &Publish<'_>, topic: &str, now: Now) {
        let Phase::Open(open) = &self.phase else {
            return;
        };
        self.note_refusal(open, Cause::Topic(topic), now);
        if open.link.version == Version::V5 && publish.qos > 0 {
            self.answer_publish(publish, 0, Reason::NOT_AUTHORIZED);
        } else {
            let text = "the topic is not one of the instance";
            self.close(Reason::NOT_AUTHORIZED, Some(text), now);
        }
    }

    /// Makes a publisher wait for the disk, or refuses its message if it can be told so.
    fn pause(
        &mut self,
        publish: &Publish<'_>,
        room: Room,
        was_paused: Option<Pause>,
        now: Now,
    ) -> Handled {
        let Phase::Open(open) = &mut self.phase else {
            return Handled::Done;
        };
        if room == Room::Full && open.link.version == Version::V5 {
            self.answer_publish(publish, 0, Reason::QUOTA_EXCEEDED);
            return Handled::Done;
        }
        let until = match room {
            Room::Full => Some(
                was_paused
                    .and_then(|pause| pause.until)
                    .unwrap_or(now.time + FULL_DISK),
            ),
            _ => None,
        };
        open.pause = Some(Pause { until });
        let keep = &self.core.instance.keep;
        keep.wake_after(Ticket::MAX, &self.signal);
        Handled::Waits
    }

    /// Makes a publisher wait until its connection is closed.
    fn wait_for_end(&mut self) -> Handled {
        if let Phase::Open(open) = &mut self.phase {
            open.pause = Some(Pause { until: None });
        }
        Handled::Waits
    }

    fn acknowledge(&mut self, acknowledgement: Acknowledgement, now: Now) {
        let Acknowledgement { kind, id, reason } = acknowledgement;
        match kind {
            AcknowledgementKind::Puback => {
                self.with_outgoing(now, |outgoing, owner, changes| {
                    outgoing.puback(id, owner, changes);
                });
            }
            AcknowledgementKind::Pubcomp => {
                self.with_outgoing(now, |outgoing, owner, changes| {
                    outgoing.pubcomp(id, owner, changes);
                });
            }
            AcknowledgementKind::Pubrec => self.release(id, reason, now),
            AcknowledgementKind::Pubrel => self.forget_received(id),
        }
    }

    /// Handles PUBREC.
    fn release(&mut self, id: u16, reason: Reason, now: Now) {
        let release = self.with_outgoing(now, |outgoing, owner, changes| {
            outgoing.pubrec(id, reason, owner, changes)
        });
        let kind = AcknowledgementKind::Pubrel;
        match release {
            None | Some(Release::None) => {}
            Some(Release::After(ticket)) => {
                self.answer_acknowledgement(ticket, kind, id, Reason::SUCCESS);
            }
            Some(Release::Unknown) => {
                self.answer_acknowledgement(0, kind, id, Reason::PACKET_IDENTIFIER_NOT_FOUND);
            }
        }
    }

    /// Changes the messages on their way to the client, and hands over what has to be written for it. Does nothing if
    /// the session was taken over.
    fn with_outgoing<T>(
        &self,
        now: Now,
        change: impl FnOnce(&mut Outgoing, Owner<'_>, &mut Vec<Change>) -> T,
    ) -> Option<T> {
        let Phase::Open(open) = &self.phase else {
            return None;
        };
        let instance = &self.core.instance;
        let mut changes = Vec::new();
        let mut state = open.session.state.lock();
        state.attached(open.id)?;
        let owner = open.session.owner(instance, now);
        let result = change(&mut state.outgoing, owner, &mut changes);
        drop(state);
        if !changes.is_empty() {
            instance.keep.submit(changes);
        }
        Some(result)
    }

    /// Handles PUBREL: the client will not send the message again.
    fn forget_received(&mut self, id: u16) {
        let Phase::Open(open) = &self.phase else {
            return;
        };
        let keep = &self.core.instance.keep;
        let was_there = open.session.received.lock().remove(id);
        let (ticket, reason) = if !was_there {
            // The identifier may have been released just before, by a PUBREL whose PUBCOMP got lost. Until that is on
            // disk, the client must not use it again.
            (keep.submitted(), Reason::PACKET_IDENTIFIER_NOT_FOUND)
        } else if open.session.is_kept() {
            let key = received_key(open.session.key, id);
            (keep.submit([delete(Table::Sessions, key)]), Reason::SUCCESS)
        } else {
            (0, Reason::SUCCESS)
        };
        self.answer_acknowledgement(ticket, AcknowledgementKind::Pubcomp, id, reason);
    }

    fn subscribe(&mut self, subscribe: &Subscribe<'_>, now: Now) {
        let Phase::Open(open) = &self.phase else {
            return;
        };
        let id = subscribe.subscription_id.unwrap_or(0);
        let mut state = open.session.state.lock();
        if state.attached(open.id).is_none() {
            return;
        }
        let mut reasons = Vec::new();
        for (number, (filter, options)) in subscribe.filters().enumerate() {
            reasons.push(if number < MAX_SUBSCRIPTIONS {
                self.grant(open, &mut state, (filter, options, id), now)
            } else {
                Reason::QUOTA_EXCEEDED
            });
        }
        let is_changed = reasons.iter().any(|reason| !reason.is_error());
        let ticket = self.write(open, &state, is_changed, now);
        let is_shared = is_shared(subscribe.filters().map(|(filter, _)| filter));
        let interest = self.interest(&mut state, is_shared);
        drop(state);
        let version = open.link.version;
        self.answer_after(Gate { ticket, interest }, |out| {
            wire::suback(out, version, subscribe.id, &reasons);
        });
    }

    /// Subscribes to a filter, or says why not.
    fn grant(
        &self,
        open: &Open,
        state: &mut State,
        (filter, options, id): (&str, SubscriptionOptions, u32),
        now: Now,
    ) -> Reason {
        let instance = &self.core.instance;
        let parsed = Filter::parse(filter);
        let refused = if !is_valid_filter(filter) {
            Some((Cause::MalformedFilter(filter), Reason::TOPIC_FILTER_INVALID))
        } else if parsed.share.is_some() && instance.others.is_some() && instance.keep.is_swamped()
        {
            // What other nodes are told of it would wait behind too much.
            return Reason::QUOTA_EXCEEDED;
        } else if !may_subscribe(parsed.levels, &open.session.client_id, &*instance.directory)
            || !parsed.share.is_none_or(may_share)
        {
            Some((Cause::Filter(filter), Reason::NOT_AUTHORIZED))
        } else if state.subscriptions.len() >= MAX_SUBSCRIPTIONS
            && state.subscription(filter).is_none()
        {
            let limit = MAX_SUBSCRIPTIONS;
            Some((Cause::Subscriptions { limit }, Reason::QUOTA_EXCEEDED))
        } else if instance.session_memory.is_used_up() && state.subscription(filter).is_none() {
            Some((Cause::Sessions, Reason::QUOTA_EXCEEDED))
        } else {
            None
        };
        if let Some((cause, reason)) = refused {
            self.note_refusal(open, cause, now);
            return reason;
        }
        let subscription = SubscriptionRecord {
            filter: filter.into(),
            options,
            id,
        };
        let is_new = self
            .core
            .sessions
            .subscribe(&open.session, state, subscription);
        let wants_retained = match options.retain_handling {
            0 => true,
            1 => is_new,
            _ => false,
        };
        state.replays.retain(|replay| *replay.filter != *filter);
        if wants_retained && parsed.share.is_none() {
            state.replays.push(Replay {
                filter: filter.into(),
                options,
                id,
                after: None,
                interest: InterestNumber::MAX,
            });
        }
        Reason(options.qos)
    }

    /// Returns what new subscriptions wait for: other nodes have to know them, and this one what they retained. They have to know
    /// who leaves a share, too.
    fn interest(&self, state: &mut State, is_shared: bool) -> InterestNumber {
        let is_new = |replay: &&mut Replay| replay.interest == InterestNumber::MAX;
        let others = self.core.instance.others.as_ref();
        let mut new = state.replays.iter_mut().filter(is_new).peekable();
        let interest = others.map_or(0, |others| match new.peek() {
            None if !is_shared => others.interest(),
            _ => others.ask_again(),
        });
        new.for_each(|replay| replay.interest = interest);
        interest
    }

    fn unsubscribe(&mut self, unsubscribe: &Unsubscribe<'_>, now: Now) {
        let Phase::Open(open) = &self.phase else {
            return;
        };
        let mut state = open.session.state.lock();
        if state.attached(open.id).is_none() {
            return;
        }
        let mut reasons = Vec::new();
        for filter in unsubscribe.filters() {
            state.replays.retain(|replay| *replay.filter != *filter);
            let was_there = self
                .core
                .sessions
                .unsubscribe(&open.session, &mut state, filter);
            reasons.push(if was_there {
                Reason::SUCCESS
            } else {
                Reason::NO_SUBSCRIPTION_EXISTED
            });
        }
        let is_changed = reasons.contains(&Reason::SUCCESS);
        let ticket = self.write(open, &state, is_changed, now);
        let interest = if is_shared(unsubscribe.filters()) {
            self.interest(&mut state, true)
        } else {
            0
        };
        drop(state);
        let version = open.link.version;
        self.answer_after(Gate { ticket, interest }, |out| {
            wire::unsuback(out, version, unsubscribe.id, &reasons);
        });
    }

    /// Hands a session over to be written if it has changed. Returns the commit that writes it.
    fn write(&self, open: &Open, state: &State, is_changed: bool, now: Now) -> Ticket {
        if is_changed && open.session.is_kept() {
            let record = open.session.record(state, now);
            self.core.instance.keep.submit([record])
        } else {
            0
        }
    }

    fn disconnect(&mut self, disconnect: Disconnect, now: Now) {
        let Phase::Open(open) = &self.phase else {
            return;
        };
        if let Some(expiry) = disconnect.session_expiry {
            let mut state = open.session.state.lock();
            if state.expiry == 0 && expiry > 0 {
                drop(state);
                let rule = "DISCONNECT gives an expiry to a session that had none";
                self.close(Reason::PROTOCOL_ERROR, Some(rule), now);
                return;
            }
            open.session
                .set_expiry(&mut state, self.core.instance.granted_expiry(expiry));
        }
        let is_will_wanted = disconnect.reason != Reason::SUCCESS;
        let ending = Ending::Disconnect { is_will_wanted };
        self.end(ending, format_args!("DISCONNECT"), now);
    }
}

/// Returns the topic of a PUBLISH, which may be given by an alias.
fn resolve_topic<'a>(open: &mut Open, publish: &Publish<'a>) -> Result<Cow<'a, str>, Reason> {
    let Some(alias) = publish.topic_alias else {
        return Ok(Cow::Borrowed(publish.topic));
    };
    if alias > TOPIC_ALIASES {
        return Err(Reason::TOPIC_ALIAS_INVALID);
    }
    let at = usize::from(alias) - 1;
    if open.aliases.len() <= at {
        open.aliases.resize(at + 1, None);
    }
    if !publish.topic.is_empty() {
        // A topic that is too long is refused whenever it is named, so its alias need not remember it.
        let is_too_long = publish.topic.len() > MAX_TOPIC_BYTES;
        let remembered = if is_too_long { "" } else { publish.topic };
        open.aliases[at] = Some(remembered.into());
        return Ok(Cow::Borrowed(publish.topic));
    }
    let topic = open.aliases[at].as_deref().ok_or(Reason::PROTOCOL_ERROR)?;
    Ok(Cow::Owned(topic.to_owned()))
}

/// Returns whether any of some filters is that of a shared subscription.
fn is_shared<'a>(mut filters: impl Iterator<Item = &'a str>) -> bool {
    filters.any(|filter| Filter::parse(filter).share.is_some())
}
