//! Messages to a client, from its session to its connection.

use std::sync::Arc;

use super::Core;
use super::clock::Now;
use super::connection::Open;
use super::message::{Message, Parts, Properties};
use super::outgoing::{Admission, Delivery};
use super::replay::Replay;
use super::session::{Session, State};
use super::signal::Signal;
use crate::keep::Change;

/// Retained messages that are added to a queue at once.
const REPLAYED: usize = 32;

impl Core {
    /// Appends messages for a client until `out` has about `limit` bytes.
    pub(super) fn fill(
        &self,
        open: &Open,
        signal: &Arc<Signal>,
        out: &mut Vec<u8>,
        limit: usize,
        now: Now,
    ) {
        let instance = &*self.instance;
        let mut changes = Vec::new();
        let mut state = open.session.state.lock();
        if state.attached(open.id).is_none() {
            return;
        }
        if !state.replays.is_empty() {
            self.replay(&open.session, &mut state, signal, now, &mut changes);
        }
        let owner = open.session.owner(instance, now);
        let waits_for = state
            .outgoing
            .fill(out, limit, open.link, owner, &mut changes)
            .or_else(|| state.outgoing.fetch_waits_for(&instance.keep));
        drop(state);
        if !changes.is_empty() {
            instance.keep.submit(changes);
        }
        if let Some(ticket) = waits_for {
            instance.keep.wake_after(ticket, signal);
        }
    }

    /// Adds some of the retained messages that new subscriptions are to get.
    fn replay(
        &self,
        session: &Session,
        state: &mut State,
        signal: &Arc<Signal>,
        now: Now,
        changes: &mut Vec<Change>,
    ) {
        if !state.outgoing.has_room() {
            return;
        }
        if let (Some(replay), Some(others)) = (state.replays.last(), &self.instance.others)
            && !others.is_known(replay.interest)
        {
            others.wake_when_known(replay.interest, signal);
            return;
        }
        let Some(mut replay) = state.replays.pop() else {
            return;
        };
        let matching =
            self.retained
                .matching(&replay.filter, replay.after.as_deref(), REPLAYED, now.time);
        for message in &matching.messages {
            self.replay_one(session, state, &replay, message, now, changes);
        }
        if let Some(last) = matching.last {
            replay.after = Some(last);
            state.replays.push(replay);
        }
        if !state.replays.is_empty() {
            // Others are served before the next part is looked for.
            signal.notify();
        }
    }

    fn replay_one(
        &self,
        session: &Session,
        state: &mut State,
        replay: &Replay,
        message: &Arc<Message>,
        now: Now,
        changes: &mut Vec<Change>,
    ) {
        let qos = message.qos.min(replay.options.qos);
        let is_written = qos > 0 && session.is_kept();
        let before = changes.len();
        let message = if is_written {
            // It waits for a commit of its own.
            let copy = copied(message, &self.instance.budget);
            copy.hold();
            Arc::new(copy)
        } else {
            Arc::clone(message)
        };
        let ids: Box<[u32]> = match replay.id {
            0 => Box::default(),
            id => Box::new([id]),
        };
        let delivery = Delivery::new(Arc::clone(&message), qos, true, ids);
        let owner = session.owner(&self.instance, now);
        let admission = state.outgoing.push(delivery, owner, changes);
        if let Admission::Kept(sequence) = admission {
            let ticket = self.instance.keep.submit(changes.drain(before..));
            message.set_ticket(ticket);
            state.outgoing.written(sequence, ticket);
        }
    }
}

fn copied(message: &Message, budget: &Arc<super::message::Budget>) -> Message {
    let parts = Parts {
        topic: message.topic(),
        properties: Properties::Written(message.properties()),
        payload: message.payload(),
        qos: message.qos,
        retain: message.retain,
        expiry: message.expiry,
        received: message.received,
        publisher: message.publisher,
    };
    Message::new(parts, 0, Some(budget))
}
