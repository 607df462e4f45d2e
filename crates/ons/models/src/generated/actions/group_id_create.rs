// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Request and response of `OnsMqttGroupIdCreate`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `OnsMqttGroupIdCreate`.
///
/// Creates a group, which is identified by its group ID (GID).
///
/// Before an application goes live, create its topics first, then create the group for its
/// MQTT clients.
///
/// Available only for instances of the platinum edition.
///
/// Errors: `ONS_SYSTEM_ERROR`, `ONS_SERVICE_UNSUPPORTED`, `BIZ_FIELD_CHECK_INVALID`,
/// `BIZ_TOPIC_NOT_FOUND`, `BIZ_SUBSCRIPTION_EXISTED`, `BIZ_REGION_NOT_FOUND`,
/// `EMPOWER_OWNER_CHECK_ERROR`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GroupIdCreateRequest {
    /// ID of the group to create. `GroupId` on the wire, 7 to 64 characters, such as `GID_test`.
    pub group_id: String,
    /// Instance in which to create the group. `InstanceId` on the wire, such as
    /// `post-cn-0pp12gl****`.
    ///
    /// Required when the instance has its own namespace.
    pub instance_id: Option<String>,
    /// Parent topic for the group to subscribe to; it must already exist. `Topic` on the wire, at
    /// most 64 characters, such as `test`.
    pub topic: Option<String>,
}

impl GroupIdCreateRequest {
    /// Creates a request with the required parameters.
    pub fn new(group_id: impl Into<String>) -> Self {
        Self {
            group_id: group_id.into(),
            instance_id: Default::default(),
            topic: Default::default(),
        }
    }
}

pop_rpc::wire_struct!(
    GroupIdCreateRequest, "GroupId" => needed group_id, "InstanceId" => optional
    instance_id, "Topic" => optional topic,
);

impl Action for GroupIdCreateRequest {
    const INFO: ActionInfo = ActionInfo::new("OnsMqttGroupIdCreate", VERSION)
        .write(false);
    const SORTED: bool = true;

    type Response = GroupIdCreateResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("GroupId", &self.group_id);
        sink.flat("InstanceId", &self.instance_id);
        sink.flat("Topic", &self.topic);
    }
}

/// Response of `OnsMqttGroupIdCreate`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GroupIdCreateResponse {
    /// Unique ID (UUID) of this request; quote it when you ask for help. `RequestId` on the wire,
    /// such as `E4581CCF-62AF-44D9-B5B4-D1DBBC0ED875`.
    pub request_id: String,
    /// Address of a help page; the service may omit it. `HelpUrl` on the wire.
    pub help_url: Option<String>,
}

impl GroupIdCreateResponse {
    /// Creates a response with the members that are always present.
    pub fn new() -> Self {
        Self::default()
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
    GroupIdCreateResponse, "RequestId" => always request_id, "HelpUrl" => optional
    help_url,
);
