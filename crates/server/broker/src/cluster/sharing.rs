//! Tells the other nodes of members of shared subscriptions, and learns of theirs.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_nats::RequestErrorKind;
use tokio::time::{sleep, timeout};

use super::member::Member;
use super::owner::Life;
use super::shares::{self, Event};

/// Time in which a node that starts has to hear of all members.
const BEGINNING: Duration = Duration::from_secs(60);
/// Time after which it asks again, doubled each time: a node that has not begun to read, or whose lease was over, has not heard it.
const AGAIN: Duration = Duration::from_secs(2);
const RETRY: Duration = Duration::from_millis(50);

/// Waits until this node knows the members of all others.
pub(super) async fn learn(member: &Member) -> Result<(), String> {
    let learned = timeout(BEGINNING, async {
        let mut patience = AGAIN;
        let mut absent = HashSet::new();
        loop {
            while !member.has_said(&Event::Hello).await {
                sleep(RETRY).await;
            }
            if timeout(patience, member.hears_of_all(&absent))
                .await
                .is_ok()
            {
                return;
            }
            absent = member.absent().await;
            // Each answer names all members, so few are asked for.
            patience *= 2;
        }
    });
    let silent = |_| "the other nodes do not say who shares subscriptions".to_owned();
    learned.await.map_err(silent)
}

/// Tells another node of the members here.
pub(super) fn tell(member: &Arc<Member>, to: Life) {
    let member = Arc::clone(member);
    tokio::spawn(async move {
        let Some(core) = member.core() else {
            return;
        };
        if let Some(ticket) = core.sessions.tell_of_all_shares() {
            core.instance.keep.wait_for(ticket).await;
        }
        let told = Event::Told(to);
        while member.epoch().is_some() && !member.has_said(&told).await {
            sleep(RETRY).await;
        }
    });
}

impl Member {
    /// Waits until all other nodes have told of their members, except for absent ones.
    async fn hears_of_all(&self, absent: &HashSet<String>) {
        loop {
            let others = self.node.others();
            let is_complete = {
                let told = self.told.lock();
                let is_known = |node: &String| told.contains(node) || absent.contains(node);
                others.iter().all(is_known)
            };
            if is_complete {
                return;
            }
            sleep(RETRY).await;
        }
    }

    /// Returns the other nodes that do not serve this instance.
    async fn absent(&self) -> HashSet<String> {
        let others = self.node.others();
        let is_absent = others.iter().map(|node| async {
            let subject = self.subjects.node(node, "ping");
            let answer = self.node.nats.request(subject, "".into()).await;
            answer.is_err_and(|error| error.kind() == RequestErrorKind::NoResponders)
        });
        let is_absent = futures::future::join_all(is_absent).await;
        let nodes = others.into_iter().zip(is_absent);
        nodes
            .filter_map(|(node, is_absent)| is_absent.then_some(node))
            .collect()
    }

    /// Appends an event to the log at once, without a commit. Returns whether that succeeded.
    async fn has_said(&self, event: &Event) -> bool {
        let Some(life) = self.life() else {
            return false;
        };
        let key = self.entry_key(life.epoch);
        let entry = shares::write(&life, event);
        let appended = self.log.append_one(&life, (&key, &entry)).await;
        appended.is_ok()
    }
}
