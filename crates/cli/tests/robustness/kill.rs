//! Checks that a kill at any moment loses no acknowledged group, and at most the counts of the last
//! interval.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ons_mqtt_client::Client;

use crate::program::{INSTANCE, Program, next_interval, now, publish, published, times};

/// Variable that overrides the number of kills.
const ROUNDS: &str = "ONS_MQTT_TEST_KILLS";
const TASKS: usize = 3;
/// Length of an interval plus the time to write it, in milliseconds.
const LOST: i64 = 1_500;

/// Answers of the program in all rounds.
#[derive(Default)]
struct Answers {
    /// `true` for each group that exists according to the last answer.
    groups: BTreeMap<String, bool>,
    /// Changes without an answer; `true` for creation.
    unanswered: BTreeMap<String, bool>,
    /// Times of acknowledgements in the current round.
    acknowledged: Vec<i64>,
    /// Number of sent messages.
    sent: usize,
}

/// Creates and deletes groups until the program is killed.
async fn change_groups(client: Client, task: usize, answers: Arc<Mutex<Answers>>) {
    for step in 0.. {
        let group_id = format!("GID_{task}_{:03}", step % 5);
        let exists = answers.lock().unwrap().groups.get(&group_id).copied();
        // The result of an unanswered change is unknown, so the group is deleted first.
        let create = exists == Some(false);
        answers
            .lock()
            .unwrap()
            .unanswered
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
        let mut answers = answers.lock().unwrap();
        answers.unanswered.remove(&group_id);
        answers.groups.insert(group_id, create);
    }
}

/// Publishes until the program is killed.
async fn send_messages(program: Arc<Mutex<Program>>, answers: Arc<Mutex<Answers>>) {
    let (device, mut events) = program.lock().unwrap().device("GID_load@@@a");
    loop {
        answers.lock().unwrap().sent += 1;
        if !publish(&device, &mut events).await {
            return;
        }
        answers.lock().unwrap().acknowledged.push(now());
    }
}

/// Starts the program, keeps it busy and kills it; returns the time of the kill.
async fn run_and_kill(folder: &Path, answers: &Arc<Mutex<Answers>>) -> i64 {
    let program = Program::start(folder);
    let client = program.client();
    let create = client.group_id_create("GID_load").instance_id(INSTANCE);
    let _ = create.send().await;
    let program = Arc::new(Mutex::new(program));
    let mut tasks = vec![tokio::spawn(send_messages(
        Arc::clone(&program),
        Arc::clone(answers),
    ))];
    for task in 0..TASKS {
        tasks.push(tokio::spawn(change_groups(
            client.clone(),
            task,
            Arc::clone(answers),
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

/// Compares the state after a kill with the answers before it.
async fn check(folder: &Path, answers: &mut Answers, begin: i64, killed: i64, kept: &mut usize) {
    let program = Program::start(folder);
    let client = program.client();
    let list = client.group_id_list().instance_id(INSTANCE);
    let groups = list.send().await.unwrap().data;
    for (name, exists) in &mut answers.groups {
        let found = groups.iter().any(|group| group.group_id == *name);
        let allowed = found == *exists || answers.unanswered.get(name) == Some(&found);
        assert!(allowed, "{name} found: {found}, acknowledged: {exists}");
        *exists = found;
    }
    answers.unanswered.clear();
    next_interval().await;
    let found = published(&client, begin).await;
    let safe = answers
        .acknowledged
        .iter()
        .filter(|time| **time < killed - LOST)
        .count();
    assert!(
        safe > 0,
        "the device must be acknowledged before the last interval"
    );
    assert!(found >= (*kept + safe) as f64, "{found} of {kept} + {safe}");
    assert!(found <= answers.sent as f64, "{found} of {}", answers.sent);
    *kept = found as usize;
    answers.acknowledged.clear();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_it_keeps_what_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let answers = Arc::new(Mutex::new(Answers::default()));
    let (begin, mut kept) = (now(), 0);
    for round in 0..times(ROUNDS, 5) {
        let killed = run_and_kill(folder.path(), &answers).await;
        let mut before = std::mem::take(&mut *answers.lock().unwrap());
        assert_eq!(before.groups.len(), 5 * TASKS, "round {round}");
        check(folder.path(), &mut before, begin, killed, &mut kept).await;
        *answers.lock().unwrap() = before;
    }
}
