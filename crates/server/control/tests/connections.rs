//! Slow clients, lost clients, panics, probes, metrics and stopping.

#![allow(clippy::unwrap_used)]

mod support;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use ons_mqtt_server::gateway::prometheus_client::metrics::gauge::Gauge;
use ons_mqtt_server::gateway::prometheus_client::registry::Registry;
use pop_rpc::Format;
use support::{PANIC, Response, Server, TestRequest, impatient};

/// Longer than any step of these tests takes.
const DEADLINE: Duration = Duration::from_secs(15);

fn create() -> TestRequest {
    let request = TestRequest::new("OnsMqttGroupIdCreate");
    request.with("GroupId", "GID_test").signed()
}

fn get(server: &Server, path: &str) -> Response {
    server.send(format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n").as_bytes())
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < DEADLINE, "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Blocks group creations until [`open_gate`] is called.
fn close_gate(server: &Server) {
    server.notes.0.gate.try_acquire().unwrap().forget();
}

fn open_gate(server: &Server) {
    server.notes.0.gate.add_permits(1);
}

fn wait_for_creation(server: &Server) {
    let contexts = &server.notes.0.contexts;
    wait_until("the service received the request", || {
        !contexts.lock().unwrap().is_empty()
    });
}

#[test]
fn a_panic_of_the_service_is_answered_and_harmless() {
    let server = Server::start();
    let request = TestRequest::new("OnsMqttGroupIdDelete").with("GroupId", PANIC);
    let mut stream = server.connect();
    stream.write_all(&request.signed().bytes()).unwrap();
    let response = Response::read(&mut stream).unwrap();
    let error = response.error(Format::Json);
    assert_eq!((&*error.code, response.status), ("InternalError", 500));
    assert_eq!(
        response.header("x-acs-request-id"),
        Some(&*error.request_id)
    );
    assert!(!error.message.contains("told to panic"));

    stream
        .write_all(&TestRequest::list().signed().bytes())
        .unwrap();
    assert_eq!(Response::read(&mut stream).unwrap().status, 200);
}

#[test]
fn a_request_is_completed_even_if_its_client_hangs_up() {
    let server = Server::start();
    close_gate(&server);
    let mut stream = server.connect();
    stream.write_all(&create().bytes()).unwrap();
    wait_for_creation(&server);
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(
        stream.read(&mut [0]).unwrap(),
        0,
        "the server closes the connection too"
    );
    open_gate(&server);
    wait_until("the group was created", || server.notes.created() == 1);
}

#[test]
fn slow_clients_do_not_block_others_and_are_disconnected() {
    let server = Server::start_with(|gateway| gateway.timeouts(impatient()));
    let slow: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = server.connect();
            stream
                .write_all(b"GET /?Action=x HTTP/1.1\r\nHost: ")
                .unwrap();
            stream
        })
        .collect();
    assert_eq!(server.call(&TestRequest::list().signed()).status, 200);
    for mut stream in slow {
        let response = Response::read(&mut stream).unwrap();
        assert_eq!(response.status, 408);
        assert_eq!(response.error(Format::Xml).code, "RequestTimeout");
        assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    }
}

#[test]
fn a_missing_body_is_answered_in_time() {
    let server = Server::start_with(|gateway| gateway.timeouts(impatient()));
    let response =
        server.send(b"POST /?Format=JSON HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nAct");
    let error = response.error(Format::Json);
    assert_eq!(error.code, "InvalidBody");
    assert!(error.message.contains("within"), "{}", error.message);
}

#[test]
fn a_body_without_end_is_cut_off() {
    let server = Server::start();
    let mut stream = server.connect();
    let head = b"POST /?Format=JSON HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head).unwrap();
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
    let begun = Instant::now();
    while stream.write_all(chunk.as_bytes()).is_ok() {
        assert!(
            begun.elapsed() < DEADLINE,
            "the server does not stop reading"
        );
    }
}

#[test]
fn a_form_may_come_in_chunks() {
    let server = Server::start();
    let request = TestRequest {
        form: true,
        method: "POST",
        ..TestRequest::list()
    }
    .signed();
    let bytes = String::from_utf8(request.bytes()).unwrap();
    let (_, form) = bytes.split_once("\r\n\r\n").unwrap();
    let (start, end) = form.split_at(10);
    let request = format!(
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\
         {:x}\r\n{start}\r\n{:x}\r\n{end}\r\n0\r\n\r\n",
        start.len(),
        end.len()
    );
    assert_eq!(server.send(request.as_bytes()).status, 200);
}

/// Otherwise, a client that neither reads nor closes would hold its connection forever.
#[cfg(target_os = "linux")]
#[test]
fn a_client_that_does_not_read_is_disconnected() {
    let server = Server::start_with(|gateway| gateway.timeouts(impatient()));
    let mut stream = server.connect();
    stream.set_write_timeout(Some(DEADLINE)).unwrap();
    let request = TestRequest::list()
        .with("Signature", &"s".repeat(4000))
        .bytes();
    let begun = Instant::now();
    let error = loop {
        match stream.write_all(&request) {
            Ok(()) => assert!(
                begun.elapsed() < DEADLINE,
                "the server does not stop accepting requests"
            ),
            Err(error) => break error,
        }
    };
    assert_ne!(error.kind(), std::io::ErrorKind::WouldBlock, "{error}");
}

#[test]
fn requests_under_way_are_answered_before_the_service_stops() {
    let mut server = Server::start();
    close_gate(&server);
    let mut idle = server.connect();
    idle.write_all(&TestRequest::list().signed().bytes())
        .unwrap();
    assert_eq!(Response::read(&mut idle).unwrap().status, 200);
    server.notes.0.contexts.lock().unwrap().clear();
    let mut busy = server.connect();
    busy.write_all(&create().bytes()).unwrap();
    wait_for_creation(&server);

    server.stop.cancel();
    assert_eq!(idle.read(&mut [0]).unwrap(), 0, "an idle connection ends");
    wait_until("no connection is accepted", || {
        TcpStream::connect(server.address).is_err()
    });
    let ended = server.ended.take().unwrap();
    assert!(!ended.is_finished());
    open_gate(&server);
    let response = Response::read(&mut busy).unwrap();
    assert_eq!(response.status, 200);
    server.runtime.block_on(ended).unwrap();
    assert_eq!(server.notes.created(), 1);
}

#[test]
fn the_service_stops_in_time_even_with_requests_under_way() {
    let mut server = Server::start_with(|gateway| gateway.timeouts(impatient()));
    close_gate(&server);
    let mut busy = server.connect();
    busy.write_all(&create().bytes()).unwrap();
    wait_for_creation(&server);
    server.stop.cancel();
    let ended = server.ended.take().unwrap();
    let in_time = async { tokio::time::timeout(DEADLINE, ended).await };
    server.runtime.block_on(in_time).unwrap().unwrap();
    let end = busy.read(&mut [0]).map_err(|error| error.kind());
    assert!(
        matches!(end, Ok(0) | Err(ErrorKind::ConnectionReset)),
        "{end:?}"
    );
}

#[test]
fn probes_report_whether_the_process_is_alive_and_ready() {
    let server = Server::start_with(|gateway| gateway.ready(|| Err("no database".to_owned())));
    let live = get(&server, "/healthz");
    assert_eq!((live.status, &*live.body), (200, "ok\n"));
    assert!(live.header("x-acs-request-id").is_some());
    let ready = get(&server, "/readyz");
    assert_eq!(
        (ready.status, &*ready.body),
        (503, "not ready: no database\n")
    );
    assert_eq!(get(&Server::start(), "/readyz").status, 200);
}

#[test]
fn metrics_count_requests_by_action_and_code() {
    let connections = Gauge::<i64>::default();
    connections.set(7);
    let mut registry = Registry::with_prefix("ons_mqtt");
    registry.register("connections", "Devices online", connections);
    let server = Server::start_with(|gateway| gateway.metrics(registry));
    server.call(&TestRequest::list().signed());
    server.call(&TestRequest::list());
    server.call(&TestRequest::list().with("Action", "strange\"\n"));
    for name in ["stranger1", "stranger2"] {
        server.call(&TestRequest::list().also(name, "1").also(name, "2"));
    }
    let response = get(&server, "/metrics");
    assert!(
        response
            .header("content-type")
            .unwrap()
            .starts_with("application/openmetrics-text")
    );
    let lines: Vec<&str> = response.body.lines().collect();
    for line in [
        "ons_mqtt_connections 7",
        "ons_mqtt_requests_total{action=\"OnsMqttGroupIdList\",code=\"OK\"} 1",
        "ons_mqtt_requests_total{action=\"OnsMqttGroupIdList\",code=\"Missing\"} 1",
        "ons_mqtt_requests_total{action=\"unknown\",code=\"InvalidAction.NotFound\"} 1",
        "ons_mqtt_requests_total{action=\"unknown\",code=\"Invalid\"} 2",
        "ons_mqtt_request_seconds_count{action=\"OnsMqttGroupIdList\"} 2",
        "ons_mqtt_requests_in_flight 0",
    ] {
        assert!(lines.contains(&line), "{line}\n{}", response.body);
    }
    assert!(!response.body.contains("strange"));
}
