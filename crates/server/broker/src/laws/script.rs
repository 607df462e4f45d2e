//! Random scripts: what clients, disk and clock do, step by step.

use proptest::collection::vec;
use proptest::prelude::*;

/// Clients 0 and 1 are of one group, the others of another.
pub(super) const CLIENTS: usize = 4;
pub(super) const GROUPS: [&str; 2] = ["GID_lamps", "GID_doors"];
pub(super) const TOPICS: [&str; 5] = ["t/a", "t/a/b", "t/b", "u/a", "t"];
pub(super) const FILTERS: [&str; 9] = [
    "t/a",
    "t/+",
    "t/#",
    "u/a",
    "t/a/b",
    // Each topic is shared under one filter, so that a copy tells for which one it is.
    "$share/s/t/a",
    "$share/s/u/+",
    "$share/r/t/a/b",
    "$share/r/t/b",
];

/// Maximum packet size of clients that have one. A message has a payload that is far smaller, or one that is larger.
pub(super) const SMALL_PACKETS: u32 = 200;
pub(super) const LARGE_PAYLOAD: usize = 300;

/// One thing that happens. The first number is the client's. A client without a connection that is to send something connects
/// first, as it did before, but not clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Opens a connection, even if the client has one. Its bytes wait to be carried, as those of all packets.
    Connect(usize, Options),
    Subscribe(usize, Subscription),
    Unsubscribe(usize, usize),
    Publish(usize, Publication),
    Ping(usize),
    /// Carries at most so many bytes to the broker.
    Send(usize, usize),
    /// Asks the broker for about so many bytes, of which the client reads at most so many packets.
    Read(usize, usize, usize),
    /// From now on, the client acknowledges at once what it reads, or does not.
    AcknowledgeAtOnce(usize, bool),
    /// Acknowledges what was read and not acknowledged yet.
    Acknowledge(usize),
    /// The connection breaks; what was not carried is lost.
    Lose(usize),
    /// Says goodbye, with or without wanting its will to be published.
    Disconnect(usize, bool),
    /// Carries everything both ways, without a commit.
    Carry,
    Commit,
    /// Carries and commits until nothing more happens.
    Settle,
    Advance(i64),
    /// The broker ends without warning and starts again: only what was committed is left.
    Crash,
    /// A group is deleted and a later owner takes its name.
    Delete(usize),
    /// From now on, the disk is full, or has room again.
    Full(bool),
}

/// Options with which a client connects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) v5: bool,
    pub(super) clean: bool,
    /// MQTT 5 only, seconds.
    pub(super) expiry: u32,
    /// MQTT 5 only, 0 for none.
    pub(super) receive_maximum: u16,
    /// MQTT 5 only.
    pub(super) takes_small_packets: bool,
    /// Seconds.
    pub(super) keep_alive: u16,
    pub(super) will: Option<WillOptions>,
}

/// A client whose session is kept.
pub(super) const KEPT: Options = Options {
    v5: true,
    clean: false,
    expiry: 10_000,
    receive_maximum: 0,
    takes_small_packets: false,
    keep_alive: 0,
    will: None,
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct WillOptions {
    pub(super) topic: usize,
    pub(super) qos: u8,
    pub(super) retain: bool,
    /// MQTT 5 only, seconds.
    pub(super) delay: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Subscription {
    pub(super) filter: usize,
    pub(super) qos: u8,
    pub(super) no_local: bool,
    pub(super) retain_as_published: bool,
    pub(super) retain_handling: u8,
    /// 0 for none.
    pub(super) id: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Publication {
    /// A topic, or beyond these a client that the message is for.
    pub(super) to: usize,
    pub(super) qos: u8,
    pub(super) retain: bool,
    pub(super) payload: Payload,
    /// MQTT 5 only, seconds; 0 for none.
    pub(super) expiry: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Payload {
    #[default]
    Small,
    Empty,
    Large,
}

pub(super) fn group_of(client: usize) -> &'static str {
    GROUPS[usize::from(client >= 2)]
}

pub(super) fn client_id(client: usize) -> String {
    format!("{}@@@{client}", group_of(client))
}

/// Returns the topic of a publication, and the client that it is for.
pub(super) fn address(to: usize) -> (String, Option<usize>) {
    match TOPICS.get(to) {
        Some(topic) => ((*topic).to_owned(), None),
        None => {
            let receiver = (to - TOPICS.len()) % CLIENTS;
            (format!("t/p2p/{}", client_id(receiver)), Some(receiver))
        }
    }
}

pub(super) fn scripts() -> impl Strategy<Value = Vec<Step>> {
    scripts_of(step().boxed(), FILTERS.len())
}

/// Scripts in which the disk is full at times. There are no shared subscriptions, because it depends on who gets a message
/// whether the disk is needed.
pub(super) fn scripts_with_full_disk() -> impl Strategy<Value = Vec<Step>> {
    let full = any::<bool>().prop_map(Step::Full);
    scripts_of(prop_oneof![9 => step(), 1 => full].boxed(), 5)
}

fn scripts_of(step: BoxedStrategy<Step>, filters: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = step.prop_map(move |step| match step {
        Step::Subscribe(client, subscription) => Step::Subscribe(
            client,
            Subscription {
                filter: subscription.filter % filters,
                ..subscription
            },
        ),
        step => step,
    });
    (vec(beginning(filters), 0..7), vec(step, 1..90)).prop_map(|(beginning, steps)| {
        let beginning = beginning.into_iter().chain([Step::Settle]);
        beginning.chain(steps).collect()
    })
}

/// A subscription, so that messages are not in vain.
fn beginning(filters: usize) -> impl Strategy<Value = Step> {
    (0..CLIENTS, subscription()).prop_map(move |(client, subscription)| {
        let filter = subscription.filter % filters;
        Step::Subscribe(
            client,
            Subscription {
                filter,
                ..subscription
            },
        )
    })
}

fn rarely() -> impl Strategy<Value = bool> {
    proptest::bool::weighted(0.15)
}

fn options() -> impl Strategy<Value = Options> {
    let will = (0..TOPICS.len(), 0_u8..3, rarely(), select(&[0, 0, 3, 20])).prop_map(
        |(topic, qos, retain, delay)| WillOptions {
            topic,
            qos,
            retain,
            delay,
        },
    );
    (
        any::<bool>(),
        proptest::bool::weighted(0.25),
        select(&[u32::MAX, 1_000, 10, 0]),
        select(&[0, 0, 1, 2]),
        rarely(),
        select(&[0, 0, 0, 8]),
        proptest::option::weighted(0.25, will),
    )
        .prop_map(
            |(v5, clean, expiry, receive_maximum, takes_small_packets, keep_alive, will)| Options {
                v5,
                clean,
                expiry,
                receive_maximum,
                takes_small_packets,
                keep_alive,
                will,
            },
        )
}

fn subscription() -> impl Strategy<Value = Subscription> {
    let filter = prop_oneof![4 => 0_usize..3, 1 => 3_usize..5, 2 => Just(5), 1 => 6..FILTERS.len()];
    (
        filter,
        select(&[0, 1, 2, 2]),
        rarely(),
        rarely(),
        0_u8..3,
        0_u32..3,
    )
        .prop_map(
            |(filter, qos, no_local, retain_as_published, retain_handling, id)| Subscription {
                filter,
                qos,
                // A share with it is a protocol error.
                no_local: no_local && !FILTERS[filter].starts_with('$'),
                retain_as_published,
                retain_handling,
                id,
            },
        )
}

fn publication() -> impl Strategy<Value = Publication> {
    let payload = prop_oneof![
        8 => Just(Payload::Small),
        1 => Just(Payload::Empty),
        1 => Just(Payload::Large),
    ];
    let to =
        prop_oneof![4 => Just(0), 4 => 0..TOPICS.len(), 1 => TOPICS.len()..TOPICS.len() + CLIENTS];
    let expiry = select(&[0, 0, 0, 0, 2, 30]);
    (
        to,
        select(&[0, 1, 1, 2, 2]),
        proptest::bool::weighted(0.2),
        payload,
        expiry,
    )
        .prop_map(|(to, qos, retain, payload, expiry)| Publication {
            to,
            qos,
            retain,
            payload,
            expiry,
        })
}

fn select<T: Clone + std::fmt::Debug + 'static>(values: &[T]) -> impl Strategy<Value = T> + use<T> {
    proptest::sample::select(values.to_vec())
}

fn step() -> impl Strategy<Value = Step> {
    let client = || 0..CLIENTS;
    prop_oneof![
        6 => (client(), options()).prop_map(|(client, options)| Step::Connect(client, options)),
        7 => (client(), subscription()).prop_map(|(client, subscription)| Step::Subscribe(client, subscription)),
        2 => (client(), 0..FILTERS.len()).prop_map(|(client, filter)| Step::Unsubscribe(client, filter)),
        30 => (client(), publication()).prop_map(|(client, publication)| Step::Publish(client, publication)),
        1 => client().prop_map(Step::Ping),
        5 => (client(), prop_oneof![0_usize..60, 0_usize..1000]).prop_map(|(client, bytes)| Step::Send(client, bytes)),
        8 => (client(), select(&[1, 60, 10_000]), 0_usize..6)
            .prop_map(|(client, bytes, packets)| Step::Read(client, bytes, packets)),
        3 => (client(), any::<bool>()).prop_map(|(client, at_once)| Step::AcknowledgeAtOnce(client, at_once)),
        2 => client().prop_map(Step::Acknowledge),
        5 => client().prop_map(Step::Lose),
        2 => (client(), any::<bool>()).prop_map(|(client, with_will)| Step::Disconnect(client, with_will)),
        14 => Just(Step::Carry),
        10 => Just(Step::Commit),
        9 => Just(Step::Settle),
        3 => select(&[1, 4, 15, 400]).prop_map(Step::Advance),
        2 => Just(Step::Crash),
        1 => (0..GROUPS.len()).prop_map(Step::Delete),
    ]
}
