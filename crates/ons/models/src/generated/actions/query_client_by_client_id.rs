// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Request and response of `OnsMqttQueryClientByClientId`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `OnsMqttQueryClientByClientId`.
///
/// Queries the connection and the subscriptions of a device.
///
/// Use it to troubleshoot a device: whether it is online, from which address it connects, and
/// what it subscribes to. Calls are limited, so do not use it in the main flow of an
/// application. To track when devices go online and offline, use the notifications.
///
/// At most 30 calls in 60 seconds for each access key.
///
/// Errors: `ONS_SYSTEM_ERROR`, `BIZ_FIELD_CHECK_INVALID`, `BIZ_SUBSCRIPTION_NOT_FOUND`,
/// `BIZ_REGION_NOT_FOUND`, `EMPOWER_OWNER_CHECK_ERROR`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct QueryClientByClientIdRequest {
    /// Client ID of the device to query; it consists of the GID, `@@@` and the device ID.
    /// `ClientId` on the wire, at most 64 characters, such as `GID_test@@@test`.
    pub client_id: String,
    /// Instance that contains the device. `InstanceId` on the wire, such as
    /// `post-cn-0pp12gl****`.
    ///
    /// Required when the instance has its own namespace.
    pub instance_id: Option<String>,
}

impl QueryClientByClientIdRequest {
    /// Creates a request with the required parameters.
    pub fn new(client_id: impl Into<String>) -> Self {
        Self {
            client_id: client_id.into(),
            instance_id: Default::default(),
        }
    }
}

pop_rpc::wire_struct!(
    QueryClientByClientIdRequest, "ClientId" => needed client_id, "InstanceId" =>
    optional instance_id,
);

impl Action for QueryClientByClientIdRequest {
    const INFO: ActionInfo = ActionInfo::new("OnsMqttQueryClientByClientId", VERSION)
        .limit(30, 60);
    const SORTED: bool = true;

    type Response = QueryClientByClientIdResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("ClientId", &self.client_id);
        sink.flat("InstanceId", &self.instance_id);
    }
}

/// Response of `OnsMqttQueryClientByClientId`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct QueryClientByClientIdResponse {
    /// Unique ID (UUID) of this request; quote it when you ask for help. `RequestId` on the wire,
    /// such as `E4581CCF-62AF-44D9-B5B4-D1DBBC0ED875`.
    pub request_id: String,
    /// Address of a help page; the service may omit it. `HelpUrl` on the wire.
    pub help_url: Option<String>,
    /// Connection of the device. `MqttClientInfoDo` on the wire.
    pub mqtt_client_info: MqttClientInfo,
}

impl QueryClientByClientIdResponse {
    /// Creates a response with the members that are always present.
    pub fn new(mqtt_client_info: MqttClientInfo) -> Self {
        Self {
            mqtt_client_info,
            ..Self::default()
        }
    }

    /// Unique ID (UUID) of this request; quote it when you ask for help.
    pub fn request_id(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = request_id.into();
        self
    }

    /// Address of a help page; the service may omit it.
    pub fn help_url(mut self, help_url: impl Into<String>) -> Self {
        self.help_url = Some(help_url.into());
        self
    }
}

pop_rpc::wire_struct!(
    QueryClientByClientIdResponse, "RequestId" => always request_id, "HelpUrl" =>
    optional help_url, "MqttClientInfoDo" => always mqtt_client_info,
);

/// Connection of a device.
///
/// Type `MqttClientInfoDo` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct MqttClientInfo {
    /// Client ID of the device. `ClientId` on the wire, such as `GID_test@@@test`.
    pub client_id: String,
    /// Time of the last update; absent for a device that has never connected. `LastTouch` on the
    /// wire, in milliseconds since 1970-01-01T00:00:00Z, such as `1570960847101`.
    pub last_touch: Option<i64>,
    /// `true` if the device is online. `Online` on the wire, such as `true`.
    pub online: bool,
    /// Network address of the device, in the form `/ip:port`; absent for a device that has never
    /// connected. `SocketChannel` on the wire, such as `/42.120.**.**:50255`.
    pub socket_channel: Option<String>,
    /// Current subscriptions of the device. `SubScriptonData` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<Subscription>)"))]
    pub subscription_data: Vec<Subscription>,
}

impl MqttClientInfo {
    /// Creates a value with the required members.
    pub fn new(
        client_id: impl Into<String>,
        online: bool,
        subscription_data: Vec<Subscription>,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            online,
            subscription_data,
            ..Self::default()
        }
    }

    /// Time of the last update; absent for a device that has never connected.
    pub fn last_touch(mut self, last_touch: i64) -> Self {
        self.last_touch = Some(last_touch);
        self
    }

    /// Network address of the device, in the form `/ip:port`; absent for a device that has never connected.
    pub fn socket_channel(mut self, socket_channel: impl Into<String>) -> Self {
        self.socket_channel = Some(socket_channel.into());
        self
    }
}

pop_rpc::wire_struct!(
    MqttClientInfo, "ClientId" => always client_id, "LastTouch" => optional last_touch,
    "Online" => always online, "SocketChannel" => optional socket_channel,
    "SubScriptonData" | "SubscriptionData" => always(SubscriptionDoItem)
    subscription_data,
);

/// A subscription of a device.
///
/// Type `SubscriptionDo` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct Subscription {
    /// Parent topic: the first level of the topic. `ParentTopic` on the wire, such as `test`.
    pub parent_topic: String,
    /// QoS of the subscription. `Qos` on the wire, such as `0`.
    pub qos: Qos,
    /// Sub topic: everything after the first level; empty if there is none. `SubTopic` on the
    /// wire, such as `/testMq4Iot/`.
    pub sub_topic: Option<String>,
}

impl Subscription {
    /// Creates a value with the required members.
    pub fn new(parent_topic: impl Into<String>, qos: Qos) -> Self {
        Self {
            parent_topic: parent_topic.into(),
            qos,
            ..Self::default()
        }
    }

    /// Sub topic: everything after the first level; empty if there is none.
    pub fn sub_topic(mut self, sub_topic: impl Into<String>) -> Self {
        self.sub_topic = Some(sub_topic.into());
        self
    }
}

pop_rpc::wire_struct!(
    Subscription, "ParentTopic" => always parent_topic, "Qos" => always qos, "SubTopic"
    => optional sub_topic,
);

/// Name of list items on the wire: `SubscriptionDo`.
struct SubscriptionDoItem;

impl pop_rpc::wire::ItemName for SubscriptionDoItem {
    const NAME: &'static str = "SubscriptionDo";
}
