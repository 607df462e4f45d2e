//! Receives messages of other nodes, and subscribes to what clients of this node want.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use async_nats::{Message, Subscriber};
use futures::Stream as _;
use tokio::time::sleep;

use super::arrivals::{Arrivals, Sender};
use super::member::Member;
use super::node::SUBSCRIPTION_MESSAGES;
use super::{delivering, envelope, following};
use crate::core::{InterestNumber, Outbound};
use crate::topic::Topic;

/// Most messages of a subscription in the first look. The second look takes as many as a queue holds, so all that came before
/// what the first one saw.
const FIRST_LOOK: usize = 1_000;
const RETRY: Duration = Duration::from_millis(100);
/// Attempts to ask a node that is not connected to NATS.
const ATTEMPTS: usize = 10;

type Found = ((Sender, u64), Message);

/// Subscribes to the messages for clients of this node.
pub(super) async fn subscribe(member: &Member) -> Result<Subscriber, String> {
    let subject = member.subjects.node(&member.node.name, "message");
    let subscribed = member.node.nats.subscribe(subject).await;
    subscribed.map_err(|error| error.to_string())
}

/// Receives until the task is ended.
pub(super) async fn run(member: Arc<Member>, direct: Subscriber) {
    let receiver = Receiver {
        member,
        direct,
        filters: BTreeMap::new(),
        number: 0,
        ended: Vec::new(),
        changes: 0,
        settled: Arc::default(),
        arrivals: Arrivals::default(),
    };
    // Otherwise tokio says now and then that a queue is empty that is not.
    tokio::task::unconstrained(receiver.run()).await;
}

struct Receiver {
    member: Arc<Member>,
    direct: Subscriber,
    /// Subscriptions by filter.
    filters: BTreeMap<Box<str>, Vec<Subscriber>>,
    /// The interest that is subscribed to.
    number: InterestNumber,
    /// Subscriptions whose place others take, and since which change. What came before that is in their queues.
    ended: Vec<(u64, Subscriber)>,
    /// Number of changes of the subscriptions.
    changes: u64,
    /// Changes that all nodes know.
    settled: Arc<AtomicU64>,
    arrivals: Arrivals<Message>,
}

impl Receiver {
    async fn run(mut self) {
        loop {
            let (is_changed, first) = std::future::poll_fn(|context| {
                let is_changed = self.member.interest_changed.poll(context);
                let first = self.look(context, FIRST_LOOK);
                if is_changed || !first.is_empty() || self.arrivals.has_rest() {
                    Poll::Ready((is_changed, first))
                } else {
                    Poll::Pending
                }
            })
            .await;
            let second = std::future::poll_fn(|context| {
                Poll::Ready(self.look(context, SUBSCRIPTION_MESSAGES))
            })
            .await;
            for (sender, message) in self.arrivals.take(first, second) {
                self.deliver(&sender, &message);
            }
            if is_changed {
                self.follow_interest().await;
                let node = &self.member.node;
                self.arrivals
                    .forget(|sender| node.is_over(&sender.node, sender.epoch));
            }
            // Others on this thread get their turn.
            tokio::task::yield_now().await;
        }
    }

    /// Takes what is in the queues: at most `most` messages of each.
    fn look(&mut self, context: &mut Context<'_>, most: usize) -> Vec<Found> {
        let mut found = Vec::new();
        let ended = self.ended.iter_mut().map(|(_, subscriber)| subscriber);
        let subscribers = self.filters.values_mut().flatten().chain(ended);
        for subscriber in subscribers.chain(std::iter::once(&mut self.direct)) {
            for _ in 0..most {
                match Pin::new(&mut *subscriber).poll_next(context) {
                    Poll::Ready(Some(message)) => match envelope::read_sender(&message.payload) {
                        Some(sender) => found.push((sender, message)),
                        None => self.member.node.count_dropped(),
                    },
                    Poll::Ready(None) | Poll::Pending => break,
                }
            }
        }
        found
    }

    fn deliver(&self, sender: &Sender, message: &Message) {
        let Some(core) = self.member.core() else {
            return;
        };
        // A node that was taken for dead says nothing any more, even if it wakes.
        if self.member.node.is_over(&sender.node, sender.epoch) {
            return;
        }
        let now = core.instance.clock.now();
        let Some(outbound) = envelope::read(&message.payload, now) else {
            return self.member.node.count_dropped();
        };
        if let Some(claim) = outbound.will
            && !self.member.wills.lock().insert(claim)
        {
            return;
        }
        let receiver = sender
            .is_direct
            .then(|| Topic::parse(outbound.parts.topic).receiver)
            .flatten();
        core.receive(
            Outbound {
                receiver,
                ..outbound
            },
            now,
        );
    }

    /// Subscribes to what clients want by now.
    async fn follow_interest(&mut self) {
        let settled = self.settled.load(Ordering::Acquire);
        self.ended.retain(|(change, _)| *change > settled);
        let (wanted, number) = {
            let interest = self.member.interest.lock();
            (interest.wanted(), interest.number())
        };
        let is_same = number == self.number && self.filters.keys().eq(&wanted);
        if is_same {
            return;
        }
        for filter in &wanted {
            if self.filters.contains_key(filter) {
                continue;
            }
            match self.subscribe(filter).await {
                Ok(subscribers) => {
                    self.filters.insert(filter.clone(), subscribers);
                }
                Err(error) => {
                    tracing::error!(error, "NATS refuses a subscription; trying again");
                    sleep(RETRY).await;
                    self.member.interest_changed.notify();
                    return;
                }
            }
        }
        // Afterwards, so that nothing is missed when one takes the place of others.
        self.changes += 1;
        self.number = number;
        let (changes, filters) = (self.changes, &mut self.filters);
        let ended = filters.extract_if(.., |filter, _| !wanted.contains(filter));
        let ended = ended.flat_map(|(_, subscribers)| subscribers);
        self.ended
            .extend(ended.map(|subscriber| (changes, subscriber)));
        let (member, settled) = (Arc::clone(&self.member), Arc::clone(&self.settled));
        tokio::spawn(announce(member, number, self.changes, settled));
    }

    async fn subscribe(&self, filter: &str) -> Result<Vec<Subscriber>, String> {
        let mut subscribers = Vec::new();
        for subject in self.member.subjects.filter(filter) {
            let subscribed = self.member.node.nats.subscribe(subject).await;
            subscribers.push(subscribed.map_err(|error| error.to_string())?);
        }
        Ok(subscribers)
    }
}

/// Waits until all nodes send what was subscribed to, and this one has what they retained before.
///
/// Servers of NATS tell each other of a subscription before they pass on the question that comes after it. So when a node
/// answers, its server knows.
async fn announce(
    member: Arc<Member>,
    number: InterestNumber,
    change: u64,
    settled: Arc<AtomicU64>,
) {
    if let Some(core) = member.core() {
        // They may tell of members of shared subscriptions.
        let keep = &core.instance.keep;
        keep.wait_for(keep.submitted()).await;
    }
    let others = member.node.others();
    futures::future::join_all(others.iter().map(|node| ask(&member, node))).await;
    following::catch_up(&member).await;
    delivering::catch_up(&member).await;
    settled.fetch_max(change, Ordering::AcqRel);
    member.set_known(number);
    // So that the subscriptions end that others took the place of.
    member.interest_changed.notify();
}

async fn ask(member: &Member, node: &str) {
    for _ in 0..ATTEMPTS {
        if member.ask(node, "ping", String::new()).await
            || !member.node.others().iter().any(|other| other == node)
        {
            return;
        }
        sleep(RETRY).await;
    }
}
