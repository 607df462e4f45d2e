//! Claims clients for this node, gives them back, and answers other nodes that claim them.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_nats::jetstream::kv::{Entry, Operation};
use async_nats::{Message, Subscriber};
use futures::StreamExt as _;
use tokio::time::{sleep, timeout};

use super::member::Member;
use super::node::DELETION;
use super::owner::{Life, Owner};
use super::subject::{name, word};
use crate::core::{Claim, Decision, Departed, PendingClaim};

/// Time that a CONNECT waits for its claim: longer than NATS takes to choose another leader.
const CLAIM: Duration = Duration::from_secs(8);
/// Time that NATS has to answer.
const PATIENCE: Duration = Duration::from_secs(1);
const RETRY: Duration = Duration::from_millis(20);
/// Attempts to give a client back. One that is not given back is only asked for in vain later.
const ATTEMPTS: usize = 5;
/// Clients that are given back, or looked at after their node is over, at once.
const AT_ONCE: usize = 32;

/// A claim that was written down, and what was there before.
struct Written {
    claim: Claim,
    epoch: u64,
    before: Option<Owner>,
}

/// Decides a claim.
pub(super) async fn claim(member: Arc<Member>, pending: Arc<PendingClaim>) {
    let client_id = &*pending.client_id;
    let mut written = None;
    let claimed = timeout(CLAIM, member.claim(&pending, &mut written)).await;
    let is_ours = claimed.is_ok();
    let decision = match &written {
        Some(Written { claim, epoch, .. })
            if is_ours
                && member.epoch() == Some(*epoch)
                && member.claims.lock().grant(*epoch, client_id, *claim) =>
        {
            member.disk.open(*claim);
            Decision::Granted(*claim)
        }
        _ => Decision::Unavailable,
    };
    if let (Decision::Unavailable, Some(written)) = (decision, written) {
        member.undo(client_id, written).await;
    }
    if !pending.decide(decision)
        && let Decision::Granted(claim) = decision
    {
        member.release(client_id, claim);
    }
}

/// Returns the node that serves a client, unless that is this one.
pub(super) async fn node_of(member: &Member, client_id: &str) -> Option<String> {
    let epoch = member.epoch();
    while epoch.is_some() && member.epoch() == epoch {
        match member.node.clients.entry(member.key(client_id)).await {
            Ok(entry) => {
                let life = owner(entry.as_ref()?)?.life;
                let is_there = !member.node.is_over(&life.node, life.epoch);
                return (is_there && *life.node != *member.node.name).then_some(life.node);
            }
            Err(_) => sleep(RETRY).await,
        }
    }
    None
}

fn owner(entry: &Entry) -> Option<Owner> {
    match entry.operation {
        Operation::Put => Owner::read(&entry.value),
        Operation::Delete | Operation::Purge => None,
    }
}

impl Member {
    fn key(&self, client_id: &str) -> String {
        format!("{}{}", self.prefix, word(client_id))
    }

    /// Writes down that this node serves a client, then ends what earlier nodes have of it.
    async fn claim(&self, pending: &PendingClaim, written: &mut Option<Written>) {
        let Ok(_permit) = self.claiming.acquire().await else {
            return;
        };
        let key = self.key(&pending.client_id);
        while let Some(epoch) = self.epoch() {
            let Ok(entry) = self.node.clients.entry(key.clone()).await else {
                sleep(RETRY).await;
                continue;
            };
            let revision = entry.as_ref().map_or(0, |entry| entry.revision);
            let before = entry.as_ref().and_then(owner);
            let own = Life {
                node: self.node.name.to_string(),
                epoch,
            };
            let earlier = self.earlier(before.as_ref(), &own);
            let value = Owner {
                life: own,
                address: pending.address,
                earlier: earlier.clone(),
            };
            let value = value.write().into();
            let Ok(claim) = self.node.clients.update(&key, value, revision).await else {
                // Another node was faster, or NATS has no leader.
                sleep(RETRY).await;
                continue;
            };
            *written = Some(Written {
                claim,
                epoch,
                before: before.clone(),
            });
            if let Some(before) = before
                && self.node.is_over(&before.life.node, before.life.epoch)
            {
                self.note_departure(&pending.client_id, &before);
            }
            for life in &earlier {
                self.take_over(life, &pending.client_id, claim).await;
            }
            return;
        }
    }

    /// Returns the lives that may still serve a client.
    fn earlier(&self, before: Option<&Owner>, own: &Life) -> Vec<Life> {
        let lives = before.cloned().map(Owner::lives).unwrap_or_default();
        let mut earlier: Vec<Life> = Vec::new();
        for life in lives {
            let is_over = self.node.is_over(&life.node, life.epoch);
            if !is_over && life != *own && !earlier.contains(&life) {
                earlier.push(life);
            }
        }
        earlier
    }

    /// Waits until a node has ended its session of a client, or is over.
    async fn take_over(&self, life: &Life, client_id: &str, claim: Claim) {
        while !self.node.is_over(&life.node, life.epoch) {
            let payload = format!("{claim} {client_id}");
            if self.ask(&life.node, "take", payload).await {
                return;
            }
            sleep(RETRY).await;
        }
    }

    /// Gives a client back to whoever had it before, if nobody has claimed it since.
    async fn undo(&self, client_id: &str, written: Written) {
        let key = self.key(client_id);
        let undone = async {
            match &written.before {
                Some(before) => {
                    let value = before.write().into();
                    let clients = &self.node.clients;
                    clients.update(&key, value, written.claim).await.is_ok()
                }
                None => self.delete(&key, written.claim).await,
            }
        };
        // If it fails, whoever claims the client next asks all that had it.
        let _ = timeout(PATIENCE, undone).await;
    }

    async fn delete(&self, key: &str, claim: Claim) -> bool {
        let clients = &self.node.clients;
        clients
            .purge_expect_revision_with_ttl(key, claim, DELETION)
            .await
            .is_ok()
    }

    async fn give_back_one(&self, client_id: &str, claim: Claim) {
        let key = self.key(client_id);
        for _ in 0..ATTEMPTS {
            let is_deleted = timeout(PATIENCE, self.delete(&key, claim)).await;
            if is_deleted.unwrap_or(false) {
                return;
            }
            let entry = timeout(PATIENCE, self.node.clients.entry(key.clone())).await;
            if let Ok(Ok(entry)) = entry
                && entry.is_none_or(|entry| entry.revision != claim)
            {
                return;
            }
            sleep(RETRY).await;
        }
    }

    /// Reports that a client of a node that is over has gone.
    fn note_departure(&self, client_id: &str, owner: &Owner) {
        if let Some(core) = self.core() {
            core.sessions.census().depart(Departed {
                client_id: client_id.to_owned(),
                address: owner.address,
                last_seen: self.node.last_seen(&owner.life.node),
            });
        }
    }

    /// Deletes the claims of nodes that are over. Only one node can delete each, and that one reports the departure.
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

    async fn clean_one(&self, key: &str) -> Result<(), String> {
        let entry = self.node.clients.entry(key).await;
        let Some(entry) = entry.map_err(|error| error.to_string())? else {
            return Ok(());
        };
        if let Some(owner) = owner(&entry)
            && self.node.is_over(&owner.life.node, owner.life.epoch)
            && self.delete(key, entry.revision).await
            && let Some(client_id) = name(key.trim_start_matches(&*self.prefix))
        {
            self.note_departure(&client_id, &owner);
        }
        Ok(())
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
            .for_each_concurrent(AT_ONCE, |(client_id, claim)| {
                let member = &member;
                async move { member.give_back_one(&client_id, claim).await }
            })
            .await;
    }
}

/// Looks after clients of nodes that are over whenever one is, until the task is ended.
pub(super) async fn clean_up(member: Arc<Member>) {
    loop {
        member.clean.notified().await;
        let now = member.node.clock.now().time;
        member.claims.lock().forget(now);
        if let Err(error) = member.clean().await {
            tracing::warn!(
                error,
                "clients of lost nodes are not cleaned up yet; trying again"
            );
            sleep(PATIENCE).await;
            member.clean.notify_one();
        }
    }
}

/// Questions of other nodes.
pub(super) struct Questions {
    take: Subscriber,
    ping: Subscriber,
}

impl Questions {
    pub(super) async fn subscribe(member: &Member) -> Result<Self, String> {
        let subscribe = async |question| {
            let subject = member.subjects.node(&member.node.name, question);
            let subscribed = member.node.nats.subscribe(subject).await;
            subscribed.map_err(|error| error.to_string())
        };
        Ok(Self {
            take: subscribe("take").await?,
            ping: subscribe("ping").await?,
        })
    }

    /// Answers until the task is ended.
    pub(super) async fn answer(self, member: Arc<Member>) {
        let questions = futures::stream::select(
            self.take.map(|question| (true, question)),
            self.ping.map(|question| (false, question)),
        );
        let mut questions = std::pin::pin!(questions);
        while let Some((is_take, question)) = questions.next().await {
            if is_take {
                give_up(&member, &question);
            }
            if let Some(reply) = question.reply {
                // A node that gets no answer asks again.
                let _ = member.node.nats.publish(reply, "".into()).await;
            }
        }
    }
}

/// Ends the session of a client that another node has claimed.
fn give_up(member: &Member, question: &Message) {
    let text = std::str::from_utf8(&question.payload).unwrap_or_default();
    let parts = text.split_once(' ');
    let parsed = parts.and_then(|(claim, client_id)| Some((claim.parse().ok()?, client_id)));
    let (Some((claim, client_id)), Some(core)) = (parsed, member.core()) else {
        return;
    };
    // First, so that a CONNECT that was decided before does not begin a session behind our back.
    let now = member.node.clock.now().time;
    member.claims.lock().take(client_id, claim, now);
    core.surrender(client_id, claim, core.instance.clock.now());
}
