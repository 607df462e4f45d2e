//! Callers that take all they can get: connections, requests, memory.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use ons_mqtt_client::{Client, Credentials};
use ons_mqtt_server::gateway::{Bounds, Listener};
use pop_rpc::Format;
use socket2::{Domain, Socket, Type};
use support::{Response, Server, TestRequest};

const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Longer than any step of these tests takes.
const DEADLINE: Duration = Duration::from_secs(15);

fn bounds(requests: usize, reserved: usize, per_address: usize) -> Bounds {
    Bounds {
        requests,
        reserved,
        per_address,
        ..Bounds::default()
    }
}

fn start(bounds: Bounds) -> Server {
    start_behind(bounds, &[])
}

fn start_behind(bounds: Bounds, proxies: &[&str]) -> Server {
    let proxies = proxies.iter().map(|text| text.parse().unwrap()).collect();
    let listen = |listener: Listener| listener.bounds(bounds).trusted_proxies(proxies);
    Server::start_on(listen, |gateway| gateway)
}

/// Opens a connection from the address 127.0.1.`host`.
fn connect_from(server: &Server, host: u8) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let from = IpAddr::V4(Ipv4Addr::new(127, 0, 1, host));
    // Small, so that who does not read is soon noticed.
    socket.set_recv_buffer_size(2048).unwrap();
    socket.bind(&SocketAddr::new(from, 0).into()).unwrap();
    socket.connect(&server.address.into()).unwrap();
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream
}

fn ask(mut stream: TcpStream, path: &str) -> Response {
    let request = format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    Response::read(&mut stream).expect(path)
}

/// Returns `true` if the server has closed a connection that it sent nothing on.
fn is_closed(stream: &mut TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let read = stream.read(&mut [0]).map_err(|error| error.kind());
    stream.set_nonblocking(false).unwrap();
    match read {
        Err(ErrorKind::WouldBlock) => false,
        Ok(0) | Err(ErrorKind::ConnectionReset) => true,
        other => panic!("{other:?}"),
    }
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < DEADLINE, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn create() -> TestRequest {
    TestRequest::new("OnsMqttGroupIdCreate").with("GroupId", "GID_test")
}

/// Sends a creation, which waits for the gate, and waits until the service has it.
fn begin(server: &Server, mut stream: TcpStream, request: TestRequest) -> TcpStream {
    let contexts = &server.notes.0.contexts;
    let before = contexts.lock().unwrap().len();
    stream.write_all(&request.signed().bytes()).unwrap();
    wait_until("the service has the request", || {
        contexts.lock().unwrap().len() > before
    });
    stream
}

#[test]
fn the_connection_that_is_idle_longest_gives_way() {
    let server = start(bounds(8, 2, 100));
    let mut idle: Vec<TcpStream> = (0..40)
        .map(|number| {
            let mut stream = server.connect();
            if number % 2 == 0 {
                stream.write_all(b"POST / HTTP/1.1\r\nHost: ").unwrap();
            }
            for path in PROBES {
                assert_eq!(ask(server.connect(), path).status, 200);
            }
            assert_eq!(server.call(&TestRequest::list().signed()).status, 200);
            stream
        })
        .collect();
    let closed: Vec<bool> = idle.iter_mut().map(is_closed).collect();
    let (oldest, newest) = closed.split_at(30);
    assert!(oldest.iter().all(|is_closed| *is_closed), "{closed:?}");
    assert!(!newest[9], "{closed:?}");
    let metrics = ask(server.connect(), "/metrics").body;
    assert!(
        metrics.contains("api_bounds_exceeded_total{bound=\"too many connections\"} "),
        "{metrics}"
    );
}

#[test]
fn a_connection_that_is_used_outlives_those_that_are_not() {
    let server = start(bounds(8, 2, 100));
    let mut used = server.connect();
    for _ in 0..50 {
        let _idle = server.connect();
        let request = TestRequest::list().signed().bytes();
        used.write_all(&request).unwrap();
        assert_eq!(Response::read(&mut used).unwrap().status, 200);
    }
}

#[test]
fn probes_are_answered_while_all_requests_are_slow() {
    let server = start(bounds(4, 2, 100));
    server.notes.0.gate.try_acquire().unwrap().forget();
    let busy: Vec<TcpStream> = (0..4)
        .map(|_| begin(&server, server.connect(), create()))
        .collect();
    for path in PROBES {
        assert_eq!(ask(server.connect(), path).status, 200);
    }
    let refused = server.call(&TestRequest::list().signed());
    assert_eq!(refused.status, 503);
    assert_eq!(refused.error(Format::Json).code, "ServiceUnavailable");
    server.notes.0.gate.add_permits(1);
    for mut stream in busy {
        assert_eq!(Response::read(&mut stream).unwrap().status, 200);
    }
    assert_eq!(server.call(&TestRequest::list().signed()).status, 200);
}

#[test]
fn an_address_takes_connections_from_itself_only() {
    let server = start(bounds(8, 2, 3));
    let mut other = connect_from(&server, 2);
    let mut own: Vec<TcpStream> = (0..5).map(|_| connect_from(&server, 1)).collect();
    wait_until("the first two are closed", || {
        is_closed(&mut own[0]) && is_closed(&mut own[1])
    });
    assert!(!own.iter_mut().skip(2).any(is_closed));
    assert!(!is_closed(&mut other));
}

#[test]
fn behind_a_trusted_proxy_each_client_has_its_own_share() {
    let server = start_behind(bounds(8, 2, 2), &["127.0.1.0/24"]);
    server.notes.0.gate.try_acquire().unwrap().forget();
    let from = |client: &str, request: TestRequest| TestRequest {
        headers: format!("X-Forwarded-For: 198.51.100.1, {client}\r\n"),
        ..request
    };
    let busy: Vec<TcpStream> = (0..2)
        .map(|_| {
            begin(
                &server,
                connect_from(&server, 1),
                from("192.0.2.1", create()),
            )
        })
        .collect();
    // The client cannot choose its own address, and another proxy changes nothing.
    for host in [1, 2] {
        let mut stream = connect_from(&server, host);
        let request = from("192.0.2.1", TestRequest::list()).signed();
        stream.write_all(&request.bytes()).unwrap();
        assert_eq!(Response::read(&mut stream).unwrap().status, 503);
        let mut stream = connect_from(&server, host);
        let request = from("192.0.2.2", TestRequest::list()).signed();
        stream.write_all(&request.bytes()).unwrap();
        assert_eq!(Response::read(&mut stream).unwrap().status, 200);
    }
    // Who is not a trusted proxy counts by its own address.
    let request = from("192.0.2.1", TestRequest::list()).signed();
    assert_eq!(server.call(&request).status, 200);
    server.notes.0.gate.add_permits(1);
    for mut stream in busy {
        assert_eq!(Response::read(&mut stream).unwrap().status, 200);
    }
}

/// A request whose string to sign has `length` bytes or some more, with a wrong signature.
fn unsigned(length: usize) -> TestRequest {
    TestRequest::list()
        .with("Signature", "x")
        .with("Extra", &"x".repeat(length))
}

#[test]
fn clients_that_do_not_read_give_way_when_answers_take_too_much_memory() {
    let server = start(Bounds {
        held_bytes: 12 << 10,
        ..Bounds::default()
    });
    let request = unsigned(10_000).bytes();
    // Sends until neither side's buffers take more.
    let stuck = |host| {
        let mut stream = connect_from(&server, host);
        stream.set_nonblocking(true).unwrap();
        let mut stalled = 0;
        while stalled < 20 {
            match stream.write(&request) {
                Ok(_) => stalled = 0,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    stalled += 1;
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(error) => panic!("{error}"),
            }
        }
        stream
    };
    let mut first = stuck(1);
    let _second = stuck(2);
    wait_until(
        "the first one is closed",
        || matches!(first.write(&request), Err(error) if error.kind() != ErrorKind::WouldBlock),
    );
    let metrics = ask(server.connect(), "/metrics").body;
    assert!(metrics.contains("unread answers"), "{metrics}");
    assert_eq!(server.call(&TestRequest::list().signed()).status, 200);
}

#[test]
fn clients_that_send_slowly_give_way_when_bodies_take_too_much_memory() {
    let server = start(Bounds {
        held_bytes: 12 << 10,
        ..Bounds::default()
    });
    let mut slow = [1, 2].map(|host| {
        let mut stream = connect_from(&server, host);
        let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10000\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&[b'x'; 8 << 10]).unwrap();
        stream
    });
    wait_until("one of them is closed", || slow.iter_mut().any(is_closed));
    assert!(!slow.iter_mut().all(is_closed));
    assert_eq!(server.call(&TestRequest::list().signed()).status, 200);
}

#[test]
fn a_mismatch_repeats_at_most_8_kib() {
    let server = Server::start();
    let response = server.call(&unsigned(60_000));
    let error = response.error(Format::Json);
    assert_eq!(error.code, "SignatureDoesNotMatch");
    let (_, shown) = error
        .message
        .split_once("server string to sign is:")
        .unwrap();
    let whole = unsigned(60_000).without("Signature").string_to_sign();
    assert!(shown.len() <= (8 << 10) + 40, "{}", shown.len());
    let mark = format!(" [cut, {} bytes in all]", whole.len());
    assert!(shown.ends_with(&mark), "{shown}");
}

#[tokio::test]
async fn a_client_understands_where_the_string_to_sign_was_cut() {
    let server = tokio::task::spawn_blocking(Server::start).await.unwrap();
    let client = |secret: &str| {
        let endpoint = format!("http://{}", server.address);
        let client = Client::builder().endpoint(endpoint);
        let client = client.credentials(Credentials::new(support::ID, secret));
        client.build().unwrap()
    };
    server.set_clock(
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_secs(),
    );
    let wrong = client("wrong");
    let short = wrong.group_id_create("GID_test").send().await;
    let said = short.unwrap_err().to_string();
    assert!(said.contains("the access key secret is wrong"), "{said}");
    assert!(!said.contains("no more"), "{said}");
    let long = wrong.group_id_create("x".repeat(20_000)).send().await;
    let said = long.unwrap_err().to_string();
    assert!(said.contains("the same 8192 bytes"), "{said}");
    tokio::task::spawn_blocking(|| drop(server)).await.unwrap();
}

#[test]
fn requests_that_cannot_be_read_get_an_error_with_a_code() {
    let server = Server::start();
    let (long, longer) = ("x".repeat(100 * 1024), "x".repeat(200 * 1024));
    for (request, status, code) in [
        ("no HTTP\r\n\r\n".to_owned(), 400, "BadRequest"),
        (
            "GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(),
            400,
            "BadRequest",
        ),
        (
            "GET / HTTP/7.1\r\nHost: h\r\n\r\n".to_owned(),
            400,
            "BadRequest",
        ),
        (
            format!("GET /?{long} HTTP/1.1\r\nHost: h\r\n\r\n"),
            414,
            "URITooLong",
        ),
        (
            format!("GET / HTTP/1.1\r\nHost: h\r\nA: {longer}\r\n\r\n"),
            431,
            "RequestHeaderFieldsTooLarge",
        ),
        (
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
            505,
            "HTTPVersionNotSupported",
        ),
    ] {
        let response = server.send(request.as_bytes());
        let error = response.error(Format::Xml);
        assert_eq!((response.status, &*error.code), (status, code));
        assert_eq!(
            response.header("x-acs-request-id"),
            Some(&*error.request_id)
        );
        let signed = "\r\nAuthorization: ACS3-HMAC-SHA256 Credential=x\r\n";
        for asked in [
            request.replacen("?", "?Format=JSON&", 1),
            request.replacen("?", "?Format=json&", 1),
            request.replacen("Host: h\r\n", &format!("Host: h{signed}"), 1),
        ] {
            if asked != request {
                let error = server.send(asked.as_bytes()).error(Format::Json);
                assert_eq!(error.code, code);
            }
        }
        // After an answer in JSON on the same connection, too, and in the format of its own.
        let mut stream = server.connect();
        let both = [&TestRequest::list().signed().bytes(), request.as_bytes()].concat();
        let _ = stream.write_all(&both);
        let mut answers = String::new();
        stream.read_to_string(&mut answers).unwrap();
        assert!(answers.starts_with("HTTP/1.1 200 "), "{answers}");
        assert!(
            answers.contains(&format!("HTTP/1.1 {status} ")),
            "{answers}"
        );
        assert!(
            answers.contains(&format!("<Code>{code}</Code>")),
            "{answers}"
        );
    }
}

#[test]
fn errors_do_not_repeat_a_long_host() {
    let server = Server::start();
    let host = "h".repeat(100_000);
    let response = server.send(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
    assert!(response.body.len() < 1000, "{}", response.body.len());
}
