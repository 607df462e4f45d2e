//! Connections that wait for their peers, in order of time.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::IpAddr;

/// Connections that wait for their peers, the one that waits longest first.
#[derive(Debug)]
pub struct Queue<T> {
    next: u64,
    entries: BTreeMap<u64, (IpAddr, T)>,
    by_address: HashMap<IpAddr, VecDeque<u64>>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            next: 0,
            entries: BTreeMap::new(),
            by_address: HashMap::new(),
        }
    }
}

impl<T> Queue<T> {
    /// Adds a connection from an address at the end. Returns its number.
    pub fn push(&mut self, address: IpAddr, connection: T) -> u64 {
        let number = self.next;
        self.next += 1;
        self.by_address
            .entry(address)
            .or_default()
            .push_back(number);
        self.entries.insert(number, (address, connection));
        number
    }

    /// Returns the connection with a number.
    pub fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        self.entries
            .get_mut(&number)
            .map(|(_, connection)| connection)
    }

    /// Removes the connection with a number.
    pub fn remove(&mut self, number: u64) -> Option<T> {
        let (address, connection) = self.entries.remove(&number)?;
        if let Some(numbers) = self.by_address.get_mut(&address) {
            if let Ok(position) = numbers.binary_search(&number) {
                numbers.remove(position);
            }
            if numbers.is_empty() {
                self.by_address.remove(&address);
            }
        }
        Some(connection)
    }

    /// Returns the number of the connection that waits longest.
    pub fn first(&self) -> Option<u64> {
        self.entries.keys().next().copied()
    }

    /// Returns the number of the connection that waits longest of those from an address.
    pub fn first_from(&self, address: IpAddr) -> Option<u64> {
        self.by_address.get(&address)?.front().copied()
    }

    /// Returns how many connections wait.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns `true` if none waits.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns how many connections from an address wait.
    pub fn len_from(&self, address: IpAddr) -> usize {
        self.by_address.get(&address).map_or(0, VecDeque::len)
    }

    /// Iterates over the connections with their numbers, the one that waits longest first.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        self.entries
            .iter()
            .map(|(number, (_, connection))| (*number, connection))
    }
}
