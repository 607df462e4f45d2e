//! Messages: who gets one, and whether it needs the disk.

use super::super::script::{FILTERS, SMALL_PACKETS, Subscription};
use super::filter::matches;
use super::state::{Entry, Live, Model, Share, Time, Will};

impl Model {
    pub(super) fn publish_will(&mut self, will: &Will, now: Time) {
        let qos = self.messages[will.message].qos;
        self.count(will.message, false, qos);
        self.accept(will.message, None, false, 0, now);
    }

    /// Takes a message. Returns the commit that its acknowledgement waits for, and whether anybody gets it; nothing if the disk
    /// is full and the message needs it. `is_written` says that its identifier needs it.
    pub(super) fn accept(
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
                    may_be_other: false,
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
                may_be_other: false,
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
            let share_of = Share {
                candidates,
                ..Share::default()
            };
            self.shares.insert(share, share_of);
        }
        (!members.is_empty(), is_written)
    }

    pub(super) fn push(&mut self, client: usize, entry: Entry) {
        let Some(session) = self.live.sessions.get_mut(&client) else {
            return;
        };
        if entry.qos > 0 || entry.replay.is_some() || session.connection.is_some() {
            session.entries.push(entry);
        }
        self.note_size(client);
    }

    /// A message that is larger than its client takes need not arrive.
    pub(super) fn note_size(&mut self, client: usize) {
        let messages = &self.messages;
        if let Some(session) = self.live.sessions.get_mut(&client)
            && session.takes_small_packets
        {
            for entry in &mut session.entries {
                entry.must &= messages[entry.message].payload.len() < SMALL_PACKETS as usize / 2;
            }
        }
    }
}
