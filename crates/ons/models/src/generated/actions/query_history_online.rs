// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Request and response of `OnsMqttQueryHistoryOnline`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `OnsMqttQueryHistoryOnline`.
///
/// Charts the number of online devices of a group over a period.
///
/// Use it for business reports. Calls are limited, so do not use it in the main flow of an
/// application. To find out whether a device is online, use the notifications that are sent
/// when devices go online and offline.
///
/// At most 30 calls in 60 seconds for each access key.
///
/// Errors: `ONS_SYSTEM_ERROR`, `BIZ_FIELD_CHECK_INVALID`, `BIZ_SUBSCRIPTION_NOT_FOUND`,
/// `BIZ_REGION_NOT_FOUND`, `EMPOWER_OWNER_CHECK_ERROR`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct QueryHistoryOnlineRequest {
    /// Start of the range. `BeginTime` on the wire, at least 0, in milliseconds since
    /// 1970-01-01T00:00:00Z, such as `1570959001000`.
    pub begin_time: i64,
    /// End of the range. Keep the range within one day: everything after the day of `BeginTime`
    /// (UTC+8) is cut off. `EndTime` on the wire, at least 0, in milliseconds since
    /// 1970-01-01T00:00:00Z, such as `1570962601000`.
    pub end_time: i64,
    /// ID of the group to query. `GroupId` on the wire, 7 to 64 characters, such as `GID_test`.
    pub group_id: String,
    /// Instance that contains the group. `InstanceId` on the wire, such as `post-cn-0pp12gl****`.
    ///
    /// Required when the instance has its own namespace.
    pub instance_id: Option<String>,
}

impl QueryHistoryOnlineRequest {
    /// Creates a request with the required parameters.
    pub fn new(begin_time: i64, end_time: i64, group_id: impl Into<String>) -> Self {
        Self {
            begin_time,
            end_time,
            group_id: group_id.into(),
            instance_id: Default::default(),
        }
    }
}

pop_rpc::wire_struct!(
    QueryHistoryOnlineRequest, "BeginTime" => needed begin_time, "EndTime" => needed
    end_time, "GroupId" => needed group_id, "InstanceId" => optional instance_id,
);

impl Action for QueryHistoryOnlineRequest {
    const INFO: ActionInfo = ActionInfo::new("OnsMqttQueryHistoryOnline", VERSION)
        .limit(30, 60);
    const SORTED: bool = true;

    type Response = QueryHistoryOnlineResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("BeginTime", &self.begin_time);
        sink.flat("EndTime", &self.end_time);
        sink.flat("GroupId", &self.group_id);
        sink.flat("InstanceId", &self.instance_id);
    }
}

/// Response of `OnsMqttQueryHistoryOnline`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct QueryHistoryOnlineResponse {
    /// Unique ID (UUID) of this request; quote it when you ask for help. `RequestId` on the wire,
    /// such as `E4581CCF-62AF-44D9-B5B4-D1DBBC0ED875`.
    pub request_id: String,
    /// Address of a help page; the service may omit it. `HelpUrl` on the wire.
    pub help_url: Option<String>,
    /// Chart of the number of online devices. `Data` on the wire.
    pub data: StatsChart,
}

impl QueryHistoryOnlineResponse {
    /// Creates a response with the members that are always present.
    pub fn new(data: StatsChart) -> Self {
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
    QueryHistoryOnlineResponse, "RequestId" => always request_id, "HelpUrl" => optional
    help_url, "Data" => always data,
);
