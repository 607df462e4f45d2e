// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Subcommands that call actions; doc comments are help texts.

use clap::Subcommand;

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
    /// Creates a group, which is identified by its group ID (GID).
    ///
    /// Before an application goes live, create its topics first, then create the group for its
    /// MQTT clients.
    ///
    /// Available only for instances of the platinum edition.
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
        /// Instance in which to create the group.
        ///
        /// Required when the instance has its own namespace.
        ///
        /// Such as `post-cn-0pp12gl****`.
        #[arg(long)]
        instance_id: Option<String>,
        /// Parent topic for the group to subscribe to; it must already exist.
        ///
        /// At most 64 characters, such as `test`.
        #[arg(long)]
        topic: Option<String>,
    },
    /// Deletes a group.
    ///
    /// After a redesign of an application, remove the groups that it no longer uses.
    ///
    /// Available only for instances of the platinum edition.
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
        /// Instance that contains the group.
        ///
        /// Required when the instance has its own namespace.
        ///
        /// Such as `MQ_INST_111111111111_DOxxxxxx`.
        #[arg(long)]
        instance_id: Option<String>,
    },
    /// Lists groups.
    ///
    /// Get all GIDs first, then query the data of each group.
    ///
    /// Action: OnsMqttGroupIdList.
    ///
    /// Errors: ONS_SYSTEM_ERROR, BIZ_FIELD_CHECK_INVALID, BIZ_REGION_NOT_FOUND,
    /// EMPOWER_OWNER_CHECK_ERROR.
    List {
        /// Instance whose groups are listed.
        ///
        /// Required when the instance has its own namespace.
        ///
        /// Such as `post-cn-0pp12gl****`.
        #[arg(long)]
        instance_id: Option<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum OnlineCommand {
    /// Charts the number of online devices of a group over a period.
    ///
    /// Use it for business reports. Calls are limited, so do not use it in the main flow of an
    /// application. To find out whether a device is online, use the notifications that are sent
    /// when devices go online and offline.
    ///
    /// At most 30 calls in 60 seconds for each access key.
    ///
    /// Action: OnsMqttQueryHistoryOnline.
    ///
    /// Errors: ONS_SYSTEM_ERROR, BIZ_FIELD_CHECK_INVALID, BIZ_SUBSCRIPTION_NOT_FOUND,
    /// BIZ_REGION_NOT_FOUND, EMPOWER_OWNER_CHECK_ERROR.
    #[command(after_help = pop_cli::time::HELP)]
    History {
        /// Start of the range.
        ///
        /// Such as `1570959001000`.
        #[arg(value_parser = pop_cli::time::milliseconds, allow_hyphen_values = true)]
        begin_time: i64,
        /// End of the range. Keep the range within one day: everything after the day of `BeginTime`
        /// (UTC+8) is cut off.
        ///
        /// Such as `1570962601000`.
        #[arg(value_parser = pop_cli::time::milliseconds, allow_hyphen_values = true)]
        end_time: i64,
        /// ID of the group to query.
        ///
        /// 7 to 64 characters, such as `GID_test`.
        group_id: String,
        /// Instance that contains the group.
        ///
        /// Required when the instance has its own namespace.
        ///
        /// Such as `post-cn-0pp12gl****`.
        #[arg(long)]
        instance_id: Option<String>,
    },
    /// Counts the online devices that subscribe to a topic.
    ///
    /// Use it for analysis, for example to count the devices that take part in a campaign with
    /// its own topic. Calls are limited, so do not use it in the main flow of an application.
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
        /// Sub topic to query; omit it if there is none. It can contain the wildcards `+` and `#`;
        /// then only devices that subscribed with exactly this filter are counted.
        ///
        /// At most 64 characters, such as `/testmqtt`.
        #[arg(long)]
        sub_topic: Option<String>,
        /// Instance that contains the topic.
        ///
        /// Required when the instance has its own namespace.
        ///
        /// Such as `post-cn-0pp12gl****`.
        #[arg(long)]
        instance_id: Option<String>,
    },
    /// Counts the online devices of a group.
    ///
    /// Use it for analysis, to see how active the devices of a group are. Calls are limited, so
    /// do not use it in the main flow of an application.
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
        /// Instance that contains the group.
        ///
        /// Required when the instance has its own namespace.
        ///
        /// Such as `post-cn-0pp12gl****`.
        #[arg(long)]
        instance_id: Option<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum ClientCommand {
    /// Queries the connection and the subscriptions of a device.
    ///
    /// Use it to troubleshoot a device: whether it is online, from which address it connects, and
    /// what it subscribes to. Calls are limited, so do not use it in the main flow of an
    /// application. To track when devices go online and offline, use the notifications.
    ///
    /// At most 30 calls in 60 seconds for each access key.
    ///
    /// Action: OnsMqttQueryClientByClientId.
    ///
    /// Errors: ONS_SYSTEM_ERROR, BIZ_FIELD_CHECK_INVALID, BIZ_SUBSCRIPTION_NOT_FOUND,
    /// BIZ_REGION_NOT_FOUND, EMPOWER_OWNER_CHECK_ERROR.
    Get {
        /// Client ID of the device to query; it consists of the GID, `@@@` and the device ID.
        ///
        /// At most 64 characters, such as `GID_test@@@test`.
        client_id: String,
        /// Instance that contains the device.
        ///
        /// Required when the instance has its own namespace.
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
    /// Use it for reports and to estimate how much an application is used. Calls are limited, so
    /// do not use it in the main flow of an application.
    ///
    /// At most 30 calls in 60 seconds for each access key.
    ///
    /// Action: OnsMqttQueryMsgTransTrend.
    ///
    /// Errors: ONS_SYSTEM_ERROR, BIZ_FIELD_CHECK_INVALID, BIZ_TOPIC_NOT_FOUND,
    /// BIZ_REGION_NOT_FOUND, EMPOWER_OWNER_CHECK_ERROR.
    #[command(after_help = pop_cli::time::HELP)]
    Trend {
        /// Start of the range.
        ///
        /// Such as `1570957261000`.
        #[arg(value_parser = pop_cli::time::milliseconds, allow_hyphen_values = true)]
        begin_time: i64,
        /// End of the range. Keep the range within one day: everything after the day of `BeginTime`
        /// (UTC+8) is cut off.
        ///
        /// Such as `1570962601000`.
        #[arg(value_parser = pop_cli::time::milliseconds, allow_hyphen_values = true)]
        end_time: i64,
        /// Instance that contains the topic.
        ///
        /// Required when the instance has its own namespace.
        ///
        /// Such as `post-cn-0pp12gl****`.
        #[arg(long)]
        instance_id: Option<String>,
        /// Parent topic to query.
        ///
        /// At most 64 characters, such as `test`.
        parent_topic: String,
        /// Kind of value to show: rates or counts.
        ///
        /// Such as `TPS`.
        #[arg(value_parser = super::values::tps_type())]
        tps_type: super::models::TpsType,
        /// Direction of the messages: production or consumption.
        ///
        /// Such as `PUB`.
        #[arg(value_parser = super::values::trans_type())]
        trans_type: super::models::TransType,
        /// Sub topic to query; if omitted, the whole parent topic is counted.
        ///
        /// At most 64 characters, such as `/testMq4Iot`.
        #[arg(long)]
        sub_topic: Option<String>,
        /// Delivery mode of the messages; if omitted, all messages are counted.
        ///
        /// Such as `P2P`.
        #[arg(long, value_parser = super::values::msg_type())]
        msg_type: Option<super::models::MsgType>,
        /// QoS of the messages; if omitted or any other value, all messages are counted.
        ///
        /// Such as `0`.
        #[arg(
            long,
            value_parser = super::values::qos().or_other(),
            allow_negative_numbers = true
        )]
        qos: Option<super::models::Qos>,
    },
}
