// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Actions as tools of the Model Context Protocol.

use pop_cli::BoxFuture;
use pop_cli::explain::Language;
use pop_cli::mcp;
use ons_mqtt_client::{Client, ErrorCode};
use super::models;

/// The actions of the product.
pub(super) struct Tools;

impl mcp::Tools for Tools {
    type Product = Client;
    const PROGRAM: (&'static str, &'static str) = (
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
    );
    const LISTS: &'static [(Language, &'static str)] = &[
        (Language::Zh, include_str!("tools.zh.json")),
        (Language::En, include_str!("tools.en.json")),
    ];

    fn call<'a>(
        caller: &'a mcp::Caller<ErrorCode>,
        tool: &str,
        arguments: serde_json::Value,
    ) -> BoxFuture<'a, mcp::Outcome<ErrorCode>> {
        match tool {
            "OnsMqttGroupIdCreate" => {
                caller.call::<models::GroupIdCreateRequest>(arguments)
            }
            "OnsMqttGroupIdDelete" => {
                caller.call::<models::GroupIdDeleteRequest>(arguments)
            }
            "OnsMqttGroupIdList" => caller.call::<models::GroupIdListRequest>(arguments),
            "OnsMqttQueryHistoryOnline" => {
                caller.call::<models::QueryHistoryOnlineRequest>(arguments)
            }
            "OnsMqttQueryClientByTopic" => {
                caller.call::<models::QueryClientByTopicRequest>(arguments)
            }
            "OnsMqttQueryClientByGroupId" => {
                caller.call::<models::QueryClientByGroupIdRequest>(arguments)
            }
            "OnsMqttQueryClientByClientId" => {
                caller.call::<models::QueryClientByClientIdRequest>(arguments)
            }
            "OnsMqttQueryMsgTransTrend" => {
                caller.call::<models::QueryMsgTransTrendRequest>(arguments)
            }
            _ => mcp::unknown(tool),
        }
    }
}
