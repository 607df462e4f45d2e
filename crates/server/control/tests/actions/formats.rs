//! All actions with both methods and in both formats.

use ons_mqtt_client::{Format, Method};

use crate::support::{GROUP, INSTANCE, INTERVAL, KEY, Service, client, now, until};

#[tokio::test]
async fn every_action_answers_alike_with_get_and_post_in_json_and_xml() {
    let service = Service::start().await;
    let mut device = service.device("GID_test@@@a").await;
    device.subscribe("test/a", 1).await;
    device.publish("test/a", 1).await;
    let begin = now();
    let end = begin + INTERVAL;
    let ready = async || {
        let query = service.client().query_history_online(begin, end, GROUP);
        let chart = query.instance_id(INSTANCE).send().await.unwrap().data;
        chart.records.len() == 2
    };
    until("the range is over", ready).await;
    let mut all = Vec::new();
    for method in [Method::Get, Method::Post] {
        for format in [Format::Json, Format::Xml] {
            let client = client(service.api, KEY, method, format);
            let create = client.group_id_create("GID_new").instance_id(INSTANCE);
            create.topic("test").send().await.unwrap();
            let delete = client.group_id_delete("GID_new").instance_id(INSTANCE);
            delete.send().await.unwrap();
            let groups = client
                .group_id_list()
                .instance_id(INSTANCE)
                .send()
                .await
                .unwrap();
            let group = client.query_client_by_group_id(GROUP).instance_id(INSTANCE);
            let topic = client
                .query_client_by_topic("test")
                .sub_topic("/a")
                .instance_id(INSTANCE);
            let info = client
                .query_client_by_client_id("GID_test@@@a")
                .instance_id(INSTANCE);
            let history = client
                .query_history_online(begin, end, GROUP)
                .instance_id(INSTANCE);
            let trend = client
                .query_msg_trans_trend(begin - INTERVAL, begin, "test", "TPS".into(), "SUB".into())
                .instance_id(INSTANCE);
            all.push((
                groups.data,
                group.send().await.unwrap().mqtt_client_set,
                topic.send().await.unwrap().mqtt_client_set,
                info.send().await.unwrap().mqtt_client_info,
                history.send().await.unwrap().data,
                trend.send().await.unwrap().data,
            ));
        }
    }
    let first = &all[0];
    assert_eq!(first.0.len(), 1);
    assert_eq!((first.1.online_count, first.2.online_count), (1, 1));
    assert_eq!(first.3.subscription_data.len(), 1);
    assert!(!first.4.records.is_empty() && !first.5.records.is_empty());
    for other in &all[1..] {
        assert_eq!(other, first);
    }
}
