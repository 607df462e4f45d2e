//! Tells the other nodes of members of shared subscriptions, and learns of theirs.

use std::sync::Arc;
use std::time::Duration;

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
        loop {
            while !member.has_said(&Event::Hello).await {
                sleep(RETRY).await;
            }
            if timeout(patience, member.hears_of_all()).await.is_ok() {
                return;
            }
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
