//! Claims clients for this node, and answers other nodes that claim them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_nats::{Message, Subscriber};
use futures::StreamExt as _;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::alone::Alone;
use super::delivering::{self, put_cursor};
use super::entries::{PATIENCE, RETRY};
use super::member::Member;
use super::owner::{Kept, Life, Tenure};
use crate::core::{Claim, Decision, Departed, PendingClaim, Wish, write_will};

/// Time that a CONNECT waits for its claim: longer than NATS takes to choose another leader.
const CLAIM: Duration = Duration::from_secs(8);
/// Most earlier tenures of an entry, each with a will that a CONNECT had room for. A claim waits while there are more.
const MAX_EARLIER: usize = 8;

/// A client that this node wants to serve.
pub(super) struct Wanted<'a> {
    pub(super) client_id: &'a str,
    pub(super) address: Option<SocketAddr>,
    pub(super) wish: Wish,
    pub(super) will: Option<Box<[u8]>>,
    /// Set if it is wanted only if its node is over: a revision of its entry that says so.
    pub(super) adopted: Option<Claim>,
}

/// Decides a claim. One that takes long is refused, but goes on: an earlier node may have given up a kept session already.
pub(super) async fn claim(member: Arc<Member>, pending: Arc<PendingClaim>) {
    let client_id = &*pending.client_id;
    let now = member.node.clock.now();
    let wanted = Wanted {
        client_id,
        address: Some(pending.address),
        wish: pending.wish,
        will: (pending.will.as_ref()).map(|will| write_will(will, now).into_boxed_slice()),
        adopted: None,
    };
    let deadline = Instant::now() + CLAIM;
    let Ok(alone) = timeout_at(deadline, member.clients.alone(client_id)).await else {
        pending.decide(Decision::Unavailable);
        return;
    };
    let mut claiming = std::pin::pin!(member.claim(&wanted, &alone));
    let claimed = match timeout_at(deadline, &mut claiming).await {
        Ok(claimed) => claimed,
        Err(_) => {
            pending.decide(Decision::Unavailable);
            claiming.await
        }
    };
    let decision = claimed.map_or(Decision::Unavailable, Decision::Granted);
    if !pending.decide(decision)
        && let Some(claim) = claimed
    {
        member.abandon(client_id, claim);
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
    /// Writes down that this node serves a client, ends what earlier nodes have of it, and brings its kept session here. `alone` is
    /// the right to do that.
    pub(super) async fn claim(&self, wanted: &Wanted<'_>, alone: &Alone<'_>) -> Option<Claim> {
        let client_id = wanted.client_id;
        let key = self.key(client_id);
        let will = &wanted.will;
        let own = self.life()?;
        let known = wanted.adopted.unwrap_or(0);
        while let Some(found) = self.find_since(&key, &own, known).await {
            let before = found.tenures.first();
            let is_lost = before.is_some_and(|before| self.is_over(&before.life));
            if wanted.adopted.is_some() && !is_lost {
                return None;
            }
            let is_here =
                before.is_some_and(|before| before.life == own) && self.local(client_id).is_some();
            let numbers = self.numbers(client_id, before, is_here);
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
                address: wanted.address,
                kept: Kept {
                    is_own: wanted.wish.is_kept || !numbers.is_empty(),
                    numbers: numbers.clone(),
                },
                // A client that is not accepted has no will.
                will: will.clone().filter(|_| is_alone),
            };
            tenures.insert(0, current);
            let written = self.write_claim(alone, (&key, &own), &tenures, found.revision);
            let Some(claim) = written.await else {
                // Another node was faster.
                sleep(RETRY).await;
                continue;
            };
            let earlier: Vec<_> = (tenures.into_iter().skip(1))
                .filter(|tenure| tenure.life != own)
                .collect();
            for tenure in &earlier {
                self.settle(tenure, client_id, (claim, wanted.wish.is_clean))
                    .await;
            }
            let has_wills = will.is_some() || earlier.iter().any(|tenure| tenure.will.is_some());
            if !is_alone && has_wills {
                self.change(&key, (&own, claim), |tenures| {
                    tenures.retain(|tenure| !earlier.contains(tenure));
                    let mut tenures = tenures.iter_mut();
                    if let Some(current) = tenures.find(|tenure| tenure.claim == claim) {
                        current.will.clone_from(will);
                    }
                })
                .await;
            }
            if is_here || numbers.is_empty() {
                if let Some(before) = before {
                    self.note_departure(client_id, before);
                }
                if !is_here {
                    self.surrender(client_id, (claim, wanted.wish.is_clean))
                        .await;
                }
                return self.grant(&own, client_id, claim);
            }
            // What this node has of an earlier claim.
            self.surrender(client_id, (claim, wanted.wish.is_clean))
                .await;
            let _permit = self.claiming.acquire().await;
            return self.bring(wanted, (&own, claim), &numbers, before).await;
        }
        None
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
    pub(super) async fn settle(
        &self,
        tenure: &Tenure,
        client_id: &str,
        (claim, is_clean): (Claim, bool),
    ) {
        while !self.is_over(&tenure.life) {
            let payload = format!("{claim} {is_clean} {client_id}");
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
        // If this life of the node is over before, nothing says that the will is published.
        self.has_sent(self.on_the_way()).await;
    }

    /// Reports that a client has gone if its node is over.
    pub(super) fn note_departure(&self, client_id: &str, tenure: &Tenure) {
        if let (Some(core), Some(address)) = (self.core(), tenure.address)
            && self.is_over(&tenure.life)
        {
            core.sessions.census().depart(Departed {
                client_id: client_id.to_owned(),
                address,
                last_seen: self.node.last_seen(&tenure.life.node),
            });
        }
    }

    pub(super) fn grant(&self, own: &Life, client_id: &str, claim: Claim) -> Option<Claim> {
        let is_granted = self.epoch() == Some(own.epoch)
            && self.claims.lock().grant(own.epoch, client_id, claim);
        is_granted.then(|| {
            self.disk.granted(claim);
            claim
        })
    }

    /// Gives a client back that nobody waits for, unless it has a session here.
    pub(super) fn abandon(&self, client_id: &str, claim: Claim) {
        match self.core().and_then(|core| core.sessions.get(client_id)) {
            Some(session) => {
                let mut state = session.state.lock();
                state.claim = state.claim.max(claim);
            }
            None => self.release(client_id, claim, false),
        }
    }

    /// Returns number and claim of the session that a client has here, and whether it is kept.
    fn local(&self, client_id: &str) -> Option<(u64, Claim, bool)> {
        let session = self.core()?.sessions.get(client_id)?;
        let claim = session.state.lock().claim;
        Some((session.key, claim, session.is_kept()))
    }

    /// Returns the numbers whose rows may be those of a client.
    fn numbers(&self, client_id: &str, before: Option<&Tenure>, is_here: bool) -> Vec<u64> {
        let Some(before) = before else {
            return Vec::new();
        };
        match self.local(client_id) {
            // No other claim is on its way here.
            Some((number, claim, is_kept)) if is_here && claim == before.claim => {
                if is_kept {
                    vec![number]
                } else {
                    Vec::new()
                }
            }
            _ => before.kept.of(before.claim),
        }
    }

    /// Ends the session of a client that a later claim of another node has.
    pub(super) async fn give_up(&self, client_id: &str, by: (Claim, bool)) {
        // First, so that a CONNECT that was decided before does not begin a session behind our back.
        let now = self.node.clock.now().time;
        self.claims.lock().take(client_id, by.0, now);
        self.surrender(client_id, by).await;
    }

    /// Ends the session of a client that a later claim has. On return its rows are complete, if it is kept.
    async fn surrender(&self, client_id: &str, by: (Claim, bool)) {
        let Some(core) = self.core() else {
            return;
        };
        let keep = &core.instance.keep;
        let mut surrendered = None;
        if let Some((number, ..)) = self.local(client_id) {
            // No chunk of the log is delivered meanwhile.
            let mut reading = self.reading.lock();
            core.surrender(client_id, by, core.instance.clock.now());
            if core.sessions.get(client_id).is_none()
                && let Some(life) = self.life()
            {
                surrendered = Some(number);
                let had = reading.leave(number);
                keep.submit([put_cursor(number, &life, Some(had))]);
                self.note_place(&reading);
            }
        }
        // Also if it ended before: whoever asked then may have asked again because it took long.
        keep.wait_for(keep.submitted()).await;
        if let Some(number) = surrendered {
            self.disk.close(number);
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
                take(&member, question);
            } else {
                pong(&member, question);
            }
        }
    }
}

/// Ends the session of a client that another node has claimed. Answers once its rows are complete and NATS has its will.
fn take(member: &Arc<Member>, question: Message) {
    let member = Arc::clone(member);
    tokio::spawn(async move {
        let text = std::str::from_utf8(&question.payload).unwrap_or_default();
        let mut words = text.splitn(3, ' ');
        let mut parse = || {
            let claim = words.next()?.parse().ok()?;
            Some((claim, words.next()?.parse().ok()?, words.next()?))
        };
        let Some((claim, is_clean, client_id)) = parse() else {
            return;
        };
        let given_up = member.give_up(client_id, (claim, is_clean));
        if timeout(PATIENCE, given_up).await.is_ok() && member.has_sent(member.on_the_way()).await {
            reply(&member, question).await;
        }
    });
}

/// Answers once all nodes can read the retained messages that were published here, and this one knows all members of shared
/// subscriptions.
fn pong(member: &Arc<Member>, question: Message) {
    let member = Arc::clone(member);
    tokio::spawn(async move {
        if let Some(core) = member.core() {
            let keep = &core.instance.keep;
            // One that asks may have given up by then, and asks again.
            let _ = timeout(PATIENCE, keep.wait_for(core.retained.written())).await;
            let _ = timeout(PATIENCE, delivering::catch_up(&member)).await;
        }
        reply(&member, question).await;
    });
}

async fn reply(member: &Member, question: Message) {
    if let Some(reply) = question.reply {
        // A node that gets no answer asks again.
        let _ = member.node.nats.publish(reply, "".into()).await;
    }
}
