// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Request and response of `OnsMqttQueryClientByTopic`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `OnsMqttQueryClientByTopic`.
///
/// Counts the online devices that subscribe to a topic.
///
/// Use it for analysis, for example to count the devices that take part in a campaign with
/// its own topic. Calls are limited, so do not use it in the main flow of an application.
///
/// At most 30 calls in 60 seconds for each access key.
///
/// Errors: `ONS_SYSTEM_ERROR`, `BIZ_FIELD_CHECK_INVALID`, `BIZ_TOPIC_NOT_FOUND`,
/// `BIZ_REGION_NOT_FOUND`, `EMPOWER_OWNER_CHECK_ERROR`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct QueryClientByTopicRequest {
    /// Parent topic to query. `ParentTopic` on the wire, at most 64 characters, such as `test`.
    pub parent_topic: String,
    /// Sub topic to query; omit it if there is none. It can contain the wildcards `+` and `#`;
    /// then only devices that subscribed with exactly this filter are counted. `SubTopic` on the
    /// wire, at most 64 characters, such as `/testmqtt`.
    pub sub_topic: Option<String>,
    /// Instance that contains the topic. `InstanceId` on the wire, such as `post-cn-0pp12gl****`.
    ///
    /// Required when the instance has its own namespace.
    pub instance_id: Option<String>,
}

impl QueryClientByTopicRequest {
    /// Creates a request with the required parameters.
    pub fn new(parent_topic: impl Into<String>) -> Self {
        Self {
            parent_topic: parent_topic.into(),
            sub_topic: Default::default(),
            instance_id: Default::default(),
        }
    }
}

pop_rpc::wire_struct!(
    QueryClientByTopicRequest, "ParentTopic" => needed parent_topic, "SubTopic" =>
    optional sub_topic, "InstanceId" => optional instance_id,
);

impl Action for QueryClientByTopicRequest {
    const INFO: ActionInfo = ActionInfo::new("OnsMqttQueryClientByTopic", VERSION)
        .limit(30, 60);
    const SORTED: bool = true;

    type Response = QueryClientByTopicResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("InstanceId", &self.instance_id);
        sink.flat("ParentTopic", &self.parent_topic);
        sink.flat("SubTopic", &self.sub_topic);
    }
}

/// Response of `OnsMqttQueryClientByTopic`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct QueryClientByTopicResponse {
    /// Unique ID (UUID) of this request; quote it when you ask for help. `RequestId` on the wire,
    /// such as `E4581CCF-62AF-44D9-B5B4-D1DBBC0ED875`.
    pub request_id: String,
    /// Address of a help page; the service may omit it. `HelpUrl` on the wire.
    pub help_url: Option<String>,
    /// Number of devices that subscribe to the topic. `MqttClientSetDo` on the wire.
    pub mqtt_client_set: MqttClientSet,
}

impl QueryClientByTopicResponse {
    /// Creates a response with the members that are always present.
    pub fn new(mqtt_client_set: MqttClientSet) -> Self {
        Self {
            mqtt_client_set,
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
    QueryClientByTopicResponse, "RequestId" => always request_id, "HelpUrl" => optional
    help_url, "MqttClientSetDo" => always mqtt_client_set,
);
