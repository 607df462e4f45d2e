//! CONNECT and CONNACK of well-formed clients. What is malformed is in `malformed`.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::packet::{
    Connect, PINGREQ, PINGRESP, PUBACK, Publish, acknowledgement, byte, disconnect_with, long,
    property, subscribe,
};
use crate::support::peer::Peer;
use crate::support::received::{Connack, reason};
use crate::support::{SERVER, V5, V311, VERSIONS, client_id, topic};

fn connack(connect: &Connect) -> Connack {
    let mut peer = Peer::open(connect.version);
    peer.send(&connect.bytes());
    let connack = Connack::parse(&peer.packet());
    if connack.reason > 0 {
        assert_eq!(connack.flags, 0);
        peer.closed();
    } else {
        peer.disconnect();
    }
    connack
}

#[test]
fn a_client_of_3_1_1_is_accepted_with_four_bytes() {
    let mut peer = Peer::open(V311);
    peer.send(&Connect::new(V311, client_id()).bytes());
    peer.expect(&[0x20, 2, 0, 0]);
    peer.silent();
}

#[test]
fn a_client_of_5_learns_what_the_server_offers() {
    let (mut peer, connack) = Peer::connect_at(SERVER.address(), &Connect::new(V5, client_id()));
    assert_eq!(connack.flags, 0);
    assert_eq!(
        connack.property(property::TOPIC_ALIAS_MAXIMUM),
        Some(&[0, 16][..])
    );
    for (name, id) in [
        (
            "Receive Maximum, as it is 65 535",
            property::RECEIVE_MAXIMUM,
        ),
        ("Maximum QoS, as it is 2", property::MAXIMUM_QOS),
        (
            "Server Keep Alive, as it is the client's",
            property::SERVER_KEEP_ALIVE,
        ),
        (
            "Session Expiry, as it is the client's",
            property::SESSION_EXPIRY,
        ),
        ("Assigned Client Identifier", property::ASSIGNED_CLIENT_ID),
        ("Response Information", property::RESPONSE_INFORMATION),
        ("Authentication Method", property::AUTHENTICATION_METHOD),
    ] {
        assert_eq!(connack.property(id), None, "{name}");
    }
    // Wildcards, subscription identifiers, shared subscriptions: available if absent or 1.
    for id in [property::RETAIN_AVAILABLE, 0x28, 0x29, 0x2a] {
        assert!(matches!(connack.property(id), None | Some([1])), "{id:#x}");
    }
    peer.silent();
}

#[test]
fn response_information_is_not_given_unless_asked_for() {
    for asked in [0, 1] {
        let asking = byte(property::REQUEST_RESPONSE_INFORMATION, asked);
        let connack = connack(&Connect::new(V5, client_id()).property(&asking));
        assert_eq!(connack.reason, 0);
        assert_eq!(connack.property(property::RESPONSE_INFORMATION), None);
    }
}

#[test]
fn session_present_says_whether_there_was_a_session() {
    for version in VERSIONS {
        let id = client_id();
        for (present, connect) in [
            (0, Connect::new(version, &id).kept()),
            (1, Connect::new(version, &id).kept()),
            (0, Connect::new(version, &id)),
            (0, Connect::new(version, &id).kept()),
            (1, Connect::new(version, &id).kept()),
        ] {
            let connack = connack(&connect);
            assert_eq!((connack.flags, connack.reason), (present, 0), "{version:?}");
        }
    }
}

#[test]
fn a_clean_start_discards_subscriptions_and_messages() {
    for version in VERSIONS {
        let (topic, mut publisher) = (topic(), Peer::new(version));
        let mut peer = Peer::kept(version);
        peer.subscribe(&topic, 1);
        peer.disconnect();
        publisher.publish(&topic, "queued", 1);
        let mut peer = Peer::connect(&Connect::new(version, &peer.client_id));
        publisher.publish(&topic, "after", 1);
        peer.silent();
        peer.disconnect();
        let connect = Connect::new(version, &peer.client_id).kept();
        let (mut peer, connack) = Peer::connect_at(SERVER.address(), &connect);
        assert_eq!(connack.flags, 0);
        peer.silent();
    }
}

#[test]
fn a_session_belongs_to_its_client_id() {
    for version in VERSIONS {
        let topic = topic();
        let mut peer = Peer::kept(version);
        peer.subscribe(&topic, 1);
        peer.disconnect();
        let connect = Connect::new(version, client_id()).kept();
        let (mut other, connack) = Peer::connect_at(SERVER.address(), &connect);
        assert_eq!(connack.flags, 0);
        Peer::new(version).publish(&topic, "mine", 1);
        other.silent();
        peer.resume();
        peer.receives(&["mine"]);
    }
}

#[test]
fn an_unknown_protocol_level_is_answered_by_code_1() {
    for (name, level) in [
        (&b"MQIsdp"[..], 3),
        (b"MQTT", 0),
        (b"MQTT", 3),
        // What bridges of mosquitto send.
        (b"MQTT", 0x84),
    ] {
        let mut connect = Connect::new(V311, client_id());
        connect.name = name.to_vec();
        connect.level = level;
        let mut peer = Peer::open(V311);
        peer.send(&connect.bytes());
        peer.expect(&[0x20, 2, 0, 1]);
        peer.closed();
    }
}

#[test]
fn a_protocol_level_above_5_is_answered_by_reason_0x84() {
    for level in [6, 127, 255] {
        let mut connect = Connect::new(V5, client_id());
        connect.level = level;
        assert_eq!(connack(&connect).reason, 0x84);
    }
}

#[test]
fn an_empty_client_id_is_refused() {
    let mut peer = Peer::open(V311);
    peer.send(&Connect::new(V311, "").bytes());
    peer.expect(&[0x20, 2, 0, 2]);
    peer.closed();

    let mut kept = Peer::open(V311);
    kept.send(&Connect::new(V311, "").kept().bytes());
    kept.expect(&[0x20, 2, 0, 2]);
    kept.closed();

    for connect in [Connect::new(V5, ""), Connect::new(V5, "").kept()] {
        assert_eq!(connack(&connect).reason, 0x85);
    }
}

#[test]
fn client_ids_with_letters_and_digits_are_allowed() {
    for version in VERSIONS {
        // 23 bytes. The standard also wants every such id to be allowed; devices have to name their group.
        let id = "GID_test@@@aZ09bY18cX27";
        assert_eq!(id.len(), 23);
        assert_eq!(connack(&Connect::new(version, id)).reason, 0);
    }
}

#[test]
fn wrong_credentials_are_refused_with_a_defined_code() {
    for version in VERSIONS {
        let id = client_id();
        let mut password = Connect::new(version, &id);
        password.password = Some(b"wrong".to_vec());
        let mut anonymous = Connect::new(version, &id);
        anonymous.flags = 2;
        anonymous.user_name = None;
        anonymous.password = None;
        let group = Connect::new(version, "GID_none@@@x");
        for connect in [password, anonymous, group] {
            let reason = connack(&connect).reason;
            let allowed = if version.is_5() { [0x86, 0x87] } else { [4, 5] };
            assert!(allowed.contains(&reason), "{reason}");
        }
    }
}

#[test]
fn nothing_is_done_after_a_refused_connect() {
    for version in VERSIONS {
        let topic = topic();
        let mut watcher = Peer::new(version);
        watcher.subscribe(&topic, 1);
        let mut connect = Connect::new(version, client_id());
        connect.password = Some(b"wrong".to_vec());
        let publish = Publish::new(version, &topic, "smuggled").retain();
        let mut peer = Peer::open(version);
        peer.send(&[connect.bytes(), publish.bytes()].concat());
        assert!(Connack::parse(&peer.packet()).reason > 0);
        peer.closed();
        Peer::new(version).publish(&topic, "fence", 1);
        watcher.receives(&["fence"]);
        let mut late = Peer::new(version);
        late.subscribe(&topic, 1);
        late.silent();
    }
}

#[test]
fn packets_may_follow_connect_at_once() {
    for version in VERSIONS {
        let topic = topic();
        let packets = [
            Connect::new(version, client_id()).bytes(),
            subscribe(version, 7, &[(&topic, 0)]),
            Publish::new(version, &topic, "hello").bytes(),
            PINGREQ.to_vec(),
        ];
        let mut peer = Peer::open(version);
        peer.send(&packets.concat());
        assert_eq!(Connack::parse(&peer.packet()).reason, 0);
        // The standards do not say in which order they are answered.
        let mut answers = [peer.packet(), peer.packet(), peer.packet()];
        answers.sort();
        let suback: &[u8] = match version {
            V311 => &[0x90, 3, 0, 7, 0],
            V5 => &[0x90, 4, 0, 7, 0, 0],
        };
        let message = Publish::new(version, &topic, "hello").bytes();
        assert_eq!(answers, [message, suback.to_vec(), PINGRESP.to_vec()]);
    }
}

#[test]
fn packets_may_come_byte_by_byte() {
    for version in VERSIONS {
        let topic = topic();
        let mut peer = Peer::open(version);
        for byte in Connect::new(version, client_id()).bytes() {
            peer.send(&[byte]);
        }
        assert_eq!(Connack::parse(&peer.packet()).reason, 0);
        peer.subscribe(&topic, 1);
        for byte in Publish::new(version, &topic, "slow").qos(1, 9).bytes() {
            peer.send(&[byte]);
        }
        let (mut publish, mut puback) = (peer.packet(), peer.packet());
        if publish[0] == PUBACK {
            std::mem::swap(&mut publish, &mut puback);
        }
        assert_eq!(publish[0] & 0xf6, 0x32);
        assert_eq!(puback[..4], [0x40, puback[1], 0, 9]);
        peer.send(&acknowledgement(PUBACK, 1));
        peer.silent();
    }
}

#[test]
fn only_one_connack_is_sent() {
    for version in VERSIONS {
        let mut peer = Peer::new(version);
        peer.silent();
        peer.send(&Connect::new(version, &peer.client_id).bytes());
        peer.disconnected(&[0x82]);
    }
}

#[test]
fn a_client_that_connects_twice_loses_its_first_connection() {
    for old in VERSIONS {
        for new in VERSIONS {
            for kept in [false, true] {
                let id = client_id();
                let connect = |version| {
                    let connect = Connect::new(version, &id);
                    if kept { connect.kept() } else { connect }
                };
                let mut first = Peer::connect(&connect(old));
                let mut second = Peer::connect(&connect(new));
                first.disconnected(&[0x8e]);
                second.silent();
            }
        }
    }
}

#[test]
fn a_silent_client_is_disconnected_after_one_and_a_half_keep_alives() {
    let connect = |version| Connect::new(version, client_id()).keep_alive(1);
    let began = Instant::now();
    let mut silent = VERSIONS.map(|version| Peer::connect(&connect(version)));
    let mut untimed = VERSIONS.map(Peer::new);
    let mut active = VERSIONS.map(|version| Peer::connect(&connect(version)));
    let topic = topic();
    while began.elapsed() < Duration::from_millis(1400) {
        for peer in &mut active {
            // Any packet counts, not only PINGREQ.
            peer.publish(&topic, "alive", 1);
        }
        sleep(Duration::from_millis(200));
    }
    for peer in &mut silent {
        peer.disconnected(&[0x8d]);
        assert!(began.elapsed() >= Duration::from_millis(1400));
        assert!(began.elapsed() < Duration::from_secs(4));
    }
    for peer in active.iter_mut().chain(&mut untimed) {
        peer.silent();
    }
}

#[test]
fn a_session_lasts_as_long_as_the_client_asked() {
    let expiry = |seconds| long(property::SESSION_EXPIRY, seconds);
    let connect = |id: &str, seconds| {
        let mut connect = Connect::new(V5, id).property(&expiry(seconds));
        connect.flags &= !2;
        connect
    };
    let (none, short, longer) = (client_id(), client_id(), client_id());
    let (shortened, open) = (client_id(), client_id());
    assert_eq!(connack(&connect(&none, 0)).flags, 0);
    assert_eq!(connack(&connect(&none, 0)).flags, 0);
    for (id, seconds) in [(&short, 1), (&longer, 60)] {
        assert_eq!(connack(&connect(id, seconds)).flags, 0);
    }
    let mut peer = Peer::connect(&connect(&shortened, 60));
    peer.send(&disconnect_with(0, &expiry(1)));
    peer.closed();
    let topic = topic();
    let mut peer = Peer::connect(&connect(&open, 1));
    peer.subscribe(&topic, 1);
    // Longer than the session may last without a connection.
    sleep(Duration::from_millis(2500));
    for (id, present) in [(&short, 0), (&longer, 1), (&shortened, 0)] {
        assert_eq!(connack(&connect(id, 0)).flags, present);
    }
    Peer::new(V5).publish(&topic, "still here", 1);
    peer.receives(&["still here"]);
}

#[test]
fn a_session_lasts_at_most_three_days() {
    for asked in [259_201, 0xffff_fffe, u32::MAX] {
        let connect = Connect::new(V5, client_id());
        let connack = connack(&connect.property(&long(property::SESSION_EXPIRY, asked)));
        let granted = connack.property(property::SESSION_EXPIRY);
        assert_eq!(granted, Some(&259_200_u32.to_be_bytes()[..]));
    }
    for asked in [0, 1, 259_200] {
        let connect = Connect::new(V5, client_id());
        let connack = connack(&connect.property(&long(property::SESSION_EXPIRY, asked)));
        // Absent, it is what the client asked for.
        let granted = connack.property(property::SESSION_EXPIRY);
        assert!(granted.is_none_or(|granted| granted == u32::to_be_bytes(asked)));
    }
}

#[test]
fn an_authentication_method_is_refused() {
    let method = [&[property::AUTHENTICATION_METHOD, 0, 5][..], b"SCRAM"].concat();
    let connect = Connect::new(V5, client_id()).property(&method);
    assert_eq!(connack(&connect).reason, 0x8c);
}

#[test]
fn problem_information_is_left_out_if_it_is_not_wanted() {
    let connect =
        Connect::new(V5, client_id()).property(&byte(property::REQUEST_PROBLEM_INFORMATION, 0));
    let mut peer = Peer::connect(&connect);
    // Each of these is answered with an error: nobody wants it, it is forbidden, it is not known.
    peer.send(&subscribe(V5, 1, &[("foreign/x", 1)]));
    peer.expect(&[0x90, 4, 0, 1, 0, 0x87]);
    peer.send(&Publish::new(V5, "foreign/x", "").qos(1, 2).bytes());
    let packet = peer.packet();
    let (_, code, properties) = reason(&packet);
    assert_eq!((packet[0], code, properties), (PUBACK, 0x87, vec![]));
    peer.send(&acknowledgement(0x62, 3));
    let (_, code, properties) = reason(&peer.packet());
    assert_eq!((code, properties), (0x92, vec![]));
}
