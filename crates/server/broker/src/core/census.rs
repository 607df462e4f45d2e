//! Clients that are online, counted, and those that went offline last.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;

/// Most departures that are kept for [`Census::take_departed`]; older ones make room.
const MAX_DEPARTED: usize = 65_536;

/// A client that went offline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departed {
    /// `GID@@@DeviceId`.
    pub client_id: String,
    /// Address that it was connected from.
    pub address: SocketAddr,
    /// Time of its last packet, Unix time in ms.
    pub last_seen: i64,
}

/// Counts of the clients that are online.
#[derive(Default)]
pub(crate) struct Census {
    connections: u64,
    groups: HashMap<Box<str>, u64>,
    numbers: Numbers,
    departed: VecDeque<Departed>,
    /// Last result of [`Self::take_departed`]: whoever took it may not have written it yet.
    taken: Vec<Departed>,
}

/// Numbers of sessions. They are small, so sets of them are, too, and unite at 64 a step.
#[derive(Default)]
struct Numbers {
    next: u32,
    free: Vec<u32>,
}

impl Census {
    /// Returns a number that no other session has.
    pub(super) fn take_number(&mut self) -> u32 {
        self.numbers.free.pop().unwrap_or_else(|| {
            self.numbers.next += 1;
            self.numbers.next
        })
    }

    pub(super) fn give_back_number(&mut self, number: u32) {
        self.numbers.free.push(number);
    }

    pub(super) fn numbers_in_use(&self) -> usize {
        self.numbers.next as usize - self.numbers.free.len()
    }

    pub(super) fn enter(&mut self, group: &str) {
        self.connections += 1;
        match self.groups.get_mut(group) {
            Some(count) => *count += 1,
            None => {
                self.groups.insert(group.into(), 1);
            }
        }
    }

    pub(super) fn leave(&mut self, group: &str) {
        self.connections -= 1;
        if let Some(count) = self.groups.get_mut(group) {
            *count -= 1;
            if *count == 0 {
                self.groups.remove(group);
            }
        }
    }

    pub(crate) fn depart(&mut self, departed: Departed) {
        if self.departed.len() == MAX_DEPARTED {
            self.departed.pop_front();
        }
        self.departed.push_back(departed);
    }

    pub(crate) fn connections(&self) -> u64 {
        self.connections
    }

    pub(crate) fn online_in_group(&self, group: &str) -> u64 {
        self.groups.get(group).copied().unwrap_or(0)
    }

    pub(crate) fn online_groups(&self) -> Vec<(String, u64)> {
        let groups = self.groups.iter();
        groups
            .map(|(group, count)| (group.to_string(), *count))
            .collect()
    }

    /// Returns the departures that [`departed`](Self::departed) knows, the first one first.
    pub(crate) fn departures(&self) -> impl DoubleEndedIterator<Item = &Departed> {
        self.taken.iter().chain(&self.departed)
    }

    pub(crate) fn take_departed(&mut self) -> Vec<Departed> {
        self.taken = std::mem::take(&mut self.departed).into();
        self.taken.clone()
    }

    /// Returns the last departure of a client, if it is not older than the last but one call of
    /// [`take_departed`](Self::take_departed).
    pub(crate) fn departed(&self, client_id: &str) -> Option<Departed> {
        let mut latest = self.departures().rev();
        latest
            .find(|departed| departed.client_id == client_id)
            .cloned()
    }
}
