//! Packets that clients send, and the answers that are due.

use super::super::client::{Kind, Published, Sent};
use super::state::{Model, Session, Time, View};

const QUOTA_EXCEEDED: u8 = 0x97;

/// Identifiers by which a message of QoS 1 that comes again is known.
const RECENT: usize = 16;

impl Model {
    /// Handles what a client sent.
    pub(crate) fn receive(&mut self, link: &mut View, packet: &Sent, now: Time) {
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
}

impl Session {
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
}
