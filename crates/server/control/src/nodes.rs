//! Knowledge of all nodes together: which devices are online anywhere, and which groups exist. Alone, that of this process.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use ons_mqtt_broker::{self as broker, Broker};
use ons_mqtt_store::{Error, Store};
use serde_json::Value;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::brokers::Brokers;
use crate::directory::Directory;
use crate::membership::{Membership, Unanswered};
use crate::question::{
    ClientsQuestion, InstanceNumbers, KnownClient, KnownNumbers, KnownRefusal, KnownWaiting, Load,
    Question,
};
use crate::watch::Changes;

/// Longest time that the change of a group waits for other nodes, and for devices to be disconnected.
const CHANGE_TIME: Duration = Duration::from_secs(1);

/// Refusals that a node tells of, as many as a page shows.
const REFUSALS: usize = 200;

/// Knowledge of all nodes together; cheap to clone.
#[derive(Clone)]
pub(crate) struct AllNodes {
    pub(crate) node: Arc<Membership>,
    pub(crate) brokers: Arc<Brokers>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) store: Arc<Store>,
    pub(crate) changes: Arc<Changes>,
    /// End of the last interval in the store.
    pub(crate) finished: Arc<AtomicI64>,
}

impl AllNodes {
    /// Returns how many clients of a group are online.
    ///
    /// # Errors
    ///
    /// [`Unanswered`].
    pub(crate) async fn online_in_group(
        &self,
        instance_id: &str,
        group_id: &str,
    ) -> Result<u64, Unanswered> {
        self.sum(Question::OnlineInGroup {
            instance_id: instance_id.to_owned(),
            group_id: group_id.to_owned(),
        })
        .await
    }

    /// Returns how many clients with a subscription are online, as of [`Broker::online_on_topic`].
    ///
    /// # Errors
    ///
    /// [`Unanswered`].
    pub(crate) async fn online_on_topic(
        &self,
        instance_id: &str,
        filter: &str,
    ) -> Result<u64, Unanswered> {
        self.sum(Question::OnlineOnTopic {
            instance_id: instance_id.to_owned(),
            filter: filter.to_owned(),
        })
        .await
    }

    /// Returns a client that is online, has a session, or left lately.
    ///
    /// # Errors
    ///
    /// [`Unanswered`].
    pub(crate) async fn client(
        &self,
        instance_id: &str,
        client_id: &str,
    ) -> Result<Option<KnownClient>, Unanswered> {
        let question = Question::Client {
            instance_id: instance_id.to_owned(),
            client_id: client_id.to_owned(),
        };
        let others: Vec<Option<KnownClient>> = self.node.ask(&question).await?;
        let others = others.into_iter().flatten();
        let known = self.own_client(instance_id, client_id);
        Ok(known
            .into_iter()
            .chain(others)
            .max_by_key(KnownClient::rank))
    }

    /// Returns clients of a group in the order of their IDs.
    ///
    /// # Errors
    ///
    /// [`Unanswered`].
    pub(crate) async fn clients(
        &self,
        question: ClientsQuestion,
    ) -> Result<Vec<KnownClient>, Unanswered> {
        let most = question.most;
        let own = self.own_clients(question.clone()).await;
        let others = self.node.ask(&Question::Clients(question)).await?;
        let mut clients: BTreeMap<String, KnownClient> = BTreeMap::new();
        for client in others.into_iter().chain([own]).flatten() {
            match clients.get(&client.client_id) {
                Some(known) if known.rank() >= client.rank() => {}
                _ => {
                    clients.insert(client.client_id.clone(), client);
                }
            }
        }
        Ok(clients.into_values().take(most).collect())
    }

    /// Returns the messages that wait for a client that is online or has a session.
    ///
    /// # Errors
    ///
    /// [`Unanswered`].
    pub(crate) async fn waiting(
        &self,
        instance_id: &str,
        client_id: &str,
    ) -> Result<Option<KnownWaiting>, Unanswered> {
        let question = Question::Waiting {
            instance_id: instance_id.to_owned(),
            client_id: client_id.to_owned(),
        };
        let others: Vec<Option<KnownWaiting>> = self.node.ask(&question).await?;
        let own = self.own_waiting(instance_id, client_id);
        let known = others.into_iter().chain([own]).flatten();
        Ok(known.max_by_key(|waiting| (waiting.is_online, waiting.connected_since)))
    }

    /// Returns the devices that were refused lately, the newest first; with a client ID, only that one.
    ///
    /// # Errors
    ///
    /// [`Unanswered`].
    pub(crate) async fn refusals(
        &self,
        instance_id: &str,
        client_id: Option<&str>,
    ) -> Result<Vec<KnownRefusal>, Unanswered> {
        let question = Question::Refusals {
            instance_id: instance_id.to_owned(),
            client_id: client_id.map(str::to_owned),
        };
        let others: Vec<Vec<KnownRefusal>> = self.node.ask(&question).await?;
        let own = self.own_refusals(instance_id, client_id);
        let mut all: Vec<_> = others.into_iter().chain([own]).flatten().collect();
        all.sort_by_key(|refusal| Reverse(refusal.time));
        Ok(all)
    }

    /// Lets all nodes know that a group was created or deleted, and disconnects the devices of a deleted one. Waits, but
    /// at most [`CHANGE_TIME`]; a node that does not hear of it sees it in the database within a second.
    pub(crate) async fn group_changed(&self, instance_id: &str, namespace: &str, group_id: &str) {
        let question = Question::GroupChanged {
            instance_id: instance_id.to_owned(),
            namespace: namespace.to_owned(),
            group_id: group_id.to_owned(),
        };
        let told = timeout(CHANGE_TIME, self.node.ask::<()>(&question)).await;
        if !matches!(told, Ok(Ok(_))) {
            tracing::warn!(group_id, "not all nodes know yet that a group has changed");
        }
    }

    /// Disconnects the devices of a deleted group from this node. Waits for them, but at most [`CHANGE_TIME`].
    pub(crate) async fn disconnect(&self, instance_id: &str, group_id: String) {
        let disconnecting = self.brokers.disconnect_group(instance_id, group_id);
        if timeout(CHANGE_TIME, disconnecting).await.is_err() {
            tracing::warn!("devices of a deleted group are still being disconnected");
        }
    }

    /// Returns the state of each node that is alive.
    ///
    /// # Errors
    ///
    /// [`Unanswered`].
    pub(crate) async fn loads(&self) -> Result<Vec<Load>, Unanswered> {
        let mut loads = self.node.ask(&Question::Load).await?;
        loads.push(self.load());
        Ok(loads)
    }

    /// Returns the numbers of each node that is alive. The others have this time to answer.
    ///
    /// # Errors
    ///
    /// [`Unanswered`].
    pub(crate) async fn numbers(
        &self,
        patience: Duration,
    ) -> Result<Vec<KnownNumbers>, Unanswered> {
        let asking = self.node.ask_within(&Question::Numbers, patience);
        let mut numbers: Vec<KnownNumbers> = asking.await?;
        numbers.push(self.own_numbers());
        Ok(numbers)
    }

    /// Returns the end of the last interval whose counts all nodes have written: what a chart shows of it does not change.
    ///
    /// # Errors
    ///
    /// [`Unanswered`].
    pub(crate) async fn finished(&self) -> Result<i64, Unanswered> {
        let loads: Vec<Load> = self.node.ask(&Question::Load).await?;
        let own = self.finished.load(Ordering::Relaxed);
        Ok(loads.iter().map(|load| load.written).fold(own, i64::min))
    }

    /// Answers a question of another node. `null`, which it takes for no answer, if that is impossible.
    pub(crate) async fn answer(&self, question: &[u8]) -> Value {
        let Ok(question) = serde_json::from_slice(question) else {
            return Value::Null;
        };
        let answer = match question {
            Question::Client {
                instance_id,
                client_id,
            } => serde_json::to_value([self.own_client(&instance_id, &client_id)]),
            Question::Clients(question) => serde_json::to_value([self.own_clients(question).await]),
            Question::Waiting {
                instance_id,
                client_id,
            } => serde_json::to_value([self.own_waiting(&instance_id, &client_id)]),
            Question::Refusals {
                instance_id,
                client_id,
            } => serde_json::to_value([self.own_refusals(&instance_id, client_id.as_deref())]),
            Question::GroupChanged {
                instance_id,
                namespace,
                group_id,
            } => {
                let read = self.read_group(&instance_id, &namespace, &group_id).await;
                match read {
                    Ok(()) => serde_json::to_value([()]),
                    Err(error) => {
                        tracing::error!(%error, "cannot read a group that another node changed");
                        return Value::Null;
                    }
                }
            }
            Question::Backlog { instance_id, topic } => {
                let broker = self.brokers.get(&instance_id);
                serde_json::to_value([broker.map_or(0, |broker| broker.backlog(&topic))])
            }
            Question::Load => serde_json::to_value([self.load()]),
            Question::Numbers => serde_json::to_value([self.own_numbers().bounded()]),
            counted => serde_json::to_value([self.count(&counted)]),
        };
        answer.unwrap_or_default()
    }

    async fn sum(&self, question: Question) -> Result<u64, Unanswered> {
        let others: Vec<u64> = self.node.ask(&question).await?;
        Ok(self.count(&question) + others.iter().sum::<u64>())
    }

    fn count(&self, question: &Question) -> u64 {
        let count = |instance_id: &str, count: &dyn Fn(&Broker) -> u64| {
            let broker = self.brokers.get(instance_id);
            broker.map_or(0, |broker| count(&broker))
        };
        match question {
            Question::OnlineInGroup {
                instance_id,
                group_id,
            } => count(instance_id, &|broker| broker.online_in_group(group_id)),
            Question::OnlineOnTopic {
                instance_id,
                filter,
            } => count(instance_id, &|broker| broker.online_on_topic(filter)),
            _ => 0,
        }
    }

    fn own_client(&self, instance_id: &str, client_id: &str) -> Option<KnownClient> {
        let broker = self.brokers.get(instance_id)?;
        let client_id = client_id.to_owned();
        if let Some(client) = broker.client(&client_id) {
            let subscriptions = client.subscriptions.into_iter();
            return Some(KnownClient {
                client_id,
                is_online: client.is_online,
                has_session: true,
                address: client.address.map(|address| address.to_string()),
                last_seen: client.last_seen,
                subscriptions: subscriptions.map(|one| (one.filter, one.qos)).collect(),
            });
        }
        let departed = broker.departed(&client_id)?;
        Some(KnownClient {
            client_id,
            is_online: false,
            has_session: false,
            address: Some(departed.address.to_string()),
            last_seen: departed.last_seen,
            subscriptions: Vec::new(),
        })
    }

    async fn own_clients(&self, question: ClientsQuestion) -> Vec<KnownClient> {
        let Some(broker) = self.brokers.get(&question.instance_id) else {
            return Vec::new();
        };
        // On a thread of its own, as it looks at each session.
        let listing = spawn_blocking(move || {
            broker.clients(broker::ClientQuery {
                group_id: &question.group_id,
                contains: &question.contains,
                after: &question.after,
                only_online: question.only_online,
                most: question.most,
            })
        });
        let listed = listing.await.unwrap_or_default().into_iter();
        let known = listed.map(|client| KnownClient {
            client_id: client.client_id,
            is_online: client.is_online,
            has_session: client.has_session,
            address: client.address.map(|address| address.to_string()),
            last_seen: client.last_seen,
            subscriptions: Vec::new(),
        });
        known.collect()
    }

    fn own_waiting(&self, instance_id: &str, client_id: &str) -> Option<KnownWaiting> {
        let client = self.brokers.get(instance_id)?.client(client_id)?;
        Some(KnownWaiting {
            is_online: client.is_online,
            connected_since: client.connected_since,
            messages: client.waiting.messages,
            bytes: client.waiting.bytes,
            in_flight: client.waiting.in_flight,
        })
    }

    fn own_refusals(&self, instance_id: &str, client_id: Option<&str>) -> Vec<KnownRefusal> {
        let broker = self.brokers.get(instance_id);
        let refusals = broker.map(|broker| broker.last_refusals(client_id));
        let refusals = refusals.into_iter().flatten().take(REFUSALS);
        let known = refusals.map(|device| KnownRefusal {
            time: device.time,
            client_id: device.client_id,
            address: device.address,
            reason: [
                device.reason.in_chinese().to_owned(),
                device.reason.to_string(),
            ],
            remedy: [device.remedy_in_chinese, device.remedy],
        });
        known.collect()
    }

    fn own_numbers(&self) -> KnownNumbers {
        let numbers = |(instance_id, broker): (String, Arc<Broker>)| {
            let traffic = broker.traffic();
            InstanceNumbers {
                instance_id,
                online: broker.connections(),
                refused: broker.refused().iter().map(|(_, count)| count).sum(),
                messages: [traffic.received, traffic.pushed],
                per_second: [traffic.received_per_second, traffic.pushed_per_second],
                groups: broker.online_groups(),
            }
        };
        KnownNumbers {
            node: self.node.name().to_owned(),
            instances: self.brokers.all().into_iter().map(numbers).collect(),
            has_more_groups: false,
        }
    }

    /// Brings the directory to what the database says about a group.
    async fn read_group(
        &self,
        instance_id: &str,
        namespace: &str,
        group_id: &str,
    ) -> Result<(), Error> {
        let order = self.changes.order.lock().await;
        match self.store.group(namespace, group_id).await? {
            Some(group) => self.directory.insert(group),
            None => {
                self.directory.remove(namespace, group_id);
                drop(order);
                self.disconnect(instance_id, group_id.to_owned()).await;
            }
        }
        Ok(())
    }

    /// Returns the state of this node.
    pub(crate) fn load(&self) -> Load {
        let brokers = self.brokers.all().into_iter();
        Load {
            node: self.node.name().to_owned(),
            online: brokers.map(|(_, broker)| broker.connections()).sum(),
            arriving: self.node.lag()[1],
            dropped: self.node.dropped(),
            written: self.finished.load(Ordering::Relaxed),
        }
    }
}
