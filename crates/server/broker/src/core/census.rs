//! Clients that are online, counted, and those that went offline last.

use std::collections::HashMap;
use std::net::SocketAddr;

/// Most clients whose departures are kept for [`Census::take_departed`].
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
    /// The last departure of each client since [`Self::take_departed`].
    departed: HashMap<String, Departed>,
    /// Last result of [`Self::take_departed`]: whoever took it may not have written it yet.
    taken: HashMap<String, Departed>,
    /// `true` once a departure found no room.
    has_missed_any: bool,
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

    /// Notes a departure, of at most [`MAX_DEPARTED`] clients.
    pub(crate) fn depart(&mut self, departed: Departed) {
        let has_room = self.departed.len() < MAX_DEPARTED;
        if has_room || self.departed.contains_key(&departed.client_id) {
            self.departed.insert(departed.client_id.clone(), departed);
        } else if !std::mem::replace(&mut self.has_missed_any, true) {
            tracing::warn!(
                "more than {MAX_DEPARTED} clients went offline in one interval; the last address of some is not kept"
            );
        }
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

    /// Returns the departures that [`departed`](Self::departed) knows; of two of one client, the later one comes later.
    pub(crate) fn departures(&self) -> impl Iterator<Item = &Departed> {
        self.taken.values().chain(self.departed.values())
    }

    pub(crate) fn take_departed(&mut self) -> Vec<Departed> {
        self.taken = std::mem::take(&mut self.departed);
        self.has_missed_any = false;
        self.taken.values().cloned().collect()
    }

    /// Returns the last departure of a client, if it is not older than the last but one call of
    /// [`take_departed`](Self::take_departed).
    pub(crate) fn departed(&self, client_id: &str) -> Option<Departed> {
        let latest = self.departed.get(client_id);
        latest.or_else(|| self.taken.get(client_id)).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn departed(client_id: &str, last_seen: i64) -> Departed {
        Departed {
            client_id: client_id.to_owned(),
            address: SocketAddr::from(([127, 0, 0, 1], 1)),
            last_seen,
        }
    }

    #[test]
    fn a_client_that_comes_and_goes_takes_no_room_of_others() {
        let mut census = Census::default();
        for number in 1..MAX_DEPARTED {
            census.depart(departed(&number.to_string(), 1));
        }
        for time in 0..10 {
            census.depart(departed("restless", time));
        }
        census.depart(departed("late", 1));
        assert_eq!(census.departed("1"), Some(departed("1", 1)));
        assert_eq!(census.departed("restless"), Some(departed("restless", 9)));
        assert_eq!(census.departed("late"), None);
        assert_eq!(census.take_departed().len(), MAX_DEPARTED);
        census.depart(departed("late", 2));
        // Whoever took it may not have written it yet.
        assert_eq!(census.departed("1"), Some(departed("1", 1)));
        assert_eq!(census.departed("late"), Some(departed("late", 2)));
    }
}
