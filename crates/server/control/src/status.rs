//! State of the service for the console, limited to what the access key of its user owns.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ons_mqtt_broker::Broker;
use ons_mqtt_console::{
    Bilingual, ClientQuery, ClientStatus, GroupStatus, InstanceStatus, Later, LeaseState,
    ListenerStatus, LiveStatus, NoAnswer, NodeStatus, NodesStatus, RefusedDevice, Split, Status,
    StoreStatus, Trend, Unread, WaitingStatus,
};
use ons_mqtt_models::{QueryHistoryOnlineRequest, QueryMsgTransTrendRequest};
use ons_mqtt_store::{Error, Group, SeenQuery, Store};

use crate::brokers::Brokers;
use crate::cluster_status::{LEFT, LIVE};
use crate::config::{Edition, Instance};
use crate::directory::{Directory, namespace};
use crate::health::Health;
use crate::membership::Unanswered;
use crate::nodes::AllNodes;
use crate::numbers::Numbers;
use crate::question::ClientsQuestion;

/// State that the console shows: the directory, the brokers that run, and the database.
pub(crate) struct ServiceStatus {
    pub(crate) directory: Arc<Directory>,
    pub(crate) brokers: Arc<Brokers>,
    pub(crate) nodes: AllNodes,
    pub(crate) numbers: Numbers,
    pub(crate) store: Arc<Store>,
    /// Length of an interval of the charts, in milliseconds.
    pub(crate) interval: i64,
    /// State of the database, of its checks and of its writing.
    pub(crate) health: [Health; 2],
}

impl ServiceStatus {
    /// Returns an instance of an access key with its broker.
    pub(crate) fn owned(
        &self,
        access_key_id: &str,
        instance_id: &str,
    ) -> Option<(Arc<Instance>, Arc<Broker>)> {
        let instance = self.directory.instance(instance_id)?;
        let broker = self.brokers.get(instance_id)?;
        (instance.owner == access_key_id).then_some((instance, broker))
    }

    /// Returns the instances of an access key.
    fn owned_instances(&self, access_key_id: &str) -> impl Iterator<Item = Arc<Instance>> {
        let instances = self.directory.instances().into_iter();
        instances.filter(move |instance| instance.owner == access_key_id)
    }

    /// Returns `true` if an access key owns all instances, so that nothing concerns others.
    fn owns_all(&self, access_key_id: &str) -> bool {
        let mut instances = self.directory.instances().into_iter();
        instances.all(|instance| instance.owner == access_key_id)
    }

    /// Returns a group of an instance of an access key.
    pub(crate) fn owned_group(
        &self,
        access_key_id: &str,
        instance_id: &str,
        group_id: &str,
    ) -> Option<Group> {
        let (instance, _) = self.owned(access_key_id, instance_id)?;
        let group = self.directory.group(namespace(&instance), group_id)?;
        (group.instance_id == instance.id).then_some(group)
    }

    /// Returns the clients that the nodes or the database know. The nodes know better.
    async fn list(
        &self,
        instance: &Instance,
        query: ClientQuery,
    ) -> Result<Vec<ClientStatus>, Unread> {
        let mut clients = BTreeMap::new();
        if !query.only_online {
            // The character after `@` ends the range of a group.
            let first = format!("{}@@@", query.group_id);
            let end = format!("{}@@A", query.group_id);
            let seen = self.store.clients(SeenQuery {
                instance_id: &instance.id,
                after: query.after.as_str().max(&first),
                before: &end,
                contains: &query.contains,
                most: u32::try_from(query.most).unwrap_or(u32::MAX),
            });
            let seen = seen.await.map_err(|error| unread(&error))?;
            clients.extend(seen.into_iter().map(|client| {
                let status = ClientStatus {
                    id: client.client_id.clone(),
                    is_online: false,
                    address: client.address,
                    last_seen: client.last_seen,
                };
                (client.client_id, status)
            }));
        }
        let most = query.most;
        let question = ClientsQuestion {
            instance_id: instance.id.clone(),
            group_id: query.group_id,
            contains: query.contains,
            after: query.after,
            only_online: query.only_online,
            most,
        };
        let known = self.nodes.clients(question).await;
        for client in known.map_err(|error| Unread::Node(no_answer(error)))? {
            // One that has not been connected since the start is as the database knows it.
            if let Some(address) = client.address {
                let status = ClientStatus {
                    id: client.client_id.clone(),
                    is_online: client.is_online,
                    address,
                    last_seen: client.last_seen,
                };
                clients.insert(client.client_id, status);
            }
        }
        Ok(clients.into_values().take(most).collect())
    }
}

impl Status for ServiceStatus {
    fn instances(&self, access_key_id: &str) -> Vec<InstanceStatus> {
        let status = |instance: Arc<Instance>| {
            let broker = self.brokers.get(&instance.id)?;
            Some(InstanceStatus {
                region: instance.region.id.to_owned(),
                edition: instance.edition.name(),
                can_change_groups: instance.edition == Edition::Platinum,
                listeners: listeners(&broker),
                topics: instance.topics.clone(),
                groups: self.directory.count_groups(&instance),
                node: self.nodes.node.name().to_owned(),
                id: instance.id.clone(),
            })
        };
        let owned = self.owned_instances(access_key_id);
        owned.filter_map(status).collect()
    }

    fn live<'a>(
        &'a self,
        access_key_id: &'a str,
    ) -> Later<'a, Result<HashMap<String, LiveStatus>, NoAnswer>> {
        Box::pin(async move {
            let totals = self.numbers.all().await.map_err(no_answer)?;
            let owned = self.owned_instances(access_key_id);
            let live = owned.filter_map(|instance| {
                let totals = totals.get(&instance.id)?;
                let [received_per_second, pushed_per_second] = totals.per_second;
                let live = LiveStatus {
                    online: totals.online,
                    refused: totals.refused,
                    received_per_second,
                    pushed_per_second,
                };
                Some((instance.id.clone(), live))
            });
            Ok(live.collect())
        })
    }

    fn groups<'a>(
        &'a self,
        access_key_id: &'a str,
        instance_id: &'a str,
        most: usize,
    ) -> Later<'a, Vec<GroupStatus>> {
        Box::pin(async move {
            let Some((instance, _)) = self.owned(access_key_id, instance_id) else {
                return Vec::new();
            };
            let all = self.numbers.all().await.ok();
            let totals = all.as_ref().and_then(|all| all.get(instance_id));
            let online = |group_id: &str| totals?.online_in_group(group_id);
            let most_online = |group: &Group| Reverse(online(&group.group_id));
            let groups = self.directory.first_groups(&instance, most, most_online);
            let status = |group: Group| group_status(online(&group.group_id), group);
            groups.into_iter().map(status).collect()
        })
    }

    fn group<'a>(
        &'a self,
        access_key_id: &'a str,
        instance_id: &'a str,
        group_id: &'a str,
    ) -> Later<'a, Option<GroupStatus>> {
        Box::pin(async move {
            let group = self.owned_group(access_key_id, instance_id, group_id)?;
            let online = self.nodes.online_in_group(instance_id, group_id).await;
            Some(group_status(online.inspect_err(note).ok(), group))
        })
    }

    fn clients<'a>(
        &'a self,
        access_key_id: &'a str,
        instance_id: &'a str,
        query: ClientQuery,
    ) -> Later<'a, Result<Vec<ClientStatus>, Unread>> {
        Box::pin(async move {
            let group = self.owned_group(access_key_id, instance_id, &query.group_id);
            let owned = self.owned(access_key_id, instance_id);
            let (Some(_), Some((instance, _))) = (group, owned) else {
                return Ok(Vec::new());
            };
            self.list(&instance, query).await
        })
    }

    fn interval(&self) -> i64 {
        self.interval
    }

    fn messages<'a>(
        &'a self,
        access_key_id: &'a str,
        request: &'a QueryMsgTransTrendRequest,
        split: Split,
        most: usize,
    ) -> Later<'a, Result<Trend, Unread>> {
        Box::pin(self.message_trend(access_key_id, request, split, most))
    }

    fn online<'a>(
        &'a self,
        access_key_id: &'a str,
        request: &'a QueryHistoryOnlineRequest,
        most: usize,
    ) -> Later<'a, Result<Trend, Unread>> {
        Box::pin(self.online_trend(access_key_id, request, most))
    }

    fn waiting<'a>(
        &'a self,
        access_key_id: &'a str,
        instance_id: &'a str,
        client_id: &'a str,
    ) -> Later<'a, Option<WaitingStatus>> {
        Box::pin(async move {
            self.owned(access_key_id, instance_id)?;
            let waiting = self.nodes.waiting(instance_id, client_id).await;
            let waiting = waiting.inspect_err(note).ok()??;
            Some(WaitingStatus {
                connected_since: waiting.connected_since,
                messages: waiting.messages,
                bytes: waiting.bytes,
                in_flight: waiting.in_flight,
            })
        })
    }

    fn refusals<'a>(
        &'a self,
        access_key_id: &'a str,
        instance_id: &'a str,
        client_id: Option<&'a str>,
    ) -> Later<'a, Result<Vec<RefusedDevice>, NoAnswer>> {
        Box::pin(async move {
            if self.owned(access_key_id, instance_id).is_none() {
                return Ok(Vec::new());
            }
            let refusals = self.nodes.refusals(instance_id, client_id).await;
            let refusals = refusals.map_err(no_answer)?.into_iter();
            let bilingual = |[zh, en]: [String; 2]| Bilingual { zh, en };
            let shown = refusals.map(|device| RefusedDevice {
                time: device.time,
                client_id: device.client_id,
                address: device.address,
                reason: bilingual(device.reason),
                remedy: bilingual(device.remedy),
            });
            Ok(shown.collect())
        })
    }

    fn nodes<'a>(&'a self, access_key_id: &'a str) -> Later<'a, Option<NodesStatus>> {
        Box::pin(async move {
            self.owned_instances(access_key_id).next()?;
            let status = self.nodes.status().await;
            if status.node.is_empty() {
                return None;
            }
            let owns_all = self.owns_all(access_key_id);
            let number = |number: Option<u64>| number.filter(|_| owns_all);
            let nodes = status.nodes.into_iter().map(|node| NodeStatus {
                state: match node.state.as_str() {
                    LIVE => LeaseState::Live,
                    LEFT => LeaseState::Left,
                    _ => LeaseState::Expired,
                },
                name: node.name,
                seen: node.seen,
                online: number(node.online),
                lag: number(node.lag),
                arriving: number(node.arriving),
                dropped: number(node.dropped),
                written: node.written,
            });
            Some(NodesStatus {
                nodes: nodes.collect(),
                is_complete: status.problem.is_none(),
            })
        })
    }

    fn store<'a>(&'a self, access_key_id: &'a str) -> Later<'a, StoreStatus> {
        Box::pin(async move {
            let size = match self.owns_all(access_key_id) {
                true => self.store.size().await.ok(),
                false => None,
            };
            let mut health = self.health.iter().map(|health| health.read().clone());
            StoreStatus {
                kind: self.store.kind(),
                problem: health.find_map(Result::err),
                size,
            }
        })
    }
}

fn note(error: &Unanswered) {
    tracing::error!(%error, "a page lacks what other nodes know");
}

/// Returns the error for a page if the database fails, and logs the reason.
pub(crate) fn unread(error: &Error) -> Unread {
    tracing::error!(%error, "a page lacks what the database knows");
    Unread::Database
}

pub(crate) fn no_answer(error: Unanswered) -> NoAnswer {
    note(&error);
    NoAnswer { node: error.node }
}

fn group_status(online: Option<u64>, group: Group) -> GroupStatus {
    GroupStatus {
        online,
        created: group.created,
        id: group.group_id,
    }
}

fn listeners(broker: &Broker) -> Vec<ListenerStatus> {
    let open = broker.open_connections();
    let addresses = [
        ("MQTT", Some(broker.local_addr())),
        ("MQTT + TLS", broker.tls_addr()),
        ("WebSocket", broker.websocket_addr()),
        ("WebSocket + TLS", broker.websocket_tls_addr()),
    ];
    let addresses = addresses.into_iter();
    let listeners = addresses.filter_map(|(protocol, address)| {
        let address = address?;
        let (_, connections) = open.iter().find(|(open, _)| *open == address)?;
        Some(ListenerStatus {
            protocol,
            address,
            connections: *connections,
        })
    });
    listeners.collect()
}
