//! Messages for one client.

use crate::support::device::{Device, VERSIONS, Version, message, options, persistent};
use crate::support::{start, until};

#[tokio::test]
async fn a_message_goes_to_the_client_that_its_topic_names_and_to_no_one_else() {
    let broker = start().await;
    for version in VERSIONS {
        let mut receiver = Device::connect(&broker, options(version, "GID_test@@@receiver")).await;
        let mut listener = Device::connect(&broker, options(version, "GID_test@@@listener")).await;
        let mut writer = Device::connect(&broker, options(version, "GID_other@@@writer")).await;
        for filter in ["lamps/#", "lamps/p2p/+", "lamps/p2p/GID_test@@@receiver"] {
            assert!(listener.subscribe(filter, 2).await);
        }
        for qos in 0..=2 {
            writer
                .publish("lamps/p2p/GID_test@@@receiver", "for you", qos)
                .await;
            assert_eq!(
                receiver.next().await,
                message("lamps/p2p/GID_test@@@receiver", "for you", qos)
            );
        }
        // What the listener gets next was published after all of them.
        writer.publish("lamps/x", "for all", 1).await;
        assert_eq!(listener.next().await, message("lamps/x", "for all", 1));
    }
}

#[tokio::test]
async fn a_receiver_that_subscribed_gets_the_message_once() {
    let broker = start().await;
    let mut receiver =
        Device::connect(&broker, options(Version::V311, "GID_test@@@receiver")).await;
    assert!(receiver.subscribe("lamps/#", 1).await);
    let mut writer = Device::connect(&broker, options(Version::V311, "GID_test@@@writer")).await;
    writer
        .publish("lamps/p2p/GID_test@@@receiver", "once", 1)
        .await;
    writer.publish("lamps/end", "end", 1).await;
    assert_eq!(receiver.next().await.payload, "once");
    assert_eq!(receiver.next().await.payload, "end");
}

#[tokio::test]
async fn a_retained_message_for_one_client_is_not_kept_for_others() {
    let broker = start().await;
    let mut writer = Device::connect(&broker, options(Version::V311, "GID_test@@@writer")).await;
    writer
        .publish_retained("lamps/p2p/GID_test@@@receiver", "secret", 1)
        .await;
    let mut listener =
        Device::connect(&broker, options(Version::V311, "GID_test@@@listener")).await;
    assert!(listener.subscribe("lamps/#", 1).await);
    writer.publish("lamps/x", "for all", 1).await;
    assert_eq!(listener.next().await, message("lamps/x", "for all", 1));
}

#[tokio::test]
async fn a_client_that_is_offline_gets_the_message_if_its_session_is_kept() {
    let broker = start().await;
    for version in VERSIONS {
        let receiver = Device::connect(&broker, persistent(version, "GID_test@@@receiver")).await;
        receiver.disconnect().await;
        until("it is offline", || broker.connections() == 0).await;
        let mut writer = Device::connect(&broker, options(version, "GID_test@@@writer")).await;
        writer
            .publish("lamps/p2p/GID_test@@@receiver", "later", 1)
            .await;
        let mut receiver =
            Device::connect(&broker, persistent(version, "GID_test@@@receiver")).await;
        assert_eq!(
            receiver.next().await,
            message("lamps/p2p/GID_test@@@receiver", "later", 1)
        );
        writer.disconnect().await;
        Device::connect(&broker, options(version, "GID_test@@@receiver"))
            .await
            .disconnect()
            .await;
        until("both are offline", || broker.connections() == 0).await;
    }
}
