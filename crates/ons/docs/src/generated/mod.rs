// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

mod forms;

use std::sync::LazyLock;

pub use forms::FORMS;
pub use pop_docs::{Page, PageKind, Reference, Text};

/// 中文参考文档。
pub mod zh {
    #[doc(inline)]
    pub use crate::getting_started::zh as getting_started;
    /// 接口一览
    ///
    /// [English](crate::en::actions)
    ///
    #[doc = include_str!("pages/zh/actions.md")]
    pub mod actions {}
    /// `OnsMqttGroupIdCreate`: 创建一个分组，即 Group ID（GID）。
    ///
    /// [English](crate::en::group_id_create)
    ///
    #[doc = include_str!("pages/zh/group_id_create.md")]
    pub mod group_id_create {}
    /// `OnsMqttGroupIdDelete`: 删除一个分组。
    ///
    /// [English](crate::en::group_id_delete)
    ///
    #[doc = include_str!("pages/zh/group_id_delete.md")]
    pub mod group_id_delete {}
    /// `OnsMqttGroupIdList`: 列出分组。
    ///
    /// [English](crate::en::group_id_list)
    ///
    #[doc = include_str!("pages/zh/group_id_list.md")]
    pub mod group_id_list {}
    /// `OnsMqttQueryHistoryOnline`: 查询一个分组在一段时间内的在线设备数曲线。
    ///
    /// [English](crate::en::query_history_online)
    ///
    #[doc = include_str!("pages/zh/query_history_online.md")]
    pub mod query_history_online {}
    /// `OnsMqttQueryClientByTopic`: 统计订阅某个 Topic 的在线设备数。
    ///
    /// [English](crate::en::query_client_by_topic)
    ///
    #[doc = include_str!("pages/zh/query_client_by_topic.md")]
    pub mod query_client_by_topic {}
    /// `OnsMqttQueryClientByGroupId`: 统计一个分组的在线设备数。
    ///
    /// [English](crate::en::query_client_by_group_id)
    ///
    #[doc = include_str!("pages/zh/query_client_by_group_id.md")]
    pub mod query_client_by_group_id {}
    /// `OnsMqttQueryClientByClientId`: 查询一台设备的连接和订阅情况。
    ///
    /// [English](crate::en::query_client_by_client_id)
    ///
    #[doc = include_str!("pages/zh/query_client_by_client_id.md")]
    pub mod query_client_by_client_id {}
    /// `OnsMqttQueryMsgTransTrend`: 查询一个 Topic 在一段时间内的消息收发曲线。
    ///
    /// [English](crate::en::query_msg_trans_trend)
    ///
    #[doc = include_str!("pages/zh/query_msg_trans_trend.md")]
    pub mod query_msg_trans_trend {}
    /// 公共参数
    ///
    /// [English](crate::en::common_parameters)
    ///
    #[doc = include_str!("pages/zh/common_parameters.md")]
    pub mod common_parameters {}
    /// 错误码
    ///
    /// [English](crate::en::error_codes)
    ///
    #[doc = include_str!("pages/zh/error_codes.md")]
    pub mod error_codes {}
    /// 地域与接入点
    ///
    /// [English](crate::en::regions)
    ///
    #[doc = include_str!("pages/zh/regions.md")]
    pub mod regions {}
    /// 版本
    ///
    /// [English](crate::en::releases)
    ///
    #[doc = include_str!("pages/zh/releases.md")]
    pub mod releases {}
    /// 勘误
    ///
    /// [English](crate::en::errata)
    ///
    #[doc = include_str!("pages/zh/errata.md")]
    pub mod errata {}
}

/// The reference in English.
pub mod en {
    #[doc(inline)]
    pub use crate::getting_started::en as getting_started;
    /// Actions
    ///
    /// [中文](crate::zh::actions)
    ///
    #[doc = include_str!("pages/en/actions.md")]
    pub mod actions {}
    /// `OnsMqttGroupIdCreate`: Creates a group, which is identified by its group ID (GID).
    ///
    /// [中文](crate::zh::group_id_create)
    ///
    #[doc = include_str!("pages/en/group_id_create.md")]
    pub mod group_id_create {}
    /// `OnsMqttGroupIdDelete`: Deletes a group.
    ///
    /// [中文](crate::zh::group_id_delete)
    ///
    #[doc = include_str!("pages/en/group_id_delete.md")]
    pub mod group_id_delete {}
    /// `OnsMqttGroupIdList`: Lists groups.
    ///
    /// [中文](crate::zh::group_id_list)
    ///
    #[doc = include_str!("pages/en/group_id_list.md")]
    pub mod group_id_list {}
    /// `OnsMqttQueryHistoryOnline`: Charts the number of online devices of a group over a period.
    ///
    /// [中文](crate::zh::query_history_online)
    ///
    #[doc = include_str!("pages/en/query_history_online.md")]
    pub mod query_history_online {}
    /// `OnsMqttQueryClientByTopic`: Counts the online devices that subscribe to a topic.
    ///
    /// [中文](crate::zh::query_client_by_topic)
    ///
    #[doc = include_str!("pages/en/query_client_by_topic.md")]
    pub mod query_client_by_topic {}
    /// `OnsMqttQueryClientByGroupId`: Counts the online devices of a group.
    ///
    /// [中文](crate::zh::query_client_by_group_id)
    ///
    #[doc = include_str!("pages/en/query_client_by_group_id.md")]
    pub mod query_client_by_group_id {}
    /// `OnsMqttQueryClientByClientId`: Queries the connection and the subscriptions of a device.
    ///
    /// [中文](crate::zh::query_client_by_client_id)
    ///
    #[doc = include_str!("pages/en/query_client_by_client_id.md")]
    pub mod query_client_by_client_id {}
    /// `OnsMqttQueryMsgTransTrend`: Charts the messages sent or received on a topic over a period.
    ///
    /// [中文](crate::zh::query_msg_trans_trend)
    ///
    #[doc = include_str!("pages/en/query_msg_trans_trend.md")]
    pub mod query_msg_trans_trend {}
    /// Common parameters
    ///
    /// [中文](crate::zh::common_parameters)
    ///
    #[doc = include_str!("pages/en/common_parameters.md")]
    pub mod common_parameters {}
    /// Error codes
    ///
    /// [中文](crate::zh::error_codes)
    ///
    #[doc = include_str!("pages/en/error_codes.md")]
    pub mod error_codes {}
    /// Regions and endpoints
    ///
    /// [中文](crate::zh::regions)
    ///
    #[doc = include_str!("pages/en/regions.md")]
    pub mod regions {}
    /// Releases
    ///
    /// [中文](crate::zh::releases)
    ///
    #[doc = include_str!("pages/en/releases.md")]
    pub mod releases {}
    /// Errata
    ///
    /// [中文](crate::zh::errata)
    ///
    #[doc = include_str!("pages/en/errata.md")]
    pub mod errata {}
}

/// Title of the API.
pub const TITLE: Text = Text {
    zh: "微消息队列 MQTT 版管控 API",
    en: "Control API of Message Queue for MQTT",
};

/// 微消息队列 MQTT 版管控 API as an OpenAPI 3.1 document in JSON.
pub const OPENAPI: &str = include_str!("openapi.json");

/// Returns all pages in reading order; sections follow their chapter.
pub fn pages() -> &'static [Page] {
    reference().pages()
}

/// Returns the page that a name belongs to; see [`Reference::page`].
pub fn page(name: &str) -> Option<&'static Page> {
    reference().page(name)
}

/// Returns the name of a page that is spelt almost like this, for “did you mean”.
pub fn suggestion(name: &str) -> Option<&'static str> {
    reference().suggestion(name)
}

/// Returns the whole reference, in which pages can be searched.
pub fn reference() -> &'static Reference {
    static ALL: LazyLock<Reference> = LazyLock::new(|| Reference::new(
        PAGES.iter().copied(),
    ));
    &ALL
}

/// All pages in reading order, without the sections.
static PAGES: &[Page] = &[
    crate::getting_started::PAGE,
    Page {
        kind: PageKind::Chapter,
        name: "actions",
        names: &[],
        title: Text {
            zh: "接口一览",
            en: "Actions",
        },
        body: Text {
            zh: include_str!("pages/zh/actions.md"),
            en: include_str!("pages/en/actions.md"),
        },
    },
    Page {
        kind: PageKind::Action,
        name: "OnsMqttGroupIdCreate",
        names: &["group_id_create", "group create"],
        title: Text {
            zh: "OnsMqttGroupIdCreate",
            en: "OnsMqttGroupIdCreate",
        },
        body: Text {
            zh: include_str!("pages/zh/group_id_create.md"),
            en: include_str!("pages/en/group_id_create.md"),
        },
    },
    Page {
        kind: PageKind::Action,
        name: "OnsMqttGroupIdDelete",
        names: &["group_id_delete", "group delete"],
        title: Text {
            zh: "OnsMqttGroupIdDelete",
            en: "OnsMqttGroupIdDelete",
        },
        body: Text {
            zh: include_str!("pages/zh/group_id_delete.md"),
            en: include_str!("pages/en/group_id_delete.md"),
        },
    },
    Page {
        kind: PageKind::Action,
        name: "OnsMqttGroupIdList",
        names: &["group_id_list", "group list"],
        title: Text {
            zh: "OnsMqttGroupIdList",
            en: "OnsMqttGroupIdList",
        },
        body: Text {
            zh: include_str!("pages/zh/group_id_list.md"),
            en: include_str!("pages/en/group_id_list.md"),
        },
    },
    Page {
        kind: PageKind::Action,
        name: "OnsMqttQueryHistoryOnline",
        names: &["query_history_online", "online history"],
        title: Text {
            zh: "OnsMqttQueryHistoryOnline",
            en: "OnsMqttQueryHistoryOnline",
        },
        body: Text {
            zh: include_str!("pages/zh/query_history_online.md"),
            en: include_str!("pages/en/query_history_online.md"),
        },
    },
    Page {
        kind: PageKind::Action,
        name: "OnsMqttQueryClientByTopic",
        names: &["query_client_by_topic", "online topic"],
        title: Text {
            zh: "OnsMqttQueryClientByTopic",
            en: "OnsMqttQueryClientByTopic",
        },
        body: Text {
            zh: include_str!("pages/zh/query_client_by_topic.md"),
            en: include_str!("pages/en/query_client_by_topic.md"),
        },
    },
    Page {
        kind: PageKind::Action,
        name: "OnsMqttQueryClientByGroupId",
        names: &["query_client_by_group_id", "online group"],
        title: Text {
            zh: "OnsMqttQueryClientByGroupId",
            en: "OnsMqttQueryClientByGroupId",
        },
        body: Text {
            zh: include_str!("pages/zh/query_client_by_group_id.md"),
            en: include_str!("pages/en/query_client_by_group_id.md"),
        },
    },
    Page {
        kind: PageKind::Action,
        name: "OnsMqttQueryClientByClientId",
        names: &["query_client_by_client_id", "client get"],
        title: Text {
            zh: "OnsMqttQueryClientByClientId",
            en: "OnsMqttQueryClientByClientId",
        },
        body: Text {
            zh: include_str!("pages/zh/query_client_by_client_id.md"),
            en: include_str!("pages/en/query_client_by_client_id.md"),
        },
    },
    Page {
        kind: PageKind::Action,
        name: "OnsMqttQueryMsgTransTrend",
        names: &["query_msg_trans_trend", "message trend"],
        title: Text {
            zh: "OnsMqttQueryMsgTransTrend",
            en: "OnsMqttQueryMsgTransTrend",
        },
        body: Text {
            zh: include_str!("pages/zh/query_msg_trans_trend.md"),
            en: include_str!("pages/en/query_msg_trans_trend.md"),
        },
    },
    Page {
        kind: PageKind::Chapter,
        name: "common_parameters",
        names: &[
            "Action",
            "Version",
            "Format",
            "AccessKeyId",
            "Signature",
            "SignatureMethod",
            "SignatureVersion",
            "SignatureNonce",
            "Timestamp",
            "RegionId",
            "SecurityToken",
            "SignatureType",
        ],
        title: Text {
            zh: "公共参数",
            en: "Common parameters",
        },
        body: Text {
            zh: include_str!("pages/zh/common_parameters.md"),
            en: include_str!("pages/en/common_parameters.md"),
        },
    },
    Page {
        kind: PageKind::Chapter,
        name: "error_codes",
        names: &[],
        title: Text {
            zh: "错误码",
            en: "Error codes",
        },
        body: Text {
            zh: include_str!("pages/zh/error_codes.md"),
            en: include_str!("pages/en/error_codes.md"),
        },
    },
    Page {
        kind: PageKind::Chapter,
        name: "regions",
        names: &[
            "cn-beijing",
            "mq-internet-access",
            "cn-hangzhou",
            "cn-shanghai",
            "cn-shenzhen",
            "ap-southeast-1",
            "cn-hangzhou-finance",
            "cn-shenzhen-finance-1",
            "cn-shanghai-finance-1",
        ],
        title: Text {
            zh: "地域与接入点",
            en: "Regions and endpoints",
        },
        body: Text {
            zh: include_str!("pages/zh/regions.md"),
            en: include_str!("pages/en/regions.md"),
        },
    },
    Page {
        kind: PageKind::Chapter,
        name: "releases",
        names: &["3.1.0", "2.1.4", "2.0.1", "2.0.0", "1.3.3"],
        title: Text {
            zh: "版本",
            en: "Releases",
        },
        body: Text {
            zh: include_str!("pages/zh/releases.md"),
            en: include_str!("pages/en/releases.md"),
        },
    },
    Page {
        kind: PageKind::Chapter,
        name: "errata",
        names: &[],
        title: Text { zh: "勘误", en: "Errata" },
        body: Text {
            zh: include_str!("pages/zh/errata.md"),
            en: include_str!("pages/en/errata.md"),
        },
    },
];
