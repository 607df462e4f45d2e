//! Checks of what the broker sends, and that it sent all that was due.

use super::super::client::{Answer, Delivered, Kind};
use super::super::script::{CLIENTS, Options, SMALL_PACKETS};
use super::state::{Emission, Entry, Model, Share, Time, View};

impl Model {
    /// Checks what the broker sends. Returns the number of a delivery.
    pub(crate) fn send(
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
        let Some(session) = self.live.sessions.get(&link.client) else {
            return Err(format!("{publish:?} to nobody"));
        };
        let (messages, shares) = (&self.messages, &self.shares);
        // Two copies of a message may look the same over MQTT 3.1.1 and not over MQTT 5, where they are sent again.
        let remaining = |entry: &Entry| {
            let expires = entry.expires.filter(|_| link.options.v5);
            expires.map(|expires| u32::try_from((expires - now + 999) / 1000).unwrap_or(0))
        };
        let is_fresh = |entry: &Entry| entry.expires.is_none_or(|expires| expires > now);
        let is_it = |entry: &Entry| {
            let message = &messages[entry.message];
            let sent = self.emissions.get(&entry.number);
            let may_be_chosen = entry.share.is_none_or(|share| {
                let share = shares.get(&share);
                share.is_some_and(|share| {
                    let is_chosen = share.choice.is_none_or(|choice| choice == entry.number);
                    is_chosen || share.is_unclear
                })
            });
            let is_turn = match sent {
                Some(sent) => publish.dup && sent.id == publish.id && sent.link != link.serial,
                None if publish.dup => entry.born < self.crashes,
                None => entry.may_be_other || is_fresh(entry),
            };
            message.topic == publish.topic
                && message.payload == publish.payload
                && (entry.qos, entry.retain) == (publish.qos, publish.retain)
                && (!link.options.v5
                    || publish.dup
                    || entry.may_be_other
                    || entry.ids == publish.ids)
                && entry.released.is_none()
                && (entry.may_be_other || publish.expiry == remaining(entry))
                && may_be_chosen
                && is_turn
        };
        // What was sent before comes first, then what has the same identifiers, then what is due, then what only may be, then a copy for those who share a filter. What
        // may have been sent before a crash is sent again in its order, also a copy for those who share a filter.
        let was_sent = |entry: &Entry| self.emissions.contains_key(&entry.number);
        let has_same_ids = |entry: &Entry| !link.options.v5 || entry.ids == publish.ids;
        let rank = |at: usize, entry: &Entry| {
            (
                was_sent(entry),
                has_same_ids(entry),
                self.check_order(link, entry, at).is_ok(),
                is_fresh(entry),
                entry.must,
                entry.share.is_none() || publish.dup,
            )
        };
        let entries = &session.entries;
        let candidates: Vec<usize> = (0..entries.len())
            .filter(|at| is_it(&entries[*at]))
            .collect();
        let best = (candidates.iter().copied()).reduce(|best, at| {
            let is_better = rank(best, &entries[best]) < rank(at, &entries[at]);
            if is_better { at } else { best }
        });
        let Some(at) = best else {
            return Err(format!("{publish:?} is not due; due are {entries:#?}"));
        };
        let entry = entries[at].clone();
        // If copies look the same, nobody knows which one has arrived.
        let unclear: Vec<u64> = (candidates.iter())
            .filter(|_| candidates.len() > 1)
            .filter_map(|at| entries[*at].share)
            .collect();
        self.check_order(link, &entry, at)?;
        if !publish.dup {
            self.count(entry.message, true, entry.qos);
        }
        for share in unclear {
            if let Some(share) = self.shares.get_mut(&share) {
                share.is_unclear = true;
            }
        }
        if let Some(share) = entry.share.and_then(|share| self.shares.get_mut(&share)) {
            share.choice = Some(entry.number);
        }
        let Some(session) = self.live.sessions.get_mut(&link.client) else {
            return Ok(entry.number);
        };
        if publish.dup && entry.share.is_some() {
            // It may have been another copy, which looks the same.
            for at in &candidates {
                session.entries[*at].must = false;
            }
        }
        if !link.options.v5 {
            let messages = &self.messages;
            let is_other = |other: &Entry| {
                messages[other.message].payload == publish.payload
                    && (&other.ids, other.expires) != (&entry.ids, entry.expires)
            };
            let is_unclear = (candidates.iter()).any(|at| is_other(&session.entries[*at]));
            session.entries[at].may_be_other |= is_unclear;
            for other in &mut session.entries {
                other.may_be_other |= is_other(other);
            }
        }
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
        let sent = Emission {
            id,
            link: serial,
            is_on_disk: false,
        };
        self.emissions.insert(entry.number, sent);
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

    /// Everything was carried over the connections that clients use: retained messages that were on their way have arrived.
    pub(crate) fn settle(&mut self, current: &[Option<u64>; CLIENTS]) -> Result<(), String> {
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

    /// Checks that one of those who share a filter has got each message.
    pub(crate) fn check_shares(&self) -> Result<(), String> {
        let open = |share: &&Share| share.choice.is_none() && !share.is_unclear;
        for share in self.shares.values().filter(open) {
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
}
