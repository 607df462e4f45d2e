//! `OnsMqttQueryHistoryOnline`.

use ons_mqtt_client::ErrorCode;
use ons_mqtt_client::models::StatsChart;

use crate::support::{GROUP, INSTANCE, INTERVAL, Service, code, interval_of, now, points, until};

async fn history(service: &Service, begin: i64, end: i64) -> StatsChart {
    let query = service.client().query_history_online(begin, end, GROUP);
    query.instance_id(INSTANCE).send().await.unwrap().data
}

#[tokio::test]
async fn every_interval_has_a_point_with_the_devices_online_at_its_start() {
    let service = Service::start().await;
    let begin = now();
    let device = service.device("GID_test@@@a").await;
    let second = service.device("GID_test@@@b").await;
    let online = now();
    let last = async || {
        points(&history(&service, begin, now()).await)
            .last()
            .copied()
    };
    until("both are sampled", async || {
        last().await.is_some_and(|(_, y)| y == 2.0)
    })
    .await;
    let seen = last().await.unwrap().0;
    second.disconnect().await;
    until("one is sampled", async || {
        last().await.is_some_and(|(_, y)| y == 1.0)
    })
    .await;
    device.disconnect().await;
    until("nobody is sampled", async || {
        last().await.is_some_and(|(_, y)| y == 0.0)
    })
    .await;
    let chart = history(&service, begin, now()).await;
    assert_eq!(
        (&*chart.title, &*chart.x_unit, &*chart.y_unit),
        ("客户端连接数", "时间", "数量")
    );
    let shown = points(&chart);
    assert_eq!(shown[0].0, interval_of(begin));
    for (one, next) in shown.iter().zip(&shown[1..]) {
        assert_eq!(next.0 - one.0, INTERVAL);
    }
    for (time, count) in shown {
        // A sample is taken when an interval begins, and is visible soon after.
        match time {
            time if time <= begin => assert_eq!(count, 0.0),
            time if (online..=seen).contains(&time) => assert_eq!(count, 2.0),
            _ => assert!(count <= 2.0),
        }
    }
}

#[tokio::test]
async fn a_range_without_a_sample_has_a_title_but_no_points() {
    let service = Service::start().await;
    let _device = service.device("GID_test@@@a").await;
    let begin = now();
    until("there is a sample", async || {
        !history(&service, begin, now()).await.records.is_empty()
    })
    .await;
    let hour = 3_600_000;
    for (from, to) in [
        (begin - hour, begin - hour / 2),
        (begin + hour, begin + 2 * hour),
    ] {
        let chart = history(&service, from, to).await;
        assert_eq!((chart.records.len(), &*chart.title), (0, "客户端连接数"));
    }
}

#[tokio::test]
async fn the_group_and_the_order_of_the_times_are_checked() {
    let service = Service::start().await;
    let client = service.client();
    let query = client
        .query_history_online(2, 1, "GID_none")
        .instance_id(INSTANCE);
    assert_eq!(code(query.send().await), ErrorCode::BizFieldCheckInvalid);
    let query = client
        .query_history_online(1, 2, "GID_none")
        .instance_id(INSTANCE);
    assert_eq!(code(query.send().await), ErrorCode::BizSubscriptionNotFound);
}
