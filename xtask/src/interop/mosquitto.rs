//! Tests the broker with mosquitto's clients as devices over TCP and TLS, and what the API reports
//! about them.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::device::Way;
use super::tally::Tally;
use crate::certificate::Certificate;
use crate::error::{Error, contains, same};
use crate::program::{Program, finish, free_port, until};
use crate::service::{Service, Settings, Tls};

type Check = fn(Way<'_>) -> Result<(), Error>;

/// Checks made with each version of MQTT.
const CHECKS: [(&str, Check); 7] = [
    ("a message arrives once, with its QoS", every_qos),
    ("a retained message reaches later subscribers", retained),
    ("a will is sent when its device disappears", will),
    (
        "a point-to-point message reaches only its receiver",
        point_to_point,
    ),
    ("a wrong password is refused", wrong_password),
    ("a topic that the instance lacks is refused", foreign_topic),
    (
        "a session keeps messages while its device is offline",
        session,
    ),
];

pub(super) fn run(binary: &Path, tally: &mut Tally) -> Result<(), Error> {
    tally.check("the lines that `serve` prints work as they are", || {
        printed_lines(binary)
    });
    println!("  mosquitto's clients of version 2.0 cannot use WebSocket");
    let certificate = Certificate::new()?;
    for version in ["mqttv311", "mqttv5"] {
        for tls in [None, Some((free_port()?, &certificate))] {
            check(binary, version, tls, tally)?;
        }
    }
    Ok(())
}

/// Types the lines that `serve` prints without a configuration into a shell.
fn printed_lines(binary: &Path) -> Result<(), Error> {
    let folder = tempfile::tempdir().map_err(Error::io("a folder for the service"))?;
    let mut command = Command::new(binary);
    command.arg("serve").current_dir(folder.path());
    for variable in ["ONS_MQTT_API_LISTEN", "ONS_MQTT_INSTANCE_MQTT_LISTEN"] {
        command.env(variable, "127.0.0.1:0");
    }
    let mut serve = Program::start(&mut command)?;
    let screen = serve.wait_for("Charts begin")?;
    let lines = screen
        .lines()
        .skip_while(|line| !line.starts_with("To call it"));
    let lines = lines.skip(1).take_while(|line| !line.is_empty());
    let script = lines.collect::<Vec<_>>().join("\n");
    contains("lines that `serve` prints", &script, "mosquitto_pub")?;
    finish(Command::new("sh").args(["-e", "-c", &script])).map(|_| ())
}

fn check(
    binary: &Path,
    version: &'static str,
    tls: Option<(u16, &Certificate)>,
    tally: &mut Tally,
) -> Result<(), Error> {
    let data_dir = tempfile::tempdir().map_err(Error::io("a data directory"))?;
    let start = || {
        let listener = |(port, certificate)| Tls {
            port,
            websocket: None,
            certificate,
        };
        let settings = Settings {
            data_dir: Some(data_dir.path()),
            tls: tls.map(listener),
            ..Settings::default()
        };
        Service::start(binary, &settings)
    };
    let transport = if tls.is_some() { "TLS" } else { "TCP" };
    let name = format!("{version} over {transport}");
    let service = start()?;
    service.call(&["group", "create", "GID_test"])?;
    let way = Way {
        service: &service,
        version,
        tls,
    };
    for (what, check) in CHECKS {
        tally.check(&format!("{name}: {what}"), || check(way));
    }
    tally.check(&format!("{name}: the API lists subscriptions"), || {
        subscriptions(way)
    });
    tally.check(&format!("{name}: the API counts these messages"), || {
        counts(&service)
    });
    if version == "mqttv5" {
        tally.check(&format!("{name}: members share messages"), || shared(way));
    }
    let left = leave_session(way);
    tally.check(&format!("{name}: a session survives a restart"), || {
        left?;
        service.stop()?;
        let service = start()?;
        return_to_session(Way {
            service: &service,
            version,
            tls,
        })?;
        service.stop()
    });
    Ok(())
}

fn every_qos(way: Way<'_>) -> Result<(), Error> {
    let receiver = way.device("receiver");
    let mut receiver = receiver.subscribe(&["-t", "test/qos/+", "-q", "2"])?;
    for qos in ["0", "1", "2"] {
        let sender = way.device("sender");
        sender.publish(&format!("test/qos/{qos}"), qos, "hello", &[])?;
        receiver.wait_for(&format!("message test/qos/{qos} {qos} 0 hello\n"))?;
    }
    same("messages", messages(&receiver), 3)
}

fn retained(way: Way<'_>) -> Result<(), Error> {
    let sender = way.device("sender");
    sender.publish("test/retained", "1", "kept", &["-r"])?;
    let late = ["-t", "test/retained", "-q", "1"];
    let mut receiver = way.device("late").subscribe(&late)?;
    receiver.wait_for("message test/retained 1 1 kept\n")?;
    // An empty message removes it.
    sender.publish("test/retained", "1", "", &["-r"])?;
    receiver.wait_for("message test/retained 1 0 \n")?;
    let mut receiver = way.device("later").subscribe(&late)?;
    sender.publish("test/retained", "1", "not kept", &[])?;
    receiver.wait_for("message test/retained 1 0 not kept\n")?;
    same("messages after removal", messages(&receiver), 1)
}

fn will(way: Way<'_>) -> Result<(), Error> {
    let mut heir = way
        .device("heir")
        .subscribe(&["-t", "test/will", "-q", "1"])?;
    let mortal = way.device("mortal").subscribe(&[
        "-t",
        "test/else",
        "--will-topic",
        "test/will",
        "--will-payload",
        "gone",
        "--will-qos",
        "1",
    ])?;
    // Kills the program, so that it cannot send DISCONNECT.
    drop(mortal);
    heir.wait_for("message test/will 1 0 gone\n").map(|_| ())
}

fn point_to_point(way: Way<'_>) -> Result<(), Error> {
    let receiver = way.device("receiver");
    let topic = format!("test/p2p/{}", receiver.client_id());
    let mut receives = receiver.subscribe(&["-t", "test/else", "-q", "1"])?;
    let mut listens = way.device("listener").subscribe(&["-t", "test/#"])?;
    let sender = way.device("sender");
    sender.publish(&topic, "1", "for you", &[])?;
    receives.wait_for(&format!("message {topic} 1 0 for you\n"))?;
    sender.publish("test/all", "0", "for all", &[])?;
    listens.wait_for("message test/all 0 0 for all\n")?;
    same("messages of the listener", messages(&listens), 1)
}

fn wrong_password(way: Way<'_>) -> Result<(), Error> {
    let refused = way.device("receiver");
    let mut command = refused.subscriber(&["-t", "test/a", "-P", "wrong"]);
    let mut program = Program::start(&mut command)?;
    same("success", program.wait()?, false)?;
    let reason = match way.version {
        "mqttv5" => "CONNACK (134)",
        _ => "CONNACK (4)",
    };
    contains("output of mosquitto_sub", &program.output(), reason)
}

fn foreign_topic(way: Way<'_>) -> Result<(), Error> {
    let device = way.device("foreigner");
    let mut program = Program::start(&mut device.subscriber(&["-t", "foreign/a", "-q", "1"]))?;
    program.wait()?;
    let denied = "All subscription requests were denied";
    contains("output of mosquitto_sub", &program.output(), denied)?;
    let mut program = Program::start(&mut device.publisher("foreign/a", "1", "hello", &["-d"]))?;
    let succeeded = program.wait()?;
    match way.version {
        "mqttv5" => contains("output of mosquitto_pub", &program.output(), "RC:135"),
        _ => same("success of publishing", succeeded, false),
    }
}

fn session(way: Way<'_>) -> Result<(), Error> {
    leave_session(way)?;
    return_to_session(way)
}

/// Returns the command of a device whose session outlives its connection.
fn traveler(way: Way<'_>) -> Command {
    let mut options = vec!["-c", "-t", "test/session", "-q", "1"];
    if way.version == "mqttv5" {
        options.extend(["-x", "3600"]);
    }
    way.device("traveler").subscriber(&options)
}

/// Leaves a session in which three messages wait.
fn leave_session(way: Way<'_>) -> Result<(), Error> {
    let mut program = Program::start(traveler(way).arg("-E"))?;
    same("success of subscribing", program.wait()?, true)?;
    let sender = way.device("sender");
    for payload in ["one", "two", "three"] {
        sender.publish("test/session", "1", payload, &[])?;
    }
    Ok(())
}

fn return_to_session(way: Way<'_>) -> Result<(), Error> {
    let mut program = Program::start(traveler(way).args(["-C", "3"]))?;
    same("success of receiving", program.wait()?, true)?;
    let all = ["one", "two", "three"].map(|text| format!("message test/session 1 0 {text}\n"));
    let output = program.output();
    let received: String = output
        .split_inclusive('\n')
        .filter(|line| line.starts_with("message "))
        .collect();
    same("received messages", received, all.concat())
}

fn shared(way: Way<'_>) -> Result<(), Error> {
    let options = ["-t", "$share/group/test/shared", "-q", "1"];
    let mut first = way.device("first").subscribe(&options)?;
    let mut second = way.device("second").subscribe(&options)?;
    let sender = way.device("sender");
    // So many that chance gives each member some.
    sender.publish("test/shared", "1", "hello", &["--repeat", "40"])?;
    // The last message to each member shows that those before it have arrived.
    for (name, member) in [("first", &mut first), ("second", &mut second)] {
        let topic = format!("test/p2p/{}", way.device(name).client_id());
        sender.publish(&topic, "1", "end", &[])?;
        member.wait_for(" end\n")?;
    }
    let counts = [messages(&first) - 1, messages(&second) - 1];
    same("messages", counts.iter().sum::<usize>(), 40)?;
    same("both members got some", counts.contains(&0), false)
}

fn subscriptions(way: Way<'_>) -> Result<(), Error> {
    let subscriber = way.device("subscriber");
    let options = ["-t", "test/a/b", "-t", "test/+/c", "-q", "1"];
    let connected = subscriber.subscribe(&options)?;
    let client_id = subscriber.client_id();
    let info = || {
        Ok::<_, Error>(way.service.call(&["client", "get", &client_id])?["MqttClientInfoDo"].take())
    };
    let client = info()?;
    same("Online", &client["Online"], true)?;
    let listed = &client["SubScriptonData"]["SubscriptionDo"];
    let mut listed = listed.as_array().cloned().unwrap_or_default();
    listed.sort_by_key(|item| item["SubTopic"].to_string());
    let item = |sub_topic| json!({"ParentTopic": "test", "SubTopic": sub_topic, "Qos": 1});
    same("subscriptions", listed, vec![item("/+/c/"), item("/a/b/")])?;
    let on_topic = |sub_topic| {
        let answer = way
            .service
            .call(&["online", "topic", "test", "--sub-topic", sub_topic])?;
        Ok::<_, Error>(answer["MqttClientSetDo"]["OnlineCount"].clone())
    };
    same("online on /a/b", on_topic("/a/b")?, 1)?;
    same("online on /x/c", on_topic("/x/c")?, 1)?;
    same("online on /nobody", on_topic("/nobody")?, 0)?;
    drop(connected);
    let is_offline = until(|| Ok(info()?["Online"] == false))?;
    same("offline after disconnecting", is_offline, true)
}

/// Checks the counts of the messages of all checks above, the only ones that the service has seen.
fn counts(service: &Service) -> Result<(), Error> {
    let expected: [(&str, &[&str], u64); 7] = [
        ("PUB", &["--sub-topic", "/qos/0"], 1),
        ("PUB", &["--sub-topic", "/qos/1", "--qos", "1"], 1),
        ("PUB", &["--sub-topic", "/qos/2", "--qos", "2"], 1),
        ("PUB", &["--msg-type", "P2P"], 1),
        ("SUB", &["--msg-type", "P2P"], 1),
        ("PUB", &["--sub-topic", "/session"], 3),
        ("SUB", &["--sub-topic", "/session"], 3),
    ];
    for (direction, options, expected) in expected {
        let mut found = 0;
        until(|| {
            found = service.messages(direction, options)?;
            Ok(found == expected)
        })?;
        same(&format!("{direction} {options:?}"), found, expected)?;
    }
    Ok(())
}

/// Returns the number of messages that a device has shown.
fn messages(device: &Program) -> usize {
    let output = device.output();
    output
        .lines()
        .filter(|line| line.starts_with("message "))
        .count()
}
