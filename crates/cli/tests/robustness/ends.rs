//! Checks how the program stops and pauses, and that it does not start twice.

use std::fs;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rumqttc::EventLoop;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::program::{
    INSTANCE, PATIENCE, Program, command, next_interval, now, publish, published,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sigterm_it_writes_all_counts_and_reports_that() {
    let folder = tempfile::tempdir().unwrap();
    let begin = now();
    for round in 1..=2 {
        let mut program = Program::start(folder.path());
        let client = program.client();
        if round == 1 {
            let create = client.group_id_create("GID_test").instance_id(INSTANCE);
            create.send().await.unwrap();
        }
        let (device, mut events) = program.device("GID_test@@@a");
        for _ in 0..50 {
            assert!(publish(&device, &mut events).await);
        }
        let status = program.terminate();
        assert!(status.success(), "{status}: {}", program.log());
        let output = fs::read_to_string(folder.path().join("stdout")).unwrap();
        assert!(
            output.ends_with("stopped: counts written, devices disconnected, requests answered\n")
        );
    }
    let program = Program::start(folder.path());
    next_interval().await;
    next_interval().await;
    let client = program.client();
    assert_eq!(published(&client, begin).await, 100.0);
    let info = client
        .query_client_by_client_id("GID_test@@@a")
        .instance_id(INSTANCE);
    let info = info.send().await.unwrap().mqtt_client_info;
    assert!(!info.online && info.last_touch.unwrap() >= begin);
}

/// Interval that no test outlives, so that counts are written by nothing but the stop.
const LONG_INTERVAL: (&str, &str) = ("ONS_MQTT_STATS_INTERVAL", "12h");

/// Requests that their client does not finish.
const UNFINISHED: [&str; 2] = [
    "GET /?Action=OnsMqttGroupIdList HTTP/1.1\r\nHost: x\r\nAcce",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nAction=",
];

/// Starts the program, publishes ten messages, and leaves a request unfinished. Returns the
/// program, the device's connection and that of the request.
async fn with_unfinished_request(
    folder: &std::path::Path,
    request: &str,
) -> (Program, EventLoop, TcpStream) {
    let program = Program::start_with(folder, &[LONG_INTERVAL]);
    let client = program.client();
    let create = client.group_id_create("GID_test").instance_id(INSTANCE);
    create.send().await.unwrap();
    let (device, mut events) = program.device("GID_test@@@a");
    for _ in 0..10 {
        assert!(publish(&device, &mut events).await);
    }
    let mut stream = TcpStream::connect(program.api).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    until_read(&stream).await;
    (program, events, stream)
}

/// Waits until the program has read what was sent to it. It may end a connection that it has not accepted yet.
async fn until_read(stream: &TcpStream) {
    let port = |address: SocketAddr| format!(":{:04X}", address.port());
    let theirs = port(stream.peer_addr().unwrap());
    let ours = port(stream.local_addr().unwrap());
    let begin = Instant::now();
    let is_read = || {
        let sockets = fs::read_to_string("/proc/net/tcp").unwrap();
        sockets.lines().any(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            words[1].ends_with(&theirs)
                && words[2].ends_with(&ours)
                && words[4].ends_with(":00000000")
        })
    };
    while !is_read() {
        assert!(begin.elapsed() < PATIENCE, "the request is not read");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Expects that the database has the counts of the ten messages.
async fn expect_ten(folder: &std::path::Path, begin: i64) {
    let program = Program::start(folder);
    next_interval().await;
    let half_a_day = 12 * 60 * 60 * 1_000;
    let begin = begin - begin % half_a_day;
    assert_eq!(published(&program.client(), begin).await, 10.0);
}

#[tokio::test]
async fn on_sigterm_counts_are_written_and_devices_disconnected_while_a_request_is_unfinished() {
    for request in UNFINISHED {
        let folder = tempfile::tempdir().unwrap();
        let begin = now();
        let (mut program, mut events, mut stream) =
            with_unfinished_request(folder.path(), request).await;
        program.signal("-TERM");
        while events.poll().await.is_ok() {}
        let answered = tokio::time::timeout(Duration::from_millis(1), stream.read_u8()).await;
        assert!(answered.is_err(), "the request was given up too early");
        program.kill();
        expect_ten(folder.path(), begin).await;
    }
}

#[tokio::test]
async fn it_stops_within_five_seconds_although_requests_are_unfinished() {
    let folder = tempfile::tempdir().unwrap();
    let begin = now();
    let (mut program, ..) = with_unfinished_request(folder.path(), UNFINISHED[0]).await;
    let mut streams = Vec::new();
    for request in UNFINISHED {
        let mut stream = TcpStream::connect(program.api).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        streams.push(stream);
    }
    let asked = Instant::now();
    assert!(program.terminate().success(), "{}", program.log());
    let took = asked.elapsed();
    assert!(took < Duration::from_secs(6), "{took:?}");
    expect_ten(folder.path(), begin).await;
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once_and_counts_are_not_lost() {
    for (first, second) in [("-INT", "-INT"), ("-TERM", "-INT"), ("-INT", "-TERM")] {
        let folder = tempfile::tempdir().unwrap();
        let begin = now();
        let (mut program, mut events, _stream) =
            with_unfinished_request(folder.path(), UNFINISHED[1]).await;
        program.signal(first);
        while events.poll().await.is_ok() {}
        let asked = Instant::now();
        program.signal(second);
        assert_eq!(program.end().code(), Some(1), "{}", program.log());
        let took = asked.elapsed();
        assert!(took < Duration::from_secs(1), "{took:?}");
        expect_ten(folder.path(), begin).await;
    }
}

#[tokio::test]
async fn it_answers_and_stops_if_its_log_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start_unread(folder.path());
    for _ in 0..3 {
        let list = program.client().group_id_list().instance_id(INSTANCE);
        list.send().await.unwrap();
    }
    assert!(program.terminate().success());
}

#[tokio::test]
async fn a_second_program_on_the_same_files_reports_why_it_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    let second = tempfile::tempdir().unwrap();
    let config = fs::read_to_string(folder.path().join("ons-mqtt.toml")).unwrap();
    let data = folder.path().join("data");
    let config = format!("data_dir = {:?}\n{config}", data.display().to_string());
    fs::write(second.path().join("ons-mqtt.toml"), config).unwrap();
    let status = command(second.path()).status().unwrap();
    assert!(!status.success());
    let output = fs::read_to_string(second.path().join("stderr")).unwrap();
    assert!(
        output.contains("is in use by another server; stop that one"),
        "{output}"
    );
    let list = program
        .client()
        .group_id_list()
        .instance_id(INSTANCE)
        .send()
        .await;
    assert!(list.is_ok());
}

#[tokio::test]
async fn after_a_pause_of_several_intervals_it_continues_without_losing_counts() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    let client = program.client();
    let create = client.group_id_create("GID_test").instance_id(INSTANCE);
    create.send().await.unwrap();
    let (device, mut events) = program.device("GID_test@@@a");
    next_interval().await;
    let begin = now();
    for _ in 0..2 {
        for _ in 0..10 {
            assert!(publish(&device, &mut events).await);
        }
        program.signal("-STOP");
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        program.signal("-CONT");
    }
    next_interval().await;
    next_interval().await;
    assert_eq!(published(&client, begin).await, 20.0);
    let query = client
        .query_history_online(begin, now(), "GID_test")
        .instance_id(INSTANCE);
    let points = query.send().await.unwrap().data.records;
    assert!(points.len() >= 6, "{points:?}");
    for (one, next) in points.iter().zip(&points[1..]) {
        assert_eq!(next.x - one.x, 1_000);
    }
    assert_eq!(points.last().unwrap().y, 1.0);
}
