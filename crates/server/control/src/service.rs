//! Answers the actions (`docs/PROTOCOL.md`, “What the server answers”).

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ons_mqtt_models::*;
use ons_mqtt_service::{Context, Failure, Service};
use ons_mqtt_store::{Error, Group, OnlineQuery, Store};
use pop_gateway::Clock;
use tokio::time::timeout;

use crate::charts;
use crate::clock::unix;
use crate::config::{Edition, Instance};
use crate::directory::{Directory, namespace};
use crate::membership::Unanswered;
use crate::nodes::AllNodes;
use crate::period::Period;
use crate::question::KnownClient;
use crate::topic::{filter, parts};
use crate::watch::Changes;

/// Longest time for a change of groups and those before it, below the two seconds after which callers may give up. It is
/// longer than that of the database, whose error says more.
const CHANGE_TIME: Duration = Duration::from_millis(1700);

/// The service behind the gateway: answers the actions from the brokers and the store.
pub(crate) struct ControlApi {
    pub(crate) directory: Arc<Directory>,
    pub(crate) nodes: AllNodes,
    pub(crate) store: Arc<Store>,
    /// Length of an interval of the charts, in milliseconds.
    pub(crate) interval: i64,
    pub(crate) clock: Clock,
    pub(crate) changes: Arc<Changes>,
    /// Largest number of groups of an access key.
    pub(crate) groups: usize,
}

impl ControlApi {
    /// Returns the instances that a request may refer to: the named one, or all instances of the
    /// caller that share a namespace if it names none.
    fn instances(
        &self,
        context: &Context,
        instance_id: Option<&str>,
    ) -> Result<Vec<Arc<Instance>>, Failure> {
        let owned = |instance: &Arc<Instance>| instance.owner == context.access_key_id;
        if let Some(id) = instance_id {
            let instance = self.directory.instance(id).filter(owned);
            return Ok(vec![instance.ok_or(ErrorCode::EmpowerOwnerCheckError)?]);
        }
        let mut shared = self.directory.instances();
        shared.retain(|instance| owned(instance) && !instance.independent_naming);
        if shared.is_empty() {
            Err(invalid(
                "InstanceId is required for instances with independent naming",
            ))
        } else {
            Ok(shared)
        }
    }

    /// Returns a group of the caller and its instance.
    fn group(
        &self,
        context: &Context,
        instance_id: Option<&str>,
        group_id: &str,
    ) -> Result<(Arc<Instance>, Group), Failure> {
        let instances = self.instances(context, instance_id)?;
        let mut found = instances.into_iter().filter_map(|instance| {
            let group = self.directory.group(namespace(&instance), group_id)?;
            (group.instance_id == instance.id).then_some((instance, group))
        });
        found
            .next()
            .ok_or_else(|| ErrorCode::BizSubscriptionNotFound.into())
    }

    /// Returns the instance of the caller that has a parent topic.
    fn instance_with_topic(
        &self,
        context: &Context,
        instance_id: Option<&str>,
        parent_topic: &str,
    ) -> Result<Arc<Instance>, Failure> {
        let instances = self.instances(context, instance_id)?;
        let mut instances = instances.into_iter();
        let found = instances.find(|instance| has_topic(instance, parent_topic));
        found.ok_or_else(|| ErrorCode::BizTopicNotFound.into())
    }

    /// Returns an error if this is a node without a lease, which may change nothing.
    fn check_lease(&self) -> Result<(), Failure> {
        self.nodes.node.health().map_err(|reason| {
            tracing::error!(reason, "a change is refused");
            ErrorCode::OnsSystemError.into()
        })
    }

    /// Returns an error if an access key has all the groups that it may have.
    fn check_groups(&self, access_key_id: &str) -> Result<(), Failure> {
        if self.directory.groups_of_owner(access_key_id) < self.groups {
            return Ok(());
        }
        Err(invalid(&format!(
            "the access key has {} groups, the most that `limits.groups` allows; delete some first",
            self.groups
        )))
    }

    /// Returns a client that a node knows, or else the database.
    async fn client(
        &self,
        instance: &Instance,
        client_id: &str,
    ) -> Result<Option<KnownClient>, Failure> {
        let known = self.nodes.client(&instance.id, client_id).await;
        let known = known.map_err(unanswered)?;
        if let Some(client) = &known
            && client.address.is_some()
        {
            return Ok(known);
        }
        let seen = self.store.client(&instance.id, client_id).await;
        let Some(seen) = seen.map_err(|error| failed(&error))? else {
            return Ok(known);
        };
        Ok(Some(match known {
            // It has not been connected since the start, so the database knows its address.
            Some(client) => KnownClient {
                address: Some(seen.address),
                last_seen: seen.last_seen,
                ..client
            },
            None => KnownClient {
                client_id: seen.client_id,
                is_online: false,
                has_session: false,
                address: Some(seen.address),
                last_seen: seen.last_seen,
                subscriptions: Vec::new(),
            },
        }))
    }

    /// Makes a change of groups, one at a time.
    async fn in_order<T>(
        &self,
        change: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let changing = async {
            let _order = self.changes.order.lock().await;
            change.await
        };
        // Changes of which each waits in vain for the database would otherwise add up.
        timeout(CHANGE_TIME, changing).await.unwrap_or_else(|_| {
            tracing::error!("a change and those before it took longer than {CHANGE_TIME:?}");
            self.changes.unknown.store(true, Ordering::SeqCst);
            Err(ErrorCode::OnsSystemError.into())
        })
    }

    /// Returns the error for a caller if a change failed, which may have been made nevertheless.
    fn unknown(&self, error: &Error) -> Failure {
        self.changes.unknown.store(true, Ordering::SeqCst);
        failed(error)
    }

    /// Returns the end of the last interval whose counts all nodes have written.
    async fn finished(&self) -> Result<i64, Failure> {
        self.nodes.finished().await.map_err(unanswered)
    }

    /// Returns the intervals that a query refers to. All of them begin before `last`.
    fn period(&self, begin_time: i64, end_time: i64, last: i64) -> Result<Period, Failure> {
        if begin_time > end_time {
            Err(invalid("BeginTime is later than EndTime"))
        } else {
            Ok(Period::new(begin_time, end_time, last, self.interval))
        }
    }
}

impl Service for ControlApi {
    async fn group_id_create(
        &self,
        context: &Context,
        request: GroupIdCreateRequest,
    ) -> Result<GroupIdCreateResponse, Failure> {
        let mut instances = self.instances(context, request.instance_id.as_deref())?;
        if instances.len() > 1 {
            let region = context.region_id.as_deref();
            instances.retain(|instance| region.is_none_or(|id| instance.region.id == id));
        }
        let [instance] = instances.as_slice() else {
            return Err(invalid(
                "InstanceId is required because RegionId does not identify the instance",
            ));
        };
        changeable(instance)?;
        if let Some(topic) = &request.topic
            && !has_topic(instance, topic)
        {
            return Err(ErrorCode::BizTopicNotFound.into());
        }
        let time = unix(self.clock.now().wall);
        let group = Group {
            namespace: namespace(instance).to_owned(),
            group_id: request.group_id,
            instance_id: instance.id.clone(),
            topic: request.topic,
            created: time,
            updated: time,
        };
        let creation = async {
            self.check_lease()?;
            if self
                .directory
                .group(&group.namespace, &group.group_id)
                .is_none()
            {
                self.check_groups(&context.access_key_id)?;
            }
            self.store
                .create_group(&group)
                .await
                .map_err(|error| match error {
                    Error::GroupExists { .. } => ErrorCode::BizSubscriptionExisted.into(),
                    error => self.unknown(&error),
                })?;
            self.directory.insert(group.clone());
            Ok::<_, Failure>(())
        };
        self.in_order(creation).await?;
        let Group {
            instance_id,
            namespace,
            group_id,
            ..
        } = group;
        self.nodes
            .group_changed(&instance_id, &namespace, &group_id)
            .await;
        Ok(GroupIdCreateResponse::new())
    }

    async fn group_id_delete(
        &self,
        context: &Context,
        request: GroupIdDeleteRequest,
    ) -> Result<GroupIdDeleteResponse, Failure> {
        let instances = self.instances(context, request.instance_id.as_deref())?;
        if let [instance] = instances.as_slice() {
            changeable(instance)?;
        }
        let deletion = async {
            self.check_lease()?;
            let (instance, group) =
                self.group(context, request.instance_id.as_deref(), &request.group_id)?;
            changeable(&instance)?;
            self.changes.deletions.fetch_add(1, Ordering::SeqCst);
            let deleted = self
                .store
                .delete_group(&group.namespace, &group.group_id)
                .await;
            deleted.map_err(|error| self.unknown(&error))?;
            self.directory.remove(&group.namespace, &group.group_id);
            Ok::<_, Failure>((instance, group))
        };
        let (instance, group) = self.in_order(deletion).await?;
        // Further changes do not wait for devices. Those of a group that is created again meanwhile
        // may be disconnected too, and connect again.
        let told = self
            .nodes
            .group_changed(&instance.id, &group.namespace, &group.group_id);
        let disconnected = self.nodes.disconnect(&instance.id, group.group_id.clone());
        tokio::join!(told, disconnected);
        Ok(GroupIdDeleteResponse::new())
    }

    async fn group_id_list(
        &self,
        context: &Context,
        request: GroupIdListRequest,
    ) -> Result<GroupIdListResponse, Failure> {
        let mut found = Vec::new();
        for instance in self.instances(context, request.instance_id.as_deref())? {
            let groups = self.directory.groups_of(&instance).into_iter();
            found.extend(groups.map(|group| {
                let mut item = MqttGroupId::new(
                    group.group_id,
                    group.created,
                    group.updated,
                    group.instance_id,
                    instance.independent_naming,
                );
                item.topic = group.topic;
                item
            }));
        }
        Ok(GroupIdListResponse::new(found))
    }

    async fn query_client_by_client_id(
        &self,
        context: &Context,
        request: QueryClientByClientIdRequest,
    ) -> Result<QueryClientByClientIdResponse, Failure> {
        let client_id = request.client_id;
        let (group_id, _) = client_id.split_once("@@@").unwrap_or((&client_id, ""));
        let (instance, _) = self.group(context, request.instance_id.as_deref(), group_id)?;
        let info = match self.client(&instance, &client_id).await? {
            Some(client) => {
                let subscriptions = client.subscriptions.iter().map(subscription).collect();
                let mut info = MqttClientInfo::new(client_id, client.is_online, subscriptions)
                    .last_touch(client.last_seen);
                info.socket_channel = client.address.map(|address| format!("/{address}"));
                info
            }
            None => MqttClientInfo::new(client_id, false, Vec::new()),
        };
        Ok(QueryClientByClientIdResponse::new(info))
    }

    async fn query_client_by_group_id(
        &self,
        context: &Context,
        request: QueryClientByGroupIdRequest,
    ) -> Result<QueryClientByGroupIdResponse, Failure> {
        let (instance, group) =
            self.group(context, request.instance_id.as_deref(), &request.group_id)?;
        let online = self.nodes.online_in_group(&instance.id, &group.group_id);
        let set = MqttClientSet::new(signed(online.await.map_err(unanswered)?));
        Ok(QueryClientByGroupIdResponse::new(set))
    }

    async fn query_client_by_topic(
        &self,
        context: &Context,
        request: QueryClientByTopicRequest,
    ) -> Result<QueryClientByTopicResponse, Failure> {
        let parent_topic = &request.parent_topic;
        let instance =
            self.instance_with_topic(context, request.instance_id.as_deref(), parent_topic)?;
        let filter = filter(parent_topic, request.sub_topic.as_deref());
        let online = self.nodes.online_on_topic(&instance.id, &filter);
        let set = MqttClientSet::new(signed(online.await.map_err(unanswered)?));
        Ok(QueryClientByTopicResponse::new(set))
    }

    async fn query_history_online(
        &self,
        context: &Context,
        request: QueryHistoryOnlineRequest,
    ) -> Result<QueryHistoryOnlineResponse, Failure> {
        // The sample at the end of the last interval is the first one of the current interval.
        let last = self.finished().await? + self.interval;
        let period = self.period(request.begin_time, request.end_time, last)?;
        let (instance, group) =
            self.group(context, request.instance_id.as_deref(), &request.group_id)?;
        let query = OnlineQuery {
            instance_id: instance.id.clone(),
            group_id: group.group_id,
            begin: period.begin,
            end: period.end,
        };
        let samples = self
            .store
            .online(&query)
            .await
            .map_err(|error| failed(&error))?;
        let chart = charts::online(period, &samples);
        Ok(QueryHistoryOnlineResponse::new(chart))
    }

    async fn query_msg_trans_trend(
        &self,
        context: &Context,
        request: QueryMsgTransTrendRequest,
    ) -> Result<QueryMsgTransTrendResponse, Failure> {
        let last = self.finished().await?;
        let period = self.period(request.begin_time, request.end_time, last)?;
        let parent_topic = &request.parent_topic;
        let instance =
            self.instance_with_topic(context, request.instance_id.as_deref(), parent_topic)?;
        let query = charts::message_query(&instance, &request, period);
        let counts = self
            .store
            .messages(&query)
            .await
            .map_err(|error| failed(&error))?;
        let chart = charts::messages(period, &counts, &request.tps_type, &request.trans_type);
        Ok(QueryMsgTransTrendResponse::new(chart))
    }
}

/// Returns an error if groups of the instance cannot change, as in the standard edition.
fn changeable(instance: &Instance) -> Result<(), Failure> {
    match instance.edition {
        Edition::Platinum => Ok(()),
        Edition::Standard => Err(ErrorCode::OnsServiceUnsupported.into()),
    }
}

pub(crate) fn has_topic(instance: &Instance, parent_topic: &str) -> bool {
    instance.topics.iter().any(|topic| topic == parent_topic)
}

/// Returns the failure for a caller who would get an answer that is not that of all nodes.
fn unanswered(error: Unanswered) -> Failure {
    tracing::error!(%error, "a query is refused");
    ErrorCode::OnsSystemError.into()
}

fn subscription((filter, qos): &(String, u8)) -> Subscription {
    let (parent_topic, sub_topic) = parts(filter);
    let mut item = Subscription::new(parent_topic, Qos::from(i32::from(*qos)));
    item.sub_topic = sub_topic;
    item
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn invalid(reason: &str) -> Failure {
    Failure::from(ErrorCode::BizFieldCheckInvalid).because(reason)
}

/// Returns the error for a caller if the database fails, and logs the reason.
fn failed(error: &Error) -> Failure {
    tracing::error!(%error, "cannot answer a request because the database failed");
    ErrorCode::OnsSystemError.into()
}
