//! Clients that may connect, and answers to those that may not.

use crate::support::device::{Device, Options, VERSIONS, Version, options};
use crate::support::raw::{Raw, connect_anonymously};
use crate::support::{INSTANCE, password, refused, start};
use ons_mqtt_broker::Refusal;

const CLIENT: &str = "GID_test@@@device";

#[tokio::test]
async fn a_device_with_the_right_signature_connects() {
    let broker = start().await;
    for version in VERSIONS {
        let device = Device::connect(&broker, options(version, CLIENT)).await;
        assert_eq!(broker.connections(), 1);
        device.disconnect().await;
    }
    assert!(broker.refused().iter().all(|(_, count)| *count == 0));
}

#[tokio::test]
async fn a_device_with_the_published_password_connects() {
    let broker = start().await;
    let published = Options {
        password: "mG/PZJV8ixPG2ofrQ0TieDzNGio=".to_owned(),
        ..options(Version::V311, "GID_test@@@test")
    };
    Device::connect(&broker, published).await;
}

#[tokio::test]
async fn whoever_may_not_connect_is_refused_with_a_reason_and_counted() {
    let broker = start().await;
    let with = |client_id: &str, user_name: &str, password: &str| {
        (
            client_id.to_owned(),
            user_name.to_owned(),
            password.to_owned(),
        )
    };
    let signature = format!("Signature|testid|{INSTANCE}");
    let right = password(CLIENT);
    let cases = [
        (
            with(CLIENT, &signature, "wrong"),
            Refusal::Credentials,
            "BadUserNamePassword",
        ),
        (
            with(CLIENT, &signature, ""),
            Refusal::Credentials,
            "BadUserNamePassword",
        ),
        (
            with(CLIENT, &format!("Signature|nobody|{INSTANCE}"), &right),
            Refusal::Credentials,
            "BadUserNamePassword",
        ),
        (
            with(CLIENT, "Signature|testid|post-cn-other", &right),
            Refusal::Instance,
            "NotAuthorized",
        ),
        (
            with(CLIENT, "Token|testid|post-cn-test", &right),
            Refusal::UserName,
            "BadUserNamePassword",
        ),
        (
            with(CLIENT, "testid", &right),
            Refusal::UserName,
            "BadUserNamePassword",
        ),
        (
            with("GID_none@@@x", &signature, &password("GID_none@@@x")),
            Refusal::Group,
            "NotAuthorized",
        ),
        (
            with("lamp", &signature, &password("lamp")),
            Refusal::ClientId,
            "NotAuthorized",
        ),
    ];
    for version in VERSIONS {
        for ((client_id, user_name, password), refusal, code) in cases.clone() {
            let before = refused(&broker, refusal);
            let attempt = Options {
                user_name,
                password,
                ..options(version, &client_id)
            };
            let error = Device::try_connect(&broker, attempt)
                .await
                .err()
                .expect("a refusal");
            assert!(error.contains(code), "{refusal}: {error}");
            assert_eq!(refused(&broker, refusal), before + 1, "{refusal}");
        }
    }
    assert_eq!(broker.connections(), 0);
}

#[tokio::test]
async fn there_are_no_anonymous_clients() {
    let broker = start().await;
    let mut raw = Raw::open(&broker).await;
    raw.send(&connect_anonymously(CLIENT)).await;
    assert_eq!(raw.packet().await.expect("an answer").1, [0, 4]);
    raw.closed().await;
    assert_eq!(broker.client(CLIENT), None);
}

#[tokio::test]
async fn a_will_for_a_forbidden_topic_is_refused_at_once() {
    let broker = start().await;
    for version in VERSIONS {
        let will = Some(("nobodys/topic".to_owned(), "gone".to_owned(), 0));
        let attempt = Options {
            will,
            ..options(version, CLIENT)
        };
        assert!(Device::try_connect(&broker, attempt).await.is_err());
    }
    assert_eq!(refused(&broker, Refusal::Topic), 2);
}
