//! Tells the other nodes of members of shared subscriptions, and learns of theirs.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::member::Member;
use super::owner::Life;
use super::shares::{self, Event};
use crate::keep::DiskError;

/// Time in which a node that starts has to hear of all members.
const BEGINNING: Duration = Duration::from_secs(60);
const RETRY: Duration = Duration::from_millis(50);

/// Waits until this node knows the members of all others.
pub(super) async fn learn(member: &Member) -> Result<(), String> {
    let begin = Instant::now();
    while begin.elapsed() < BEGINNING {
        let Some(life) = member.life() else {
            sleep(RETRY).await;
            continue;
        };
        if let Err(error) = member.append(&life, &Event::Hello).await {
            tracing::debug!(%error, "the other nodes are asked again for members of shares");
            sleep(RETRY).await;
            continue;
        }
        if timeout(BEGINNING, member.hears_of_all()).await.is_ok() {
            return Ok(());
        }
    }
    Err("the other nodes do not say who shares subscriptions".to_owned())
}

/// Tells another node of the members here.
pub(super) fn tell(member: &Arc<Member>, to: Life) {
    let member = Arc::clone(member);
    tokio::spawn(async move {
        let Some(core) = member.core() else {
            return;
        };
        if let Some(ticket) = core.sessions.tell_of_shares() {
            core.instance.keep.wait_for(ticket).await;
        }
        let told = Event::Told(to);
        while let Some(life) = member.life() {
            match member.append(&life, &told).await {
                Ok(()) => return,
                Err(_) => sleep(RETRY).await,
            }
        }
    });
}

impl Member {
    async fn hears_of_all(&self) {
        loop {
            let others = self.node.others();
            let is_complete = {
                let told = self.told.lock();
                others.iter().all(|node| told.contains(node))
            };
            if is_complete {
                return;
            }
            sleep(RETRY).await;
        }
    }

    /// Appends an event to the log at once, without a commit.
    async fn append(&self, life: &Life, event: &Event) -> Result<(), DiskError> {
        let key = self.entry_key(life.epoch);
        let entry = shares::write(life, event);
        self.log.append_one(life, (&key, &entry)).await
    }
}
