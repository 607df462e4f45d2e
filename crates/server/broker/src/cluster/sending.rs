//! Sends messages to other nodes, in order, and again if the connection to NATS was lost meanwhile.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_nats::Request;
use async_nats::client::RequestErrorKind;
use bytes::Bytes;
use futures::StreamExt as _;
use tokio::time::sleep;

use super::claiming;
use super::member::{Lane, Member};
use super::outbox::Item;

/// Most messages that are sent before NATS confirms them. Receivers remember more numbers than that.
const BATCH: usize = 1_024;
/// Time that NATS has to confirm.
const PATIENCE: Duration = Duration::from_secs(2);
/// Nodes of clients that are asked for at once.
const LOOKUPS: usize = 64;
const RETRY: Duration = Duration::from_millis(100);

/// Sends messages to the subjects of their topics.
pub(super) async fn to_topics(member: Arc<Member>) {
    loop {
        let batch = next(&member.topics).await;
        member.send(&batch).await;
        member.topics.done(batch.len());
    }
}

/// Sends messages to the nodes that serve their clients.
pub(super) async fn to_clients(member: Arc<Member>) {
    loop {
        let batch = next(&member.direct).await;
        let taken = batch.len();
        let sender = &member;
        let addressed = futures::stream::iter(batch)
            .map(|Item { to, payload }| async move {
                // A client that no node serves has no session that could keep it.
                let node = claiming::node_of(sender, &to).await?;
                let to = sender.subjects.node(&node, "message").into();
                Some(Item { to, payload })
            })
            .buffered(LOOKUPS)
            .filter_map(std::future::ready);
        let addressed: Vec<Item<Bytes>> = addressed.collect().await;
        member.send(&addressed).await;
        member.direct.done(taken);
    }
}

/// Waits for messages.
async fn next(lane: &Lane) -> Vec<Item<Bytes>> {
    loop {
        {
            let batch = lane.outbox.lock().take(BATCH);
            if !batch.is_empty() {
                return batch;
            }
        }
        lane.added.notified().await;
    }
}

impl Member {
    /// Sends messages until NATS has them, or the life of the node that they are from is over.
    async fn send(&self, batch: &[Item<Bytes>]) {
        let epoch = self.epoch();
        let statistics = self.node.nats.statistics();
        while !batch.is_empty() && epoch.is_some() && self.epoch() == epoch {
            let connects = statistics.connects.load(Ordering::Acquire);
            if self.try_send(batch).await && connects == statistics.connects.load(Ordering::Acquire)
            {
                return;
            }
            sleep(RETRY).await;
        }
    }

    async fn try_send(&self, batch: &[Item<Bytes>]) -> bool {
        for item in batch {
            let (to, payload) = (item.to.to_string(), item.payload.clone());
            if self.node.nats.publish(to, payload).await.is_err() {
                return false;
            }
        }
        self.confirm().await
    }

    /// Waits until the server of NATS has handled everything before. Nobody answers this question, which the server says at
    /// once.
    async fn confirm(&self) -> bool {
        let nobody = self.subjects.node(&self.node.name, "nobody");
        let request = Request::new().timeout(Some(PATIENCE));
        match self.node.nats.send_request(nobody, request).await {
            Err(error) => error.kind() == RequestErrorKind::NoResponders,
            Ok(_) => true,
        }
    }
}
