//! Groups that change on one node and are used on others.

use std::time::{Duration, Instant};

use crate::machine::{Device, Machine, create_group, delete_group, groups, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_is_created_on_one_node_is_known_on_others_within_two_seconds() {
    let machine = Machine::start().await;
    let (first, second) = (machine.node("a"), machine.node("b"));
    create_group(&first, "GID_test").await.unwrap();
    let created = Instant::now();
    let again = create_group(&second, "GID_test").await.unwrap_err();
    assert!(
        again.to_string().contains("BIZ_SUBSCRIPTION_EXISTED"),
        "{again}"
    );
    until("the other node lists it", async || {
        groups(&second).await == ["GID_test"]
    })
    .await;
    until("the other node accepts its devices", async || {
        Device::connect(&second, "GID_test@@@1").await.is_some()
    })
    .await;
    assert!(
        created.elapsed() < Duration::from_secs(2),
        "{:?}",
        created.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_devices_of_a_group_that_one_node_deletes_are_disconnected_and_refused_by_all() {
    let machine = Machine::start().await;
    let (first, second) = (machine.node("a"), machine.node("b"));
    for group in ["GID_gone", "GID_stays"] {
        create_group(&first, group).await.unwrap();
    }
    until("the other node lists them", async || {
        groups(&second).await.len() == 2
    })
    .await;
    let mut gone = Device::connect(&second, "GID_gone@@@1").await.unwrap();
    let mut stays = Device::connect(&second, "GID_stays@@@1").await.unwrap();
    delete_group(&first, "GID_gone").await.unwrap();
    gone.ended().await;
    assert!(Device::connect(&second, "GID_gone@@@1").await.is_none());
    assert!(Device::connect(&first, "GID_gone@@@1").await.is_none());
    stays.subscribe("test/a").await;
    assert_eq!(groups(&second).await, ["GID_stays"]);
}
