//! The connections of a listening socket: who may come, and who gives way.
//!
//! A connection waits for its client unless a request of it is being answered. If there is one too
//! many, the one that has waited longest is closed.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::HeaderMap;
use ipnet::IpNet;
use pop_listen::{Queue, Seldom, source};
use tokio_util::sync::CancellationToken;

use crate::bounds::Bounds;
use crate::forwarded::{self, is_trusted};
use crate::metrics::ConnectionMetrics;

/// Reason why the gateway closed a connection, or refused a connection or request.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) enum Excess {
    Connections,
    FromAddress,
    Held,
    Requests,
    RequestsFromAddress,
}

impl Excess {
    /// Returns the bound in words, for `/metrics` and the log.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Connections => "too many connections",
            Self::FromAddress => "too many connections from one address",
            Self::Held => "too many bytes of requests and unread answers",
            Self::Requests => "too many requests at once",
            Self::RequestsFromAddress => "too many requests at once from one address",
        }
    }
}

/// All connections of a listening socket.
pub(super) struct Connections {
    bounds: Bounds,
    proxies: Vec<IpNet>,
    metrics: ConnectionMetrics,
    reported: Mutex<Seldom>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    open: Tally,
    requests: Tally,
    held: usize,
    next: u64,
    slots: HashMap<u64, Slot>,
    /// Identifiers of the connections that wait for their client.
    waiting: Queue<u64>,
}

/// A number of things, in all and per address.
#[derive(Default)]
struct Tally {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// An open connection that does not have to give way.
struct Slot {
    address: IpAddr,
    /// Number in the queue, while it waits for its client.
    position: Option<u64>,
    held: usize,
    close: CancellationToken,
}

/// An open connection; it counts until it is dropped.
pub(super) struct Connection {
    connections: Arc<Connections>,
    id: u64,
    pub(super) peer: SocketAddr,
    pub(super) is_proxy: bool,
    /// Cancelled when the connection has to give way.
    pub(super) close: CancellationToken,
}

/// A request that is being answered; it counts until it is dropped, even if its connection ends.
pub(super) struct Answering {
    connections: Arc<Connections>,
    id: u64,
    client: IpAddr,
}

impl Connections {
    pub(super) fn new(
        bounds: Bounds,
        proxies: Vec<IpNet>,
        metrics: ConnectionMetrics,
    ) -> Arc<Self> {
        Arc::new(Self {
            bounds,
            proxies,
            metrics,
            reported: Mutex::default(),
            state: Mutex::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a bound that was reached, and reports it in the log from time to time.
    fn exceeded(&self, excess: Excess) {
        let bound = excess.text();
        self.metrics.exceeded(bound);
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.is_due() {
            tracing::warn!(target: "pop_gateway", bound, "callers reached a bound; /metrics counts how often");
        }
    }

    /// Admits a connection, and closes the one that waits longest if there is one too many.
    ///
    /// The connections of a proxy are those of many clients, so they do not count by address.
    ///
    /// # Errors
    ///
    /// The bound that is reached, if no connection can give way.
    pub(super) fn admit(self: &Arc<Self>, peer: SocketAddr) -> Result<Connection, Excess> {
        let is_proxy = is_trusted(peer.ip(), &self.proxies);
        let address = source(peer.ip());
        let mut state = self.state();
        let from_address = if is_proxy { 0 } else { state.open.of(address) };
        let (excess, victim) = if from_address >= self.bounds.per_address {
            (Excess::FromAddress, state.waiting.first_from(address))
        } else if state.open.all >= self.bounds.connections() {
            (Excess::Connections, state.waiting.first())
        } else {
            return Ok(self.open(&mut state, peer, is_proxy));
        };
        self.exceeded(excess);
        let victim = victim.and_then(|number| state.waiting.get_mut(number).copied());
        state.give_way(victim.ok_or(excess)?);
        Ok(self.open(&mut state, peer, is_proxy))
    }

    fn open(self: &Arc<Self>, state: &mut State, peer: SocketAddr, is_proxy: bool) -> Connection {
        let (id, address) = (state.next, source(peer.ip()));
        state.next += 1;
        state.open.add(address);
        self.metrics.opened();
        let close = CancellationToken::new();
        let slot = Slot {
            address,
            position: None,
            held: 0,
            close: close.clone(),
        };
        state.slots.insert(id, slot);
        state.wait(id);
        Connection {
            connections: Arc::clone(self),
            id,
            peer,
            is_proxy,
            close,
        }
    }

    /// Counts bytes that are held for a client. Beyond the bound, the connections that have waited
    /// longest give way.
    fn add_held(&self, id: u64, bytes: usize) {
        let mut state = self.state();
        let Some(slot) = state.slots.get_mut(&id) else {
            return;
        };
        slot.held += bytes;
        state.held += bytes;
        while state.held > self.bounds.held_bytes
            && let Some(victim) = state.slowest_holder_beside(id)
        {
            state.give_way(victim);
            self.exceeded(Excess::Held);
        }
    }

    fn remove_held(&self, id: u64, bytes: usize) {
        let mut state = self.state();
        if let Some(slot) = state.slots.get_mut(&id) {
            slot.held -= bytes;
            state.held -= bytes;
        }
    }
}

impl State {
    /// Marks a connection as waiting for its client from now on.
    fn wait(&mut self, id: u64) {
        if let Some(slot) = self.slots.get_mut(&id) {
            slot.position = Some(self.waiting.push(slot.address, id));
        }
    }

    /// Marks a connection as waiting for its answer.
    fn answer(&mut self, id: u64) {
        if let Some(slot) = self.slots.get_mut(&id)
            && let Some(position) = slot.position.take()
        {
            self.waiting.remove(position);
        }
    }

    /// Closes a connection. It no longer counts, although its task ends a moment later.
    fn give_way(&mut self, id: u64) {
        if let Some(slot) = self.forget(id) {
            slot.close.cancel();
        }
    }

    /// Returns the connection that has waited longest of those for which bytes are held.
    fn slowest_holder_beside(&self, id: u64) -> Option<u64> {
        let holds = |other: &u64| self.slots.get(other).is_some_and(|slot| slot.held > 0);
        let mut waiting = self.waiting.iter().map(|(_, other)| *other);
        waiting.find(|other| *other != id && holds(other))
    }

    fn forget(&mut self, id: u64) -> Option<Slot> {
        self.answer(id);
        let slot = self.slots.remove(&id)?;
        self.open.remove(slot.address);
        self.held -= slot.held;
        Some(slot)
    }
}

impl Tally {
    fn of(&self, address: IpAddr) -> usize {
        self.by_address.get(&address).copied().unwrap_or_default()
    }

    fn add(&mut self, address: IpAddr) {
        self.all += 1;
        *self.by_address.entry(address).or_default() += 1;
    }

    fn remove(&mut self, address: IpAddr) {
        self.all -= 1;
        if let Some(count) = self.by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(&address);
            }
        }
    }
}

impl Connection {
    /// Returns the address of the client that sent a request.
    pub(super) fn client(&self, headers: &HeaderMap) -> IpAddr {
        let address = self.peer.ip();
        if self.is_proxy {
            forwarded::client(headers, address, &self.connections.proxies)
        } else {
            address
        }
    }

    /// Counts a request of a client as being answered.
    ///
    /// # Errors
    ///
    /// The bound that is reached.
    pub(super) fn answering(&self, client: IpAddr) -> Result<Answering, Excess> {
        let (connections, client) = (&self.connections, source(client));
        let bounds = &connections.bounds;
        let mut state = connections.state();
        let excess = if state.requests.all >= bounds.requests {
            Some(Excess::Requests)
        } else if state.requests.of(client) >= bounds.per_address {
            Some(Excess::RequestsFromAddress)
        } else {
            None
        };
        if let Some(excess) = excess {
            connections.exceeded(excess);
            return Err(excess);
        }
        state.requests.add(client);
        state.answer(self.id);
        Ok(Answering {
            connections: Arc::clone(connections),
            id: self.id,
            client,
        })
    }

    /// Counts bytes that are held for the client until the result is dropped.
    pub(super) fn hold(self: &Arc<Self>, bytes: usize) -> Held {
        self.connections.add_held(self.id, bytes);
        Held {
            connection: Arc::clone(self),
            bytes,
        }
    }

    /// Returns the bytes of an answer, which are held until they are written.
    pub(super) fn unread(self: &Arc<Self>, bytes: Vec<u8>) -> Bytes {
        let _held = self.hold(bytes.len());
        Bytes::from_owner(Unread { _held, bytes })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.connections.state().forget(self.id);
        self.connections.metrics.ended();
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let mut state = self.connections.state();
        state.requests.remove(self.client);
        state.wait(self.id);
    }
}

/// Bytes that are held for a client, counted until this is dropped.
pub(super) struct Held {
    connection: Arc<Connection>,
    bytes: usize,
}

impl Held {
    /// Counts further bytes.
    pub(super) fn add(&mut self, bytes: usize) {
        let connection = &self.connection;
        connection.connections.add_held(connection.id, bytes);
        self.bytes += bytes;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let connection = &self.connection;
        connection
            .connections
            .remove_held(connection.id, self.bytes);
    }
}

/// Bytes of an answer that its client has not read yet.
struct Unread {
    _held: Held,
    bytes: Vec<u8>,
}

impl AsRef<[u8]> for Unread {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
