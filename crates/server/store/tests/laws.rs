//! Property tests: reading returns the sum of everything that was written.

mod support;

use std::collections::HashMap;

use ons_mqtt_store::{Direction, MessageCount, MessageKind, MessageQuery};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use support::{Database, HOUR, MINUTE, NOON, interval};

const PARENTS: &[&str] = &["t", "u"];
const SUBS: &[Option<&str>] = &[None, Some(""), Some("a"), Some("a/b"), Some("t")];
const KINDS: &[MessageKind] = &[MessageKind::P2p, MessageKind::Sub];
const DIRECTIONS: &[Direction] = &[Direction::Pub, Direction::Sub];
const STARTS: &[i64] = &[NOON - MINUTE, NOON, NOON + MINUTE, NOON + HOUR];

fn message() -> impl Strategy<Value = MessageCount> {
    let parts = (
        select(PARENTS),
        select(SUBS),
        select(KINDS),
        select(DIRECTIONS),
        0..3_u8,
        0..1000_u64,
    );
    parts.prop_map(
        |(parent_topic, sub_topic, kind, direction, qos, count)| MessageCount {
            instance_id: String::new(),
            parent_topic: parent_topic.into(),
            sub_topic: sub_topic.map(Into::into),
            kind,
            direction,
            qos,
            count,
        },
    )
}

/// Returns `true` if a query covers a message of an interval.
fn covers(query: &MessageQuery, start: i64, message: &MessageCount) -> bool {
    (query.begin..query.end).contains(&start)
        && query.parent_topic == message.parent_topic
        && query.direction == message.direction
        && query.kind.is_none_or(|kind| kind == message.kind)
        && query.qos.is_none_or(|qos| qos == message.qos)
        && (query.sub_topic.is_none() || query.sub_topic == message.sub_topic)
}

fn queries(instance_id: &str) -> Vec<MessageQuery> {
    let mut queries = Vec::new();
    for (parent_topic, sub_topic) in PARENTS
        .iter()
        .flat_map(|parent| SUBS.iter().map(move |sub| (parent, sub)))
    {
        for direction in DIRECTIONS {
            for kind in [None, Some(MessageKind::P2p), Some(MessageKind::Sub)] {
                for qos in [None, Some(0), Some(2)] {
                    queries.push(MessageQuery {
                        instance_id: instance_id.into(),
                        parent_topic: (*parent_topic).into(),
                        sub_topic: sub_topic.map(Into::into),
                        kind,
                        direction: *direction,
                        qos,
                        begin: NOON,
                        end: NOON + 2 * HOUR,
                    });
                }
            }
        }
    }
    queries
}

#[test]
fn any_sequence_of_flushes_adds_up_to_the_same_sums_as_a_map() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(Database::fresh());
    let store = runtime.block_on(database.open());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 24,
        ..ProptestConfig::default()
    });
    let instances = std::cell::Cell::new(0);
    let flushes = vec((select(STARTS), vec(message(), 0..60)), 0..6);
    let result = runner.run(&flushes, |mut flushes| {
        // All cases share the database, so each uses a new instance.
        instances.set(instances.get() + 1);
        let instance_id = instances.get().to_string();
        for (start, messages) in &mut flushes {
            messages
                .iter_mut()
                .for_each(|message| message.instance_id.clone_from(&instance_id));
            runtime
                .block_on(store.flush(&interval(*start, messages.clone())))
                .unwrap();
        }
        for query in queries(&instance_id) {
            let mut sums = HashMap::<i64, i64>::new();
            for (start, messages) in &flushes {
                for message in messages
                    .iter()
                    .filter(|message| covers(&query, *start, message))
                {
                    *sums.entry(*start).or_default() += i64::try_from(message.count).unwrap();
                }
            }
            let mut expected: Vec<_> = sums.into_iter().collect();
            expected.sort_unstable();
            let found = runtime.block_on(store.messages(&query)).unwrap();
            prop_assert_eq!(found, support::points(&expected), "{:?}", query);
        }
        Ok(())
    });
    result.unwrap();
}
