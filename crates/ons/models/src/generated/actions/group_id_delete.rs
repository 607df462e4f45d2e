// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Request and response of `OnsMqttGroupIdDelete`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `OnsMqttGroupIdDelete`.
///
/// Deletes a group.
///
/// After a redesign of an application, remove the groups that it no longer uses.
///
/// Available only for instances of the platinum edition.
///
/// Errors: `ONS_SYSTEM_ERROR`, `ONS_SERVICE_UNSUPPORTED`, `BIZ_FIELD_CHECK_INVALID`,
/// `BIZ_SUBSCRIPTION_NOT_FOUND`, `BIZ_REGION_NOT_FOUND`, `EMPOWER_OWNER_CHECK_ERROR`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GroupIdDeleteRequest {
    /// ID of the group to delete. `GroupId` on the wire, 7 to 64 characters, such as
    /// `GID_test_groupId`.
    pub group_id: String,
    /// Instance that contains the group. `InstanceId` on the wire, such as
    /// `MQ_INST_111111111111_DOxxxxxx`.
    ///
    /// Required when the instance has its own namespace.
    pub instance_id: Option<String>,
}

impl GroupIdDeleteRequest {
    /// Creates a request with the required parameters.
    pub fn new(group_id: impl Into<String>) -> Self {
        Self {
            group_id: group_id.into(),
            instance_id: Default::default(),
        }
    }
}

pop_rpc::wire_struct!(
    GroupIdDeleteRequest, "GroupId" => needed group_id, "InstanceId" => optional
    instance_id,
);

impl Action for GroupIdDeleteRequest {
    const INFO: ActionInfo = ActionInfo::new("OnsMqttGroupIdDelete", VERSION)
        .write(false);
    const SORTED: bool = true;

    type Response = GroupIdDeleteResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("GroupId", &self.group_id);
        sink.flat("InstanceId", &self.instance_id);
    }
}

/// Response of `OnsMqttGroupIdDelete`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GroupIdDeleteResponse {
    /// Unique ID (UUID) of this request; quote it when you ask for help. `RequestId` on the wire,
    /// such as `E4581CCF-62AF-44D9-B5B4-D1DBBC0ED875`.
    pub request_id: String,
    /// Address of a help page; the service may omit it. `HelpUrl` on the wire.
    pub help_url: Option<String>,
}

impl GroupIdDeleteResponse {
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
    GroupIdDeleteResponse, "RequestId" => always request_id, "HelpUrl" => optional
    help_url,
);
