//! Claims clients for this node, and answers other nodes that claim them.

use std::sync::Arc;
use std::time::Duration;

use async_nats::{Message, Subscriber};
use futures::StreamExt as _;
use tokio::time::{sleep, timeout};

use super::entries::{PATIENCE, RETRY};
use super::member::Member;
use super::owner::{Life, Tenure};
use crate::core::{Claim, Decision, Departed, PendingClaim, write_will};

/// Time that a CONNECT waits for its claim: longer than NATS takes to choose another leader.
const CLAIM: Duration = Duration::from_secs(8);
/// Most earlier tenures of an entry, each with a will that a CONNECT had room for. A claim waits while there are more.
const MAX_EARLIER: usize = 8;

/// A claim that was written down.
struct Written {
    claim: Claim,
    life: Life,
}

/// Decides a claim.
pub(super) async fn claim(member: Arc<Member>, pending: Arc<PendingClaim>) {
    let client_id = &*pending.client_id;
    let mut written = None;
    let claimed = timeout(CLAIM, member.claim(&pending, &mut written)).await;
    let is_ours = claimed.is_ok();
    let decision = match &written {
        Some(Written { claim, life })
            if is_ours
                && member.epoch() == Some(life.epoch)
                && member.claims.lock().grant(life.epoch, client_id, *claim) =>
        {
            member.disk.open(*claim);
            Decision::Granted(*claim)
        }
        _ => Decision::Unavailable,
    };
    let is_awaited = pending.decide(decision);
    match (decision, written) {
        (Decision::Granted(claim), _) if !is_awaited => member.release(client_id, claim, false),
        // Those that had the client before have it again.
        (Decision::Unavailable, Some(Written { claim, life })) => {
            let key = member.key(client_id);
            let is_other = |tenure: &Tenure| tenure.claim != claim || tenure.life != life;
            member
                .change(&key, &life, |tenures| tenures.retain(is_other))
                .await;
        }
        _ => {}
    }
}

/// Returns the node that serves a client, unless that is this one.
pub(super) async fn node_of(member: &Member, client_id: &str) -> Option<String> {
    let epoch = member.epoch();
    while epoch.is_some() && member.epoch() == epoch {
        match member.find(&member.key(client_id)).await {
            Ok(found) => {
                let life = found.tenures.into_iter().next()?.life;
                let is_there = !member.is_over(&life);
                return (is_there && *life.node != *member.node.name).then_some(life.node);
            }
            Err(_) => sleep(RETRY).await,
        }
    }
    None
}

impl Member {
    /// Writes down that this node serves a client, then ends what earlier nodes have of it.
    async fn claim(&self, pending: &PendingClaim, written: &mut Option<Written>) {
        let Ok(_permit) = self.claiming.acquire().await else {
            return;
        };
        let client_id = &*pending.client_id;
        let key = self.key(client_id);
        let now = || self.node.clock.now();
        let will = (pending.will.as_ref()).map(|will| write_will(will, now()).into_boxed_slice());
        while let Some(own) = self.life() {
            let Ok(found) = self.find(&key).await else {
                sleep(RETRY).await;
                continue;
            };
            let mut tenures = self.unsettled(&found.tenures);
            // What this node has itself ends when the client gets its session.
            tenures.retain(|tenure| tenure.life != own || tenure.will.is_some());
            let is_alone = tenures.is_empty();
            if tenures.len() > MAX_EARLIER {
                sleep(RETRY).await;
                continue;
            }
            let current = Tenure {
                life: own.clone(),
                claim: 0,
                address: Some(pending.address),
                // A client that is not accepted has no will.
                will: will.clone().filter(|_| is_alone),
            };
            tenures.insert(0, current);
            let Ok(Some(claim)) = self.write(&key, &tenures, found.revision).await else {
                // Another node was faster, or NATS has no leader.
                sleep(RETRY).await;
                continue;
            };
            *written = Some(Written {
                claim,
                life: own.clone(),
            });
            let earlier: Vec<_> = (tenures.into_iter().skip(1))
                .filter(|tenure| tenure.life != own)
                .collect();
            for tenure in &earlier {
                self.settle(tenure, client_id, claim).await;
            }
            if let Some(before) = found.tenures.first() {
                self.note_departure(client_id, before);
            }
            let has_wills = will.is_some() || earlier.iter().any(|tenure| tenure.will.is_some());
            if !is_alone && has_wills {
                self.change(&key, &own, |tenures| {
                    tenures.retain(|tenure| !earlier.contains(tenure));
                    let mut tenures = tenures.iter_mut();
                    if let Some(current) = tenures.find(|tenure| tenure.claim == claim) {
                        current.will.clone_from(&will);
                    }
                })
                .await;
            }
            return;
        }
    }

    /// Returns the tenures that may still serve a client, or whose wills may not be published yet.
    pub(super) fn unsettled(&self, tenures: &[Tenure]) -> Vec<Tenure> {
        let mut unsettled: Vec<Tenure> = Vec::new();
        for tenure in tenures {
            let is_over = self.is_over(&tenure.life);
            let is_asked = unsettled.iter().any(|other| other.life == tenure.life);
            if tenure.will.is_some() || !is_over && !is_asked {
                unsettled.push(tenure.clone());
            }
        }
        unsettled
    }

    /// Waits until a node has ended its session of a client. If it is over, publishes the will.
    pub(super) async fn settle(&self, tenure: &Tenure, client_id: &str, claim: Claim) {
        while !self.is_over(&tenure.life) {
            let payload = format!("{claim} {client_id}");
            if self.epoch().is_none() || self.ask(&tenure.life.node, "take", payload).await {
                return;
            }
            sleep(RETRY).await;
        }
        let (Some(will), Some(core)) = (&tenure.will, self.core()) else {
            return;
        };
        if self.wills.lock().insert(tenure.claim) {
            let now = core.instance.clock.now();
            core.publish_lost_will(client_id, will, tenure.claim, now);
        }
        let _ = timeout(PATIENCE, self.has_sent(self.on_the_way())).await;
    }

    /// Reports that a client has gone if its node is over.
    pub(super) fn note_departure(&self, client_id: &str, tenure: &Tenure) {
        if let (Some(core), Some(address)) = (self.core(), tenure.address)
            && self.is_over(&tenure.life)
        {
            core.sessions.note_departure(Departed {
                client_id: client_id.to_owned(),
                address,
                last_seen: self.node.last_seen(&tenure.life.node),
            });
        }
    }

    /// Ends the session of a client that a later claim has.
    pub(super) fn give_up(&self, client_id: &str, claim: Claim) {
        let Some(core) = self.core() else {
            return;
        };
        // First, so that a CONNECT that was decided before does not begin a session behind our back.
        let now = self.node.clock.now().time;
        self.claims.lock().take(client_id, claim, now);
        core.surrender(client_id, claim, core.instance.clock.now());
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
                take(&member, question);
            } else {
                reply(&member, question).await;
            }
        }
    }
}

/// Ends the session of a client that another node has claimed. Answers once NATS has its will.
fn take(member: &Arc<Member>, question: Message) {
    let text = std::str::from_utf8(&question.payload).unwrap_or_default();
    let parts = text.split_once(' ');
    let parsed = parts.and_then(|(claim, client_id)| Some((claim.parse().ok()?, client_id)));
    let Some((claim, client_id)) = parsed else {
        return;
    };
    member.give_up(client_id, claim);
    let (member, on_the_way) = (Arc::clone(member), member.on_the_way());
    tokio::spawn(async move {
        if member.has_sent(on_the_way).await {
            reply(&member, question).await;
        }
    });
}

async fn reply(member: &Member, question: Message) {
    if let Some(reply) = question.reply {
        // A node that gets no answer asks again.
        let _ = member.node.nats.publish(reply, "".into()).await;
    }
}
