//! Refused devices, as operators see them.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use ons_mqtt_broker::{Broker, Refusal};

use crate::support::device::{Device, Options, VERSIONS, Version, options};
use crate::support::raw::Raw;
use crate::support::{ACCESS_KEY, INSTANCE, password, start};

const CLIENT: &str = "GID_test@@@device";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Takes what brokers on this thread log.
    fn begin() -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn lines(&self, part: &str) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines().filter(|line| line.contains(part));
        lines.map(str::to_owned).collect()
    }
}

async fn refused(broker: &Broker, client_id: &str, user_name: &str, password: &str) -> String {
    let attempt = Options {
        user_name: user_name.to_owned(),
        password: password.to_owned(),
        ..options(Version::V5, client_id)
    };
    let attempt = Device::try_connect(broker, attempt).await;
    attempt.err().expect("a refusal")
}

#[tokio::test]
async fn each_refused_device_is_remembered_with_its_remedy() {
    let broker = start().await;
    let user_name = format!("Signature|{ACCESS_KEY}|{INSTANCE}");
    let right = password(CLIENT);
    let unknown = format!("Signature|no\nbody|{INSTANCE}");
    let cases = [
        (
            "GID_te@@@x",
            &*user_name,
            &*right,
            Refusal::ClientId,
            "6 characters, 7 to 64",
        ),
        (
            CLIENT,
            "secret-in-wrong-place",
            &right,
            Refusal::UserName,
            "Signature|AccessKeyId|InstanceId",
        ),
        (
            CLIENT,
            "Signature|testid|post-cn-x",
            &right,
            Refusal::Instance,
            r#""post-cn-x", but this address serves post-cn-test"#,
        ),
        (
            CLIENT,
            &unknown,
            &right,
            Refusal::Credentials,
            r#"access key "no\nbody""#,
        ),
        (
            CLIENT,
            &user_name,
            "wrong-password",
            Refusal::Credentials,
            "base64(HMAC-SHA1(secret, client ID))",
        ),
        (
            "GID_none@@@x",
            &user_name,
            &password("GID_none@@@x"),
            Refusal::Group,
            "`ons-mqtt group create GID_none`",
        ),
    ];
    for (client_id, user_name, password, reason, remedy) in cases {
        refused(&broker, client_id, user_name, password).await;
        let last = broker.last_refusals(None).swap_remove(0);
        assert_eq!((&*last.client_id, last.reason), (client_id, reason));
        assert!(last.remedy.contains(remedy), "{}", last.remedy);
        for secret in ["wrong-password", "secret-in-wrong-place", &right] {
            assert!(!last.remedy.contains(secret), "{}", last.remedy);
        }
        assert!(last.address.ip().is_loopback() && last.time > 0);
    }
    let own = broker.last_refusals(Some(CLIENT));
    assert_eq!(own.len(), 4);
    assert_eq!(own[0].reason, Refusal::Credentials);
    assert_eq!(broker.last_refusals(Some("GID_test@@@other")), []);
}

#[tokio::test]
async fn a_stranger_is_not_told_which_access_keys_there_are() {
    let broker = start().await;
    let user_name = format!("Signature|{ACCESS_KEY}|{INSTANCE}");
    let unknown = format!("Signature|nobody|{INSTANCE}");
    let wrong_password = refused(&broker, CLIENT, &user_name, "wrong").await;
    let wrong_key = refused(&broker, CLIENT, &unknown, &password(CLIENT)).await;
    assert_eq!(wrong_password, wrong_key);
}

#[tokio::test]
async fn refused_topics_and_subscriptions_are_remembered() {
    let broker = start().await;
    let mut device = Device::connect(&broker, options(Version::V5, CLIENT)).await;
    assert!(!device.subscribe("nobodys/\u{202e}", 1).await);
    device.publish_and_be_closed("nobodys/topic", "x", 0).await;
    let remedies = broker.last_refusals(Some(CLIENT));
    assert_eq!(remedies.len(), 2);
    assert!(
        remedies[0]
            .remedy
            .starts_with(r#""nobodys/topic" does not begin"#)
    );
    assert!(
        remedies[1]
            .remedy
            .starts_with(r#""nobodys/\u{202e}" does not begin"#)
    );
}

#[tokio::test]
async fn a_refused_device_is_one_line_and_many_are_ten() {
    let (log, _guard) = Log::begin();
    let broker = start().await;
    let forged = "GID_test@@@x\n1970 WARN forged";
    for _ in 0..30 {
        refused(&broker, forged, "Signature|a|b", "the-password").await;
    }
    let lines = log.lines("device refused");
    assert_eq!(lines.len(), 10);
    for part in [
        " WARN ",
        r#"client_id="GID_test@@@x\n1970 WARN forged""#,
        "address=127.0.0.1:",
        "reason=malformed client id",
        r"remedy=the device contains '\n'",
    ] {
        assert!(lines[0].contains(part), "{part}: {}", lines[0]);
    }
    refused(&broker, CLIENT, "Signature|a|b", "the-password").await;
    assert_eq!(log.lines("device refused").len(), 11); // another reason
    assert!(log.lines("the-password").is_empty());
}

#[tokio::test]
async fn connections_and_their_ends_are_logged() {
    let (log, _guard) = Log::begin();
    let broker = start().await;
    for (version, name) in VERSIONS.into_iter().zip(["3.1.1", "5"]) {
        let device = Device::connect(&broker, options(version, CLIENT)).await;
        let line = log.lines("device connected").pop().unwrap();
        let shown = format!(r#"client_id="{CLIENT}" address=127.0.0.1:"#);
        assert!(line.contains(" INFO ") && line.contains(&shown), "{line}");
        assert!(line.ends_with(&format!("version={name}")), "{line}");
        device.disconnect().await;
    }
    let ends = log.lines("device disconnected");
    assert_eq!(ends.len(), 2);
    assert!(
        ends[0].ends_with("version=3.1.1 reason=DISCONNECT"),
        "{}",
        ends[0]
    );

    let mut raw = Raw::connect(&broker, CLIENT, 30, true).await;
    let _other = Raw::connect(&broker, CLIENT, 30, true).await;
    raw.closed().await;
    let mut malformed = Raw::connect(&broker, "GID_test@@@bad", 30, true).await;
    malformed.send(&[0xc1, 0]).await;
    malformed.closed().await;
    let ends = log.lines("device disconnected");
    assert!(
        ends[2].ends_with("reason=session taken over"),
        "{}",
        ends[2]
    );
    assert!(ends[3].contains("reason=malformed packet: "), "{}", ends[3]);
    let packets = log.lines("malformed packet; connection closed");
    assert_eq!(packets.len(), 1);
    assert!(
        packets[0].contains(r#"client_id="GID_test@@@bad" address="#),
        "{}",
        packets[0]
    );
}
