//! MQTT over TCP: packets in any pieces, slow readers, ends.

use std::io::ErrorKind;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::*;
use crate::core::Connection;
use crate::laws::FullDisk;
use crate::listener::Error;
use crate::listener::task::{self, STALL_TIMEOUT, Task};

#[tokio::test]
async fn packets_may_come_in_any_pieces() {
    let (_serving, addresses) = serve(&config(), generous());
    let mut socket = opened(addresses.tcp).await;
    socket.set_nodelay(true).unwrap();
    for byte in connect(0) {
        socket.write_all(&[byte]).await.unwrap();
        tokio::task::yield_now().await;
    }
    expect(&mut socket, &CONNACK).await;
    subscribe(&mut socket).await;

    let many = publish(700).repeat(500);
    let (mut reader, mut writer) = socket.into_split();
    let writing = async {
        for part in many.chunks(997) {
            writer.write_all(part).await.unwrap();
        }
    };
    tokio::join!(writing, expect(&mut reader, &many));
}

/// Waits for as many further commits to fail.
async fn further_failures(disk: &FullDisk, failures: usize) {
    let end = disk.failures() + failures;
    while disk.failures() < end {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn input_waits_while_a_message_waits_for_the_disk() {
    let disk = Arc::new(FullDisk::default());
    disk.set_full(true);
    let config = Config {
        disk: Arc::clone(&disk) as _,
        ..config()
    };
    let (_serving, addresses) = serve(&config, generous());
    let mut socket = connected(addresses.tcp, "x").await;
    socket.write_all(&publish_retained(1)).await.unwrap();
    further_failures(&disk, 1).await;
    let packets = [&publish_retained(2)[..], &PINGREQ].concat();
    socket.write_all(&packets).await.unwrap();
    further_failures(&disk, 2).await;
    let early = socket.try_read(&mut [0]).map_err(|error| error.kind());
    assert_eq!(early, Err(ErrorKind::WouldBlock));

    disk.set_full(false);
    // A ping may be answered before what came before it.
    let answers = [&PINGRESP[..], &puback(1), &puback(2)].concat();
    expect(&mut socket, &answers).await;
}

#[tokio::test]
async fn a_peer_that_does_not_read_is_not_read_from() {
    let (_serving, addresses) = serve(&config(), generous());
    let mut socket = connected(addresses.tcp, "x").await;
    subscribe(&mut socket).await;
    let message = publish(64 << 10);
    let written = fill(&mut socket, &message, Duration::from_secs(1)).await;
    // The buffers of the system took the rest; one message is cut off.
    let sent = written / message.len();
    assert!(sent < 1000, "{sent} messages in memory");
    let kept = message.repeat(sent);
    expect(&mut socket, &kept).await;
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_takes_nothing_is_given_up() {
    let (serving, addresses) = serve(&config(), generous());
    let mut socket = connected(addresses.tcp, "x").await;
    subscribe(&mut socket).await;
    let begin = Instant::now();
    let message = publish(64 << 10);
    while socket.write_all(&message).await.is_ok() {}
    // The clock is moved by the runtime whenever all tasks wait.
    let elapsed = begin.elapsed();
    assert!(
        elapsed >= STALL_TIMEOUT && elapsed < 2 * STALL_TIMEOUT,
        "{elapsed:?}"
    );
    assert!(serving.connections.is_empty());
}

#[tokio::test]
async fn signs_of_life_are_seen_while_output_waits() {
    let (_serving, addresses) = serve(&config(), generous());
    let mut socket = opened(addresses.tcp).await;
    socket.write_all(&connect(1)).await.unwrap();
    expect(&mut socket, &CONNACK).await;
    subscribe(&mut socket).await;
    let message = publish(64 << 10);
    // Longer than the keepalive. All that the broker does not read is a sign of life.
    let written = fill(&mut socket, &message, Duration::from_secs(3)).await;
    let (mut reader, mut writer) = socket.into_split();
    let finishing = async {
        let begin = written % message.len();
        writer.write_all(&message[begin..]).await.unwrap();
    };
    let expected = message.repeat(written / message.len() + 1);
    tokio::join!(finishing, expect(&mut reader, &expected));
}

#[tokio::test]
async fn the_last_bytes_arrive_before_the_end() {
    let (_serving, addresses) = serve(&config(), generous());
    let mut socket = connected(addresses.tcp, "x").await;
    let mut packets = PINGREQ.repeat(15_000);
    let expected = PINGRESP.repeat(15_000);
    packets.extend(DISCONNECT);
    packets.extend(publish(200_000)); // more than was read with DISCONNECT
    socket.write_all(&packets).await.unwrap();
    let mut received = Vec::new();
    let end = timeout(PATIENCE, socket.read_to_end(&mut received)).await;
    end.expect("an end in time")
        .expect("an end and not a reset");
    assert!(received == expected);
    // Who still sends is not met by a reset, which would drop what is on its way to it.
    for _ in 0..10 {
        socket.write_all(&[0; 1000]).await.unwrap();
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_peer_that_closes_its_side_gets_its_answers() {
    let (_serving, addresses) = serve(&config(), generous());
    let mut socket = opened(addresses.tcp).await;
    socket.write_all(&connect(0)).await.unwrap();
    socket.shutdown().await.unwrap();
    assert_eq!(closed(&mut socket).await, CONNACK);
}

#[tokio::test]
async fn silence_ends_a_connection_with_keepalive_and_packets_prolong_it() {
    let (_serving, addresses) = serve(&config(), generous());
    let mut socket = opened(addresses.tcp).await;
    socket.write_all(&connect(1)).await.unwrap();
    expect(&mut socket, &CONNACK).await;
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        socket.write_all(&PINGREQ).await.unwrap();
        expect(&mut socket, &PINGRESP).await;
    }
    let silent_since = Instant::now();
    assert!(closed(&mut socket).await.is_empty());
    let silence = silent_since.elapsed();
    assert!(
        silence > Duration::from_millis(1400) && silence < Duration::from_secs(5),
        "{silence:?}"
    );
}

#[tokio::test]
async fn addresses_are_free_after_stopping() {
    let (serving, addresses) = serve(&config(), generous());
    let mut silent = opened(addresses.tcp).await;
    let mut accepted = connected(addresses.tcp, "x").await;
    serving.stop_listening().await;
    closed(&mut silent).await;
    TcpListener::bind(addresses.tcp).await.unwrap();

    accepted.write_all(&DISCONNECT).await.unwrap();
    assert!(closed(&mut accepted).await.is_empty());
    drop(accepted);
    serving.wait_closed().await;
    assert!(serving.connections.is_empty());
}

#[tokio::test]
async fn stopping_does_not_wait_long_for_a_client_that_does_not_close() {
    let (serving, addresses) = serve(&config(), generous());
    let mut socket = connected(addresses.tcp, "x").await;
    serving.core.instance.refuse_all();
    socket.write_all(&DISCONNECT).await.unwrap();
    assert!(closed(&mut socket).await.is_empty());
    tokio::time::pause(); // from now on, the time until the next deadline passes at once
    let begun = Instant::now();
    serving.wait_closed().await;
    assert!(serving.connections.is_empty());
    let took = begun.elapsed();
    assert!(took < Duration::from_millis(500), "{took:?}");
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let taken = Listeners::bind(&config().endpoints())
        .unwrap()
        .addresses()
        .tcp;
    let holder = TcpListener::bind(taken).await.unwrap();
    let config = Config {
        listen: taken,
        ..config()
    };
    let error = Listeners::bind(&config.endpoints()).err().unwrap();
    assert!(matches!(error, Error::Bind { address, .. } if address == taken));
    assert!(error.to_string().contains("choose another"), "{error}");
    drop(holder);
}

#[test]
fn an_idle_connection_costs_little_besides_the_protocol() {
    fn future_size<F>(_: impl FnOnce(Task<TcpStream>) -> F) -> usize {
        size_of::<F>()
    }
    let besides = future_size(task::run::<TcpStream>) - size_of::<Connection>();
    assert!(besides <= 160, "{besides} bytes");
}
