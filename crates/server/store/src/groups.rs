//! Groups.

use crate::error::Error;
use crate::store::Store;

/// A group of clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Where its name is unique; the caller decides.
    pub namespace: String,
    /// Its name.
    pub group_id: String,
    /// Its instance.
    pub instance_id: String,
    /// The parent topic that it was created with, if any.
    pub topic: Option<String>,
    /// When it was created.
    pub created: i64,
    /// When it was last changed.
    pub updated: i64,
}

const CREATE: &str = "INSERT INTO groups \
    (namespace, group_id, instance_id, topic, created, updated) VALUES ($1, $2, $3, $4, $5, $6) \
    ON CONFLICT (namespace, group_id) DO NOTHING";
const DELETE: &str = "DELETE FROM groups WHERE namespace = $1 AND group_id = $2";
const ALL: &str = "SELECT namespace, group_id, instance_id, topic, created, updated FROM groups \
    ORDER BY namespace, group_id";

impl Store {
    /// Creates a group.
    ///
    /// # Errors
    ///
    /// [`Error::GroupExists`] if its namespace has a group of that name; [`Error::Failed`].
    pub async fn create_group(&self, group: &Group) -> Result<(), Error> {
        let create = sqlx::query(CREATE)
            .bind(&group.namespace)
            .bind(&group.group_id)
            .bind(&group.instance_id)
            .bind(&group.topic)
            .bind(group.created)
            .bind(group.updated);
        if self.write("create a group", create).await? == 0 {
            return Err(Error::GroupExists {
                namespace: group.namespace.clone(),
                group_id: group.group_id.clone(),
            });
        }
        Ok(())
    }

    /// Deletes a group; false if there is none. What was counted of it stays until it expires.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub async fn delete_group(&self, namespace: &str, group_id: &str) -> Result<bool, Error> {
        let delete = sqlx::query(DELETE).bind(namespace).bind(group_id);
        Ok(self.write("delete a group", delete).await? > 0)
    }

    /// All groups, by namespace and name.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub async fn groups(&self) -> Result<Vec<Group>, Error> {
        type Row = (String, String, String, Option<String>, i64, i64);
        let rows = sqlx::query_as::<_, Row>(ALL).fetch_all(&self.reader).await;
        let group = |(namespace, group_id, instance_id, topic, created, updated)| Group {
            namespace,
            group_id,
            instance_id,
            topic,
            created,
            updated,
        };
        Ok(rows
            .map_err(self.failed("read the groups"))?
            .into_iter()
            .map(group)
            .collect())
    }
}
