//! Counts messages by topic, kind, direction and QoS.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use dashmap::DashMap;

use crate::Directory;
use crate::topic::Topic;

/// Most sub topics that are counted apart between two calls of [`Metering::take`].
const MAX_SUB_TOPICS: usize = 10_000;
const QOS_LEVELS: usize = 3;

/// Way in which a message finds its receivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// To the client that its topic names.
    PointToPoint,
    /// To all that subscribed to its topic.
    PublishSubscribe,
}

/// Direction of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Received from a device.
    Received,
    /// Pushed to a device.
    Pushed,
}

/// Number of messages of one sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageCount {
    /// First level of the topic.
    pub parent_topic: String,
    /// The rest, with a slash at its beginning and none at its end; empty if the topic was the parent alone.
    /// Nothing where there were too many sub topics to count them apart.
    pub sub_topic: Option<String>,
    /// Way in which the messages find their receivers.
    pub kind: MessageKind,
    /// Direction of the messages.
    pub direction: Direction,
    /// 0 to 2. Of what is pushed, the QoS with which it is pushed.
    pub qos: u8,
    /// At least 1.
    pub count: u64,
}

/// The counters. A message of a topic that has some costs one look into a map of shards and one addition.
#[derive(Default)]
pub(crate) struct Metering {
    /// By whole topic.
    topics: DashMap<Box<str>, Counters>,
    /// By parent topic: what came when there were too many sub topics.
    rest: DashMap<Box<str>, [Counters; 2]>,
    sub_topics: AtomicUsize,
}

type Counters = [[AtomicU64; QOS_LEVELS]; 2];

impl Metering {
    /// Counts a message. Topics that the instance does not have are not counted.
    pub(crate) fn count(
        &self,
        topic: Topic<'_>,
        direction: Direction,
        qos: u8,
        directory: &dyn Directory,
    ) {
        let (direction, qos) = (direction as usize, usize::from(qos).min(QOS_LEVELS - 1));
        let add = |counters: &Counters| counters[direction][qos].fetch_add(1, Ordering::Relaxed);
        if let Some(counters) = self.topics.get(topic.whole) {
            add(&counters);
        } else if !directory.has_topic(topic.parent) {
        } else if self.reserve_sub_topic() {
            let mut is_new = false;
            let entry = self.topics.entry(topic.whole.into()).or_insert_with(|| {
                is_new = true;
                Counters::default()
            });
            add(&entry);
            if !is_new {
                self.sub_topics.fetch_sub(1, Ordering::Relaxed);
            }
        } else {
            add(&self.rest.entry(topic.parent.into()).or_default()[kind_of(topic) as usize]);
        }
    }

    fn reserve_sub_topic(&self) -> bool {
        let one_more = |count| (count < MAX_SUB_TOPICS).then_some(count + 1);
        self.sub_topics
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more)
            .is_ok()
    }

    /// Returns the number of messages since the last call of [`take`](Self::take), by direction.
    pub(crate) fn sum(&self) -> [u64; 2] {
        let mut sum = [0; 2];
        let mut add = |counters: &Counters| {
            for (sum, counters) in sum.iter_mut().zip(counters) {
                let counters = counters.iter();
                *sum += counters.map(|it| it.load(Ordering::Relaxed)).sum::<u64>();
            }
        };
        for topic in &self.topics {
            add(topic.value());
        }
        for parent in &self.rest {
            parent.value().iter().for_each(&mut add);
        }
        sum
    }

    /// Returns the counts since the last call. A message that is counted meanwhile is in this answer or in the next one.
    pub(crate) fn take(&self) -> Vec<MessageCount> {
        let mut counts = Vec::new();
        // `retain` holds a shard for itself, so nobody adds to counters that are on their way out.
        self.topics.retain(|whole, counters| {
            let topic = Topic::parse(whole);
            push_all(
                &mut counts,
                topic.parent,
                Some(topic.sub_topic),
                kind_of(topic),
                counters,
            );
            self.sub_topics.fetch_sub(1, Ordering::Relaxed);
            false
        });
        self.rest
            .retain(|parent, [point_to_point, publish_subscribe]| {
                push_all(
                    &mut counts,
                    parent,
                    None,
                    MessageKind::PointToPoint,
                    point_to_point,
                );
                push_all(
                    &mut counts,
                    parent,
                    None,
                    MessageKind::PublishSubscribe,
                    publish_subscribe,
                );
                false
            });
        counts
    }
}

fn kind_of(topic: Topic<'_>) -> MessageKind {
    if topic.receiver.is_some() {
        MessageKind::PointToPoint
    } else {
        MessageKind::PublishSubscribe
    }
}

fn push_all(
    counts: &mut Vec<MessageCount>,
    parent_topic: &str,
    sub_topic: Option<&str>,
    kind: MessageKind,
    counters: &mut Counters,
) {
    for direction in [Direction::Received, Direction::Pushed] {
        for (qos, counter) in (0..).zip(&mut counters[direction as usize]) {
            let count = *counter.get_mut();
            if count > 0 {
                counts.push(MessageCount {
                    parent_topic: parent_topic.to_owned(),
                    sub_topic: sub_topic.map(str::to_owned),
                    kind,
                    direction,
                    qos,
                    count,
                });
            }
        }
    }
}
