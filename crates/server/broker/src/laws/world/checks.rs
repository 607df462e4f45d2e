//! Checks of what operators see, and that nothing is left when all clients are gone.

use std::collections::BTreeMap;

use super::super::broker::Law;
use super::super::client::Sent;
use super::super::model::Counted;
use super::super::script::{CLIENTS, GROUPS, KEPT, Options, Payload, Publication, TOPICS};
use super::state::World;
use crate::Loss;
use crate::keep::Table;
use crate::metering::Direction;

impl World {
    pub(super) fn check_presence(&self) -> Law {
        let sessions = &self.broker.core.sessions;
        let connections = (
            sessions.census().connections(),
            self.model.connections() as u64,
        );
        same("connections", connections)?;
        for group in GROUPS {
            let online = self.model.online_in_group(group) as u64;
            same(group, (sessions.census().online_in_group(group), online))?;
        }
        for topic in TOPICS.iter().chain(&["t/+", "t/#"]) {
            let online = self.model.online_on_topic(topic) as u64;
            same(topic, (sessions.online_on_topic(topic), online))?;
        }
        Ok(())
    }

    pub(super) fn check_counts(&mut self) -> Law {
        let mut counts: BTreeMap<Counted, u64> = BTreeMap::new();
        for count in self.broker.core.instance.metering.take() {
            let topic = count.parent_topic + &count.sub_topic.unwrap_or_default();
            let is_pushed = count.direction == Direction::Pushed;
            *counts.entry((topic, is_pushed, count.qos)).or_default() += count.count;
        }
        let expected = std::mem::take(&mut self.model.counts);
        if counts == expected {
            Ok(())
        } else {
            Err(format!("counted {counts:?} instead of {expected:?}"))
        }
    }

    /// All clients come back for what waits for them.
    pub(super) fn come_back(&mut self) -> Law {
        for client in 0..CLIENTS {
            self.clients[client].acknowledges_at_once = true;
            self.lose(client);
            self.connect(client, KEPT);
        }
        self.settle()?;
        self.check_presence()?;
        self.model.check_shares()?;
        if let Some(client) = self.clients.iter().position(|client| !client.is_idle()) {
            return Err(format!("client {client} waits for an acknowledgement"));
        }
        let missing = |(loss, count): &(Loss, u64)| *loss == Loss::Missing && *count > 0;
        if self.broker.core.instance.losses.all().iter().any(missing) {
            return Err("a message was not on disk any more".to_owned());
        }
        self.check_counts()
    }

    /// All clients end their sessions, and retained messages are deleted.
    pub(super) fn go_away(&mut self) -> Law {
        for client in 0..CLIENTS {
            let options = Options {
                v5: true,
                clean: true,
                ..Options::default()
            };
            self.connect(client, options);
        }
        self.settle()?;
        for to in 0..TOPICS.len() {
            let publication = Publication {
                to,
                qos: 1,
                retain: true,
                payload: Payload::Empty,
                expiry: 0,
            };
            self.publish(0, &publication);
        }
        self.settle()?;
        for client in 0..CLIENTS {
            self.write(client, Sent::Disconnect(false));
        }
        self.settle()?;
        self.check_presence()?;
        self.check_emptiness()
    }

    fn check_emptiness(&self) -> Law {
        same("connections", (self.links.len() as u64, 0))?;
        let instance = &self.broker.core.instance;
        same("bytes", (instance.budget.bytes() as u64, 0))?;
        let memory = instance.session_memory.bytes();
        same("bytes of sessions", (memory as u64, 0))?;
        self.broker.check_no_sessions()?;
        self.broker.check_no_rows(Table::Retained)
    }
}

fn same(what: &str, (found, expected): (u64, u64)) -> Law {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what}: {found} instead of {expected}"))
    }
}
