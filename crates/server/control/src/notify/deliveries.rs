//! Keeps receivers as configured with a deliverer each, and ends lives that are over. Of nodes, one at a time does so.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use ons_mqtt_store::{Error, Life, Receiver, Store, WantedReceiver};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::deliverer::Deliverer;
use super::progress::Board;
use super::route::Route;
use crate::brokers::Brokers;
use crate::clock::unix;
use crate::membership::Membership;

/// Pause between two looks at which node delivers and which lives there are.
const LOOK: Duration = Duration::from_secs(1);

/// Time after which a life of a node that this one has not heard of is over, longer than a lease.
const UNHEARD: Duration = Duration::from_secs(15);

/// Most connections that end in one transaction, so that no other writer waits long.
const ENDS: u32 = 500;

/// Longest time for which stopping waits for receivers.
const CLOSING_TIME: Duration = Duration::from_secs(1);

/// Receivers as configured, each with a deliverer while this process delivers.
pub(super) struct Deliveries {
    pub(super) store: Arc<Store>,
    pub(super) brokers: Arc<Brokers>,
    pub(super) node: Arc<Membership>,
    pub(super) board: Board,
    routes: Vec<Route>,
    /// `true` if the receivers in the store and their deliverers are as configured.
    is_current: bool,
    active: Vec<Active>,
    /// Life of this process in which it delivers, if it does.
    delivers: Option<i64>,
    /// Last look at which node delivers and which lives there are.
    looked: Option<Instant>,
    /// Receivers that other processes are configured with.
    wanted_elsewhere: Vec<WantedReceiver>,
    /// Lives that are over.
    over: Vec<Life>,
    /// Nodes that this one has not heard of, and since when it knows their lives.
    unheard: HashMap<(String, i64), Instant>,
    closing: CancellationToken,
}

/// A receiver with a deliverer.
struct Active {
    route: Route,
    replaced: CancellationToken,
    task: JoinHandle<()>,
}

impl Deliveries {
    pub(super) fn new(
        store: Arc<Store>,
        brokers: Arc<Brokers>,
        node: Arc<Membership>,
        board: Board,
    ) -> Self {
        Self {
            store,
            brokers,
            node,
            board,
            routes: Vec::new(),
            is_current: false,
            active: Vec::new(),
            delivers: None,
            looked: None,
            wanted_elsewhere: Vec::new(),
            over: Vec::new(),
            unheard: HashMap::new(),
            closing: CancellationToken::new(),
        }
    }

    /// Returns the receivers as configured.
    pub(super) fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Delivers to these receivers from the next round on.
    pub(super) fn configure(&mut self, routes: Vec<Route>) {
        self.board.show(&routes);
        self.routes = routes;
        self.is_current = false;
    }

    /// Brings receivers, deliverers and lives to what they should be, if this process is the one that delivers. If it fails, it can be
    /// repeated.
    pub(super) async fn round(&mut self, epoch: i64) -> Result<(), Error> {
        if self.looked.is_none_or(|looked| looked.elapsed() >= LOOK) {
            if self.store.delivers(epoch).await? {
                if self.delivers.is_none() && self.node.identity().is_some() {
                    tracing::info!("this node delivers status notifications");
                }
                self.delivers = Some(epoch);
                self.look(epoch).await?;
            } else {
                self.pause();
            }
            self.looked = Some(Instant::now());
        }
        if self.delivers != Some(epoch) {
            return Ok(());
        }
        let was_current = self.is_current;
        if !was_current {
            self.hand_over().await?;
        }
        while let Some(life) = self.over.pop() {
            if let Err(error) = self.end(&life).await {
                self.over.push(life);
                return Err(error);
            }
        }
        if !was_current {
            self.put_receivers().await?;
        } else if self.active.is_empty() {
            return Ok(());
        }
        let stored = self.store.receivers().await?;
        if !was_current {
            self.start_deliverers(&stored);
            self.is_current = true;
        }
        self.board.wrote(&stored);
        Ok(())
    }

    /// Stops delivering: this process is not the one that does, or not any more.
    pub(super) fn pause(&mut self) {
        for active in self.active.drain(..) {
            active.replaced.cancel();
        }
        if self.delivers.take().is_some() {
            tracing::info!("this node delivers no status notifications any more");
        }
        self.board.set_delivers(false);
        self.is_current = false;
    }

    /// Gives receivers a moment to take the rest. Then lets another node deliver, and notes that the life of this one is over.
    pub(super) async fn close(mut self, epoch: Option<i64>) {
        self.closing.cancel();
        let deadline = Instant::now() + CLOSING_TIME;
        for active in &mut self.active {
            if timeout_at(deadline, &mut active.task).await.is_err() {
                active.task.abort();
                let _ = (&mut active.task).await;
            }
        }
        let Some(epoch) = epoch else {
            return;
        };
        let own = Life {
            node: self.node.name().to_owned(),
            epoch,
            wanted: Vec::new(),
        };
        let closed = async {
            self.end(&own).await?;
            self.store.stop_delivering(epoch).await
        };
        if let Err(error) = closed.await {
            tracing::error!(%error, "connections are reported as ended later");
        }
    }

    /// Finds the lives that are over, and the receivers that others want.
    async fn look(&mut self, epoch: i64) -> Result<(), Error> {
        let lives = self.store.lives().await?;
        let own = self.node.name().to_owned();
        let others = lives
            .into_iter()
            .filter(|life| life.node != own || life.epoch != epoch);
        let (over, alive): (Vec<_>, Vec<_>) = others.partition(|life| self.is_over(life));
        self.over = over;
        let now = Instant::now();
        let is_unheard = |life: &&Life| self.heard(life).is_none();
        let unheard = alive.iter().filter(is_unheard).map(|life| {
            let key = (life.node.clone(), life.epoch);
            let since = self.unheard.get(&key).copied().unwrap_or(now);
            (key, since)
        });
        self.unheard = unheard.collect();
        let wanted: Vec<_> = alive.into_iter().flat_map(|life| life.wanted).collect();
        // What only they wanted may not be wanted any more.
        self.is_current &= wanted == self.wanted_elsewhere;
        self.wanted_elsewhere = wanted;
        Ok(())
    }

    fn is_over(&self, life: &Life) -> bool {
        let key = || (life.node.clone(), life.epoch);
        self.heard(life).unwrap_or_else(|| {
            let since = self.unheard.get(&key());
            since.is_some_and(|since| since.elapsed() > UNHEARD)
        })
    }

    /// Returns whether a life is over, if this node has heard of its node. Nodes and a server that is alone are never there together.
    fn heard(&self, life: &Life) -> Option<bool> {
        if life.node.is_empty() {
            return Some(true);
        }
        let epoch = u64::try_from(life.epoch).unwrap_or_default();
        self.node.is_over(&life.node, epoch)
    }

    /// Reports the end of all connections of a life.
    async fn end(&self, life: &Life) -> Result<(), Error> {
        let now = unix(SystemTime::now());
        loop {
            let ended = self.store.end_life(&life.node, life.epoch, now, ENDS);
            let (count, dropped) = ended.await?;
            self.board.note_dropped(dropped);
            if count > 0 {
                let node = &life.node;
                tracing::info!(
                    node,
                    count,
                    "connections of a process that is over have ended"
                );
            }
            if count < ENDS {
                return Ok(());
            }
        }
    }

    /// Gives what waits for receivers that are gone to new ones of the same instance and groups, and
    /// removes it where there are none, unless another node is still configured with them.
    async fn hand_over(&self) -> Result<(), Error> {
        let stored = self.store.receivers().await?;
        let is_stored = |route: &&Route| stored.iter().any(|stored| stored.id == route.id);
        let mut new: Vec<&Route> = (self.routes.iter())
            .filter(|route| !is_stored(route))
            .collect();
        for receiver in &stored {
            if self.routes.iter().any(|route| route.id == receiver.id) {
                continue;
            }
            let heir = new.iter().position(|route| {
                route.instance_id == receiver.instance_id && route.groups == receiver.groups
            });
            if let Some(at) = heir {
                let heir = new.remove(at);
                self.store.rename_receiver(&receiver.id, &heir.id).await?;
                tracing::info!(receiver = %heir.name, "takes over what waits for a receiver that is gone");
            } else if self.groups_elsewhere(&receiver.id).next().is_none() {
                let count = self.store.remove_receiver(&receiver.id).await?;
                let instance = &receiver.instance_id;
                tracing::info!(
                    instance,
                    count,
                    "notifications of a receiver that is gone are dropped"
                );
            }
        }
        Ok(())
    }

    /// Writes the groups of each receiver. It keeps a group that another node is still configured with.
    async fn put_receivers(&self) -> Result<(), Error> {
        let stored = self.store.receivers().await?;
        for route in &self.routes {
            let known = stored.iter().find(|stored| stored.id == route.id);
            let known = known.into_iter().flat_map(|known| &known.groups);
            let is_kept = |group: &&String| {
                let mut elsewhere = self.groups_elsewhere(&route.id).flatten();
                !route.groups.contains(group) && elsewhere.any(|other| other == *group)
            };
            let groups: Vec<String> = (route.groups.iter())
                .chain(known.filter(is_kept))
                .cloned()
                .collect();
            let put = self
                .store
                .put_receiver(&route.id, &route.instance_id, &groups);
            self.board.note_dropped(put.await?);
        }
        Ok(())
    }

    /// Returns the groups that a receiver is told about by the configuration of each other node that has it.
    fn groups_elsewhere(&self, id: &str) -> impl Iterator<Item = &Vec<String>> {
        let elsewhere = self.wanted_elsewhere.iter();
        elsewhere
            .filter(move |wanted| wanted.id == id)
            .map(|wanted| &wanted.groups)
    }

    /// Starts a deliverer for each receiver that is new or changed, and stops the other ones.
    fn start_deliverers(&mut self, stored: &[Receiver]) {
        let mut before = std::mem::take(&mut self.active);
        for route in &self.routes {
            let Some(receiver) = stored.iter().find(|stored| stored.id == route.id) else {
                continue;
            };
            let at = before.iter().position(|active| active.route.id == route.id);
            let earlier = at.map(|at| before.swap_remove(at));
            let active = match earlier {
                Some(earlier) if earlier.route.receiver == route.receiver => Active {
                    route: route.clone(),
                    ..earlier
                },
                earlier => self.start_deliverer(route, receiver.delivered, earlier),
            };
            self.active.push(active);
        }
        for gone in before {
            gone.replaced.cancel();
        }
        self.board.set_delivers(true);
    }

    fn start_deliverer(&self, route: &Route, delivered: i64, earlier: Option<Active>) -> Active {
        let progress = self.board.progress(&route.id);
        progress.delivered.store(delivered, Ordering::Relaxed);
        let replaced = CancellationToken::new();
        let deliverer = Deliverer {
            store: Arc::clone(&self.store),
            brokers: Arc::clone(&self.brokers),
            node: Arc::clone(&self.node),
            route: route.clone(),
            progress,
            delivered,
            replaced: replaced.clone(),
            closing: self.closing.clone(),
        };
        let task = tokio::spawn(async move {
            if let Some(earlier) = earlier {
                earlier.replaced.cancel();
                let _ = earlier.task.await;
            }
            deliverer.run().await;
        });
        Active {
            route: route.clone(),
            replaced,
            task,
        }
    }
}
