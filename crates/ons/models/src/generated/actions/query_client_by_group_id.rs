// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Request and response of `OnsMqttQueryClientByGroupId`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `OnsMqttQueryClientByGroupId`.
///
/// Counts the online devices of a group.
///
/// Use it for analysis, to see how active the devices of a group are. Calls are limited, so
/// do not use it in the main flow of an application.
///
/// At most 30 calls in 60 seconds for each access key.
///
/// Errors: `ONS_SYSTEM_ERROR`, `BIZ_FIELD_CHECK_INVALID`, `BIZ_SUBSCRIPTION_NOT_FOUND`,
/// `BIZ_REGION_NOT_FOUND`, `EMPOWER_OWNER_CHECK_ERROR`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct QueryClientByGroupIdRequest {
    /// ID of the group to query. `GroupId` on the wire, 7 to 64 characters, such as `GID_test`.
    pub group_id: String,
    /// Instance that contains the group. `InstanceId` on the wire, such as `post-cn-0pp12gl****`.
    ///
    /// Required when the instance has its own namespace.
    pub instance_id: Option<String>,
}

impl QueryClientByGroupIdRequest {
    /// Creates a request with the required parameters.
    pub fn new(group_id: impl Into<String>) -> Self {
        Self {
            group_id: group_id.into(),
            instance_id: Default::default(),
        }
    }
}

pop_rpc::wire_struct!(
    QueryClientByGroupIdRequest, "GroupId" => needed group_id, "InstanceId" => optional
    instance_id,
);

impl Action for QueryClientByGroupIdRequest {
    const INFO: ActionInfo = ActionInfo::new("OnsMqttQueryClientByGroupId", VERSION)
        .limit(30, 60);
    const SORTED: bool = true;

    type Response = QueryClientByGroupIdResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("GroupId", &self.group_id);
        sink.flat("InstanceId", &self.instance_id);
    }
}

/// Response of `OnsMqttQueryClientByGroupId`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct QueryClientByGroupIdResponse {
    /// Unique ID (UUID) of this request; quote it when you ask for help. `RequestId` on the wire,
    /// such as `E4581CCF-62AF-44D9-B5B4-D1DBBC0ED875`.
    pub request_id: String,
    /// Address of a help page; the service may omit it. `HelpUrl` on the wire.
    pub help_url: Option<String>,
    /// Number of devices in the group. `MqttClientSetDo` on the wire.
    pub mqtt_client_set: MqttClientSet,
}

impl QueryClientByGroupIdResponse {
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
    QueryClientByGroupIdResponse, "RequestId" => always request_id, "HelpUrl" => optional
    help_url, "MqttClientSetDo" => always mqtt_client_set,
);
