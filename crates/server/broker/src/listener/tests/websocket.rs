//! MQTT over WebSocket: the request that opens it, and frames of all kinds.

use tokio::io::AsyncWriteExt as _;

use super::*;
use crate::listener::http;

const BINARY: u8 = 2;
const TEXT: u8 = 1;
const CONTINUATION: u8 = 0;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
const FINAL: u8 = 0x80;

fn websocket() -> Config {
    Config {
        websocket: Some(any_port()),
        ..config()
    }
}

/// Returns a frame as clients send it, masked with zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        length @ 0..126 => frame.push(0x80 | length as u8),
        length @ 126..65536 => {
            frame.push(0x80 | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

/// Returns a short frame as the broker sends it.
fn answer(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![FINAL | opcode, payload.len() as u8];
    frame.extend(payload);
    frame
}

async fn head(socket: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match timeout(PATIENCE, socket.read_u8()).await.unwrap() {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).unwrap()
}

/// Returns the payload of binary messages.
async fn payload(socket: &mut (impl AsyncRead + Unpin), length: usize) -> Vec<u8> {
    let mut received = Vec::new();
    while received.len() < length {
        let first = timeout(PATIENCE, socket.read_u8()).await;
        assert_eq!(first.expect("a frame in time").unwrap(), FINAL | BINARY);
        let length = match socket.read_u8().await.unwrap() {
            126 => usize::from(socket.read_u16().await.unwrap()),
            length => usize::from(length),
        };
        let begin = received.len();
        received.resize(begin + length, 0);
        socket.read_exact(&mut received[begin..]).await.unwrap();
    }
    received
}

async fn upgraded(address: SocketAddr) -> TcpStream {
    let mut socket = opened(address).await;
    socket.write_all(UPGRADE.as_bytes()).await.unwrap();
    assert!(head(&mut socket).await.starts_with("HTTP/1.1 101 "));
    socket
}

/// Opens a WebSocket whose CONNECT was accepted.
async fn accepted(address: SocketAddr) -> TcpStream {
    let mut socket = upgraded(address).await;
    let packet = frame(FINAL | BINARY, &connect(0));
    socket.write_all(&packet).await.unwrap();
    expect(&mut socket, &answer(BINARY, &CONNACK)).await;
    socket
}

async fn subscribe_in_a_frame(socket: &mut TcpStream) {
    let packet = frame(FINAL | BINARY, &SUBSCRIBE);
    socket.write_all(&packet).await.unwrap();
    expect(socket, &answer(BINARY, &SUBACK)).await;
}

#[tokio::test]
async fn each_request_gets_its_status() {
    let (serving, addresses) = serve(&websocket(), generous());
    let long = format!(
        "GET / HTTP/1.1\r\nCookie: {}\r\n",
        "c".repeat(http::HEAD_BYTES)
    );
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(100));
    let changed = |from: &str, to: &str| {
        assert!(UPGRADE.contains(from));
        UPGRADE.replace(from, to)
    };
    let protocol = "Sec-WebSocket-Protocol: mqtt\r\n";
    let chosen = |name: &str| format!("sec-websocket-protocol: {name}\r\n");
    let table = [
        (UPGRADE.to_owned(), "101", chosen("mqtt")),
        (
            UPGRADE
                .to_lowercase()
                .replace("get /mqtt http", "GET / HTTP")
                .replace("dghlihnhbxbszsbub25jzq==", "dGhlIHNhbXBsZSBub25jZQ=="),
            "101",
            String::new(),
        ),
        (
            UPGRADE.to_owned(),
            "101",
            "sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n".to_owned(),
        ),
        (changed("/mqtt", "/any/path?x=1"), "101", String::new()),
        (
            changed("Connection: Upgrade", "Connection: keep-alive, upgrade"),
            "101",
            String::new(),
        ),
        (
            changed("Upgrade: websocket", "Upgrade: h2c, WebSocket"),
            "101",
            String::new(),
        ),
        (
            changed(protocol, "Sec-WebSocket-Protocol: mqtt, mqttv3.1\r\n"),
            "101",
            chosen("mqtt"),
        ),
        (
            changed(protocol, "Sec-WebSocket-Protocol: mqttv3.1,mqtt\r\n"),
            "101",
            chosen("mqtt"),
        ),
        (
            changed(
                protocol,
                "Sec-WebSocket-Protocol: chat\r\nX: y\r\nSEC-WEBSOCKET-PROTOCOL: , mqtt\r\n",
            ),
            "101",
            chosen("mqtt"),
        ),
        (
            changed(protocol, "Sec-WebSocket-Protocol: chat, MQTT2\r\n"),
            "400",
            String::new(),
        ),
        (changed(protocol, ""), "400", String::new()),
        (changed("GET", "POST"), "405", "allow: get\r\n".to_owned()),
        (
            changed("Upgrade: websocket", "Upgrade: h2c"),
            "426",
            "upgrade: websocket\r\n".to_owned(),
        ),
        (
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
            "426",
            String::new(),
        ),
        (
            changed("Version: 13", "Version: 8"),
            "426",
            "sec-websocket-version: 13\r\n".to_owned(),
        ),
        (
            changed("Sec-WebSocket-Version: 13\r\n", ""),
            "426",
            String::new(),
        ),
        (
            changed("Connection: Upgrade", "Connection: close"),
            "400",
            String::new(),
        ),
        (changed("Host: a\r\n", ""), "400", String::new()),
        (
            changed("dGhlIHNhbXBsZSBub25jZQ==", "dGhl"),
            "400",
            String::new(),
        ),
        (
            changed("dGhlIHNhbXBsZSBub25jZQ==", "not base64"),
            "400",
            String::new(),
        ),
        (
            changed("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""),
            "400",
            String::new(),
        ),
        (changed("HTTP/1.1", "HTTP/1.0"), "505", String::new()),
        (changed("HTTP/1.1", "HTTP/2.0"), "505", String::new()),
        (long, "431", String::new()),
        (many, "431", String::new()),
        ("\u{10}\u{0}\r\n\r\n".to_owned(), "400", String::new()),
    ];
    let mut refused = 0;
    for (request, status, line) in table {
        let mut socket = opened(addresses.websocket.unwrap()).await;
        socket.write_all(request.as_bytes()).await.unwrap();
        let answer = head(&mut socket).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request}\n{answer}"
        );
        assert!(answer.to_lowercase().contains(&line), "{request}\n{answer}");
        if status != "101" {
            refused += 1;
            assert!(!closed(&mut socket).await.is_empty(), "{request}"); // the body says why
        }
    }
    while rejected(&serving, Rejection::Handshake) < refused {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_request_may_come_in_pieces_with_frames_behind_it() {
    let (_serving, addresses) = serve(&websocket(), generous());
    let mut socket = opened(addresses.websocket.unwrap()).await;
    socket.set_nodelay(true).unwrap();
    let bytes = [UPGRADE.as_bytes(), &frame(FINAL | BINARY, &connect(0))].concat();
    let (first, last) = bytes.split_at(bytes.len() - 3);
    for part in first.chunks(50).chain([last]) {
        socket.write_all(part).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert!(head(&mut socket).await.starts_with("HTTP/1.1 101 "));
    expect(&mut socket, &answer(BINARY, &CONNACK)).await;
}

#[tokio::test]
async fn frames_do_not_bound_packets() {
    let (_serving, addresses) = serve(&websocket(), generous());
    let mut socket = upgraded(addresses.websocket.unwrap()).await;
    let packet = connect(0);
    // A packet in two messages, the second one in three fragments with a ping between them, and another packet behind.
    for part in [
        frame(FINAL | BINARY, &packet[..3]),
        frame(BINARY, &packet[3..5]),
        frame(FINAL | PING, b"hi"),
        frame(CONTINUATION, &packet[5..6]),
        frame(FINAL | CONTINUATION, &[&packet[6..], &PINGREQ].concat()),
    ] {
        socket.write_all(&part).await.unwrap();
    }
    expect(&mut socket, &answer(PONG, b"hi")).await;
    expect(
        &mut socket,
        &answer(BINARY, &[&CONNACK[..], &PINGRESP].concat()),
    )
    .await;

    // A packet of nearly the largest size, sent back in several messages.
    subscribe_in_a_frame(&mut socket).await;
    let packet = publish(67 << 10);
    socket
        .write_all(&frame(FINAL | BINARY, &packet))
        .await
        .unwrap();
    let received = payload(&mut socket, packet.len()).await;
    assert!(received == packet);
}

#[tokio::test]
async fn a_slow_reader_gets_everything() {
    let (_serving, addresses) = serve(&websocket(), generous());
    let mut socket = accepted(addresses.websocket.unwrap()).await;
    subscribe_in_a_frame(&mut socket).await;
    let packet = publish(60 << 10);
    let message = frame(FINAL | BINARY, &packet);
    let written = fill(&mut socket, &message, Duration::from_secs(1)).await;
    let (mut reader, mut writer) = socket.into_split();
    let finishing = async {
        let begin = written % message.len();
        writer.write_all(&message[begin..]).await.unwrap();
    };
    let expected = packet.repeat(written / message.len() + 1);
    let ((), received) = tokio::join!(finishing, payload(&mut reader, expected.len()));
    assert!(received == expected);
}

#[tokio::test]
async fn control_frames_are_answered_and_never_read_as_packets() {
    let (_serving, addresses) = serve(&websocket(), generous());
    let mut socket = accepted(addresses.websocket.unwrap()).await;
    for part in [
        frame(FINAL | PING, &PINGREQ),
        frame(FINAL | PONG, &DISCONNECT),
        frame(FINAL | BINARY, b""),
        frame(FINAL | BINARY, &PINGREQ),
    ] {
        socket.write_all(&part).await.unwrap();
    }
    expect(&mut socket, &answer(PONG, &PINGREQ)).await;
    expect(&mut socket, &answer(BINARY, &PINGRESP)).await;

    socket
        .write_all(&frame(FINAL | CLOSE, &1000u16.to_be_bytes()))
        .await
        .unwrap();
    assert_eq!(
        closed(&mut socket).await,
        answer(CLOSE, &1000u16.to_be_bytes())
    );
}

#[tokio::test]
async fn wrong_frames_close_the_connection_with_their_code() {
    let (_serving, addresses) = serve(&websocket(), generous());
    let mut unmasked = frame(FINAL | BINARY, b"");
    unmasked.truncate(2);
    unmasked[1] = 0;
    for (sent, code) in [
        (frame(FINAL | TEXT, b"text"), 1003u16),
        (frame(FINAL | TEXT, &[0xff]), 1007),
        (frame(FINAL | BINARY, &[0; 9 << 10]), 1009),
        (frame(FINAL | CONTINUATION, b"x"), 1002),
        (frame(FINAL | 3, b"x"), 1002),
        (frame(PING, b"x"), 1002),
        (frame(FINAL | PING, &[0; 126]), 1002),
        (unmasked, 1002),
    ] {
        let mut socket = upgraded(addresses.websocket.unwrap()).await;
        socket.write_all(&sent).await.unwrap();
        let first = &sent[..2];
        assert_eq!(
            closed(&mut socket).await,
            answer(CLOSE, &code.to_be_bytes()),
            "{first:x?}"
        );
    }
}

#[tokio::test]
async fn the_end_of_mqtt_is_the_end_of_the_websocket() {
    let (_serving, addresses) = serve(&websocket(), generous());
    let mut socket = upgraded(addresses.websocket.unwrap()).await;
    let packets = [&connect(0)[..], &DISCONNECT].concat();
    socket
        .write_all(&frame(FINAL | BINARY, &packets))
        .await
        .unwrap();
    let expected = [
        answer(BINARY, &CONNACK),
        answer(CLOSE, &1000u16.to_be_bytes()),
    ]
    .concat();
    assert_eq!(closed(&mut socket).await, expected);
}
