// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Request and response of `OnsMqttQueryMsgTransTrend`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `OnsMqttQueryMsgTransTrend`.
///
/// Charts the messages sent or received on a topic over a period.
///
/// Use it for reports and to estimate how much an application is used. Calls are limited, so
/// do not use it in the main flow of an application.
///
/// At most 30 calls in 60 seconds for each access key.
///
/// Errors: `ONS_SYSTEM_ERROR`, `BIZ_FIELD_CHECK_INVALID`, `BIZ_TOPIC_NOT_FOUND`,
/// `BIZ_REGION_NOT_FOUND`, `EMPOWER_OWNER_CHECK_ERROR`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct QueryMsgTransTrendRequest {
    /// Start of the range. `BeginTime` on the wire, at least 0, in milliseconds since
    /// 1970-01-01T00:00:00Z, such as `1570957261000`.
    pub begin_time: i64,
    /// End of the range. Keep the range within one day: everything after the day of `BeginTime`
    /// (UTC+8) is cut off. `EndTime` on the wire, at least 0, in milliseconds since
    /// 1970-01-01T00:00:00Z, such as `1570962601000`.
    pub end_time: i64,
    /// Instance that contains the topic. `InstanceId` on the wire, such as `post-cn-0pp12gl****`.
    ///
    /// Required when the instance has its own namespace.
    pub instance_id: Option<String>,
    /// Parent topic to query. `ParentTopic` on the wire, at most 64 characters, such as `test`.
    pub parent_topic: String,
    /// Kind of value to show: rates or counts. `TpsType` on the wire, such as `TPS`.
    pub tps_type: TpsType,
    /// Direction of the messages: production or consumption. `TransType` on the wire, such as
    /// `PUB`.
    pub trans_type: TransType,
    /// Sub topic to query; if omitted, the whole parent topic is counted. `SubTopic` on the wire,
    /// at most 64 characters, such as `/testMq4Iot`.
    pub sub_topic: Option<String>,
    /// Delivery mode of the messages; if omitted, all messages are counted. `MsgType` on the
    /// wire, such as `P2P`.
    pub msg_type: Option<MsgType>,
    /// QoS of the messages; if omitted or any other value, all messages are counted. `Qos` on the
    /// wire, such as `0`.
    pub qos: Option<Qos>,
}

impl QueryMsgTransTrendRequest {
    /// Creates a request with the required parameters.
    pub fn new(
        begin_time: i64,
        end_time: i64,
        parent_topic: impl Into<String>,
        tps_type: TpsType,
        trans_type: TransType,
    ) -> Self {
        Self {
            begin_time,
            end_time,
            parent_topic: parent_topic.into(),
            tps_type,
            trans_type,
            instance_id: Default::default(),
            sub_topic: Default::default(),
            msg_type: Default::default(),
            qos: Default::default(),
        }
    }
}

pop_rpc::wire_struct!(
    QueryMsgTransTrendRequest, "BeginTime" => needed begin_time, "EndTime" => needed
    end_time, "InstanceId" => optional instance_id, "ParentTopic" => needed parent_topic,
    "TpsType" => needed tps_type, "TransType" => needed trans_type, "SubTopic" =>
    optional sub_topic, "MsgType" => optional msg_type, "Qos" => optional qos,
);

impl Action for QueryMsgTransTrendRequest {
    const INFO: ActionInfo = ActionInfo::new("OnsMqttQueryMsgTransTrend", VERSION)
        .limit(30, 60);
    const SORTED: bool = true;

    type Response = QueryMsgTransTrendResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("BeginTime", &self.begin_time);
        sink.flat("EndTime", &self.end_time);
        sink.flat("InstanceId", &self.instance_id);
        sink.flat("MsgType", &self.msg_type);
        sink.flat("ParentTopic", &self.parent_topic);
        sink.flat("Qos", &self.qos);
        sink.flat("SubTopic", &self.sub_topic);
        sink.flat("TpsType", &self.tps_type);
        sink.flat("TransType", &self.trans_type);
    }
}

/// Response of `OnsMqttQueryMsgTransTrend`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct QueryMsgTransTrendResponse {
    /// Unique ID (UUID) of this request; quote it when you ask for help. `RequestId` on the wire,
    /// such as `E4581CCF-62AF-44D9-B5B4-D1DBBC0ED875`.
    pub request_id: String,
    /// Address of a help page; the service may omit it. `HelpUrl` on the wire.
    pub help_url: Option<String>,
    /// Chart of the messages. `Data` on the wire.
    pub data: StatsChart,
}

impl QueryMsgTransTrendResponse {
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
    QueryMsgTransTrendResponse, "RequestId" => always request_id, "HelpUrl" => optional
    help_url, "Data" => always data,
);
