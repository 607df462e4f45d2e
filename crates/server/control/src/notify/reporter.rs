//! Writes what the brokers report to the store.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use ons_mqtt_broker::{self as broker, PresenceKind};
use ons_mqtt_store::{
    Error, Notification, NotificationKind, Report, StatusEvent, Store, WantedReceiver,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::deliveries::Deliveries;
use super::progress::Board;
use super::route::{Route, routes};
use crate::brokers::Brokers;
use crate::config::Instance;
use crate::membership::Membership;

/// Interval at which events are taken from the brokers. After a crash, connections of the last one are unknown.
const TICK: Duration = Duration::from_millis(250);

/// Most rows per transaction, so that no other writer waits long. Only a single event may need more.
const ROWS: usize = 1_000;

/// Writes status events to the store, for each receiver.
pub(crate) struct Reporter {
    brokers: Arc<Brokers>,
    store: Arc<Store>,
    node: Arc<Membership>,
    instances: watch::Receiver<Vec<Instance>>,
    deliveries: Deliveries,
    /// Number of the life of a server that is alone.
    alone: i64,
    /// Life that this process has begun last.
    begun: Option<i64>,
    /// Groups of each instance whose connections the brokers report. Events of newer instances have to wait for their receivers.
    watched: BTreeMap<String, HashSet<String>>,
    /// Groups whose connections are not reported any more.
    unwatched: Vec<(String, String)>,
    /// Position of the instance whose events come first, so that each has its turn.
    next: usize,
    /// Number of the last report.
    number: i64,
    /// Report that is not written yet.
    pending: Option<Report>,
    /// `true` if what is reported is as configured.
    is_current: bool,
    /// `true` if the store failed, which was logged.
    has_failed: bool,
}

impl Reporter {
    pub(crate) fn new(
        brokers: Arc<Brokers>,
        store: Arc<Store>,
        node: Arc<Membership>,
        instances: watch::Receiver<Vec<Instance>>,
        board: Board,
    ) -> Self {
        let deliveries = Deliveries::new(
            Arc::clone(&store),
            Arc::clone(&brokers),
            Arc::clone(&node),
            board,
        );
        Self {
            brokers,
            store,
            node,
            instances,
            deliveries,
            alone: fastrand::i64(1..),
            begun: None,
            watched: BTreeMap::new(),
            unwatched: Vec::new(),
            next: 0,
            number: 0,
            pending: None,
            is_current: false,
            has_failed: false,
        }
    }

    /// Works until the brokers have stopped. Then writes the rest, and gives receivers a moment to
    /// take it.
    pub(crate) async fn run(mut self, stopped: CancellationToken) {
        self.round().await;
        let sleep = || tokio::time::sleep(TICK);
        while stopped.run_until_cancelled(sleep()).await.is_some() {
            self.round().await;
        }
        self.round().await;
        let has_written = self.begun == self.life() && !self.has_failed;
        let epoch = self.begun.filter(|_| has_written);
        self.deliveries.close(epoch).await;
    }

    async fn round(&mut self) {
        let result = self.try_round().await;
        if let Err(error) = &result
            && !self.has_failed
        {
            tracing::error!(%error, "status events wait for the database");
        }
        self.has_failed = result.is_err();
    }

    async fn try_round(&mut self) -> Result<(), Error> {
        // What was taken before the lease ended is reported in the next life. By then, no connection of the last one is open.
        let Some(epoch) = self.life() else {
            self.deliveries.pause();
            return Ok(());
        };
        if self.begun != Some(epoch) {
            self.store.begin_life(epoch).await?;
            self.begun = Some(epoch);
            self.is_current = false;
        }
        loop {
            self.write_pending(epoch).await?;
            self.is_current &= !self.instances.has_changed().unwrap_or(false);
            if !self.is_current {
                // Nothing may be collected before: what is forgotten could begin again.
                self.configure(epoch).await?;
                self.is_current = true;
            }
            self.deliveries.round(epoch).await?;
            let events = self.collect();
            if events.is_empty() {
                return Ok(());
            }
            self.number += 1;
            self.pending = Some(Report {
                number: self.number,
                events,
            });
            if self.life() != Some(epoch) {
                // Some may be of the next life, in which all can be reported.
                return Ok(());
            }
        }
    }

    /// Returns the life in which connections may be reported. A node has none while it has no lease.
    fn life(&self) -> Option<i64> {
        if self.node.identity().is_none() {
            return Some(self.alone);
        }
        self.node
            .epoch()
            .map(|epoch| i64::try_from(epoch).unwrap_or(i64::MAX))
    }

    async fn write_pending(&mut self, epoch: i64) -> Result<(), Error> {
        let Some(report) = &self.pending else {
            return Ok(());
        };
        let written = self.store.report(epoch, report).await;
        if matches!(written, Err(Error::LifeOver)) && self.node.identity().is_none() {
            // Another server had the database for a while.
            self.begun = None;
        }
        self.deliveries.board.note_dropped(written?);
        self.pending = None;
        Ok(())
    }

    /// Takes events of the brokers, in turn, as many as one transaction may write.
    fn collect(&mut self) -> Vec<StatusEvent> {
        let mut events = Vec::new();
        let mut rows = 0;
        let brokers = self.brokers.all();
        let in_turn = brokers.iter().enumerate().cycle().skip(self.next);
        for (position, (instance_id, broker)) in in_turn.take(brokers.len()) {
            let Some(watched) = self.watched.get(instance_id) else {
                continue;
            };
            let rows_per_event = rows_per_event(self.deliveries.routes(), instance_id);
            let most = most_events(rows, rows_per_event);
            if most == 0 {
                self.next = position;
                break;
            }
            for event in broker.take_presence(most) {
                let event = status_event(instance_id, event);
                // One that was reported before its group was not watched any more would never end.
                if watched.contains(&event.group_id) {
                    rows += rows_per_event;
                    events.push(event);
                }
            }
        }
        events
    }

    /// Brings brokers and store to what is configured. If it fails, it can be repeated.
    async fn configure(&mut self, epoch: i64) -> Result<(), Error> {
        let instances = self.instances.borrow_and_update().clone();
        let watched = instances.iter().map(|instance| {
            let groups = instance.watched_groups();
            (instance.id.clone(), groups)
        });
        let before = std::mem::replace(&mut self.watched, watched.collect());
        for (instance_id, groups) in before {
            let still = self.watched.get(&instance_id);
            let is_over = |group: &String| still.is_none_or(|still| !still.contains(group));
            let over = groups.into_iter().filter(is_over);
            (self.unwatched).extend(over.map(|group| (instance_id.clone(), group)));
        }
        for (instance_id, groups) in &self.watched {
            if let Some(broker) = self.brokers.get(instance_id) {
                broker.watch(groups.clone());
            }
        }
        while let Some((instance_id, group)) = self.unwatched.last() {
            let forget = self.store.forget_channels(epoch, instance_id, group);
            forget.await?;
            self.unwatched.pop();
        }
        let routes = routes(&instances);
        let wanted = routes.iter().map(|route| WantedReceiver {
            id: route.id.clone(),
            groups: route.groups.clone(),
        });
        self.store.want(epoch, &wanted.collect::<Vec<_>>()).await?;
        self.deliveries.configure(routes);
        Ok(())
    }
}

/// Returns the most rows that an event of an instance needs: its connection, and one per receiver.
fn rows_per_event(routes: &[Route], instance_id: &str) -> usize {
    1 + routes
        .iter()
        .filter(|route| route.instance_id == instance_id)
        .count()
}

/// Returns how many events a report with some rows can still take, at least one if it is empty.
fn most_events(rows: usize, rows_per_event: usize) -> usize {
    let most = ROWS.saturating_sub(rows) / rows_per_event;
    most.max(usize::from(rows == 0))
}

fn status_event(instance_id: &str, event: broker::PresenceEvent) -> StatusEvent {
    let group = broker::check_client_id(&event.client_id);
    StatusEvent {
        instance_id: instance_id.to_owned(),
        group_id: group.unwrap_or_default().to_owned(),
        notification: Notification {
            kind: match event.kind {
                PresenceKind::Connect => NotificationKind::Connect,
                PresenceKind::Disconnect => NotificationKind::Disconnect,
                PresenceKind::TcpClean => NotificationKind::TcpClean,
            },
            channel_id: event.channel_id,
            client_id: event.client_id,
            time: event.time,
            address: event.address.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_transaction_writes_more_rows_than_the_bound_or_those_of_one_event() {
        for receivers in [0, 1, 3, 7, 998, 999, 1_000, 5_000] {
            let mut rows = 0;
            for _instance in ["a", "b", "c"] {
                rows += most_events(rows, 1 + receivers) * (1 + receivers);
            }
            assert!(rows <= ROWS.max(receivers + 1), "{receivers}: {rows}");
            assert!(receivers == 0 || rows > ROWS / 2, "{receivers}: {rows}");
        }
    }
}
