// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Subcommands that call actions; doc comments are help texts.

use clap::Subcommand;
use pop_cli::time;
use ons_mqtt_client::models;
use super::values;

/// Subcommands that call an action.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Actions: create, delete, list.
    #[command(subcommand)]
    Group(GroupCommand),
    /// Actions: history, topic, group.
    #[command(subcommand)]
    Online(OnlineCommand),
    /// Actions: get.
    #[command(subcommand)]
    Client(ClientCommand),
    /// Actions: trend.
    #[command(subcommand)]
    Message(MessageCommand),
}

#[derive(Subcommand)]
pub(crate) enum GroupCommand {
    /// Creates a group, named by its group ID (GID).
    ///
    /// Before an application goes live: once its topics exist, create the group that its MQTT
    /// clients will belong to.
    ///
    /// Only instances of the platinum edition have this action.
    ///
    /// Action: OnsMqttGroupIdCreate.
    ///
    /// Errors: ONS_SYSTEM_ERROR, ONS_SERVICE_UNSUPPORTED, BIZ_FIELD_CHECK_INVALID,
    /// BIZ_TOPIC_NOT_FOUND, BIZ_SUBSCRIPTION_EXISTED, BIZ_REGION_NOT_FOUND,
    /// EMPOWER_OWNER_CHECK_ERROR.
    Create {
        /// ID of the group to create.
        ///
        /// 7 to 64 characters, such as `GID_test`.
        group_id: String,
        /// Instance to create the group in.
        ///
        /// Required when the instance has a namespace of its own.
        ///
        /// Such as `post-cn-0pp12gl****`.
        #[arg(long)]
        instance_id: Option<String>,
        /// Parent topic that the group is to subscribe to; it must exist.
        ///
        /// At most 64 characters, such as `test`.
        #[arg(long)]
        topic: Option<String>,
    },
    /// Deletes a group.
    ///
    /// After an application has changed, remove the groups that it no longer uses.
    ///
    /// Only instances of the platinum edition have this action.
    ///
    /// Action: OnsMqttGroupIdDelete.
    ///
    /// Errors: ONS_SYSTEM_ERROR, ONS_SERVICE_UNSUPPORTED, BIZ_FIELD_CHECK_INVALID,
    /// BIZ_SUBSCRIPTION_NOT_FOUND, BIZ_REGION_NOT_FOUND, EMPOWER_OWNER_CHECK_ERROR.
    Delete {
        /// ID of the group to delete.
        ///
        /// 7 to 64 characters, such as `GID_test_groupId`.
        group_id: String,
        /// Instance that the group is in.
        ///
        /// Required when the instance has a namespace of its own.
        ///
        /// Such as `MQ_INST_111111111111_DOxxxxxx`.
        #[arg(long)]
        instance_id: Option<String>,
    },
    /// Lists groups.
    ///
    /// Get all GIDs first, then query the data of one group after another.
    ///
    /// Action: OnsMqttGroupIdList.
    ///
    /// Errors: ONS_SYSTEM_ERROR, BIZ_FIELD_CHECK_INVALID, BIZ_REGION_NOT_FOUND,
    /// EMPOWER_OWNER_CHECK_ERROR.
    List {
        /// Instance whose groups to list.
        ///
        /// Required when the instance has a namespace of its own.
        ///
        /// Such as `post-cn-0pp12gl****`.
        #[arg(long)]
        instance_id: Option<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum OnlineCommand {
    /// Charts how many devices of a group were online over a period.
    ///
    /// For business reports. Calls are limited, so keep it out of an application's main path; to
    /// tell whether a device is online, use the notifications of devices going online and
    /// offline.
    ///
    /// At most 30 calls in 60 seconds for each access key.
    ///
    /// Action: OnsMqttQueryHistoryOnline.
    ///
    /// Errors: ONS_SYSTEM_ERROR, BIZ_FIELD_CHECK_INVALID, BIZ_SUBSCRIPTION_NOT_FOUND,
    /// BIZ_REGION_NOT_FOUND, EMPOWER_OWNER_CHECK_ERROR.
    #[command(after_help = time::HELP)]
    History {
        /// Start of the range.
        ///
        /// Such as `1570959001000`.
        #[arg(value_parser = time::milliseconds, allow_hyphen_values = true)]
        begin_time: i64,
        /// End of the range. Keep it within one day: what lies beyond the day of `BeginTime` (UTC+8)
        /// is cut off.
        ///
        /// Such as `1570962601000`.
        #[arg(value_parser = time::milliseconds, allow_hyphen_values = true)]
        end_time: i64,
        /// ID of the group to query.
        ///
        /// 7 to 64 characters, such as `GID_test`.
        group_id: String,
        /// Instance that the group is in.
        ///
        /// Required when the instance has a namespace of its own.
        ///
        /// Such as `post-cn-0pp12gl****`.
        #[arg(long)]
        instance_id: Option<String>,
    },
    /// Counts the online devices that subscribe to a topic.
    ///
    /// For analysis: if a campaign has a topic of its own, this tells how many devices take part.
    /// Calls are limited, so keep it out of an application's main path.
    ///
    /// At most 30 calls in 60 seconds for each access key.
    ///
    /// Action: OnsMqttQueryClientByTopic.
    ///
    /// Errors: ONS_SYSTEM_ERROR, BIZ_FIELD_CHECK_INVALID, BIZ_TOPIC_NOT_FOUND,
    /// BIZ_REGION_NOT_FOUND, EMPOWER_OWNER_CHECK_ERROR.
    Topic {
        /// Parent topic to query.
        ///
        /// At most 64 characters, such as `test`.
        parent_topic: String,
        /// Subtopic to query; left out if there is none. It may hold the wildcards `+` and `#`, and
        /// then only devices that subscribed with exactly this filter count.
        ///
        /// At most 64 characters, such as `/testmqtt`.
        #[arg(long)]
        sub_topic: Option<String>,
        /// Instance that the topic is in.
        ///
        /// Required when the instance has a namespace of its own.
        ///
        /// Such as `post-cn-0pp12gl****`.
        #[arg(long)]
        instance_id: Option<String>,
    },
    /// Counts the online devices of a group.
    ///
    /// For analysis: shows how active the devices of a group are. Calls are limited, so keep it
    /// out of an application's main path.
    ///
    /// At most 30 calls in 60 seconds for each access key.
    ///
    /// Action: OnsMqttQueryClientByGroupId.
    ///
    /// Errors: ONS_SYSTEM_ERROR, BIZ_FIELD_CHECK_INVALID, BIZ_SUBSCRIPTION_NOT_FOUND,
    /// BIZ_REGION_NOT_FOUND, EMPOWER_OWNER_CHECK_ERROR.
    Group {
        /// ID of the group to query.
        ///
        /// 7 to 64 characters, such as `GID_test`.
        group_id: String,
        /// Instance that the group is in.
        ///
        /// Required when the instance has a namespace of its own.
        ///
        /// Such as `post-cn-0pp12gl****`.
        #[arg(long)]
        instance_id: Option<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum ClientCommand {
    /// Shows how a device is connected and what it subscribes to.
    ///
    /// For tracking down trouble with one device: whether it is online, from which address,
    /// subscribed to what. Calls are limited, so keep it out of an application's main path; to
    /// follow devices going online and offline, use the notifications.
    ///
    /// At most 30 calls in 60 seconds for each access key.
    ///
    /// Action: OnsMqttQueryClientByClientId.
    ///
    /// Errors: ONS_SYSTEM_ERROR, BIZ_FIELD_CHECK_INVALID, BIZ_SUBSCRIPTION_NOT_FOUND,
    /// BIZ_REGION_NOT_FOUND, EMPOWER_OWNER_CHECK_ERROR.
    Get {
        /// Client ID of the device to query: GID, `@@@`, device ID.
        ///
        /// At most 64 characters, such as `GID_test@@@test`.
        client_id: String,
        /// Instance that the device belongs to.
        ///
        /// Required when the instance has a namespace of its own.
        ///
        /// Such as `post-cn-0pp12gl****`.
        #[arg(long)]
        instance_id: Option<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum MessageCommand {
    /// Charts the messages sent or received on a topic over a period.
    ///
    /// For reports, and to gauge how much an application is used. Calls are limited, so keep it
    /// out of an application's main path.
    ///
    /// At most 30 calls in 60 seconds for each access key.
    ///
    /// Action: OnsMqttQueryMsgTransTrend.
    ///
    /// Errors: ONS_SYSTEM_ERROR, BIZ_FIELD_CHECK_INVALID, BIZ_TOPIC_NOT_FOUND,
    /// BIZ_REGION_NOT_FOUND, EMPOWER_OWNER_CHECK_ERROR.
    #[command(after_help = time::HELP)]
    Trend {
        /// Start of the range.
        ///
        /// Such as `1570957261000`.
        #[arg(value_parser = time::milliseconds, allow_hyphen_values = true)]
        begin_time: i64,
        /// End of the range. Keep it within one day: what lies beyond the day of `BeginTime` (UTC+8)
        /// is cut off.
        ///
        /// Such as `1570962601000`.
        #[arg(value_parser = time::milliseconds, allow_hyphen_values = true)]
        end_time: i64,
        /// Instance that the topic is in.
        ///
        /// Required when the instance has a namespace of its own.
        ///
        /// Such as `post-cn-0pp12gl****`.
        #[arg(long)]
        instance_id: Option<String>,
        /// Parent topic to query.
        ///
        /// At most 64 characters, such as `test`.
        parent_topic: String,
        /// Whether to show rates or counts.
        ///
        /// Such as `TPS`.
        #[arg(value_parser = values::tps_type())]
        tps_type: models::TpsType,
        /// Whether to show production or consumption.
        ///
        /// Such as `PUB`.
        #[arg(value_parser = values::trans_type())]
        trans_type: models::TransType,
        /// Subtopic to query; if left out, the whole parent topic counts.
        ///
        /// At most 64 characters, such as `/testMq4Iot`.
        #[arg(long)]
        sub_topic: Option<String>,
        /// How the messages were addressed; if left out, all count.
        ///
        /// Such as `P2P`.
        #[arg(long, value_parser = values::msg_type())]
        msg_type: Option<models::MsgType>,
        /// QoS of the messages; if left out, or with any other value, all count.
        ///
        /// Such as `0`.
        #[arg(long, value_parser = values::qos().or_other())]
        qos: Option<models::Qos>,
    },
}
