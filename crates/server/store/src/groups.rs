//! Groups of clients.

use sqlx::Executor;

use crate::error::Error;
use crate::rows::Statement;
use crate::store::Store;

/// A group of clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Namespace in which its ID is unique, chosen by the caller.
    pub namespace: String,
    /// Group ID.
    pub group_id: String,
    /// Instance ID.
    pub instance_id: String,
    /// Parent topic that it was created with, if any.
    pub topic: Option<String>,
    /// Time of its creation.
    pub created: i64,
    /// Time of its last change.
    pub updated: i64,
}

const CREATE: &str = "INSERT INTO groups \
    (namespace, group_id, instance_id, topic, created, updated) VALUES ($1, $2, $3, $4, $5, $6) \
    ON CONFLICT (namespace, group_id) DO NOTHING";
const DELETE: &str = "DELETE FROM groups WHERE namespace = $1 AND group_id = $2";
const CHANGED: &str = "UPDATE changes SET number = number + 1";
const CHANGES: &str = "SELECT number FROM changes";
const ONE: &str = "SELECT namespace, group_id, instance_id, topic, created, updated FROM groups \
    WHERE namespace = $1 AND group_id = $2";
const ALL: &str = "SELECT namespace, group_id, instance_id, topic, created, updated FROM groups \
    ORDER BY namespace, group_id";

impl Store {
    /// Creates a group.
    ///
    /// # Errors
    ///
    /// [`Error::GroupExists`] if its namespace already has a group with this ID; [`Error::InUse`] or
    /// [`Error::Replaced`] if this server may not write any more; [`Error::Failed`], after which the
    /// group may exist or not.
    pub async fn create_group(&self, group: &Group) -> Result<(), Error> {
        let create = sqlx::query(CREATE)
            .bind(&group.namespace)
            .bind(&group.group_id)
            .bind(&group.instance_id)
            .bind(&group.topic)
            .bind(group.created)
            .bind(group.updated);
        let attempt = "create a group";
        if self.change_group(attempt, create).await? == 0 {
            return Err(Error::GroupExists {
                namespace: group.namespace.clone(),
                group_id: group.group_id.clone(),
            });
        }
        Ok(())
    }

    /// Deletes a group. Returns `false` if it does not exist. Its samples remain until they expire.
    ///
    /// # Errors
    ///
    /// As of [`create_group`](Self::create_group).
    pub async fn delete_group(&self, namespace: &str, group_id: &str) -> Result<bool, Error> {
        let delete = sqlx::query(DELETE).bind(namespace).bind(group_id);
        let attempt = "delete a group";
        Ok(self.change_group(attempt, delete).await? > 0)
    }

    /// Runs a change of one group, and tells other nodes of it. Returns the number of rows that it wrote.
    async fn change_group(
        &self,
        attempt: &'static str,
        change: Statement<'_>,
    ) -> Result<u64, Error> {
        let failed = self.failed(attempt);
        self.in_time(attempt, async {
            let mut transaction = self.begin(attempt).await?;
            let done = transaction.execute(change).await.map_err(&failed)?;
            if self.is_shared() && done.rows_affected() > 0 {
                transaction.execute(CHANGED).await.map_err(&failed)?;
            }
            transaction.commit().await.map_err(&failed)?;
            Ok(done.rows_affected())
        })
        .await
    }

    /// Returns the number of changes of groups that nodes have made. A different number means that groups may have changed.
    /// 0 unless this is a node.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub async fn group_changes(&self) -> Result<i64, Error> {
        if !self.is_shared() {
            return Ok(0);
        }
        let attempt = "look for changes of groups";
        self.in_time(attempt, async {
            let number = sqlx::query_scalar(CHANGES).fetch_one(&self.reader).await;
            number.map_err(self.failed(attempt))
        })
        .await
    }

    /// Returns all groups, sorted by namespace and ID.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub async fn groups(&self) -> Result<Vec<Group>, Error> {
        let rows = sqlx::query_as(ALL).fetch_all(&self.reader).await;
        let rows = rows.map_err(self.failed("read the groups"))?;
        Ok(rows.into_iter().map(group).collect())
    }

    /// Returns a group, if it exists.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub async fn group(&self, namespace: &str, group_id: &str) -> Result<Option<Group>, Error> {
        let attempt = "read a group";
        self.in_time(attempt, async {
            let row = sqlx::query_as(ONE).bind(namespace).bind(group_id);
            let row = row.fetch_optional(&self.reader).await;
            Ok(row.map_err(self.failed(attempt))?.map(group))
        })
        .await
    }
}

type Row = (String, String, String, Option<String>, i64, i64);

fn group((namespace, group_id, instance_id, topic, created, updated): Row) -> Group {
    Group {
        namespace,
        group_id,
        instance_id,
        topic,
        created,
        updated,
    }
}
