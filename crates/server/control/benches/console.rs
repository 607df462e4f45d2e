//! Time that pages of the console take, with 20 000 clients and 30 days of history.

use std::error::Error;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

use ons_mqtt_broker::device_password;
use ons_mqtt_server::{Server, config::Config};
use ons_mqtt_store::{
    Direction, Flush, Group, MessageCount, MessageKind, OnlineSample, SeenClient, Store,
};
use reqwest::header::{COOKIE, SET_COOKIE};
use tokio_util::sync::CancellationToken;

const INSTANCE: &str = "post-cn-bench";
const GROUP: &str = "GID_lamps";
const CLIENTS: usize = 20_000;
/// Clients that connect at the same time, within the usual limit of descriptors.
const TOGETHER: usize = 200;
const DAYS: i64 = 30;
const INTERVAL: i64 = 60_000;
const DAY: i64 = 86_400_000;
/// Longest time of a page.
const GOAL: Duration = Duration::from_millis(50);

const CONFIG: &str = r#"
    [api]
    listen = "127.0.0.1:0"
    [[access_key]]
    id = "testid"
    secret = "testsecret"
    [[instance]]
    id = "post-cn-bench"
    region = "cn-hangzhou"
    mqtt_listen = "127.0.0.1:0"
    topics = ["sensors"]
"#;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) if !std::env::args().any(|argument| argument == "--check") => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns `true` if each page met the goal.
fn run() -> Result<bool, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("ons-mqtt.toml");
    std::fs::write(&path, CONFIG)?;
    let mut config = Config::load(Some(&path), |_| None)?;
    config.data_dir = folder.path().join("data");
    std::fs::create_dir(&config.data_dir)?;
    runtime.block_on(fill(&config.data_dir))?;
    let server = runtime.block_on(Server::start(&config))?;
    let api = server.api_address();
    let (_, mqtt) = server.mqtt_addresses().swap_remove(0);
    runtime.spawn(server.run(CancellationToken::new()));
    let online = connect(mqtt)?;
    let met = runtime.block_on(measure(api))?;
    drop(online);
    Ok(met)
}

/// Writes history and clients, as a service would have done in the past.
async fn fill(folder: &Path) -> Result<(), Box<dyn Error>> {
    let path = folder.join("ons-mqtt.db").display().to_string();
    let store = Store::open(&path).await?;
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let now = i64::try_from(since.as_millis())? / INTERVAL * INTERVAL;
    store
        .create_group(&Group {
            namespace: INSTANCE.to_owned(),
            group_id: GROUP.to_owned(),
            instance_id: INSTANCE.to_owned(),
            topic: None,
            created: now - DAYS * DAY,
            updated: now - DAYS * DAY,
        })
        .await?;
    for start in (now - DAYS * DAY..now).step_by(usize::try_from(INTERVAL)?) {
        store.flush(&interval(start)).await?;
    }
    let clients = (0..CLIENTS).map(|number| SeenClient {
        instance_id: INSTANCE.to_owned(),
        client_id: client_id(number),
        address: "192.0.2.1:40000".to_owned(),
        last_seen: now,
    });
    let seen = Flush {
        start: now,
        clients: clients.collect(),
        ..Flush::default()
    };
    store.flush(&seen).await?;
    store.close().await;
    Ok(())
}

fn interval(start: i64) -> Flush {
    let message = |qos| MessageCount {
        instance_id: INSTANCE.to_owned(),
        parent_topic: "sensors".to_owned(),
        sub_topic: Some("/a".to_owned()),
        kind: MessageKind::Sub,
        direction: Direction::Pub,
        qos,
        count: 1 + start.unsigned_abs() / 60_000 % 977,
    };
    let sample = OnlineSample {
        instance_id: INSTANCE.to_owned(),
        group_id: GROUP.to_owned(),
        count: u32::try_from(start / 60_000 % 20_000).unwrap_or_default(),
    };
    Flush {
        start,
        messages: (0..3).map(message).collect(),
        sampled: start + INTERVAL,
        online: vec![sample],
        ..Flush::default()
    }
}

fn client_id(number: usize) -> String {
    format!("{GROUP}@@@lamp-{number:05}")
}

/// Gives each client a session. Returns the sockets of those that stay online.
fn connect(address: SocketAddr) -> Result<Vec<TcpStream>, Box<dyn Error>> {
    let mut online = Vec::new();
    for first in (0..CLIENTS).step_by(TOGETHER) {
        let mut sockets = Vec::new();
        for number in first..first + TOGETHER {
            let mut socket = TcpStream::connect(address)?;
            socket.write_all(&connect_packet(&client_id(number))?)?;
            sockets.push(socket);
        }
        for socket in &mut sockets {
            let mut accepted = [0; 4];
            socket.read_exact(&mut accepted)?;
            if accepted[3] != 0 {
                return Err(format!("CONNECT was answered with code {}", accepted[3]).into());
            }
        }
        online = sockets;
    }
    Ok(online)
}

/// Returns CONNECT of MQTT 3.1.1 for a session that stays.
fn connect_packet(client_id: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let password = device_password(&"testsecret".into(), client_id);
    let user_name = format!("Signature|testid|{INSTANCE}");
    let mut body = vec![0, 4, b'M', b'Q', b'T', b'T', 4, 0xC0, 0, 0];
    for text in [client_id, &user_name, &password] {
        body.extend(u16::try_from(text.len())?.to_be_bytes());
        body.extend(text.as_bytes());
    }
    // The remaining length in one byte.
    let length = u8::try_from(body.len()).ok().filter(|length| *length < 128);
    let mut packet = vec![0x10, length.ok_or("a client ID is too long")?];
    packet.extend(body);
    Ok(packet)
}

/// Returns the cookie of a new session.
async fn sign_in(client: &reqwest::Client, url: &str) -> Result<String, Box<dyn Error>> {
    let form = client.post(url).body("id=testid&secret=testsecret");
    let answer = form.send().await?;
    let cookie = answer.headers().get(SET_COOKIE);
    let cookie = cookie.ok_or("the sign-in failed")?.to_str()?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}

/// Prints the time of each page, and the CPU time of server and client together. Returns `true` if each met the goal.
async fn measure(api: SocketAddr) -> Result<bool, Box<dyn Error>> {
    // The client wants one, although it speaks plain HTTP here.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let url = |path: &str| format!("http://{api}/console/{path}");
    let group = format!("instances/{INSTANCE}/groups/{GROUP}");
    let topic = format!("instances/{INSTANCE}/topics/sensors");
    println!("{CLIENTS} clients of a group, {DAYS} days of history in intervals of a minute");
    println!(
        "  {:<44} {:>10} {:>10} {:>8} {:>8}",
        "", "median ms", "slowest", "CPU ms", "bytes"
    );
    let mut met = true;
    for (name, path) in [
        ("overview", "instances".to_owned()),
        ("group, an hour", group.clone()),
        (
            "group, a text that few clients contain",
            format!("{group}?q=1999"),
        ),
        (
            "group, a text that no client contains",
            format!("{group}?q=none"),
        ),
        (
            "group, the last page",
            format!("{group}?after={GROUP}@@@lamp-19990"),
        ),
        ("group, a day", format!("{group}?minutes=1440")),
        ("group, 30 days", format!("{group}?minutes=43200")),
        ("topic, an hour", topic.clone()),
        ("topic, a day", format!("{topic}?minutes=1440")),
        (
            "topic, a day, by QoS",
            format!("{topic}?minutes=1440&parts=qos"),
        ),
        ("topic, 30 days", format!("{topic}?minutes=43200")),
        (
            "topic, 30 days, by QoS",
            format!("{topic}?minutes=43200&parts=qos"),
        ),
    ] {
        let (mut times, mut bytes) = (Vec::new(), 0);
        // A session of its own, and fewer calls than it may make.
        let cookie = sign_in(&client, &url("sign-in")).await?;
        let rounds = 8;
        let before = cpu()?;
        for _ in 0..rounds {
            let begin = Instant::now();
            let answer = client
                .get(url(&path))
                .header(COOKIE, &cookie)
                .send()
                .await?;
            let answer = answer.error_for_status()?.text().await?;
            times.push(begin.elapsed());
            if answer.contains("role=\"alert\"") {
                return Err(format!("{name}: an action failed").into());
            }
            bytes = answer.len();
        }
        let cpu = (cpu()? - before) / f64::from(rounds);
        times.sort();
        let (median, slowest) = (times[times.len() / 2], times[times.len() - 1]);
        met &= median < GOAL;
        let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
        println!(
            "  {name:<44} {:>10.1} {:>10.1} {cpu:>8.1} {bytes:>8}{}",
            milliseconds(median),
            milliseconds(slowest),
            if median < GOAL { "" } else { " missed" }
        );
    }
    Ok(met)
}

/// Returns the CPU time of this process so far, in milliseconds.
fn cpu() -> Result<f64, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, rest) = stat.rsplit_once(')').ok_or("no name")?;
    let mut ticks = 0.0;
    // Ticks of 10 ms in user mode and in the kernel.
    for field in rest.split_whitespace().skip(11).take(2) {
        ticks += field.parse::<f64>()?;
    }
    Ok(ticks * 10.0)
}
