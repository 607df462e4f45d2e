//! Writes what the brokers report to the store, and starts a deliverer per receiver.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ons_mqtt_broker::{self as broker, PresenceKind};
use ons_mqtt_store::{
    Channel, Delivery, Dropped, Error, Notification, NotificationKind, Report, Store,
};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::deliverer::Deliverer;
use super::progress::{Board, Line, Progress};
use super::route::{Route, routes};
use crate::brokers::Brokers;
use crate::clock::unix;
use crate::config::Instance;

/// Interval at which events are taken from the brokers. After a crash, connections of the last one are unknown.
const TICK: Duration = Duration::from_millis(250);

/// Most rows per transaction, so that no other writer waits long. Only a single event may need more.
const ROWS: usize = 1_000;

/// Longest time for which stopping waits for receivers.
const CLOSING_TIME: Duration = Duration::from_secs(1);

/// Writes status events to the store, for each receiver.
pub(crate) struct Reporter {
    brokers: Arc<Brokers>,
    store: Arc<Store>,
    instances: watch::Receiver<Vec<Instance>>,
    board: Board,
    active: Vec<Active>,
    /// IDs of the instances as of the last change of receivers. Events of newer ones have to wait
    /// for their receivers.
    known: HashSet<String>,
    /// Position of the instance whose events come first, so that each has its turn.
    next: usize,
    /// Report that is not written yet.
    pending: Option<Report>,
    /// `true` once the connections of an earlier process are reported as ended.
    has_begun: bool,
    /// `true` if receivers are as configured.
    is_current: bool,
    /// `true` if the store failed, which was logged.
    has_failed: bool,
    closing: CancellationToken,
}

/// A receiver with a deliverer.
struct Active {
    route: Route,
    progress: Arc<Progress>,
    number: i64,
    replaced: CancellationToken,
    task: JoinHandle<()>,
}

impl Reporter {
    pub(crate) fn new(
        brokers: Arc<Brokers>,
        store: Arc<Store>,
        instances: watch::Receiver<Vec<Instance>>,
        board: Board,
    ) -> Self {
        Self {
            brokers,
            store,
            instances,
            board,
            active: Vec::new(),
            known: HashSet::new(),
            next: 0,
            pending: None,
            has_begun: false,
            is_current: false,
            has_failed: false,
            closing: CancellationToken::new(),
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
        self.closing.cancel();
        let deadline = Instant::now() + CLOSING_TIME;
        for active in &mut self.active {
            if timeout_at(deadline, &mut active.task).await.is_err() {
                active.task.abort();
                let _ = (&mut active.task).await;
            }
        }
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
        loop {
            self.write_pending().await?;
            self.is_current &= !self.instances.has_changed().unwrap_or(false);
            if !self.is_current {
                // Nothing may be collected before: its numbers depend on what this writes.
                let instances = self.instances.borrow_and_update().clone();
                self.configure(&instances).await?;
                self.is_current = true;
            }
            let report = self.collect();
            if report == Report::default() {
                return Ok(());
            }
            self.pending = Some(report);
        }
    }

    async fn write_pending(&mut self) -> Result<(), Error> {
        let Some(report) = &self.pending else {
            return Ok(());
        };
        let dropped = self.store.report(report).await?;
        self.pending = None;
        for active in &self.active {
            active.wrote();
        }
        self.note_dropped(dropped);
        Ok(())
    }

    /// Takes events of the brokers, in turn, as many as one transaction may write.
    fn collect(&mut self) -> Report {
        let mut report = Report::default();
        let brokers = self.brokers.all();
        let in_turn = brokers.iter().enumerate().cycle().skip(self.next);
        for (position, (instance_id, broker)) in in_turn.take(brokers.len()) {
            if !self.known.contains(instance_id) {
                continue;
            }
            let routes = self.active.iter().map(|active| &active.route);
            let most = most_events(&report, rows_per_event(routes, instance_id));
            if most == 0 {
                self.next = position;
                break;
            }
            for event in broker.take_presence(most) {
                let (channel, kind) = channel(instance_id, event);
                let receivers = self.active.iter_mut();
                let receivers = receivers.map(|active| (&active.route, &mut active.number));
                add(&mut report, channel, kind, receivers);
            }
        }
        report
    }

    /// Brings store, deliverers and brokers to what is configured. If it fails, it can be repeated.
    async fn configure(&mut self, instances: &[Instance]) -> Result<(), Error> {
        let wanted = routes(instances);
        let gone = self.hand_over(&wanted).await?;
        if !self.has_begun {
            self.end_earlier_connections(&wanted).await?;
            self.has_begun = true;
        }
        let mut dropped = Vec::new();
        for route in &wanted {
            let put = self
                .store
                .put_receiver(&route.id, &route.instance_id, &route.groups);
            dropped.extend(put.await?);
        }
        for (instance_id, group) in gone {
            let is_wanted =
                |route: &Route| route.instance_id == instance_id && route.groups.contains(&group);
            if !wanted.iter().any(is_wanted) {
                self.store.forget_channels(&instance_id, &group).await?;
            }
        }
        self.start_deliverers(wanted).await?;
        self.note_dropped(dropped);
        for instance in instances {
            if let Some(broker) = self.brokers.get(&instance.id) {
                broker.watch(instance.watched_groups());
            }
        }
        self.known = instances
            .iter()
            .map(|instance| instance.id.clone())
            .collect();
        Ok(())
    }

    /// Gives what waits for receivers that are gone to new ones of the same instance and groups, and
    /// removes it where there are none. Returns the groups that any receiver was told about.
    async fn hand_over(&self, wanted: &[Route]) -> Result<Vec<(String, String)>, Error> {
        let stored = self.store.receivers().await?;
        let is_stored = |route: &&Route| stored.iter().any(|stored| stored.id == route.id);
        let mut new: Vec<&Route> = wanted.iter().filter(|route| !is_stored(route)).collect();
        let mut groups = Vec::new();
        for receiver in &stored {
            let instance = || receiver.instance_id.clone();
            groups.extend(
                receiver
                    .groups
                    .iter()
                    .map(|group| (instance(), group.clone())),
            );
            if wanted.iter().any(|route| route.id == receiver.id) {
                continue;
            }
            let heir = new.iter().position(|route| {
                route.instance_id == receiver.instance_id && route.groups == receiver.groups
            });
            match heir {
                Some(at) => {
                    let heir = new.remove(at);
                    self.store.rename_receiver(&receiver.id, &heir.id).await?;
                    tracing::info!(receiver = %heir.name, "takes over what waits for a receiver that is gone");
                }
                None => {
                    let count = self.store.remove_receiver(&receiver.id).await?;
                    let instance = &receiver.instance_id;
                    tracing::info!(
                        instance,
                        count,
                        "notifications of a receiver that is gone are dropped"
                    );
                }
            }
        }
        Ok(groups)
    }

    /// Reports the end of connections that an earlier process did not report.
    async fn end_earlier_connections(&self, wanted: &[Route]) -> Result<(), Error> {
        let mut receivers = self.store.receivers().await?;
        let now = unix(std::time::SystemTime::now());
        let rows = wanted
            .iter()
            .map(|route| rows_per_event(wanted.iter(), &route.instance_id));
        let most = most_events(&Report::default(), rows.max().unwrap_or(1));
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        loop {
            let channels = self.store.channels(most).await?;
            if channels.is_empty() {
                return Ok(());
            }
            tracing::info!(
                count = channels.len(),
                "connections of an earlier process have ended"
            );
            let mut report = Report::default();
            for channel in channels {
                let channel = Channel {
                    time: now,
                    ..channel
                };
                let numbers = receivers.iter_mut().filter_map(|receiver| {
                    let route = wanted.iter().find(|route| route.id == receiver.id)?;
                    Some((route, &mut receiver.number))
                });
                add(&mut report, channel, PresenceKind::TcpClean, numbers);
            }
            self.store.report(&report).await?;
        }
    }

    /// Starts a deliverer for each receiver that is new or changed, and stops the other ones.
    async fn start_deliverers(&mut self, wanted: Vec<Route>) -> Result<(), Error> {
        let stored = self.store.receivers().await?;
        let mut before = std::mem::take(&mut self.active);
        for route in wanted {
            let Some(receiver) = stored.iter().find(|stored| stored.id == route.id) else {
                continue;
            };
            let at = before.iter().position(|active| active.route.id == route.id);
            let earlier = at.map(|at| before.swap_remove(at));
            let (number, delivered) = (receiver.number, receiver.delivered);
            let active = match earlier {
                Some(earlier) if earlier.route.receiver == route.receiver => Active {
                    route,
                    number,
                    ..earlier
                },
                earlier => self.start_deliverer(route, (number, delivered), earlier),
            };
            active.wrote();
            self.active.push(active);
        }
        for gone in before {
            gone.replaced.cancel();
        }
        let line = |active: &Active| Line {
            instance_id: active.route.instance_id.clone(),
            receiver: active.route.name.clone(),
            progress: Arc::clone(&active.progress),
        };
        *self.board.lines.write() = self.active.iter().map(line).collect();
        Ok(())
    }

    fn start_deliverer(
        &self,
        route: Route,
        (number, delivered): (i64, i64),
        earlier: Option<Active>,
    ) -> Active {
        let progress = Arc::new(Progress::default());
        progress.delivered.store(delivered, Ordering::Relaxed);
        let replaced = CancellationToken::new();
        let deliverer = Deliverer {
            store: Arc::clone(&self.store),
            brokers: Arc::clone(&self.brokers),
            route: route.clone(),
            progress: Arc::clone(&progress),
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
            route,
            progress,
            number,
            replaced,
            task,
        }
    }

    fn note_dropped(&self, dropped: impl IntoIterator<Item = Dropped>) {
        for Dropped { receiver, count } in dropped {
            let mut active = self.active.iter();
            let Some(active) = active.find(|active| active.route.id == receiver) else {
                continue;
            };
            active.progress.dropped.fetch_add(count, Ordering::Relaxed);
            tracing::warn!(receiver = %active.route.name, count, "too many notifications wait; the oldest are dropped");
        }
    }
}

impl Active {
    /// Lets the deliverer look for what was written.
    fn wrote(&self) {
        let before = self.progress.number.swap(self.number, Ordering::Relaxed);
        if before != self.number {
            self.progress.wake.notify_one();
        }
    }
}

/// Returns the most rows that an event of an instance needs: its connection, and one per receiver.
fn rows_per_event<'a>(routes: impl Iterator<Item = &'a Route>, instance_id: &str) -> usize {
    1 + routes
        .filter(|route| route.instance_id == instance_id)
        .count()
}

/// Returns how many events a report can still take, at least one if it is empty.
fn most_events(report: &Report, rows_per_event: usize) -> usize {
    let rows = report.opened.len() + report.closed.len() + report.deliveries.len();
    let most = ROWS.saturating_sub(rows) / rows_per_event;
    most.max(usize::from(rows == 0))
}

fn channel(instance_id: &str, event: broker::PresenceEvent) -> (Channel, PresenceKind) {
    let group = broker::check_client_id(&event.client_id);
    let channel = Channel {
        instance_id: instance_id.to_owned(),
        group_id: group.unwrap_or_default().to_owned(),
        channel_id: event.channel_id,
        client_id: event.client_id,
        time: event.time,
        address: event.address.to_string(),
    };
    (channel, event.kind)
}

/// Adds an event to a report, for all receivers that are told about its group. Each receiver comes
/// with the number of its last notification.
fn add<'a>(
    report: &mut Report,
    channel: Channel,
    kind: PresenceKind,
    receivers: impl Iterator<Item = (&'a Route, &'a mut i64)>,
) {
    let before = report.deliveries.len();
    for (route, number) in receivers {
        if route.instance_id != channel.instance_id || !route.groups.contains(&channel.group_id) {
            continue;
        }
        *number += 1;
        report.deliveries.push(Delivery {
            receiver: route.id.clone(),
            number: *number,
            notification: Notification {
                client_id: channel.client_id.clone(),
                kind: match kind {
                    PresenceKind::Connect => NotificationKind::Connect,
                    PresenceKind::Disconnect => NotificationKind::Disconnect,
                    PresenceKind::TcpClean => NotificationKind::TcpClean,
                },
                time: channel.time,
                channel_id: channel.channel_id.clone(),
                address: channel.address.clone(),
            },
        });
    }
    match kind {
        // Without a receiver, nobody will be told about its end either.
        PresenceKind::Connect if report.deliveries.len() == before => {}
        PresenceKind::Connect => report.opened.push(channel),
        PresenceKind::Disconnect => {}
        PresenceKind::TcpClean => report.closed.push(channel),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{NotifyTopic, Receiver};

    fn route(instance_id: &str, name: String) -> Route {
        let receiver = Receiver::Topic(NotifyTopic {
            name: name.clone(),
            readers: Vec::new(),
        });
        Route {
            id: format!("{instance_id}/{name}"),
            name,
            instance_id: instance_id.to_owned(),
            groups: vec!["GID_a".to_owned()],
            receiver,
        }
    }

    fn begun(instance_id: &str) -> Channel {
        Channel {
            instance_id: instance_id.to_owned(),
            group_id: "GID_a".to_owned(),
            channel_id: "1".to_owned(),
            client_id: "GID_a@@@b".to_owned(),
            time: 0,
            address: String::new(),
        }
    }

    #[test]
    fn no_transaction_writes_more_rows_than_the_bound_or_those_of_one_event() {
        for receivers in [0, 1, 3, 7, 998, 999, 1_000, 5_000] {
            let mut routes: Vec<(Route, i64)> = ["a", "b", "c"]
                .into_iter()
                .flat_map(|id| (0..receivers).map(move |number| (id, number)))
                .map(|(id, number)| (route(id, number.to_string()), 0))
                .collect();
            let mut report = Report::default();
            for instance in ["a", "b", "c"] {
                let all = routes.iter().map(|(route, _)| route);
                let most = most_events(&report, rows_per_event(all, instance));
                for _ in 0..most {
                    let told = routes.iter_mut().map(|(route, number)| (&*route, number));
                    add(&mut report, begun(instance), PresenceKind::Connect, told);
                }
            }
            let rows = report.opened.len() + report.deliveries.len();
            assert!(rows <= ROWS.max(receivers + 1), "{receivers}: {rows}");
            assert!(receivers == 0 || rows > ROWS / 2, "{receivers}: {rows}");
        }
    }
}
