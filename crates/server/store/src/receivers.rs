//! Receivers of notifications.

use sqlx::AnyConnection;

use crate::error::Error;
use crate::notifications::{Dropped, trim};
use crate::store::Store;

/// A receiver of notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// ID, chosen by the caller.
    pub id: String,
    /// Instance ID.
    pub instance_id: String,
    /// IDs of the groups that it is told about, none of which contains a space.
    pub groups: Vec<String>,
    /// Number of its last notification, 0 if there was none.
    pub number: i64,
    /// Number of the last notification that does not wait any more.
    pub delivered: i64,
}

type Row = (String, String, String, i64, i64);

const ALL: &str = "SELECT receiver, instance_id, groups, number, \
    COALESCE((SELECT MIN(notifications.number) - 1 FROM notifications \
        WHERE notifications.receiver = receivers.receiver), number) \
    FROM receivers ORDER BY receiver";
const ONE: &str = "SELECT groups, number FROM receivers WHERE receiver = $1";
const PUT: &str = "INSERT INTO receivers (receiver, instance_id, groups, number) \
    VALUES ($1, $2, $3, $4) \
    ON CONFLICT (receiver) DO UPDATE SET groups = excluded.groups, number = excluded.number";
/// Tells a receiver about the connections of a group that are open.
pub(crate) const TELL: &str = "INSERT INTO notifications \
    (receiver, number, client_id, kind, time, channel_id, address) \
    SELECT $1, $2 + row_number() OVER (ORDER BY channel_id), client_id, 'connect', time, \
    channel_id, address FROM channels WHERE instance_id = $3 AND group_id = $4";
const RENAME: [&str; 2] = [
    "UPDATE receivers SET receiver = $2 WHERE receiver = $1",
    "UPDATE notifications SET receiver = $2 WHERE receiver = $1",
];
const REMOVE: &str = "DELETE FROM receivers WHERE receiver = $1";
/// Removes a batch, so that no other writer waits long.
pub(crate) const DROP: &str = "DELETE FROM notifications WHERE (receiver, number) IN \
    (SELECT receiver, number FROM notifications WHERE receiver = $1 ORDER BY number LIMIT 5000)";

impl Store {
    /// Returns all receivers, sorted by ID.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub async fn receivers(&self) -> Result<Vec<Receiver>, Error> {
        let rows = sqlx::query_as::<_, Row>(ALL).fetch_all(&self.reader).await;
        let rows = rows.map_err(self.failed("read receivers"))?;
        let receiver = |(id, instance_id, groups, number, delivered): Row| Receiver {
            id,
            instance_id,
            groups: groups.split_whitespace().map(str::to_owned).collect(),
            number,
            delivered,
        };
        Ok(rows.into_iter().map(receiver).collect())
    }

    /// Adds a receiver, or changes its groups. It is told about the open connections of each group
    /// that is new to it; returns what made room for that.
    ///
    /// # Errors
    ///
    /// As of [`flush`](Self::flush).
    pub async fn put_receiver(
        &self,
        id: &str,
        instance_id: &str,
        groups: &[String],
    ) -> Result<Option<Dropped>, Error> {
        let attempt = "write a receiver";
        let mut transaction = self.begin_telling(attempt).await?;
        let dropped = put(&mut transaction, id, instance_id, groups).await;
        let dropped = dropped.map_err(self.failed(attempt))?;
        transaction.commit().await.map_err(self.failed(attempt))?;
        Ok(dropped)
    }

    /// Gives what waits for a receiver to another one, which must not exist yet.
    ///
    /// # Errors
    ///
    /// As of [`flush`](Self::flush).
    pub async fn rename_receiver(&self, from: &str, to: &str) -> Result<(), Error> {
        let attempt = "rename a receiver";
        let mut transaction = self.begin_telling(attempt).await?;
        for statement in RENAME {
            let rename = sqlx::query(statement).bind(from).bind(to);
            let done = rename.execute(&mut *transaction).await;
            done.map_err(self.failed(attempt))?;
        }
        transaction.commit().await.map_err(self.failed(attempt))
    }

    /// Removes a receiver and what waits for it. Returns how many notifications that were.
    ///
    /// After an error, some of them may be gone; the receiver is then there and can be removed again.
    ///
    /// # Errors
    ///
    /// As of [`flush`](Self::flush).
    pub async fn remove_receiver(&self, id: &str) -> Result<u64, Error> {
        let attempt = "remove a receiver";
        let mut rows = 0;
        loop {
            let mut transaction = self.begin_telling(attempt).await?;
            let dropped = drop_some(&mut transaction, id).await;
            let dropped = dropped.map_err(self.failed(attempt))?;
            transaction.commit().await.map_err(self.failed(attempt))?;
            match dropped {
                0 => return Ok(rows),
                batch => rows += batch,
            }
        }
    }
}

/// Drops a batch of a receiver's notifications, or removes the receiver if there are none.
async fn drop_some(connection: &mut AnyConnection, id: &str) -> sqlx::Result<u64> {
    let drop = sqlx::query(DROP).bind(id);
    let dropped = drop.execute(&mut *connection).await?.rows_affected();
    if dropped == 0 {
        let remove = sqlx::query(REMOVE).bind(id);
        remove.execute(connection).await?;
    }
    Ok(dropped)
}

async fn put(
    connection: &mut AnyConnection,
    id: &str,
    instance_id: &str,
    groups: &[String],
) -> Result<Option<Dropped>, sqlx::Error> {
    let known = sqlx::query_as::<_, (String, i64)>(ONE).bind(id);
    let known = known.fetch_optional(&mut *connection).await?;
    let (known, mut number) = known.unwrap_or_default();
    let is_new = |group: &&String| !known.split_whitespace().any(|known| known == *group);
    for group in groups.iter().filter(is_new) {
        let tell = sqlx::query(TELL)
            .bind(id)
            .bind(number)
            .bind(instance_id)
            .bind(group);
        let told = tell.execute(&mut *connection).await?.rows_affected();
        number += i64::try_from(told).unwrap_or(i64::MAX);
    }
    let put = sqlx::query(PUT)
        .bind(id)
        .bind(instance_id)
        .bind(groups.join(" "))
        .bind(number);
    put.execute(&mut *connection).await?;
    trim(connection, id, number).await
}
