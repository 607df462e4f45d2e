//! Gives clients back, and looks after those of nodes that are over.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::StreamExt as _;
use tokio::time::{sleep, timeout};

use super::claiming::Wanted;
use super::entries::{PATIENCE, RETRY};
use super::member::{Member, Released};
use super::owner::{Kept, Life, Tenure};
use super::subject::name;
use crate::core::{Claim, Wish};

/// Longest time between two looks for claims that need not be remembered any more.
const FORGET: Duration = Duration::from_secs(60);
/// Clients that are given back, or looked at after their node is over, at once.
const AT_ONCE: usize = 32;

impl Member {
    async fn give_back_one(&self, released: Released) {
        let Released {
            client_id,
            claim,
            is_current,
            life,
            after,
        } = released;
        if !self.has_sent(after).await {
            return;
        }
        let key = self.key(&client_id);
        // Mostly, nobody has changed the entry since.
        let is_there = self.epoch() == Some(life.epoch);
        if is_current && is_there && self.delete(&key, claim).await == Ok(true) {
            return;
        }
        let is_other = |tenure: &Tenure| tenure.claim != claim || tenure.life != life;
        self.change(&key, (&life, claim), |tenures| tenures.retain(is_other))
            .await;
    }

    /// Ends the tenures of nodes that are over.
    async fn clean(&self) -> Result<(), String> {
        let clients = &self.node.clients;
        let prefix = &clients.prefix;
        let subjects = format!("{prefix}{}>", self.prefix);
        let listed = clients.stream.info_with_subjects(subjects).await;
        let keys = listed
            .map_err(|error| error.to_string())?
            .map(|subject| subject.map(|(subject, _)| subject));
        let results = keys.map(|subject| async {
            let subject = subject.map_err(|error| error.to_string())?;
            self.clean_one(subject.trim_start_matches(&**prefix)).await
        });
        let results: Vec<Result<(), String>> = results.buffer_unordered(AT_ONCE).collect().await;
        results.into_iter().collect()
    }

    /// Claims a client for its kept session, and gives it back if that is over.
    async fn adopt(&self, client_id: &str, lost: &Tenure, found: Claim) {
        let wanted = Wanted {
            client_id,
            address: lost.address,
            wish: Wish {
                is_kept: false,
                is_clean: false,
            },
            will: None,
            adopted: Some(found),
        };
        let alone = self.clients.alone(client_id).await;
        if let Some(claim) = self.claim(&wanted, &alone).await {
            self.abandon(client_id, claim);
        }
    }

    /// Deletes the claim of a node that is over. Only one node can, and that one reports the departure. If there is a will, it
    /// claims the client itself until that is published, so that the next node does so if it fails.
    async fn clean_one(&self, key: &str) -> Result<(), String> {
        let found = self.find(key).await?;
        let client_id = name(key.trim_start_matches(&*self.prefix));
        let (Some(own), Some(current), Some(client_id)) =
            (self.life(), found.tenures.first(), client_id)
        else {
            return Ok(());
        };
        if !self.is_over(&current.life) {
            return Ok(());
        }
        if !current.kept.is_empty() {
            self.adopt(&client_id, current, found.revision).await;
            return Ok(());
        }
        let earlier = self.unsettled(&found.tenures);
        if earlier.is_empty() {
            if self.delete_lost(key, &own, found.revision).await {
                self.note_departure(&client_id, current);
            }
            return Ok(());
        }
        let alone = self.clients.alone(&client_id).await;
        let executor = Tenure {
            life: own.clone(),
            claim: 0,
            address: None,
            kept: Kept::default(),
            will: None,
        };
        let mut tenures = vec![executor];
        tenures.extend(earlier.iter().cloned());
        let written = self.write_claim(&alone, (key, &own), &tenures, found.revision);
        let Some(claim) = written.await else {
            return Ok(());
        };
        self.note_departure(&client_id, current);
        for tenure in &earlier {
            if tenure.life == own {
                self.give_up(&client_id, (claim, false)).await;
            } else {
                self.settle(tenure, &client_id, (claim, false)).await;
            }
        }
        self.give_back(&client_id, claim, true);
        Ok(())
    }

    /// Deletes an entry unless another node has changed it since it was found. Returns whether this node did. Without an answer, two
    /// nodes may believe that: a departure that is reported twice does no harm, but one that is not is lost.
    async fn delete_lost(&self, key: &str, own: &Life, revision: Claim) -> bool {
        let mut may_be_deleted = false;
        while self.epoch() == Some(own.epoch) {
            match self.delete(key, revision).await {
                Ok(true) => return true,
                Ok(false) => return may_be_deleted,
                Err(_) => may_be_deleted = true,
            }
            sleep(RETRY).await;
        }
        false
    }
}

/// Gives clients back, until the task is ended.
pub(super) async fn give_back(member: Arc<Member>) {
    loop {
        let released = {
            let mut released = member.released.lock();
            member
                .giving_back
                .store(released.len() as u64, Ordering::Release);
            std::mem::take(&mut *released)
        };
        if released.is_empty() {
            member.to_release.notified().await;
            continue;
        }
        futures::stream::iter(released)
            .for_each_concurrent(AT_ONCE, |released| member.give_back_one(released))
            .await;
    }
}

/// Looks after clients of nodes that are over whenever one is, and once more a while later, until the task is ended. Now and then,
/// forgets what others took.
pub(super) async fn clean_up(member: Arc<Member>) {
    let mut is_last_look = false;
    loop {
        let is_wanted = timeout(FORGET, member.clean.notified()).await.is_ok();
        let now = member.node.clock.now().time;
        member.claims.lock().forget(now);
        if !is_wanted && !is_last_look {
            let has_read_all = member.lag.load(Ordering::Relaxed) == 0;
            if has_read_all && member.is_clean.load(Ordering::Acquire) {
                // Those that were adopted are members of other lives since, as the log says.
                let is_over = |life: &Life| member.is_over(life);
                member.shares.lock().forget_over(is_over);
            }
            continue;
        }
        // A server of NATS may not have had yet what a node wrote last. By the next look, it has.
        is_last_look = is_wanted;
        member.is_clean.store(false, Ordering::Release);
        let cleaned = member.clean().await;
        member.is_clean.store(cleaned.is_ok(), Ordering::Release);
        if let Err(error) = cleaned {
            tracing::warn!(
                error,
                "clients of lost nodes are not cleaned up yet; trying again"
            );
            sleep(PATIENCE).await;
            member.clean.notify_one();
        }
    }
}
