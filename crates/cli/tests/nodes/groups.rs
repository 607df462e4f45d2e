//! Groups that change on one node and are used on others.

use crate::machine::{Device, Machine, create_group, delete_group, groups};

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_is_created_on_one_node_is_known_on_others_at_once() {
    let machine = Machine::start().await;
    let [first, second] = machine.nodes(["a", "b"]).await;
    create_group(&first, "GID_test").await.unwrap();
    assert_eq!(groups(&second).await, ["GID_test"]);
    assert!(Device::connect(&second, "GID_test@@@1").await.is_some());
    let again = create_group(&second, "GID_test").await.unwrap_err();
    let again = again.to_string();
    assert!(again.contains("BIZ_SUBSCRIPTION_EXISTED"), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_devices_of_a_group_that_one_node_deletes_are_disconnected_and_refused_by_all() {
    let machine = Machine::start().await;
    let [first, second] = machine.nodes(["a", "b"]).await;
    for group in ["GID_gone", "GID_stays"] {
        create_group(&first, group).await.unwrap();
    }
    let mut gone = Device::connect(&second, "GID_gone@@@1").await.unwrap();
    let mut stays = Device::connect(&second, "GID_stays@@@1").await.unwrap();
    delete_group(&first, "GID_gone").await.unwrap();
    assert_eq!(groups(&second).await, ["GID_stays"]);
    gone.ended().await;
    for node in [&first, &second] {
        assert!(Device::connect(node, "GID_gone@@@1").await.is_none());
    }
    stays.subscribe("test/a").await;
}
