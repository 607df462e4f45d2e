//! Answers to the core's questions, and the tasks that work on them.

use std::sync::Arc;

use super::arrivals::Sender;
use super::member::Member;
use super::outbox::Item;
use super::owner::Life;
use super::shares::{self, Event};
use super::{
    claiming, cleaning, cutting, delivering, envelope, following, lagging, receiving, sending,
    sharing,
};
use crate::core::{
    Chosen, Claim, Core, InterestNumber, Membership, Now, OtherNodes, Outbound, PendingClaim,
    Signal,
};
use crate::keep::Change;

/// A member as its core asks it: it starts tasks that outlive the call.
pub(crate) struct Asked(pub(crate) Arc<Member>);

impl Asked {
    /// Begins to exchange messages for a core.
    ///
    /// # Errors
    ///
    /// If NATS refuses a subscription, or does not say what is retained.
    pub(crate) async fn start(&self, core: &Arc<Core>) -> Result<(), String> {
        let member = &self.0;
        *member.core.lock() = Arc::downgrade(core);
        let questions = claiming::Questions::subscribe(member).await?;
        let messages = receiving::subscribe(member).await?;
        delivering::begin(member).await?;
        let tasks = [
            tokio::spawn(questions.answer(Arc::clone(member))),
            tokio::spawn(receiving::run(Arc::clone(member), messages)),
            tokio::spawn(sending::to_topics(Arc::clone(member))),
            tokio::spawn(sending::to_clients(Arc::clone(member))),
            tokio::spawn(cleaning::give_back(Arc::clone(member))),
            tokio::spawn(cleaning::clean_up(Arc::clone(member))),
            tokio::spawn(following::follow(Arc::clone(member))),
            tokio::spawn(delivering::deliver(Arc::clone(member))),
            tokio::spawn(cutting::cut(Arc::clone(member))),
            tokio::spawn(lagging::look(Arc::clone(member))),
        ];
        member.tasks.lock().extend(tasks);
        self.0.node.add(Arc::clone(member) as _);
        let learned = self.learn().await;
        // Otherwise, they would go on to answer in place of a later member.
        learned.inspect_err(|_| member.abort())
    }

    /// Waits until this node knows what the others have retained and shared.
    async fn learn(&self) -> Result<(), String> {
        following::has_begun(&self.0).await?;
        sharing::learn(&self.0).await
    }
}

impl OtherNodes for Asked {
    fn claim(&self, claim: &Arc<PendingClaim>) {
        tokio::spawn(claiming::claim(Arc::clone(&self.0), Arc::clone(claim)));
    }

    fn is_current(&self, client_id: &str, claim: Claim) -> bool {
        self.0.epoch().is_some() && self.0.claims.lock().is_current(client_id, claim)
    }

    fn release(&self, client_id: &str, claim: Claim, had_will: bool) {
        self.0.release(client_id, claim, had_will);
    }

    fn abandon(&self, client_id: &str, claim: Claim) {
        self.0.abandon(client_id, claim);
    }

    fn hold(&self, filter: &str) {
        self.0.interest.lock().hold(filter);
        self.0.interest_changed.notify();
    }

    fn let_go(&self, filter: &str) {
        self.0.interest.lock().let_go(filter);
        self.0.interest_changed.notify();
    }

    fn interest(&self) -> InterestNumber {
        self.0.interest.lock().number()
    }

    fn ask_again(&self) -> InterestNumber {
        let number = self.0.interest.lock().ask_again();
        self.0.interest_changed.notify();
        number
    }

    fn life(&self) -> u64 {
        self.0.last_epoch()
    }

    fn is_known(&self, interest: InterestNumber) -> bool {
        interest == 0 || interest <= self.0.known.lock().number
    }

    fn wake_when_known(&self, interest: InterestNumber, signal: &Arc<Signal>) {
        let mut known = self.0.known.lock();
        if interest <= known.number {
            signal.notify();
        } else if !known
            .waiting
            .iter()
            .any(|(_, other)| Arc::ptr_eq(other, signal))
        {
            known.waiting.push((interest, Arc::clone(signal)));
        }
    }

    fn forward(&self, message: Outbound<'_>, now: Now) {
        let member = &self.0;
        let Some(epoch) = member.epoch() else {
            return;
        };
        let sender = Sender {
            node: Arc::clone(&member.node.name),
            epoch,
            is_direct: message.receiver.is_some(),
        };
        if let Some(claim) = message.will {
            member.wills.lock().insert(claim);
        }
        let to: Box<str> = match message.receiver {
            Some(client_id) => client_id.into(),
            None => member.subjects.topic(message.parts.topic).into(),
        };
        let lane = member.lane(sender.is_direct);
        let was_added = lane.outbox.lock().push(|number| Item {
            to,
            payload: envelope::write(&message, &sender, number, now).into(),
        });
        if was_added {
            lane.added.notify_one();
        } else if let Some(core) = member.core() {
            core.instance.losses.count(crate::Loss::SlowReader, 1);
        }
    }

    fn log(&self, message: Outbound<'_>, now: Now) -> Change {
        let member = &self.0;
        let epoch = member.last_epoch();
        let sender = Sender {
            node: Arc::clone(&member.node.name),
            epoch,
            is_direct: message.receiver.is_some(),
        };
        let is_over = |life: &Life| member.is_over(life);
        let chosen = match message.receiver {
            Some(_) => Vec::new(),
            None => (member.shares.lock()).choose(message.parts.topic, is_over),
        };
        let chosen = Chosen(&chosen);
        let message = Outbound { chosen, ..message };
        // The log orders them, so they need no numbers.
        member.entry(epoch, envelope::write(&message, &sender, 0, now))
    }

    fn is_shared(&self, topic: &str) -> bool {
        self.0.shares.lock().is_shared(topic)
    }

    fn share(&self, filter: &str, client_id: &str, membership: Membership) -> Change {
        let member = &self.0;
        let life = Life {
            node: member.node.name.to_string(),
            epoch: member.last_epoch(),
        };
        let event = Event::Member {
            filter: filter.to_owned(),
            client_id: client_id.to_owned(),
            membership,
        };
        member.entry(life.epoch, shares::write(&life, &event))
    }
}
