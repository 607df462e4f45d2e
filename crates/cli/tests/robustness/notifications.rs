//! Status notifications after a kill: nobody is online for a receiver who is not.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use rumqttc::{AsyncClient, Event, EventLoop, Packet};

use crate::hook::{Hook, notify};
use crate::program::{CONFIG, INSTANCE, PATIENCE, Program, now};

const DEVICES: usize = 20;

/// Returns the configuration of a program with a webhook.
fn config(hook: &Hook) -> String {
    format!("{CONFIG}{}", hook.notify())
}

/// Waits until the log of a program contains a text.
async fn until_logged(program: &Program, text: &str) {
    let begin = Instant::now();
    while !program.log().contains(text) {
        assert!(begin.elapsed() < PATIENCE, "{}", program.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn connect(program: &Program, number: usize) -> (AsyncClient, EventLoop) {
    let (client, mut events) = program.device(&format!("GID_load@@@{number}"));
    while !matches!(
        events.poll().await.unwrap(),
        Event::Incoming(Packet::ConnAck(_))
    ) {}
    (client, events)
}

/// Connects again and again, and ends each connection, until the program is gone.
async fn come_and_go(device: (AsyncClient, EventLoop)) {
    let (client, mut events) = device;
    let mut failures = 0;
    while failures < 3 {
        match events.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => {
                failures = 0;
                let _ = client.try_disconnect();
            }
            Ok(_) => {}
            Err(_) => {
                failures += 1;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
}

async fn create_group(program: &Program) {
    let client = program.client();
    let create = client.group_id_create("GID_load").instance_id(INSTANCE);
    let _ = create.send().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn devices_that_were_online_at_a_kill_are_reported_as_gone() {
    let (folder, hook) = (tempfile::tempdir().unwrap(), Hook::start());
    let mut program = Program::start_configured(folder.path(), &config(&hook));
    create_group(&program).await;
    let mut devices = Vec::new();
    for number in 0..DEVICES {
        devices.push(connect(&program, number).await);
    }
    hook.until_open(DEVICES).await;
    program.kill();
    let killed = now();
    assert_eq!(hook.open().len(), DEVICES);
    let program = Program::start_configured(folder.path(), &config(&hook));
    hook.until_open(0).await;
    let mut events = hook.events.lock().unwrap().clone();
    // What came just before the kill may come again.
    let mut known = HashSet::new();
    events.retain(|event| known.insert(event["id"].as_i64().unwrap()));
    assert_eq!(events.len(), 2 * DEVICES);
    for event in &events[DEVICES..] {
        assert_eq!(event["eventType"], "tcpclean");
        assert!(event["time"].as_i64().unwrap() >= killed, "{event}");
    }
    let _again = connect(&program, 0).await;
    hook.until_open(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_it_is_killed_the_next_start_corrects_what_receivers_know() {
    let (folder, hook) = (tempfile::tempdir().unwrap(), Hook::start());
    for round in 0..4 {
        let mut program = Program::start_configured(folder.path(), &config(&hook));
        create_group(&program).await;
        hook.until_open(0).await;
        let mut tasks = Vec::new();
        for number in 0..DEVICES {
            let device = connect(&program, number).await;
            tasks.push(tokio::spawn(come_and_go(device)));
        }
        let moment = 300 + 130 * round + now().unsigned_abs() % 200;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        program.kill();
        for task in tasks {
            task.await.unwrap();
        }
    }
    let program = Program::start_configured(folder.path(), &config(&hook));
    // Its event comes after all that was missing.
    let _last = connect(&program, DEVICES).await;
    hook.until_last(&format!("GID_load@@@{DEVICES}")).await;
    assert_eq!(hook.open().len(), 1);
    assert!(hook.events.lock().unwrap().len() > 4 * DEVICES);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_called_as_soon_as_there_are_root_certificates() {
    let (folder, hook) = (tempfile::tempdir().unwrap(), Hook::start());
    let roots = folder.path().join("roots.pem");
    let variables = [("SSL_CERT_FILE", roots.to_str().unwrap())];
    let program = Program::start_configured_with(folder.path(), &config(&hook), &variables);
    create_group(&program).await;
    let _device = connect(&program, 0).await;
    until_logged(&program, "notifications are not delivered").await;
    let root = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(&roots, root.cert.pem()).unwrap();
    hook.until_open(1).await;
}
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_of_other_machines_are_called_through_the_proxy_and_those_of_this_one_are_not() {
    let folder = tempfile::tempdir().unwrap();
    // The proxy is a webhook too, which is asked for the URL of another machine.
    let (hook, proxy) = (Hook::start(), Hook::start());
    let config = config(&hook) + &notify("http://192.0.2.1/");
    let proxy_url = format!("http://{}", proxy.address);
    let variables = [("http_proxy", &*proxy_url)];
    let program = Program::start_configured_with(folder.path(), &config, &variables);
    create_group(&program).await;
    let _device = connect(&program, 0).await;
    hook.until_open(1).await;
    proxy.until_open(1).await;
    assert_eq!(hook.events.lock().unwrap().len(), 1);
    assert_eq!(proxy.events.lock().unwrap().len(), 1);
}
