//! Lists of clients, a page at a time.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::sessions::Sessions;
use crate::client_id::group_of;

/// Clients to be listed, in the order of their IDs.
#[derive(Clone, Copy, Debug)]
pub struct ClientQuery<'a> {
    /// Group of the clients.
    pub group_id: &'a str,
    /// Text that their IDs contain.
    pub contains: &'a str,
    /// ID that theirs follow.
    pub after: &'a str,
    /// `true` leaves out clients that are offline.
    pub only_online: bool,
    /// Largest number of clients.
    pub most: usize,
}

/// A client of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedClient {
    /// `GID@@@DeviceId`.
    pub client_id: String,
    /// `true` while it is connected.
    pub is_online: bool,
    /// `true` if it has a session, online or not.
    pub has_session: bool,
    /// Address that it is connected from, or was; `None` if it has not been connected since the broker started.
    pub address: Option<SocketAddr>,
    /// Time of its last packet, Unix time in ms.
    pub last_seen: i64,
}

/// The first of many entries, by client ID.
struct First<'a, T> {
    query: ClientQuery<'a>,
    found: BTreeMap<String, T>,
}

impl<'a, T> First<'a, T> {
    fn of(query: ClientQuery<'a>) -> Self {
        Self {
            query,
            found: BTreeMap::new(),
        }
    }

    /// Adds an entry if it is among the first ones; replaces that of the same client.
    fn add(&mut self, client_id: &str, entry: impl FnOnce() -> T) {
        let query = &self.query;
        let is_full = self.found.len() == query.most;
        let last = self.found.last_key_value();
        if client_id <= query.after
            || is_full && last.is_none_or(|(last, _)| client_id > last.as_str())
            || group_of(client_id) != Some(query.group_id)
            || !client_id.contains(query.contains)
        {
            return;
        }
        self.found.insert(client_id.to_owned(), entry());
        if self.found.len() > query.most {
            self.found.pop_last();
        }
    }
}

impl Sessions {
    /// Returns clients that are online, that left a session behind, or that went offline lately.
    ///
    /// Looks at each session, and copies no more of them than are returned.
    pub(crate) fn list(&self, query: ClientQuery<'_>) -> Vec<ListedClient> {
        let mut sessions = First::of(query);
        self.each(|session| {
            if session.is_online() || !query.only_online {
                sessions.add(&session.client_id, || session.clone());
            }
        });
        let mut clients = First::of(query);
        if !query.only_online {
            for departed in self.census().departures() {
                clients.add(&departed.client_id, || ListedClient {
                    client_id: departed.client_id.clone(),
                    is_online: false,
                    has_session: false,
                    address: Some(departed.address),
                    last_seen: departed.last_seen,
                });
            }
        }
        for session in sessions.found.into_values() {
            clients.add(&session.client_id, || ListedClient {
                client_id: session.client_id.to_string(),
                is_online: session.is_online(),
                has_session: true,
                address: session.state.lock().address,
                last_seen: session.last_seen(),
            });
        }
        clients.found.into_values().collect()
    }
}
