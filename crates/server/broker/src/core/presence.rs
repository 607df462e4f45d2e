//! Connections that begin and end, for whoever wants to be told.

use std::collections::{HashSet, VecDeque};
use std::net::SocketAddr;

use super::session::{Attached, Session, State};
use crate::client_id::group_of;

/// Most events that are kept for [`Presence::take`]; older ones make room.
const MAX_EVENTS: usize = 65_536;

/// An event in the life of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PresenceKind {
    /// It began: CONNECT was accepted.
    Connect,
    /// Its client sent DISCONNECT.
    Disconnect,
    /// It ended, for whatever reason. The last event of each connection.
    TcpClean,
}

/// A connection that began or ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresenceEvent {
    /// Event in the life of the connection.
    pub kind: PresenceKind,
    /// `GID@@@DeviceId`.
    pub client_id: String,
    /// Unix time in ms.
    pub time: i64,
    /// ID of the connection, which no other one ever has. As text, that of a later connection is greater, unless the
    /// clock of the machine was set back between two starts.
    pub channel_id: String,
    /// Address that the client is connected from.
    pub address: SocketAddr,
}

/// Events of some groups since they were last taken.
pub(crate) struct Presence {
    groups: HashSet<String>,
    events: VecDeque<PresenceEvent>,
    dropped: u64,
    /// Tells this broker from others that count connections from the same number.
    salt: u32,
}

impl Default for Presence {
    fn default() -> Self {
        Self {
            groups: HashSet::new(),
            events: VecDeque::new(),
            dropped: 0,
            salt: fastrand::u32(..),
        }
    }
}

impl Presence {
    /// Chooses the groups whose connections are reported.
    pub(super) fn watch(&mut self, groups: HashSet<String>) {
        self.groups = groups;
    }

    /// Reports that a connection began, unless it was reported before or its group is not watched.
    pub(super) fn began(&mut self, session: &Session, state: &mut State) {
        let (Some(attached), Some(address)) = (&mut state.connection, state.address) else {
            return;
        };
        let group = group_of(&session.client_id).unwrap_or_default();
        let is_watched = self.groups.contains(group);
        if is_watched && !attached.is_reported {
            let since = state.connected_since;
            let event = self.event(PresenceKind::Connect, session, attached, address, since);
            self.push(event);
        }
        attached.is_reported = is_watched;
    }

    /// Reports that a connection ended, if its beginning was reported. `unix` is the time in ms.
    pub(super) fn ended(
        &mut self,
        session: &Session,
        (attached, address): (&Attached, SocketAddr),
        has_said_so: bool,
        unix: i64,
    ) {
        if !attached.is_reported {
            return;
        }
        if has_said_so {
            let event = self.event(PresenceKind::Disconnect, session, attached, address, unix);
            self.push(event);
        }
        let event = self.event(PresenceKind::TcpClean, session, attached, address, unix);
        self.push(event);
    }

    fn event(
        &self,
        kind: PresenceKind,
        session: &Session,
        attached: &Attached,
        address: SocketAddr,
        time: i64,
    ) -> PresenceEvent {
        PresenceEvent {
            kind,
            client_id: session.client_id.to_string(),
            time,
            channel_id: format!("{:016x}{:08x}", attached.id, self.salt),
            address,
        }
    }

    fn push(&mut self, event: PresenceEvent) {
        if self.events.len() == MAX_EVENTS {
            self.events.pop_front();
            self.dropped += 1;
        }
        self.events.push_back(event);
    }

    /// Takes the oldest events.
    pub(crate) fn take(&mut self, most: usize) -> Vec<PresenceEvent> {
        let count = most.min(self.events.len());
        self.events.drain(..count).collect()
    }

    /// Returns how many events made room for others.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_events_make_room_and_are_counted() {
        let mut presence = Presence::default();
        let more = 3;
        for number in 0..MAX_EVENTS + more {
            presence.push(PresenceEvent {
                kind: PresenceKind::Connect,
                client_id: number.to_string(),
                time: 0,
                channel_id: String::new(),
                address: ([127, 0, 0, 1], 1).into(),
            });
        }
        assert_eq!(presence.dropped(), more as u64);
        let kept = presence.take(usize::MAX);
        assert_eq!(kept.len(), 65_536);
        let ends = [kept.first(), kept.last()].map(|event| event.map(|it| it.client_id.as_str()));
        assert_eq!(ends, [Some("3"), Some("65538")]);
        assert_eq!(presence.take(1), []);
    }
}
