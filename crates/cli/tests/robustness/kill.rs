//! Killed at any moment, it loses no group that it acknowledged, and of its counts those of the last
//! interval at most.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ons_mqtt_client::Client;

use crate::program::{INSTANCE, Program, next_interval, now, publish, published, times};

/// How often it is killed, unless this variable says so.
const ROUNDS: &str = "ONS_MQTT_TEST_KILLS";
const TASKS: usize = 3;
/// Length of an interval, and what writing it may take, in milliseconds.
const LOST: i64 = 1_500;

/// What the program said so far, over all rounds.
#[derive(Default)]
struct Said {
    /// Of each group, whether it was there at last.
    groups: BTreeMap<String, bool>,
    /// Changes that were not answered.
    under_way: BTreeMap<String, bool>,
    /// When each message was acknowledged, in the round that runs.
    acknowledged: Vec<i64>,
    /// Messages that were sent.
    sent: usize,
}

/// Creates and deletes groups until the program is gone.
async fn change_groups(client: Client, task: usize, said: Arc<Mutex<Said>>) {
    for step in 0.. {
        let group_id = format!("GID_{task}_{:03}", step % 5);
        let there = said.lock().unwrap().groups.get(&group_id).copied();
        // What became of a change that was not answered is unknown, so a deletion comes first.
        let create = there == Some(false);
        said.lock()
            .unwrap()
            .under_way
            .insert(group_id.clone(), create);
        let answer = if create {
            let create = client.group_id_create(&group_id).instance_id(INSTANCE);
            create.send().await.map(drop)
        } else {
            let delete = client.group_id_delete(&group_id).instance_id(INSTANCE);
            delete.send().await.map(drop)
        };
        if answer.is_err_and(|error| error.code().is_none()) {
            return;
        }
        let mut said = said.lock().unwrap();
        said.under_way.remove(&group_id);
        said.groups.insert(group_id, create);
    }
}

/// Publishes until the program is gone.
async fn send_messages(program: Arc<Mutex<Program>>, said: Arc<Mutex<Said>>) {
    let (device, mut events) = program.lock().unwrap().device("GID_load@@@a");
    loop {
        said.lock().unwrap().sent += 1;
        if !publish(&device, &mut events).await {
            return;
        }
        said.lock().unwrap().acknowledged.push(now());
    }
}

/// Starts the program, keeps it busy, kills it, and answers when.
async fn run_and_kill(folder: &Path, said: &Arc<Mutex<Said>>) -> i64 {
    let program = Program::start(folder);
    let client = program.client();
    let create = client.group_id_create("GID_load").instance_id(INSTANCE);
    let _ = create.send().await;
    let program = Arc::new(Mutex::new(program));
    let mut tasks = vec![tokio::spawn(send_messages(
        Arc::clone(&program),
        Arc::clone(said),
    ))];
    for task in 0..TASKS {
        tasks.push(tokio::spawn(change_groups(
            client.clone(),
            task,
            Arc::clone(said),
        )));
    }
    let moment = 2_000 + now() % 1_000;
    tokio::time::sleep(Duration::from_millis(moment.unsigned_abs())).await;
    let killed = now();
    program.lock().unwrap().kill();
    for task in tasks {
        task.await.unwrap();
    }
    killed
}

/// Compares what is there after a kill with what was said before.
async fn check(folder: &Path, said: &mut Said, begin: i64, killed: i64, kept: &mut usize) {
    let program = Program::start(folder);
    let client = program.client();
    let list = client.group_id_list().instance_id(INSTANCE);
    let groups = list.send().await.unwrap().data;
    for (name, there) in &mut said.groups {
        let found = groups.iter().any(|group| group.group_id == *name);
        let allowed = found == *there || said.under_way.get(name) == Some(&found);
        assert!(allowed, "{name} found: {found}, acknowledged: {there}");
        *there = found;
    }
    said.under_way.clear();
    next_interval().await;
    let found = published(&client, begin).await;
    let safe = said
        .acknowledged
        .iter()
        .filter(|time| **time < killed - LOST)
        .count();
    assert!(safe > 0, "the device was not slower than that");
    assert!(found >= (*kept + safe) as f64, "{found} of {kept} + {safe}");
    assert!(found <= said.sent as f64, "{found} of {}", said.sent);
    *kept = found as usize;
    said.acknowledged.clear();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_it_keeps_what_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let said = Arc::new(Mutex::new(Said::default()));
    let (begin, mut kept) = (now(), 0);
    for round in 0..times(ROUNDS, 5) {
        let killed = run_and_kill(folder.path(), &said).await;
        let mut before = std::mem::take(&mut *said.lock().unwrap());
        assert_eq!(before.groups.len(), 5 * TASKS, "round {round}");
        check(folder.path(), &mut before, begin, killed, &mut kept).await;
        *said.lock().unwrap() = before;
    }
}
