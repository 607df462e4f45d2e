//! Owners of instances, and the namespaces in which names must be unique.

use ons_mqtt_client::models::MqttGroupId;
use ons_mqtt_client::{Client, ErrorCode};

use crate::support::{FREE, INSTANCE, KEY, OTHER_KEY, Service, code, now};

/// Instances besides [`INSTANCE`]. Three share one namespace: two of the first key and one of the
/// other key. The others are an independent one of the other key, and one of the standard edition.
const INSTANCES: &str = r#"
    [[instance]]
    id = "post-cn-first"
    region = "cn-hangzhou"
    independent_naming = false
    mqtt_listen = "127.0.0.1:0"
    topics = ["first"]

    [[instance]]
    id = "post-cn-second"
    region = "cn-beijing"
    independent_naming = false
    mqtt_listen = "127.0.0.1:0"
    topics = ["second"]

    [[instance]]
    id = "post-cn-third"
    region = "cn-hangzhou"
    independent_naming = false
    mqtt_listen = "127.0.0.1:0"
    topics = ["third"]
    owner = "otherid"

    [[instance]]
    id = "post-cn-foreign"
    region = "cn-hangzhou"
    mqtt_listen = "127.0.0.1:0"
    topics = ["test"]
    owner = "otherid"

    [[instance]]
    id = "post-cn-standard"
    region = "cn-hangzhou"
    edition = "standard"
    mqtt_listen = "127.0.0.1:0"
    topics = ["test"]
"#;

async fn service() -> Service {
    Service::with(&format!("{FREE}{INSTANCES}")).await
}

async fn create(client: &Client, group_id: &str, instance_id: &str) -> Result<(), ErrorCode> {
    let create = client.group_id_create(group_id).instance_id(instance_id);
    let answer = create.send().await;
    answer
        .map(drop)
        .map_err(|error| error.code().unwrap().clone())
}

async fn list(client: &Client, instance_id: Option<&str>) -> Vec<MqttGroupId> {
    let mut list = client.group_id_list();
    if let Some(instance_id) = instance_id {
        list = list.instance_id(instance_id);
    }
    list.send().await.unwrap().data
}

fn ids(groups: &[MqttGroupId]) -> Vec<(&str, &str)> {
    let groups = groups.iter();
    groups
        .map(|group| (&*group.instance_id, &*group.group_id))
        .collect()
}

#[tokio::test]
async fn a_list_shows_the_parameters_that_a_group_was_created_with() {
    let service = service().await;
    let client = service.client();
    let before = now();
    let create = client.group_id_create("GID_bbb").topic("test");
    create.instance_id(INSTANCE).send().await.unwrap();
    let after = now();
    let create = client.group_id_create("GID_a_1");
    create.instance_id(INSTANCE).send().await.unwrap();
    let groups = list(&client, Some(INSTANCE)).await;
    assert_eq!(ids(&groups), [(INSTANCE, "GID_a_1"), (INSTANCE, "GID_bbb")]);
    assert_eq!(
        (&groups[0].topic, groups[1].topic.as_deref()),
        (&None, Some("test"))
    );
    for group in &groups {
        assert!(group.independent_naming && group.update_time == group.create_time);
    }
    assert!((before..=after).contains(&groups[1].create_time));
    assert_eq!(
        list(&client, None).await,
        [],
        "the group is not in the shared namespace"
    );
}

#[tokio::test]
async fn an_instance_with_independent_naming_must_be_named_and_shares_nothing() {
    let service = service().await;
    let (client, other) = (service.client(), service.client_of(OTHER_KEY));
    assert_eq!(create(&client, "GID_test", INSTANCE).await, Ok(()));
    assert_eq!(create(&other, "GID_test", "post-cn-foreign").await, Ok(()));
    assert_eq!(create(&other, "GID_test", "post-cn-third").await, Ok(()));
    assert_eq!(
        create(&client, "GID_test", INSTANCE).await,
        Err(ErrorCode::BizSubscriptionExisted)
    );
    // Without its ID, no request refers to this instance.
    let query = client.query_client_by_group_id("GID_test").send().await;
    assert_eq!(code(query), ErrorCode::BizSubscriptionNotFound);
    let query = client.query_client_by_topic("test").send().await;
    assert_eq!(code(query), ErrorCode::BizTopicNotFound);
    let delete = client.group_id_delete("GID_test").send().await;
    assert_eq!(code(delete), ErrorCode::BizSubscriptionNotFound);
}

#[tokio::test]
async fn a_key_that_owns_only_independent_instances_must_name_one() {
    let service = Service::start().await;
    let client = service.client();
    let invalid = ErrorCode::BizFieldCheckInvalid;
    assert_eq!(code(client.group_id_list().send().await), invalid);
    assert_eq!(
        code(client.group_id_create("GID_other").send().await),
        invalid
    );
    assert_eq!(
        code(client.group_id_delete("GID_test").send().await),
        invalid
    );
    assert_eq!(
        code(client.query_client_by_group_id("GID_test").send().await),
        invalid
    );
    assert_eq!(
        code(client.query_client_by_topic("test").send().await),
        invalid
    );
    let query = client.query_client_by_client_id("GID_test@@@a");
    assert_eq!(code(query.send().await), invalid);
    assert_eq!(
        code(client.query_history_online(1, 1, "GID_test").send().await),
        invalid
    );
    let query = client.query_msg_trans_trend(1, 1, "test", "SUM".into(), "PUB".into());
    assert_eq!(code(query.send().await), invalid);
}

#[tokio::test]
async fn instances_without_independent_naming_share_names_and_need_not_be_named() {
    let service = service().await;
    let (client, other) = (service.client(), service.client_of(OTHER_KEY));
    assert_eq!(create(&client, "GID_one", "post-cn-first").await, Ok(()));
    assert_eq!(create(&client, "GID_two", "post-cn-second").await, Ok(()));
    for (client, instance_id) in [
        (&client, "post-cn-first"),
        (&client, "post-cn-second"),
        (&other, "post-cn-third"),
    ] {
        assert_eq!(
            create(
                client,
                if instance_id == "post-cn-second" {
                    "GID_one"
                } else {
                    "GID_two"
                },
                instance_id
            )
            .await,
            Err(ErrorCode::BizSubscriptionExisted),
            "{instance_id}"
        );
    }
    let groups = list(&client, None).await;
    assert_eq!(
        ids(&groups),
        [("post-cn-first", "GID_one"), ("post-cn-second", "GID_two")]
    );
    assert!(!groups[0].independent_naming);
    assert_eq!(
        ids(&list(&client, Some("post-cn-second")).await),
        [("post-cn-second", "GID_two")]
    );
    assert_eq!(list(&other, None).await, []);

    let device = service
        .try_device("post-cn-second", KEY, "GID_two@@@a")
        .await;
    let mut device = device.unwrap();
    device.subscribe("second/a", 0).await;
    assert!(
        service
            .try_device("post-cn-first", KEY, "GID_two@@@b")
            .await
            .is_err()
    );
    let online = client
        .query_client_by_group_id("GID_two")
        .send()
        .await
        .unwrap();
    assert_eq!(online.mqtt_client_set.online_count, 1);
    let online = client
        .query_client_by_topic("second")
        .sub_topic("/a")
        .send()
        .await
        .unwrap();
    assert_eq!(online.mqtt_client_set.online_count, 1);
    let info = client
        .query_client_by_client_id("GID_two@@@a")
        .send()
        .await
        .unwrap();
    assert!(info.mqtt_client_info.online);
    let elsewhere = client
        .query_client_by_group_id("GID_two")
        .instance_id("post-cn-first");
    assert_eq!(
        code(elsewhere.send().await),
        ErrorCode::BizSubscriptionNotFound
    );
    let foreign = other.query_client_by_group_id("GID_two").send().await;
    assert_eq!(code(foreign), ErrorCode::BizSubscriptionNotFound);
    client.group_id_delete("GID_two").send().await.unwrap();
    device.closed().await;
    assert_eq!(create(&other, "GID_two", "post-cn-third").await, Ok(()));
}

#[tokio::test]
async fn a_group_is_created_in_the_region_of_the_request_if_no_instance_is_named() {
    let service = service().await;
    // The region of the client is that of the first instance.
    service
        .client()
        .group_id_create("GID_test")
        .send()
        .await
        .unwrap();
    let groups = list(&service.client(), None).await;
    assert_eq!(ids(&groups), [("post-cn-first", "GID_test")]);
}

#[tokio::test]
async fn foreign_instances_and_unknown_instances_are_refused_alike() {
    let service = service().await;
    let client = service.client();
    let refused = ErrorCode::EmpowerOwnerCheckError;
    for id in ["post-cn-foreign", "post-cn-third", "post-cn-none"] {
        assert_eq!(create(&client, "GID_test", id).await, Err(refused.clone()));
        let delete = client.group_id_delete("GID_test").instance_id(id);
        assert_eq!(code(delete.send().await), refused);
        assert_eq!(
            code(client.group_id_list().instance_id(id).send().await),
            refused
        );
        let query = client.query_client_by_group_id("GID_test").instance_id(id);
        assert_eq!(code(query.send().await), refused);
        let query = client
            .query_client_by_client_id("GID_test@@@a")
            .instance_id(id);
        assert_eq!(code(query.send().await), refused);
        let query = client.query_client_by_topic("test").instance_id(id);
        assert_eq!(code(query.send().await), refused);
        let query = client
            .query_history_online(1, 1, "GID_test")
            .instance_id(id);
        assert_eq!(code(query.send().await), refused);
        let query = client.query_msg_trans_trend(1, 1, "test", "SUM".into(), "PUB".into());
        assert_eq!(code(query.instance_id(id).send().await), refused);
    }
}

#[tokio::test]
async fn groups_of_the_standard_edition_can_only_be_listed() {
    let service = service().await;
    let client = service.client();
    let id = "post-cn-standard";
    let unsupported = ErrorCode::OnsServiceUnsupported;
    assert_eq!(
        create(&client, "GID_test", id).await,
        Err(unsupported.clone())
    );
    let delete = client.group_id_delete("GID_test").instance_id(id);
    assert_eq!(code(delete.send().await), unsupported);
    assert_eq!(list(&client, Some(id)).await, []);
}

#[tokio::test]
async fn a_group_cannot_be_created_for_a_topic_that_its_instance_does_not_have() {
    let service = service().await;
    let client = service.client();
    for topic in ["none", "first"] {
        let create = client.group_id_create("GID_test").instance_id(INSTANCE);
        assert_eq!(
            code(create.topic(topic).send().await),
            ErrorCode::BizTopicNotFound
        );
    }
    assert_eq!(list(&client, Some(INSTANCE)).await, []);
}
