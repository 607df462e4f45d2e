//! Reads the retained messages that all nodes write, in their order.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::StreamExt as _;
use tokio::time::{sleep, timeout};

use super::member::Member;

/// Pause after an error.
const RETRY: Duration = Duration::from_millis(100);
/// Time without a message after which it is looked whether the connection is still the same.
const SILENCE: Duration = Duration::from_millis(500);
/// Time in which a node that starts has to have read all.
const BEGINNING: Duration = Duration::from_secs(60);

/// Follows until the task is ended. Begins again after each error, because what was deleted meanwhile may not be known any more.
pub(super) async fn follow(member: Arc<Member>) {
    loop {
        if let Err(error) = follow_once(&member).await {
            tracing::debug!(error, "retained messages are read again");
        }
        member.followed.send_replace(0);
        sleep(RETRY).await;
    }
}

/// Waits until all has been read once.
///
/// # Errors
///
/// If NATS does not say what there is.
pub(super) async fn has_begun(member: &Member) -> Result<(), String> {
    let begun = timeout(BEGINNING, catch_up(member)).await;
    begun.map_err(|_| "NATS does not say which messages are retained".to_owned())
}

/// Waits until this node has read what is there now, or its life is over.
pub(super) async fn catch_up(member: &Member) {
    let mut followed = member.followed.subscribe();
    while member.node.epoch().is_some() {
        match member.disk.last_retained().await {
            // 0 if there is none, but the node has to have seen that.
            Ok(place) => {
                let wanted = place.max(1);
                // The last one may expire before it is read.
                if let Ok(Ok(_)) = timeout(SILENCE, followed.wait_for(|at| *at >= wanted)).await {
                    return;
                }
            }
            Err(_) => sleep(RETRY).await,
        }
    }
}

async fn follow_once(member: &Member) -> Result<(), String> {
    let statistics = member.node.nats.statistics();
    let connects = statistics.connects.load(Ordering::Acquire);
    let error = |error: &dyn std::fmt::Display| error.to_string();
    let mut messages = member
        .disk
        .follow_retained()
        .await
        .map_err(|one| error(&one))?;
    // What is there at the beginning, until all of it has been read.
    let mut beginning = Some((last(member).await?, HashSet::new()));
    let mut place = 0;
    loop {
        if let Some((_, topics)) = beginning.take_if(|(end, _)| place >= *end) {
            keep_only(member, &topics);
        }
        if beginning.is_none() {
            member.followed.send_replace(place.max(1));
        }
        let next = timeout(SILENCE, messages.next()).await;
        if statistics.connects.load(Ordering::Acquire) != connects {
            return Err("the connection was lost".to_owned());
        }
        match next {
            Ok(Some(message)) => {
                let message = message.map_err(|one| error(&one))?;
                place = message.info().map_err(|one| error(&one))?.stream_sequence;
                let topic = read(member, &message.subject, &message.payload);
                if let (Some((_, topics)), Some(topic)) = (&mut beginning, topic) {
                    topics.insert(topic.into_boxed_str());
                }
            }
            Ok(None) => return Err("NATS has ended the consumer".to_owned()),
            Err(_) => {
                // The last one may have expired before it was read.
                if let Some((end, _)) = &mut beginning {
                    *end = last(member).await?;
                }
            }
        }
    }
}

async fn last(member: &Member) -> Result<u64, String> {
    let last = member.disk.last_retained().await;
    last.map_err(|error| error.to_string())
}

/// Does what a message says. Returns its topic.
fn read(member: &Member, subject: &str, value: &[u8]) -> Option<String> {
    let topic = member.disk.retained_topic(subject)?;
    let core = member.core()?;
    let now = core.instance.clock.now();
    let value = (!value.is_empty()).then_some(value);
    if !core.follow_retained(&topic, value, now) {
        member.node.count_dropped();
    }
    Some(topic)
}

/// Removes the messages of all other topics.
fn keep_only(member: &Member, topics: &HashSet<Box<str>>) {
    let Some(core) = member.core() else {
        return;
    };
    for topic in core.retained.topics() {
        if !topics.contains(&topic) {
            core.retained.remove(&topic);
        }
    }
}
