//! Data that outlives the process, and exclusive use of its files.

use ons_mqtt_client::models::TransType;
use ons_mqtt_server::StartError;

use crate::support::{
    FREE, GROUP, INSTANCE, Service, middle_of_interval, now, start_server, sum, until,
};

async fn counted(service: &Service, begin: i64, trans_type: TransType) -> f64 {
    let client = service.client();
    let query = client.query_msg_trans_trend(begin, now(), "test", "SUM".into(), trans_type);
    sum(&query.instance_id(INSTANCE).send().await.unwrap().data)
}

#[tokio::test]
async fn groups_and_all_message_counts_survive_a_restart() {
    let mut service = Service::start().await;
    let begin = now();
    for round in 1..=3 {
        let mut device = service.device("GID_test@@@a").await;
        device.subscribe("test", 1).await;
        middle_of_interval().await;
        for _ in 0..100 {
            device.publish("test", 1).await;
            assert_eq!(device.message().await, "test");
        }
        // Restart at once, while most counts are still in memory only.
        service = service.restart().await;
        let groups = service.client().group_id_list().instance_id(INSTANCE);
        assert_eq!(groups.send().await.unwrap().data[0].group_id, GROUP);
        let expected = f64::from(100 * round);
        until("all messages are shown", async || {
            counted(&service, begin, TransType::Pub).await == expected
                && counted(&service, begin, TransType::Sub).await == expected
        })
        .await;
        let history = service.client().query_history_online(begin, now(), GROUP);
        assert!(history.instance_id(INSTANCE).send().await.is_ok());
    }
}

#[tokio::test]
async fn a_second_server_cannot_use_the_files_of_the_first() {
    let service = Service::start().await;
    let refused = start_server(service.folder.path(), FREE).await;
    let Err(StartError::Store(error)) = refused else {
        panic!("the second server started, or failed for another reason");
    };
    assert!(
        error.to_string().contains("in use by another server"),
        "{error}"
    );
    let groups = service.client().group_id_list().instance_id(INSTANCE);
    assert_eq!(groups.send().await.unwrap().data.len(), 1);
    let (folder, more) = service.stop().await;
    Service::run(folder, more).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_under_way_when_the_service_stops_are_answered() {
    let service = Service::start().await;
    let stop = service.stop.clone();
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let client = service.client();
            tokio::spawn(async move {
                let mut created = Vec::new();
                for number in 0..10_000 {
                    let group_id = format!("GID_{task}_{number:03}");
                    let create = client.group_id_create(&group_id).instance_id(INSTANCE);
                    match create.send().await {
                        Ok(_) => created.push(group_id),
                        Err(error) => {
                            // A stopped service refuses connections. It never sends part of an
                            // answer.
                            assert_eq!(error.code(), None, "{error}");
                            break;
                        }
                    }
                }
                created
            })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    stop.cancel();
    let (folder, more) = service.stop().await;
    let mut acknowledged = Vec::new();
    for task in tasks {
        acknowledged.extend(task.await.unwrap());
    }
    assert!(acknowledged.len() > 8, "{}", acknowledged.len());
    let service = Service::run(folder, more).await;
    let list = service.client().group_id_list().instance_id(INSTANCE);
    let there = list.send().await.unwrap().data;
    for group_id in acknowledged {
        assert!(
            there.iter().any(|group| group.group_id == group_id),
            "{group_id}"
        );
    }
}
