//! Network, disk and clock: bytes are carried, changes are committed, time passes.

use std::task::{Context, Waker};

use super::super::broker::Law;
use super::super::client::{Sent, read_all};
use super::super::model::FULL_DISK;
use super::super::script::CLIENTS;
use super::state::{Link, World};
use crate::core::Stage;

/// Rounds in which everything has to become quiet.
const ROUNDS: usize = 200;

/// Milliseconds until CONNECT has to be there.
const HANDSHAKE: i64 = 10_000;

impl World {
    pub(super) fn carry(&mut self) -> Law {
        for _ in 0..ROUNDS {
            let before = self.progress;
            for at in 0..self.links.len() {
                self.carry_to_broker(at, usize::MAX)?;
            }
            for at in 0..self.links.len() {
                self.carry_to_client(at, 60_000, usize::MAX)?;
            }
            self.close_links()?;
            if self.progress == before {
                return Ok(());
            }
        }
        Err("carrying never ends".to_owned())
    }

    pub(super) fn carry_to_broker(&mut self, at: usize, bytes: usize) -> Law {
        let link = &mut self.links[at];
        let bytes = bytes.min(link.to_broker.len());
        link.unused.extend(link.to_broker.drain(..bytes));
        self.progress += bytes;
        if link.unused.is_empty() {
            return Ok(());
        }
        link.is_awake = true;
        let mut used = link.connection.receive(&link.unused);
        link.unused.drain(..used);
        while used > 0 {
            let is_whole = |sent: &mut (Sent, usize)| sent.1 <= used;
            let Some((packet, length)) = link.sent.pop_front_if(is_whole) else {
                break;
            };
            self.model
                .receive(&mut link.view, &packet, self.broker.time);
            used -= length;
            self.progress += 1;
        }
        if used > 0 && link.connection.stage() != Stage::Closing {
            return Err("a part of a packet was used".to_owned());
        }
        let expected = match (link.view.is_connected, self.model.is_live(&link.view)) {
            (false, _) => Stage::Handshake,
            (true, true) => Stage::Open,
            (true, false) => Stage::Closing,
        };
        let state = link.connection.stage();
        let until = link
            .view
            .paused_until
            .take()
            .unwrap_or(self.broker.time + FULL_DISK);
        if state == Stage::Paused {
            link.view.paused_until = Some(until);
            link.view.heard = self.broker.time;
        }
        if state == expected || state == Stage::Paused {
            Ok(())
        } else {
            Err(format!(
                "the connection is {state:?} instead of {expected:?}"
            ))
        }
    }

    pub(super) fn carry_to_client(&mut self, at: usize, bytes: usize, packets: usize) -> Law {
        let link = &mut self.links[at];
        if let Some(fetch) = link.fetch.take() {
            fetch();
            self.progress += 1;
        }
        // The connection may have been taken over since it last looked.
        if let Some(fetch) = link.connection.fetch() {
            link.fetch = Some(Box::new(move || fetch.run()));
            self.progress += 1;
        }
        let signal = link.connection.signal();
        let is_woken = signal.poll(&Context::from_waker(Waker::noop()));
        link.is_awake |= is_woken;
        self.progress += usize::from(is_woken);
        let before = link.connection.stage();
        let mut out = Vec::new();
        link.connection.transmit(&mut out, bytes);
        let was_idle = out.is_empty() && link.connection.stage() == before;
        if !link.is_awake && !was_idle {
            return Err("the connection was not woken for what it had to do".to_owned());
        }
        if was_idle && bytes > 1000 {
            link.is_awake = false;
        }
        self.progress += out.len();
        for (answer, length) in read_all(link.view.options.v5, &out)? {
            let delivery = self
                .model
                .send(&mut link.view, &answer, length, self.broker.time)?;
            link.to_client.push_back((answer, delivery));
        }
        self.read(at, packets)
    }

    /// Makes a client read, unless it has left the connection.
    pub(super) fn read(&mut self, at: usize, packets: usize) -> Law {
        let link = &mut self.links[at];
        let (client, serial) = (link.view.client, link.view.serial);
        let session = (link.view.epoch, serial);
        if self.current[client] != Some(serial) {
            return Ok(());
        }
        let count = packets.min(link.to_client.len());
        let mut out = Vec::new();
        for (answer, delivery) in link.to_client.drain(..count) {
            self.progress += 1;
            self.clients[client].read(&answer, delivery, session, &mut out)?;
        }
        for packet in out {
            self.write(client, packet);
        }
        Ok(())
    }

    /// Takes away connections that the broker has closed.
    pub(super) fn close_links(&mut self) -> Law {
        let mut at = 0;
        while at < self.links.len() {
            if self.links[at].connection.stage() == Stage::Closing {
                let link = self.links.remove(at);
                if self.current[link.view.client] == Some(link.view.serial) {
                    self.current[link.view.client] = None;
                }
                if self.model.is_live(&link.view) {
                    return Err("a connection was closed without a reason".to_owned());
                }
                link.connection.lost();
            } else {
                at += 1;
            }
        }
        Ok(())
    }

    pub(super) fn commit(&mut self) {
        let is_made = self.broker.commit();
        let begun = self.broker.core.instance.keep.begun();
        self.model.commit(begun, is_made, self.broker.time);
    }

    pub(super) fn settle(&mut self) -> Law {
        self.broker.disk.set_full(false);
        for _ in 0..ROUNDS {
            let before = self.progress;
            self.carry()?;
            self.commit();
            self.carry()?;
            if self.progress == before {
                let is_waiting = self
                    .clients
                    .iter()
                    .any(|client| !client.acknowledges_at_once);
                return if is_waiting {
                    Ok(())
                } else {
                    self.model.settle(&self.current)
                };
            }
        }
        Err("it never settles".to_owned())
    }

    pub(super) fn lose(&mut self, client: usize) {
        if let Some(at) = self.link_of(client) {
            let link = self.links.remove(at);
            self.current[client] = None;
            link.connection.lost();
            self.model.lose(&link.view, true, self.broker.time);
        }
    }

    pub(super) fn advance(&mut self, seconds: i64) -> Law {
        self.broker.advance(seconds * 1000);
        self.model.tick(self.broker.time);
        for at in 0..self.links.len() {
            let link = &mut self.links[at];
            link.is_awake = true;
            link.connection.expire();
            let is_closing = link.connection.stage() == Stage::Closing;
            let has_given_up = is_closing && self.model.may_give_up(&link.view, self.broker.time);
            if has_given_up || self.model.is_silent(&link.view, self.broker.time) {
                self.model.lose(&link.view, true, self.broker.time);
                if link.connection.stage() != Stage::Closing {
                    return Err("a silent client is still connected".to_owned());
                }
            }
        }
        self.close_late_links()
    }

    /// Takes away connections whose CONNECT did not come in time.
    fn close_late_links(&mut self) -> Law {
        let is_late =
            |link: &Link, time| !link.view.is_connected && link.opened + HANDSHAKE <= time;
        for link in self
            .links
            .iter()
            .filter(|link| is_late(link, self.broker.time))
        {
            if link.connection.stage() != Stage::Closing {
                return Err("CONNECT may still come".to_owned());
            }
            let current = &mut self.current[link.view.client];
            *current = current.filter(|serial| *serial != link.view.serial);
        }
        self.links.retain(|link| !is_late(link, self.broker.time));
        Ok(())
    }

    pub(super) fn crash(&mut self) -> Law {
        self.links.clear();
        self.current = [None; CLIENTS];
        self.broker.disk.set_full(false);
        self.check_counts()?;
        let restored = self.broker.restart();
        self.model.crash(self.broker.time);
        restored
    }
}
