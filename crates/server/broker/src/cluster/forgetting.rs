//! Forgets nodes that have been over for long and of which nothing is left.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::kv::Operation;
use futures::{StreamExt as _, TryStreamExt as _};
use tokio::time::sleep;

use super::cursor;
use super::node::Node;
use super::owner;
use super::row::RowSubjects;

/// Pause between two looks.
const PAUSE: Duration = Duration::from_secs(3_600);
/// The same after an error.
const RETRY: Duration = Duration::from_secs(60);
/// Entries that are read at once.
const AT_ONCE: usize = 32;

impl Node {
    /// Lets the record forget the nodes that have been over for long, except for those that something else names: that they are over
    /// must be known until nothing is left of them.
    pub(super) async fn find_forgettable(&self) -> Result<(), String> {
        let mut outdated = self.record.read().outdated(self.clock.now().unix);
        if !outdated.is_empty() {
            let mut used = self.nodes_of_clients().await?;
            used.extend(self.nodes_of_log().await?);
            outdated.retain(|(name, _)| !used.contains(&**name));
        }
        self.lease.lock().forget(outdated);
        Ok(())
    }

    /// Returns the names of all nodes in entries of clients, of all instances.
    async fn nodes_of_clients(&self) -> Result<HashSet<String>, String> {
        let clients = &self.clients;
        let subjects = format!("{}>", clients.prefix);
        let listed = clients.stream.info_with_subjects(subjects).await;
        let listed = listed.map_err(|error| error.to_string())?;
        let nodes = listed
            .map(|subject| async {
                let (subject, _) = subject.map_err(|error| error.to_string())?;
                self.nodes_of(subject.trim_start_matches(&*clients.prefix))
                    .await
            })
            .buffer_unordered(AT_ONCE);
        let named = |mut all: HashSet<String>, nodes| async {
            all.extend(nodes);
            Ok(all)
        };
        nodes.try_fold(HashSet::new(), named).await
    }

    /// Returns the names of all nodes that have said how far they have read the log, of all instances.
    async fn nodes_of_log(&self) -> Result<Vec<String>, String> {
        let listed = self.kept.info_with_subjects(RowSubjects::facts_of_all());
        let listed = listed.await.map_err(|error| error.to_string())?;
        let subjects: Vec<_> = listed
            .map_ok(|(subject, _)| subject)
            .try_collect()
            .await
            .map_err(|error| error.to_string())?;
        let lives = subjects.iter().filter_map(|subject| {
            let key = RowSubjects::fact(subject)?;
            cursor::read_life(&key)
        });
        Ok(lives.map(|life| life.node).collect())
    }

    /// Returns the names of the nodes in the entry of a client.
    async fn nodes_of(&self, key: &str) -> Result<Vec<String>, String> {
        let entry = self.clients.entry(key).await;
        let Some(entry) = entry.map_err(|error| error.to_string())? else {
            return Ok(Vec::new());
        };
        if entry.operation != Operation::Put {
            return Ok(Vec::new());
        }
        let tenures = owner::read(&entry.value, entry.revision);
        let tenures = tenures.ok_or("the entry of a client is damaged, or of a later version")?;
        Ok(tenures.into_iter().map(|tenure| tenure.life.node).collect())
    }
}

/// Forgets until the task is ended.
pub(super) async fn forget(node: Arc<Node>) {
    loop {
        let pause = match node.find_forgettable().await {
            Ok(()) => PAUSE,
            Err(error) => {
                tracing::debug!(error, "nodes that are over are not forgotten yet");
                RETRY
            }
        };
        sleep(pause).await;
    }
}
