//! The example consumers of status notifications know who is online.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use crate::support::{
    FREE, GROUP, IN_INSTANCE, INSTANCE, KEY, Raw, SECRETS, Service, packet, password, until,
    user_name,
};

const READER: &str = "GID_reader@@@1";
const TOPIC: &str = "GID_test_MQTT";
const DEVICES: usize = 200;
/// Device whose events come last.
const LAST: &str = "GID_test@@@last";

/// An example that runs until it is dropped.
struct Consumer {
    process: Child,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Consumer {
    fn start(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&lines);
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                kept.lock().unwrap().push(line);
            }
        });
        Self { process, lines }
    }

    /// Returns the last state of each client.
    fn states(&self) -> BTreeMap<String, String> {
        let lines = self.lines.lock().unwrap();
        let states = lines.iter().filter_map(|line| line.split_once(' '));
        states
            .map(|(client_id, state)| (client_id.to_owned(), state.to_owned()))
            .collect()
    }

    fn online(&self) -> BTreeSet<String> {
        let states = self.states().into_iter();
        states
            .filter(|(_, state)| state == "online")
            .map(|(client_id, _)| client_id)
            .collect()
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the folder of the built examples.
fn built() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    tests.parent().unwrap().parent().unwrap().join("examples")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn consumers_know_who_of_200_devices_is_online() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/online_webhook.py");
    let python = Consumer::start(Command::new("python3").arg(source).args(["0", SECRETS[0]]));
    until("the webhook listens", async || {
        !python.lines.lock().unwrap().is_empty()
    })
    .await;
    let port = python.lines.lock().unwrap()[0].replace("listens on ", "");
    let more = format!(
        "{FREE}{IN_INSTANCE}[[instance.notify]]\ngroups = [\"{GROUP}\"]\n\
         url = \"http://127.0.0.1:{port}/\"\nsecret = \"{}\"\n\
         [[instance.notify]]\ngroups = [\"{GROUP}\"]\ntopic = \"{TOPIC}\"\nreaders = [\"GID_reader\"]\n",
        SECRETS[0]
    );
    let mut service = Service::with(&more).await;
    for group in [GROUP, "GID_reader"] {
        let create = service.client().group_id_create(group);
        create.instance_id(INSTANCE).send().await.unwrap();
    }
    let rust = || {
        let mut command = Command::new(built().join("online_topic"));
        command.arg(service.mqtt(INSTANCE).to_string());
        command.args([
            READER,
            &user_name(KEY.0, INSTANCE),
            &password(KEY.1, READER),
            TOPIC,
        ]);
        Consumer::start(&mut command)
    };
    let rust = rust();
    until("it has subscribed", async || {
        let query = service.client().query_client_by_client_id(READER);
        let answer = query.instance_id(INSTANCE).send().await.unwrap();
        !answer.mqtt_client_info.subscription_data.is_empty()
    })
    .await;
    let (devices, online) = storm(&service).await;
    for consumer in [&python, &rust] {
        until("all events have arrived", async || {
            consumer.states().contains_key(LAST)
        })
        .await;
        assert_eq!(consumer.online(), online);
    }
    assert!(online.len() > DEVICES / 4 && online.len() < DEVICES);
    drop((devices, rust));
    service = service.restart().await;
    until("nobody is online", async || python.online().is_empty()).await;
    drop(service);
}

/// Lets devices come, go, vanish and take each other over. Returns those that stay, and who is
/// online.
async fn storm(service: &Service) -> (Vec<Raw>, BTreeSet<String>) {
    let mut devices = Vec::new();
    let mut online = BTreeSet::new();
    for number in 0..DEVICES {
        let client_id = format!("GID_test@@@{number}");
        let mut device = service.raw(&client_id, 0).await;
        match number % 5 {
            0 => device.send(&packet::new(0xe0, &[])).await,
            1 => device.reset(),
            2 => drop(device),
            3 => {
                let second = service.raw(&client_id, 0).await;
                devices.extend([device, second]);
                online.insert(client_id);
            }
            _ => {
                devices.push(device);
                online.insert(client_id);
            }
        }
    }
    let count = online.len() as u64;
    let connections = format!(r#"ons_mqtt_connections{{instance="{INSTANCE}"}}"#);
    // The consumer is a device, too.
    until("those that went are offline", async || {
        service.metric(&connections).await == count + 1
    })
    .await;
    devices.push(service.raw(LAST, 0).await);
    online.insert(LAST.to_owned());
    (devices, online)
}
