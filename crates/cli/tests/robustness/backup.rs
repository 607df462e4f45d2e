//! Checks that a backup holds what was acknowledged before it, and nothing that came later.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::program::{INSTANCE, PATIENCE, Program};
use crate::wire::{PUBACK, Packet, Peer, Publish, Version};

const READER: &str = "GID_back@@@reader";
const WRITER: &str = "GID_back@@@writer";

/// Makes a backup of the service whose files are in a folder.
fn back_up(folder: &Path, to: &Path) -> Output {
    backing_up(folder, to).output().unwrap()
}

fn backing_up(folder: &Path, to: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ons-mqtt"));
    command.arg("backup").arg(to).env_clear();
    command.arg("--config").arg(folder.join("ons-mqtt.toml"));
    command
}

/// Returns a folder whose service has the backup as its data.
fn restored(folder: &Path, backup: &Path) -> PathBuf {
    let restored = folder.join("restored");
    fs::create_dir(&restored).unwrap();
    fs::rename(backup, restored.join("data")).unwrap();
    restored
}

async fn create_group(program: &Program, group_id: &str) {
    let create = program.client().group_id_create(group_id);
    create.instance_id(INSTANCE).send().await.unwrap();
}

async fn groups(program: &Program) -> Vec<String> {
    let list = program.client().group_id_list().instance_id(INSTANCE);
    let groups = list.send().await.unwrap().data.into_iter();
    groups.map(|group| group.group_id).collect()
}

/// Creates the session of the reader, which then goes.
async fn leave_session(address: SocketAddr) {
    let (mut peer, _) = Peer::connect(address, READER, Version::V5, true)
        .await
        .unwrap();
    peer.subscribe("test/#", 1).await.unwrap();
    peer.disconnect().await.unwrap();
}

/// Publishes messages with these payloads, the first one retained, and waits for each acknowledgement.
async fn publish(address: SocketAddr, payloads: &[&str]) {
    let (mut peer, _) = Peer::connect(address, WRITER, Version::V5, false)
        .await
        .unwrap();
    for (number, payload) in payloads.iter().enumerate() {
        let publish = Publish {
            topic: format!("test/{payload}"),
            payload: payload.as_bytes().to_vec(),
            qos: 1,
            id: 1,
            retain: number == 0,
            dup: false,
        };
        peer.publish(&publish).await.unwrap();
        let answer = peer.next().await.unwrap();
        assert!(
            matches!(answer, Packet::Acknowledgement { kind: PUBACK, .. }),
            "{answer:?}"
        );
    }
}

/// Returns the payloads that come to the reader, who acknowledges them, until there are so many.
async fn waiting(address: SocketAddr, count: usize) -> Vec<String> {
    let (mut peer, present) = Peer::connect(address, READER, Version::V5, true)
        .await
        .unwrap();
    assert!(present, "the session is kept");
    read(&mut peer, count).await
}

async fn read(peer: &mut Peer, count: usize) -> Vec<String> {
    let mut payloads = Vec::new();
    while payloads.len() < count {
        let Packet::Publish(publish) = peer.next().await.unwrap() else {
            continue;
        };
        if publish.qos > 0 {
            peer.acknowledge(PUBACK, publish.id).await.unwrap();
        }
        payloads.push(String::from_utf8(publish.payload).unwrap());
    }
    payloads
}

#[tokio::test]
async fn a_backup_of_a_running_service_holds_what_was_acknowledged_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("backup");
    let mut program = Program::start(folder.path());
    create_group(&program, "GID_back").await;
    leave_session(program.mqtt).await;
    publish(program.mqtt, &["one", "two"]).await;

    let made = back_up(folder.path(), &backup);
    assert!(made.status.success(), "{made:?}");
    let mode = fs::metadata(&backup).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let again = back_up(folder.path(), &backup);
    let message = String::from_utf8(again.stderr).unwrap();
    assert!(message.contains("already exists"), "{message}");

    create_group(&program, "GID_later").await;
    publish(program.mqtt, &["three"]).await;
    assert_eq!(waiting(program.mqtt, 3).await, ["one", "two", "three"]);
    program.terminate();

    let restored = restored(folder.path(), &backup);
    let program = Program::start(&restored);
    assert_eq!(groups(&program).await, ["GID_back"]);
    publish(program.mqtt, &["four"]).await;
    assert_eq!(waiting(program.mqtt, 3).await, ["one", "two", "four"]);
    let (mut new, _) = Peer::connect(program.mqtt, "GID_back@@@new", Version::V5, false)
        .await
        .unwrap();
    new.subscribe("test/#", 0).await.unwrap();
    let mut retained = read(&mut new, 2).await;
    retained.sort();
    assert_eq!(retained, ["four", "one"]);
}

#[tokio::test]
async fn a_backup_of_a_stopped_service_holds_everything_of_removed_instances_too() {
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("backup");
    let mut program = Program::start(folder.path());
    create_group(&program, "GID_back").await;
    leave_session(program.mqtt).await;
    publish(program.mqtt, &["one"]).await;
    program.terminate();
    let file = folder.path().join("ons-mqtt.toml");
    let config = fs::read_to_string(&file).unwrap();
    fs::write(&file, config.replace(INSTANCE, "post-cn-other")).unwrap();
    // The socket of a process that was killed stays.
    assert!(folder.path().join("data/ons-mqtt.sock").exists());

    let made = back_up(folder.path(), &backup);
    assert!(made.status.success(), "{made:?}");
    let program = Program::start(&restored(folder.path(), &backup));
    assert_eq!(groups(&program).await, ["GID_back"]);
    assert_eq!(waiting(program.mqtt, 1).await, ["one"]);
}

#[test]
fn a_backup_that_fails_leaves_nothing_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let _program = Program::start(folder.path());
    for (to, reason) in [
        ("missing/backup", "No such file"),
        ("data", "already exists"),
    ] {
        let made = back_up(folder.path(), &folder.path().join(to));
        assert_eq!(made.status.code(), Some(1), "{made:?}");
        let message = String::from_utf8(made.stderr).unwrap();
        assert!(message.contains(reason), "{message}");
    }
    assert!(!folder.path().join("missing").exists());
    assert!(!folder.path().join("data.part").exists());
}

#[tokio::test]
async fn neither_changes_of_groups_nor_a_stop_wait_for_a_backup_that_waits_for_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let (backup, part) = (
        folder.path().join("backup"),
        folder.path().join("backup.part"),
    );
    let mut program = Program::start(folder.path());
    // What is kept of a removed instance, on a disk that never answers: a pipe without a reader.
    let gone = folder.path().join("data/kept/post-cn-gone");
    fs::create_dir_all(&gone).unwrap();
    let made = Command::new("mkfifo").arg(gone.join("lock")).status();
    assert!(made.unwrap().success());
    let mut command = backing_up(folder.path(), &backup);
    let asking = command.stderr(Stdio::piped()).spawn().unwrap();
    let begin = Instant::now();
    while !part.exists() {
        assert!(begin.elapsed() < PATIENCE, "{}", program.log());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for number in 0..10 {
        create_group(&program, &format!("GID_back{number}")).await;
    }
    // Other requests of the same socket are answered meanwhile.
    let second = back_up(folder.path(), &folder.path().join("second"));
    let message = String::from_utf8_lossy(&second.stderr);
    assert!(
        message.contains("another backup is being made"),
        "{message}"
    );
    let asked = Instant::now();
    assert!(program.terminate().success(), "{}", program.log());
    let took = asked.elapsed();
    assert!(took < Duration::from_secs(6), "{took:?}");
    let failed = asking.wait_with_output().unwrap();
    let message = String::from_utf8_lossy(&failed.stderr);
    assert!(message.contains("the server was stopped"), "{message}");
    assert!(!part.exists() && !backup.exists());
}

#[test]
fn the_documented_backup_is_in_a_folder_that_the_systemd_unit_lets_the_server_write() {
    let unit = include_str!("../../../../contrib/systemd/ons-mqtt.service");
    let page = include_str!("../../../../docs/OPERATIONS.md");
    assert!(unit.contains("\nProtectSystem=strict\n"));
    let writable: Vec<PathBuf> = unit
        .lines()
        .filter_map(|line| line.strip_prefix("StateDirectory="))
        .flat_map(str::split_whitespace)
        .map(|name| Path::new("/var/lib").join(name))
        .collect();
    let commands = page.split(" ons-mqtt backup ").skip(1);
    let folders: Vec<&Path> = commands
        .filter_map(|rest| rest.split_whitespace().next().map(Path::new))
        .collect();
    assert_ne!(folders, [] as [&Path; 0]);
    for folder in folders {
        let parent = folder.parent().unwrap();
        assert!(writable.iter().any(|path| path == parent), "{folder:?}");
        // A backup in the data directory would become a part of the next one.
        assert_ne!(parent, Path::new("/var/lib/ons-mqtt"));
    }
}
