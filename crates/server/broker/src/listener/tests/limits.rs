//! Bounds on connections that have not sent CONNECT, and on all.

use tokio::io::AsyncWriteExt as _;

use super::*;
use crate::listener::limits::CONNECT_TIMEOUT;

#[tokio::test]
async fn of_too_many_waiting_connections_the_oldest_ends() {
    for (limits, reason) in [
        (ConnectionLimits::new(100, 2, 100), Rejection::Waiting),
        (
            ConnectionLimits::new(100, 100, 2),
            Rejection::WaitingFromAddress,
        ),
    ] {
        let (serving, addresses) = serve(&config(), limits);
        let mut oldest = opened(addresses.tcp).await;
        let mut second = opened(addresses.tcp).await;
        let mut third = opened(addresses.tcp).await;
        assert!(closed(&mut oldest).await.is_empty());
        for (device, socket) in [("second", &mut second), ("third", &mut third)] {
            socket.write_all(&connect_as(device, 0)).await.unwrap();
            expect(socket, &CONNACK).await;
        }
        // Accepted connections do not wait any more.
        let _others = (opened(addresses.tcp).await, opened(addresses.tcp).await);
        for socket in [&mut second, &mut third] {
            socket.write_all(&PINGREQ).await.unwrap();
            expect(socket, &PINGRESP).await;
        }
        assert_eq!(rejected(&serving, reason), 1);
    }
}

#[tokio::test]
async fn connections_beyond_all_are_refused_until_one_ends() {
    let (serving, addresses) = serve(&config(), ConnectionLimits::new(2, 100, 100));
    let mut first = connected(addresses.tcp, "first").await;
    let _second = connected(addresses.tcp, "second").await;
    assert!(closed(&mut opened(addresses.tcp).await).await.is_empty());
    assert_eq!(rejected(&serving, Rejection::Connections), 1);

    first.write_all(&DISCONNECT).await.unwrap();
    closed(&mut first).await;
    drop(first);
    while serving.connections.len() > 1 {
        tokio::task::yield_now().await;
    }
    connected(addresses.tcp, "third").await;
}

#[tokio::test]
async fn brokers_that_share_limits_share_connections() {
    let limits = ConnectionLimits::new(1, 100, 100);
    let (_one, here) = serve(&config(), Arc::clone(&limits));
    let (other, there) = serve(&config(), limits);
    let _first = connected(here.tcp, "first").await;
    assert!(closed(&mut opened(there.tcp).await).await.is_empty());
    assert_eq!(rejected(&other, Rejection::Connections), 1);
}

#[tokio::test(start_paused = true)]
async fn connect_has_to_come_in_time_whatever_comes_before_it() {
    let config = Config {
        websocket: Some(any_port()),
        ..config()
    };
    let (serving, addresses) = serve(&config, generous());
    let slow = [
        (addresses.tcp, &connect(0)[..5]),
        (addresses.websocket.unwrap(), b"GET /"),
    ];
    for (index, (address, beginning)) in slow.into_iter().enumerate() {
        let begin = tokio::time::Instant::now();
        let mut socket = opened(address).await;
        socket.write_all(beginning).await.unwrap();
        // The clock is moved by the runtime whenever all tasks wait.
        let mut byte = [0];
        let end = socket.read(&mut byte).await;
        assert!(matches!(end, Ok(0) | Err(_)));
        let elapsed = begin.elapsed();
        assert!(
            elapsed >= CONNECT_TIMEOUT && elapsed < 2 * CONNECT_TIMEOUT,
            "{elapsed:?}"
        );
        assert_eq!(rejected(&serving, Rejection::Timeout), index as u64 + 1);
    }
}

#[tokio::test]
async fn a_network_of_ipv6_is_one_address() {
    let rejections = Arc::default();
    let limits = ConnectionLimits::new(100, 100, 1);
    let mut kept = Vec::new();
    for (address, ended) in [
        ("2001:db8::1", 0),
        ("2001:db8::ffff:1", 1),
        ("2001:db8:0:1::1", 1),
        ("192.0.2.1", 1),
        ("::ffff:192.0.2.1", 2),
    ] {
        let admitted = limits.admit(address.parse().unwrap(), &rejections, &Arc::default());
        kept.push(admitted.unwrap());
        assert_eq!(
            rejections.all()[Rejection::WaitingFromAddress as usize].1,
            ended,
            "{address}"
        );
    }
}
