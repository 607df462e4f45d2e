//! Checks that garbage over HTTP and MQTT does no harm: no panics, no server errors, no memory
//! leaks, and later clients are served.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use ons_mqtt_client::Client;

use crate::program::{INSTANCE, PATIENCE, Program, password, publish, times, user_name};

/// Variable that overrides the number of inputs per protocol.
const INPUTS: &str = "ONS_MQTT_TEST_INPUTS";
/// Allowed growth of the program in bytes: caches fill up, and the allocator keeps some memory.
const GROWTH: usize = 24 << 20;

/// Changes, inserts or cuts off random bytes.
fn mutate(bytes: &mut Vec<u8>, random: &mut fastrand::Rng) {
    for _ in 0..random.usize(1..6) {
        let at = random.usize(..=bytes.len());
        match random.u8(..6) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, random.u8(..)),
            2 => {
                let more: Vec<u8> = (0..random.usize(..40)).map(|_| random.u8(..)).collect();
                bytes.splice(at..at, more);
            }
            _ if at < bytes.len() => bytes[at] = random.u8(..),
            _ => {}
        }
    }
}

/// Sends bytes and reads until the other end closes the connection.
fn exchange(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // The program may stop reading before the end.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
            panic!(
                "neither an answer nor a closed connection: {:?}",
                String::from_utf8_lossy(bytes)
            )
        }
        _ => answer,
    }
}

/// Returns a valid request.
async fn request(client: &Client, random: &mut fastrand::Rng) -> Vec<u8> {
    let signed = match random.u8(..4) {
        0 => client.group_id_list().instance_id(INSTANCE).sign().await,
        1 => {
            client
                .query_history_online(1, 2, "GID_test")
                .instance_id(INSTANCE)
                .sign()
                .await
        }
        2 => {
            let query = client.query_msg_trans_trend(1, 2, "test", "TPS".into(), "SUB".into());
            query.instance_id(INSTANCE).sub_topic("/a").sign().await
        }
        _ => {
            client
                .query_client_by_client_id("GID_test@@@a")
                .instance_id(INSTANCE)
                .sign()
                .await
        }
    };
    let query = signed.unwrap().query;
    let request = if random.bool() {
        format!("GET /?{query} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    } else {
        format!(
            "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{query}",
            query.len()
        )
    };
    request.into_bytes()
}

/// Sends a correctly signed request with random values of parameters.
async fn strange_values(client: &Client, random: &mut fastrand::Rng) {
    let text: String = (0..random.usize(..80)).map(|_| random.char(..)).collect();
    let time = random.i64(..);
    let answer = match random.u8(..6) {
        0 => client
            .group_id_create(&text)
            .instance_id(INSTANCE)
            .send()
            .await
            .map(drop),
        1 => client
            .group_id_list()
            .instance_id(&text)
            .send()
            .await
            .map(drop),
        2 => client
            .query_client_by_client_id(&text)
            .instance_id(INSTANCE)
            .send()
            .await
            .map(drop),
        3 => {
            let query = client.query_client_by_topic("test").sub_topic(&text);
            query.instance_id(INSTANCE).send().await.map(drop)
        }
        4 => {
            let query = client.query_history_online(time, random.i64(..), "GID_test");
            query.instance_id(INSTANCE).send().await.map(drop)
        }
        _ => {
            let query =
                client.query_msg_trans_trend(time, i64::MAX, "test", "SUM".into(), "PUB".into());
            query
                .instance_id(INSTANCE)
                .sub_topic(&text)
                .send()
                .await
                .map(drop)
        }
    };
    if let Err(error) = answer {
        assert!(error.status().is_some_and(|status| status < 500), "{error}");
    }
}

#[tokio::test]
async fn garbage_over_http_does_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    let client = program.client();
    let create = client.group_id_create("GID_test").instance_id(INSTANCE);
    create.send().await.unwrap();
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let inputs = times(INPUTS, 1_500);
    let mut before = 0;
    for number in 0..inputs {
        if number == inputs / 3 {
            before = program.memory();
        }
        let mut bytes = request(&client, &mut random).await;
        mutate(&mut bytes, &mut random);
        let answer = exchange(program.api, &bytes);
        if let Some(status) = answer.strip_prefix(b"HTTP/1.1 ") {
            let harmless = status[0] < b'5' || status.starts_with(b"505");
            assert!(
                harmless,
                "{} to {bytes:?}",
                String::from_utf8_lossy(&answer)
            );
        }
        strange_values(&client, &mut random).await;
        if number % 100 == 0 {
            let list = client.group_id_list().instance_id(INSTANCE);
            assert_eq!(list.send().await.unwrap().data.len(), 1);
        }
    }
    assert_well(&program, before).await;
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&(text.len() as u16).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

fn packet(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![kind];
    let mut rest = body.len();
    while rest > 127 {
        out.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
    out.extend_from_slice(body);
    out
}

/// Returns a CONNECT packet of MQTT 3.1.1 or 5.
fn connect(client_id: &str, version: u8) -> Vec<u8> {
    let mut body = Vec::new();
    text(&mut body, "MQTT");
    body.extend_from_slice(&[version, 0xc2, 0, 2]);
    if version == 5 {
        body.extend_from_slice(&[5, 0x11, 0, 0, 0, 1]);
    }
    for part in [client_id, &user_name(), &password(client_id)] {
        text(&mut body, part);
    }
    packet(0x10, &body)
}

/// Returns the packets of a device after CONNECT; in MQTT 5, with empty properties.
fn session(version: u8) -> Vec<u8> {
    let properties: &[u8] = if version == 5 { &[0] } else { &[] };
    let mut out = Vec::new();
    let mut body = vec![0, 1];
    body.extend_from_slice(properties);
    text(&mut body, "test/#");
    body.push(1);
    out.extend(packet(0x82, &body));
    for qos in 0..3 {
        let mut body = Vec::new();
        text(&mut body, "test/a");
        if qos > 0 {
            body.extend_from_slice(&[0, qos]);
        }
        body.extend_from_slice(properties);
        body.extend_from_slice(b"payload");
        out.extend(packet(0x30 | qos << 1, &body));
    }
    out.extend(packet(0x62, &[0, 2]));
    let mut body = vec![0, 3];
    body.extend_from_slice(properties);
    text(&mut body, "test/#");
    out.extend(packet(0xa2, &body));
    out.extend(packet(0xc0, &[]));
    out
}

#[tokio::test]
async fn garbage_over_mqtt_does_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    let client = program.client();
    let create = client.group_id_create("GID_test").instance_id(INSTANCE);
    create.send().await.unwrap();
    let (device, mut events) = program.device("GID_test@@@staying");
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let inputs = times(INPUTS, 1_500);
    let mut before = 0;
    for number in 0..inputs {
        if number == inputs / 3 {
            before = program.memory();
        }
        let version = if random.bool() { 4 } else { 5 };
        let client_id = format!("GID_test@@@{}", number % 50);
        let mut bytes = match random.u8(..4) {
            0 => (0..random.usize(..200)).map(|_| random.u8(..)).collect(),
            1 => {
                let mut bytes = connect(&client_id, version);
                mutate(&mut bytes, &mut random);
                bytes
            }
            _ => {
                let mut rest = session(version);
                mutate(&mut rest, &mut random);
                [connect(&client_id, version), rest].concat()
            }
        };
        if random.u8(..8) == 0 {
            mutate(&mut bytes, &mut random);
        }
        exchange(program.mqtt, &bytes);
        if number % 100 == 0 {
            assert!(publish(&device, &mut events).await);
        }
    }
    assert!(publish(&device, &mut events).await);
    let one_is_left = async || {
        let query = client
            .query_client_by_group_id("GID_test")
            .instance_id(INSTANCE);
        query.send().await.unwrap().mqtt_client_set.online_count == 1
    };
    let begin = std::time::Instant::now();
    while !one_is_left().await {
        assert!(begin.elapsed() < PATIENCE, "some devices are still online");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_well(&program, before).await;
}

/// Checks that the program answers, has not panicked, and has grown little since its memory was
/// `before`.
async fn assert_well(program: &Program, before: usize) {
    let list = program.client().group_id_list().instance_id(INSTANCE);
    assert_eq!(list.send().await.unwrap().data.len(), 1);
    let (device, mut events) = program.device("GID_test@@@last");
    assert!(publish(&device, &mut events).await);
    let log = program.log();
    let panicked = log.lines().find(|line| line.contains("panicked"));
    assert_eq!(panicked, None);
    let grown = program.memory().saturating_sub(before);
    println!("grown by {} KiB", grown >> 10);
    assert!(grown < GROWTH, "{} KiB more", grown >> 10);
}
