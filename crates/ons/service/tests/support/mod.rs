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
                    let mut response = Self::default();
                    response.request_id = request_id.to_owned();
                    let fill: fn(&mut Self) = $sample;
                    fill(&mut response);
                    response
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
    group_id_create: GroupIdCreateRequest -> GroupIdCreateResponse, |_| {};
    group_id_delete: GroupIdDeleteRequest -> GroupIdDeleteResponse, |response| {
        response.help_url = Some("https://example.com/?a=1&b=<2>".to_owned());
    };
    group_id_list: GroupIdListRequest -> GroupIdListResponse, |response| {
        let mut first = MqttGroupId::default();
        first.group_id = "GID_test".to_owned();
        first.create_time = 1_555_293_113_000;
        first.update_time = 1_555_293_113_001;
        first.instance_id = "post-cn-0pp12gl".to_owned();
        first.independent_naming = true;
        let mut second = first.clone();
        second.group_id = "GID_other".to_owned();
        second.independent_naming = false;
        second.id = Some(2);
        second.channel_id = Some(0);
        second.owner = Some("1234567".to_owned());
        second.topic = Some("test".to_owned());
        second.status = Some(GroupStatus::Frozen);
        response.data = vec![first, second];
    };
    query_history_online: QueryHistoryOnlineRequest -> QueryHistoryOnlineResponse, |response| {
        response.data = chart("客户端连接数", "数量");
    };
    query_client_by_topic: QueryClientByTopicRequest -> QueryClientByTopicResponse, |response| {
        response.mqtt_client_set.online_count = 4;
    };
    query_client_by_group_id:
        QueryClientByGroupIdRequest -> QueryClientByGroupIdResponse, |response| {
        response.mqtt_client_set.online_count = 5_000_000_000;
        response.mqtt_client_set.persist_count = Some(1);
    };
    query_client_by_client_id:
        QueryClientByClientIdRequest -> QueryClientByClientIdResponse, |response| {
        let mut subscription = Subscription::default();
        subscription.parent_topic = "test".to_owned();
        subscription.qos = Qos::AtLeastOnce;
        subscription.sub_topic = Some("/中文/<&>\"".to_owned());
        let client = &mut response.mqtt_client_info;
        client.client_id = "GID_test@@@test".to_owned();
        client.online = true;
        client.last_touch = Some(1_570_960_847_101);
        client.socket_channel = Some("/42.120.0.1:50255".to_owned());
        client.subscription_data = vec![subscription];
    };
    query_msg_trans_trend: QueryMsgTransTrendRequest -> QueryMsgTransTrendResponse, |response| {
        response.data = chart("消息生产TPS", "条/秒");
    };
}

fn chart(title: &str, unit: &str) -> StatsChart {
    let point = |x, y| {
        let mut point = StatsData::default();
        point.x = x;
        point.y = y;
        point
    };
    let mut chart = StatsChart::default();
    chart.title = title.to_owned();
    chart.x_unit = "时间".to_owned();
    chart.y_unit = unit.to_owned();
    chart.records = vec![
        point(1_570_960_501_000, 2.0),
        point(1_570_960_561_000, 0.25),
    ];
    chart
}
