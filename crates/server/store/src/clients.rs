//! Clients and when they were last seen.

use std::collections::BTreeMap;

use sqlx::AnyConnection;

use crate::error::Error;
use crate::rows::{RowsStatement, Value};
use crate::store::Store;

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

/// Clients to be listed, in the order of their IDs.
#[derive(Debug, Clone, Copy)]
pub struct SeenQuery<'a> {
    /// Instance ID.
    pub instance_id: &'a str,
    /// ID that theirs follow.
    pub after: &'a str,
    /// ID that theirs precede.
    pub before: &'a str,
    /// Text that their IDs contain.
    pub contains: &'a str,
    /// Largest number of clients.
    pub most: u32,
}

const WRITE: RowsStatement = RowsStatement {
    before: "INSERT INTO clients (instance_id, client_id, address, last_seen)",
    after: "ON CONFLICT (instance_id, client_id) DO UPDATE \
        SET address = excluded.address, last_seen = excluded.last_seen \
        WHERE excluded.last_seen >= clients.last_seen",
};
pub(crate) const ONE: &str =
    "SELECT address, last_seen FROM clients WHERE instance_id = $1 AND client_id = $2";

/// `LIKE` would treat letters differently in SQLite and PostgreSQL.
pub(crate) const PAGE: &str = "SELECT client_id, address, last_seen FROM clients \
    WHERE instance_id = $1 AND client_id > $2 AND client_id < $3 \
    AND ($4 = '' OR replace(client_id, $4, '') <> client_id) \
    ORDER BY client_id LIMIT $5";

impl Store {
    /// Returns clients that were seen, unless their data has expired. With a text to look for, this
    /// reads all clients between the two IDs if fewer than the largest number have it.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub async fn clients(&self, query: SeenQuery<'_>) -> Result<Vec<SeenClient>, Error> {
        let attempt = "list clients";
        // PostgreSQL has no text with this character, and no client has it in its ID.
        if [query.after, query.before, query.contains]
            .iter()
            .any(|text| text.contains('\0'))
        {
            return Ok(Vec::new());
        }
        let page = sqlx::query_as::<_, (String, String, i64)>(PAGE)
            .bind(query.instance_id)
            .bind(query.after)
            .bind(query.before)
            .bind(query.contains)
            .bind(i64::from(query.most));
        let rows = self.in_time(attempt, async {
            let rows = page.fetch_all(&self.reader).await;
            rows.map_err(self.failed(attempt))
        });
        let rows = rows.await?.into_iter();
        let client = |(client_id, address, last_seen)| SeenClient {
            instance_id: query.instance_id.into(),
            client_id,
            address,
            last_seen,
        };
        Ok(rows.map(client).collect())
    }

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
    WRITE.run(connection, &rows).await
}

fn row(client: &SeenClient) -> [Value<'_>; 4] {
    [
        client.instance_id.as_str().into(),
        client.client_id.as_str().into(),
        client.address.as_str().into(),
        client.last_seen.into(),
    ]
}
