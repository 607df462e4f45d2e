// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Request and response of `OnsMqttGroupIdList`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `OnsMqttGroupIdList`.
///
/// Lists groups.
///
/// Get all GIDs first, then query the data of each group.
///
/// Errors: `ONS_SYSTEM_ERROR`, `BIZ_FIELD_CHECK_INVALID`, `BIZ_REGION_NOT_FOUND`,
/// `EMPOWER_OWNER_CHECK_ERROR`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GroupIdListRequest {
    /// Instance whose groups are listed. `InstanceId` on the wire, such as `post-cn-0pp12gl****`.
    ///
    /// Required when the instance has its own namespace.
    pub instance_id: Option<String>,
}

impl GroupIdListRequest {
    /// Creates a request with the required parameters.
    pub fn new() -> Self {
        Self::default()
    }
}

pop_rpc::wire_struct!(GroupIdListRequest, "InstanceId" => optional instance_id,);

impl Action for GroupIdListRequest {
    const INFO: ActionInfo = ActionInfo::new("OnsMqttGroupIdList", VERSION);
    const SORTED: bool = true;

    type Response = GroupIdListResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("InstanceId", &self.instance_id);
    }
}

/// Response of `OnsMqttGroupIdList`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GroupIdListResponse {
    /// Unique ID (UUID) of this request; quote it when you ask for help. `RequestId` on the wire,
    /// such as `E4581CCF-62AF-44D9-B5B4-D1DBBC0ED875`.
    pub request_id: String,
    /// Address of a help page; the service may omit it. `HelpUrl` on the wire.
    pub help_url: Option<String>,
    /// List of groups. `Data` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<MqttGroupId>)"))]
    pub data: Vec<MqttGroupId>,
}

impl GroupIdListResponse {
    /// Creates a response with the members that are always present.
    pub fn new(data: Vec<MqttGroupId>) -> Self {
        Self { data, ..Self::default() }
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
    GroupIdListResponse, "RequestId" => always request_id, "HelpUrl" => optional
    help_url, "Data" => always(MqttGroupIdDoItem) data,
);

/// A group.
///
/// Type `MqttGroupIdDo` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct MqttGroupId {
    /// ID of the group (GID). `GroupId` on the wire, such as `GID_test`.
    pub group_id: String,
    /// Time at which the group was created. `CreateTime` on the wire, in milliseconds since
    /// 1970-01-01T00:00:00Z, such as `1555293113000`.
    pub create_time: i64,
    /// Time at which the group was last changed. `UpdateTime` on the wire, in milliseconds since
    /// 1970-01-01T00:00:00Z, such as `1555293113000`.
    pub update_time: i64,
    /// ID of the instance that the group belongs to. `InstanceId` on the wire, such as
    /// `post-cn-0pp12gl****`.
    pub instance_id: String,
    /// `true` if the instance has its own namespace: names are unique within the instance, and
    /// other instances can use the same names. `false` if names are unique across all instances.
    /// `IndependentNaming` on the wire, such as `true`.
    pub independent_naming: bool,
    /// Internal number of the group. `Id` on the wire.
    pub id: Option<i64>,
    /// Number of the sales channel; `0` means Alibaba Cloud. `ChannelId` on the wire, such as
    /// `0`.
    pub channel_id: Option<i32>,
    /// Account ID of the group's owner. `Owner` on the wire.
    pub owner: Option<String>,
    /// Parent topic to which the group was bound when it was created. `Topic` on the wire, such
    /// as `test`.
    pub topic: Option<String>,
    /// State of the group. `Status` on the wire, such as `0`.
    pub status: Option<GroupStatus>,
}

impl MqttGroupId {
    /// Creates a value with the required members.
    pub fn new(
        group_id: impl Into<String>,
        create_time: i64,
        update_time: i64,
        instance_id: impl Into<String>,
        independent_naming: bool,
    ) -> Self {
        Self {
            group_id: group_id.into(),
            create_time,
            update_time,
            instance_id: instance_id.into(),
            independent_naming,
            ..Self::default()
        }
    }

    /// Internal number of the group.
    pub fn id(mut self, id: i64) -> Self {
        self.id = Some(id);
        self
    }

    /// Number of the sales channel; `0` means Alibaba Cloud.
    pub fn channel_id(mut self, channel_id: i32) -> Self {
        self.channel_id = Some(channel_id);
        self
    }

    /// Account ID of the group's owner.
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Parent topic to which the group was bound when it was created.
    pub fn topic(mut self, topic: impl Into<String>) -> Self {
        self.topic = Some(topic.into());
        self
    }

    /// State of the group.
    pub fn status(mut self, status: GroupStatus) -> Self {
        self.status = Some(status);
        self
    }
}

pop_rpc::wire_struct!(
    MqttGroupId, "GroupId" => always group_id, "CreateTime" => always create_time,
    "UpdateTime" => always update_time, "InstanceId" => always instance_id,
    "IndependentNaming" => always independent_naming, "Id" => optional id, "ChannelId" =>
    optional channel_id, "Owner" => optional owner, "Topic" => optional topic, "Status"
    => optional status,
);

/// Name of list items on the wire: `MqttGroupIdDo`.
struct MqttGroupIdDoItem;

impl pop_rpc::wire::ItemName for MqttGroupIdDoItem {
    const NAME: &'static str = "MqttGroupIdDo";
}
