//! Checks what clients see while the disk of kept messages is full.
//!
//! Each test runs in a process of its own that mounts a small disk in memory. Without the right to
//! mount one, it is skipped.

use std::fs::{self, File};
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tokio::time::timeout;

use crate::program::{INSTANCE, PATIENCE, Program};
use crate::wire::{PUBACK, PUBREC, Packet, Peer, Publish, Version};

/// Variable with the folder of the small disk, in the process that has it.
const DISK: &str = "ONS_MQTT_TEST_SMALL_DISK";
const QUOTA_EXCEEDED: u8 = 0x97;
/// Time after which MQTT 3.1.1 is closed.
const LIMIT: Duration = Duration::from_secs(10);
/// Time in which nothing is expected to come.
const SILENCE: Duration = Duration::from_secs(1);
const SUBSCRIBER: &str = "GID_test@@@kept";

/// Returns the small disk in the process that has it. Otherwise runs the test in one.
fn disk(test: &str) -> Option<PathBuf> {
    if let Ok(disk) = std::env::var(DISK) {
        return Some(disk.into());
    }
    if !in_namespace("mount -t tmpfs tmpfs /mnt", &[]) {
        eprintln!("{test}: skipped, because no disk can be mounted");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let mount =
        format!("mount -t tmpfs -o size=400m tmpfs \"$0\" && exec env {DISK}=\"$0\" \"$@\"");
    let this = std::env::current_exe().unwrap();
    let words = [
        folder.path(),
        &this,
        "--exact".as_ref(),
        test.as_ref(),
        "--nocapture".as_ref(),
    ];
    assert!(in_namespace(&mount, &words));
    None
}

fn in_namespace(script: &str, words: &[&Path]) -> bool {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
    let status = command.args(words).status();
    status.is_ok_and(|status| status.success())
}

/// Writes zeros until the disk has no byte left.
fn fill(path: &Path) {
    let mut file = File::create(path).unwrap();
    for size in [1 << 20, 4096] {
        let zeros = vec![0; size];
        while file.write_all(&zeros).is_ok() {}
    }
}

/// Returns message `number` for the kept subscriber.
fn message(number: u64, qos: u8) -> Publish {
    let mut payload = vec![0; 60_000];
    payload[..8].copy_from_slice(&number.to_be_bytes());
    Publish {
        topic: "test/kept".to_owned(),
        payload,
        qos,
        id: (number % 60_000) as u16 + 1,
        retain: false,
        dup: false,
    }
}

/// Publishes and returns the reason in the answer.
async fn publish(peer: &mut Peer, publish: &Publish) -> u8 {
    peer.publish(publish).await.unwrap();
    match peer.next().await.unwrap() {
        Packet::Acknowledgement { kind, id, reason } => {
            assert_eq!(id, publish.id);
            assert_eq!(kind, if publish.qos == 1 { PUBACK } else { PUBREC });
            reason
        }
        other => panic!("{other:?}"),
    }
}

async fn connect(address: SocketAddr, name: &str, version: Version) -> Peer {
    let id = format!("GID_test@@@{name}");
    Peer::connect(address, &id, version, false).await.unwrap().0
}

/// Starts the program, with a session that waits for messages.
async fn start(disk: &Path) -> Program {
    let program = Program::start(disk);
    let create = program.client().group_id_create("GID_test");
    create.instance_id(INSTANCE).send().await.unwrap();
    let (mut peer, _) = Peer::connect(program.mqtt, SUBSCRIBER, Version::V311, true)
        .await
        .unwrap();
    peer.subscribe("test/kept", 1).await.unwrap();
    peer.disconnect().await.unwrap();
    program
}

/// Checks that messages that need no disk arrive.
async fn check_others(address: SocketAddr) {
    let mut reader = connect(address, "reader", Version::V311).await;
    reader.subscribe("test/live", 1).await.unwrap();
    for version in [Version::V311, Version::V5] {
        let mut writer = connect(address, "writer", version).await;
        for qos in [0, 1] {
            let message = Publish {
                topic: "test/live".to_owned(),
                ..message(7, qos)
            };
            if qos == 0 {
                writer.publish(&message).await.unwrap();
            } else {
                assert_eq!(publish(&mut writer, &message).await, 0);
            }
            let Packet::Publish(found) = reader.next().await.unwrap() else {
                panic!("a message");
            };
            assert_eq!(found.payload, message.payload);
        }
    }
}

/// Connects the kept session and checks that the messages come in order, each acknowledged.
async fn read_all(address: SocketAddr, numbers: impl Iterator<Item = u64>) {
    let (mut peer, session_present) = Peer::connect(address, SUBSCRIBER, Version::V311, true)
        .await
        .unwrap();
    assert!(session_present);
    for number in numbers {
        let Packet::Publish(found) = peer.next().await.unwrap() else {
            panic!("message {number}");
        };
        assert_eq!(found.payload[..8], number.to_be_bytes());
        peer.acknowledge(PUBACK, found.id).await.unwrap();
    }
    let further = timeout(SILENCE, peer.read()).await;
    assert!(further.is_err(), "{further:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publishers_that_fill_the_disk_are_told_and_reading_makes_room() {
    let test = "full_disk::publishers_that_fill_the_disk_are_told_and_reading_makes_room";
    let Some(disk) = disk(test) else { return };
    let program = start(&disk).await;
    let mut publisher = connect(program.mqtt, "publisher", Version::V5).await;
    let mut accepted = 0;
    while publish(&mut publisher, &message(accepted, 1)).await == 0 {
        accepted += 1;
        assert!(accepted < 1_000, "the disk does not become full");
    }
    assert!(accepted > 100, "{accepted}");
    for qos in [1, 2, 1, 2] {
        let reason = publish(&mut publisher, &message(accepted, qos)).await;
        assert_eq!(reason, QUOTA_EXCEEDED);
    }
    check_others(program.mqtt).await;
    read_all(program.mqtt, 0..accepted).await;
    let begin = Instant::now();
    while publish(&mut publisher, &message(accepted, 1)).await == QUOTA_EXCEEDED {
        assert!(begin.elapsed() < 3 * PATIENCE, "{}", program.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!(
        "{accepted} messages filled the disk; room {:?} after they were read",
        begin.elapsed()
    );
    read_all(program.mqtt, accepted..=accepted).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publishers_of_3_1_1_wait_for_a_disk_that_others_filled() {
    let test = "full_disk::publishers_of_3_1_1_wait_for_a_disk_that_others_filled";
    let Some(disk) = disk(test) else { return };
    let mut program = start(&disk).await;
    let mut newer = connect(program.mqtt, "newer", Version::V5).await;
    assert_eq!(publish(&mut newer, &message(0, 1)).await, 0);
    let other = disk.join("other");
    fill(&other);

    let mut waiting = connect(program.mqtt, "waiting", Version::V311).await;
    let begin = Instant::now();
    waiting.publish(&message(1, 1)).await.unwrap();
    check_others(program.mqtt).await;
    assert_eq!(publish(&mut newer, &message(9, 1)).await, QUOTA_EXCEEDED);
    let end = waiting.next().await;
    assert!(end.is_err(), "{end:?}");
    let waited = begin.elapsed();
    assert!(
        (LIMIT..LIMIT + LIMIT / 2).contains(&waited),
        "closed after {waited:?}"
    );

    let mut waiting = connect(program.mqtt, "waiting", Version::V311).await;
    waiting.publish(&message(2, 1)).await.unwrap();
    let answer = timeout(SILENCE, waiting.read()).await;
    assert!(answer.is_err(), "{answer:?}");
    fs::remove_file(&other).unwrap();
    let Packet::Acknowledgement { kind: PUBACK, .. } = waiting.next().await.unwrap() else {
        panic!("PUBACK");
    };
    assert_eq!(publish(&mut newer, &message(3, 1)).await, 0);
    program.kill();
    let program = Program::start(&disk);
    read_all(program.mqtt, [0, 2, 3].into_iter()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_does_not_keep_a_session_from_being_read() {
    let test = "full_disk::a_full_disk_does_not_keep_a_session_from_being_read";
    let Some(disk) = disk(test) else { return };
    let program = start(&disk).await;
    let mut publisher = connect(program.mqtt, "publisher", Version::V5).await;
    for number in 0..100 {
        assert_eq!(publish(&mut publisher, &message(number, 1)).await, 0);
    }
    fill(&disk.join("other"));
    let reason = publish(&mut publisher, &message(100, 1)).await;
    assert_eq!(reason, QUOTA_EXCEEDED);
    read_all(program.mqtt, 0..100).await;
    read_all(program.mqtt, 0..0).await;
}
