//! A service for tests: it records its requests and returns sample data or a given failure.

use std::sync::Mutex;

use ons_mqtt_models::*;
use ons_mqtt_service::Service;
use pop_rpc::error::Failure;
use pop_rpc::service::Context;

/// A service that records its requests and returns sample data or a given failure.
#[derive(Default)]
pub(crate) struct Recorder {
    /// Failure that every action returns, if any.
    pub(crate) failure: Option<Failure>,
    received: Mutex<Vec<(Context, AnyRequest)>>,
}

impl Recorder {
    /// Returns the requests that reached a method, each with its context.
    pub(crate) fn received(&self) -> Vec<(Context, AnyRequest)> {
        self.received.lock().unwrap().clone()
    }

    fn record(&self, context: &Context, request: AnyRequest) -> Result<(), Failure> {
        self.received
            .lock()
            .unwrap()
            .push((context.clone(), request));
        self.failure.clone().map_or(Ok(()), Err)
    }
}

/// A response that tests can fill with sample data.
pub(crate) trait Sample {
    fn sample(request_id: &str) -> Self;
}

macro_rules! recorder {
    ($($method:ident: $request:ident -> $response:ident, $sample:expr;)*) => {
        /// A request of any action.
        #[derive(Clone, Debug, PartialEq)]
        #[allow(clippy::enum_variant_names)]
        pub(crate) enum AnyRequest {
            $($request($request)),*
        }

        $(
            impl From<$request> for AnyRequest {
                fn from(request: $request) -> Self {
                    Self::$request(request)
                }
            }

            impl Sample for $response {
                fn sample(request_id: &str) -> Self {
                    $sample.request_id(request_id)
                }
            }
        )*

        impl Service for Recorder {
            $(
                async fn $method(
                    &self,
                    context: &Context,
                    request: $request,
                ) -> Result<$response, Failure> {
                    self.record(context, request.into())?;
                    Ok(Sample::sample("an ID that the dispatcher replaces"))
                }
            )*
        }
    };
}

recorder! {
    group_id_create: GroupIdCreateRequest -> GroupIdCreateResponse, GroupIdCreateResponse::new();
    group_id_delete: GroupIdDeleteRequest -> GroupIdDeleteResponse,
        GroupIdDeleteResponse::new().help_url("https://example.com/?a=1&b=<2>");
    group_id_list: GroupIdListRequest -> GroupIdListResponse, GroupIdListResponse::new(groups());
    query_history_online: QueryHistoryOnlineRequest -> QueryHistoryOnlineResponse,
        QueryHistoryOnlineResponse::new(chart("客户端连接数", "数量"));
    query_client_by_topic: QueryClientByTopicRequest -> QueryClientByTopicResponse,
        QueryClientByTopicResponse::new(MqttClientSet::new(4));
    query_client_by_group_id: QueryClientByGroupIdRequest -> QueryClientByGroupIdResponse,
        QueryClientByGroupIdResponse::new(MqttClientSet::new(5_000_000_000).persist_count(1));
    query_client_by_client_id: QueryClientByClientIdRequest -> QueryClientByClientIdResponse,
        QueryClientByClientIdResponse::new(device());
    query_msg_trans_trend: QueryMsgTransTrendRequest -> QueryMsgTransTrendResponse,
        QueryMsgTransTrendResponse::new(chart("消息生产TPS", "条/秒"));
}

fn groups() -> Vec<MqttGroupId> {
    let group = |id: &str, is_independent| {
        let (created, updated) = (1_555_293_113_000, 1_555_293_113_001);
        MqttGroupId::new(id, created, updated, "post-cn-0pp12gl", is_independent)
    };
    let other = group("GID_other", false)
        .id(2)
        .channel_id(0)
        .owner("1234567")
        .topic("test")
        .status(GroupStatus::Frozen);
    vec![group("GID_test", true), other]
}

fn device() -> MqttClientInfo {
    let subscription = Subscription::new("test", Qos::AtLeastOnce).sub_topic("/中文/<&>\"");
    MqttClientInfo::new("GID_test@@@test", true, vec![subscription])
        .last_touch(1_570_960_847_101)
        .socket_channel("/42.120.0.1:50255")
}

fn chart(title: &str, unit: &str) -> StatsChart {
    let points = vec![
        StatsData::new(1_570_960_501_000, 2.0),
        StatsData::new(1_570_960_561_000, 0.25),
    ];
    StatsChart::new(points, title, "时间", unit)
}
