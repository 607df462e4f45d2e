//! Clients and when they were last seen.

use std::collections::BTreeMap;

use sqlx::AnyConnection;

use crate::error::Error;
use crate::store::Store;
use crate::upsert::{Upsert, Value};

/// A client and when it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenClient {
    /// Instance ID.
    pub instance_id: String,
    /// Client ID.
    pub client_id: String,
    /// Address that it connected from.
    pub address: String,
    /// Time when it was last seen.
    pub last_seen: i64,
}

const UPSERT: Upsert = Upsert {
    insert: "INSERT INTO clients (instance_id, client_id, address, last_seen)",
    conflict: "ON CONFLICT (instance_id, client_id) DO UPDATE \
        SET address = excluded.address, last_seen = excluded.last_seen \
        WHERE excluded.last_seen >= clients.last_seen",
};
pub(crate) const ONE: &str =
    "SELECT address, last_seen FROM clients WHERE instance_id = $1 AND client_id = $2";

impl Store {
    /// Returns a client that was seen, unless its data has expired.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub async fn client(
        &self,
        instance_id: &str,
        client_id: &str,
    ) -> Result<Option<SeenClient>, Error> {
        let attempt = "read a client";
        let query = sqlx::query_as::<_, (String, i64)>(ONE)
            .bind(instance_id)
            .bind(client_id);
        let row = self.in_time(attempt, async {
            let row = query.fetch_optional(&self.reader).await;
            row.map_err(self.failed(attempt))
        });
        let row = row.await?;
        Ok(row.map(|(address, last_seen)| SeenClient {
            instance_id: instance_id.into(),
            client_id: client_id.into(),
            address,
            last_seen,
        }))
    }
}

/// Keeps the latest sighting of each client, among `clients` and the existing rows.
pub(crate) async fn record(
    connection: &mut AnyConnection,
    clients: &[SeenClient],
) -> Result<(), sqlx::Error> {
    let mut latest: BTreeMap<_, &SeenClient> = BTreeMap::new();
    for client in clients {
        latest
            .entry((&client.instance_id, &client.client_id))
            .and_modify(|known| {
                if client.last_seen >= known.last_seen {
                    *known = client;
                }
            })
            .or_insert(client);
    }
    let rows: Vec<_> = latest.into_values().map(row).collect();
    UPSERT.run(connection, &rows).await
}

fn row(client: &SeenClient) -> [Value<'_>; 4] {
    [
        client.instance_id.as_str().into(),
        client.client_id.as_str().into(),
        client.address.as_str().into(),
        client.last_seen.into(),
    ]
}
