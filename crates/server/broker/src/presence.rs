//! Who is online, and who subscribed to what.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use parking_lot::Mutex;
use rmqtt::types::{ClientId, DashMap, Id};

use crate::connection::{Connection, Subscription};
use crate::filters::{Filters, HolderNumbers};

/// Most departures that are kept for [`Presence::take_departed`]; older ones make room.
const MAX_DEPARTED: usize = 65_536;

/// A client that went offline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departed {
    /// `GID@@@DeviceId`.
    pub client_id: String,
    /// Where it was connected from.
    pub address: SocketAddr,
    /// When it last sent something, Unix time in ms.
    pub last_seen: i64,
}

/// All sessions of an instance.
///
/// Changes of one client come one after the other through the lock of the census. Messages only look a session up.
#[derive(Default)]
pub(crate) struct Presence {
    connections: DashMap<ClientId, Arc<Connection>>,
    census: Mutex<Census>,
}

/// What is counted of the clients that are online.
#[derive(Default)]
struct Census {
    connections: u64,
    groups: HashMap<Box<str>, u64>,
    filters: Filters,
    holders: HolderNumbers,
    departed: VecDeque<Departed>,
    /// What [`Presence::take_departed`] answered last: whoever took it may not have written it yet.
    taken: Vec<Departed>,
}

impl Presence {
    pub(crate) fn get(&self, client_id: &str) -> Option<Arc<Connection>> {
        self.connections
            .get(client_id)
            .map(|connection| Arc::clone(&connection))
    }

    /// The session of this very connection, not of a later one of the same client.
    pub(crate) fn get_exactly(&self, id: &Id) -> Option<Arc<Connection>> {
        let connection = self.connections.get(&id.client_id)?;
        is_same(&connection.id, id).then(|| Arc::clone(&connection))
    }

    pub(crate) fn all(&self) -> Vec<Arc<Connection>> {
        self.connections
            .iter()
            .map(|entry| Arc::clone(entry.value()))
            .collect()
    }

    /// A session begins, with the subscriptions that it brings along.
    pub(crate) fn connect(&self, connection: Arc<Connection>) {
        let mut census = self.census.lock();
        let earlier = self
            .connections
            .insert(connection.id.client_id.clone(), Arc::clone(&connection));
        if let Some(earlier) = earlier {
            census.leave(&earlier);
        }
        census.enter(&connection);
    }

    /// A client is gone; the library may keep its session.
    pub(crate) fn disconnect(&self, id: &Id) {
        let mut census = self.census.lock();
        if let Some(connection) = self.get_exactly(id)
            && census.leave(&connection)
        {
            census.depart(&connection);
        }
    }

    /// A session ends.
    pub(crate) fn forget(&self, id: &Id) {
        let mut census = self.census.lock();
        let removed = self
            .connections
            .remove_if(&id.client_id, |_, connection| connection.id == *id);
        if let Some((_, connection)) = removed
            && census.leave(&connection)
        {
            census.depart(&connection);
        }
    }

    /// A session ends because the same client connects again. Whether the client was online is left in the answer.
    pub(crate) fn hand_over(&self, client_id: &str) -> Option<(Arc<Connection>, bool)> {
        let mut census = self.census.lock();
        let (_, connection) = self.connections.remove(client_id)?;
        let was_online = census.leave(&connection);
        Some((connection, was_online))
    }

    /// The client of a session that was handed over did not come back after all.
    pub(crate) fn depart(&self, connection: &Connection) {
        self.census.lock().depart(connection);
    }

    pub(crate) fn subscribe(&self, id: &Id, filter: &str, subscription: Subscription) {
        let mut census = self.census.lock();
        if let Some(connection) = self.get_exactly(id) {
            connection
                .subscriptions
                .lock()
                .insert(filter.into(), subscription);
            if connection.is_online() {
                census.filters.insert(filter, connection.holder());
            }
        }
    }

    pub(crate) fn unsubscribe(&self, id: &Id, filter: &str) {
        let mut census = self.census.lock();
        if let Some(connection) = self.get_exactly(id) {
            connection.subscriptions.lock().remove(filter);
            if connection.is_online() {
                census.filters.remove(filter, connection.holder());
            }
        }
    }

    pub(crate) fn connections(&self) -> u64 {
        self.census.lock().connections
    }

    pub(crate) fn online_in_group(&self, group: &str) -> u64 {
        self.census.lock().groups.get(group).copied().unwrap_or(0)
    }

    pub(crate) fn online_groups(&self) -> Vec<(String, u64)> {
        self.census
            .lock()
            .groups
            .iter()
            .map(|(group, count)| (group.to_string(), *count))
            .collect()
    }

    pub(crate) fn online_on_topic(&self, topic: &str) -> u64 {
        let census = self.census.lock();
        if topic.contains(['+', '#']) {
            census.filters.holders_of(topic)
        } else {
            census.filters.matching(topic)
        }
    }

    pub(crate) fn take_departed(&self) -> Vec<Departed> {
        let mut census = self.census.lock();
        census.taken = std::mem::take(&mut census.departed).into();
        census.taken.clone()
    }

    /// The last departure of a client, if it is not older than the last but one call of
    /// [`take_departed`](Self::take_departed).
    pub(crate) fn departed(&self, client_id: &str) -> Option<Departed> {
        let census = self.census.lock();
        let mut latest = census.taken.iter().chain(&census.departed).rev();
        latest
            .find(|departed| departed.client_id == client_id)
            .cloned()
    }
}

/// Whether two ids are the same; mostly they are one, and need not be compared by their parts.
fn is_same(one: &Id, other: &Id) -> bool {
    std::ptr::eq(&**one, &**other) || one == other
}

impl Census {
    fn enter(&mut self, connection: &Connection) {
        if !connection.is_online() {
            return;
        }

        connection
            .holder
            .store(self.holders.take(), Ordering::Relaxed);
        self.connections += 1;
        *self.groups.entry(connection.group.clone()).or_default() += 1;
        for filter in connection.subscriptions.lock().keys() {
            self.filters.insert(filter, connection.holder());
        }
    }

    /// Answers whether the session was online.
    fn leave(&mut self, connection: &Connection) -> bool {
        if !connection.online.swap(false, Ordering::AcqRel) {
            return false;
        }
        self.connections -= 1;
        if let Some(count) = self.groups.get_mut(&connection.group) {
            *count -= 1;
            if *count == 0 {
                self.groups.remove(&connection.group);
            }
        }
        for filter in connection.subscriptions.lock().keys() {
            self.filters.remove(filter, connection.holder());
        }
        self.holders.give_back(connection.holder());
        true
    }

    fn depart(&mut self, connection: &Connection) {
        if self.departed.len() == MAX_DEPARTED {
            self.departed.pop_front();
        }
        self.departed.push_back(Departed {
            client_id: connection.id.client_id.to_string(),
            address: connection.address,
            last_seen: connection.touched(),
        });
    }
}
