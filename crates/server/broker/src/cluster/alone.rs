//! Lets one task at a time work on a client.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::OwnedMutexGuard;

/// Clients that tasks work on.
#[derive(Default)]
pub(super) struct Clients(Mutex<HashMap<Box<str>, Arc<tokio::sync::Mutex<()>>>>);

/// The right to work on a client, until it is dropped.
pub(super) struct Alone<'a> {
    clients: &'a Clients,
    client_id: &'a str,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Clients {
    /// Waits until no other task works on a client.
    pub(super) async fn alone<'a>(&'a self, client_id: &'a str) -> Alone<'a> {
        // First, so that it is dropped if nobody waits any more.
        let mut alone = Alone {
            clients: self,
            client_id,
            guard: None,
        };
        let lock = Arc::clone(self.0.lock().entry(client_id.into()).or_default());
        alone.guard = Some(lock.lock_owned().await);
        alone
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        let mut clients = self.clients.0.lock();
        self.guard = None;
        // Whoever waits holds it, too.
        if clients
            .get(self.client_id)
            .is_some_and(|lock| Arc::strong_count(lock) == 1)
        {
            clients.remove(self.client_id);
        }
    }
}
