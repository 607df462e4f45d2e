//! The log: all messages of QoS 1 and 2 of an instance, in one order, in a stream of NATS.
//!
//! Each life of a node has a subject of its own and appends to it by compare-and-set. So an append whose answer was lost is not
//! made twice, and once others have ended the life, a node that was taken for dead appends nothing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::pull::{Ordered, OrderedConfig};
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::{PublishMessage, StreamMessage};
use async_nats::jetstream::stream::{
    Config, DiscardPolicy, RawMessageErrorKind, StorageType, Stream,
};
use bytes::Bytes;
use tokio::sync::Mutex;
use tokio::time::sleep;

use super::owner::Life;
use super::rows::{PATIENCE, failed, reason};
use super::subject::word;
use super::{chunk, envelope};
use crate::core::Now;
use crate::keep::DiskError;

/// Begins the subjects of the logs of all instances.
const LOG: &str = "ons_log";
/// Bytes of the logs of all instances. Beyond it, publishers are told that the disk is full.
const MAX_BYTES: i64 = 1 << 30;
const RETRY: Duration = Duration::from_millis(20);

/// Returns the configuration of the stream with the logs of all instances.
pub(super) fn config(replicas: usize) -> Config {
    Config {
        name: LOG.to_owned(),
        subjects: vec![format!("{LOG}.>")],
        max_bytes: MAX_BYTES,
        discard: DiscardPolicy::New,
        storage: StorageType::File,
        num_replicas: replicas,
        ..Config::default()
    }
}

/// The log of an instance, as a node appends to it and reads it.
pub(super) struct Log {
    stream: Stream,
    jetstream: Context,
    prefix: String,
    tail: Mutex<Tail>,
    /// Lives that were ended, each with what may have been published without a note of its publisher.
    ended: Mutex<HashMap<Vec<u8>, Arc<Doubtful>>>,
}

/// Messages of QoS 2, by the session that published them, with their packet identifiers. They are in the log, but the session may
/// not know.
pub(super) type Doubtful = Vec<(u64, u16)>;

/// End of what a life of this node has appended.
#[derive(Default)]
struct Tail {
    life: Option<Life>,
    /// Place of its last chunk, 0 if there is none.
    place: u64,
    /// Number of its last chunk, or of the one that is on its way.
    number: u64,
    /// Place of the last chunk of a commit that was completed.
    completed: u64,
    /// `true` if the last chunk says that all before it is completed.
    is_completion_known: bool,
    on_its_way: Option<OnItsWay>,
    /// Keys of entries that are there, and that may be asked for again.
    appended: HashSet<Box<[u8]>>,
}

/// A chunk that is there or not.
struct OnItsWay {
    chunk: Bytes,
    keys: Vec<Box<[u8]>>,
}

/// An entry that is to be appended: a key of its own, and its bytes.
pub(super) type NewEntry<'a> = (&'a [u8], &'a [u8]);

impl Tail {
    fn is_there(&mut self, place: u64) {
        self.place = place;
        if let Some(done) = self.on_its_way.take() {
            self.appended.extend(done.keys);
        }
    }

    /// Returns the chunk that comes next, unless all entries are there. `is_completion_due` asks for one without entries.
    fn next(&mut self, entries: &[NewEntry<'_>], is_completion_due: bool) -> Option<Bytes> {
        if self.on_its_way.is_none() {
            let rest: Vec<_> = (entries.iter())
                .filter(|(key, _)| !self.appended.contains(*key))
                .collect();
            let bodies: Vec<_> = rest.iter().map(|(_, body)| *body).collect();
            let most = chunk::first(&bodies);
            if most == 0 && (!is_completion_due || self.is_completion_known) {
                return None;
            }
            self.number += 1;
            self.is_completion_known = most == 0;
            self.on_its_way = Some(OnItsWay {
                chunk: chunk::write(self.number, self.completed, &bodies[..most]).into(),
                keys: rest[..most].iter().map(|(key, _)| (*key).into()).collect(),
            });
        }
        self.on_its_way.as_ref().map(|one| one.chunk.clone())
    }
}

impl Log {
    pub(super) fn new(stream: Stream, mut jetstream: Context, instance_id: &str) -> Self {
        jetstream.set_timeout(PATIENCE);
        Self {
            stream,
            jetstream,
            prefix: format!("{LOG}.{}", word(instance_id)),
            tail: Mutex::default(),
            ended: Mutex::default(),
        }
    }

    fn subject(&self, life: &Life) -> String {
        format!("{}.{}.{}", self.prefix, word(&life.node), life.epoch)
    }

    fn all(&self) -> String {
        format!("{}.>", self.prefix)
    }

    /// Appends entries, in order. Those that an earlier call has appended, although it failed, are not appended again. If there are
    /// none, `is_completion_due` says that it has to be known that everything before was completed.
    ///
    /// # Errors
    ///
    /// If NATS does not answer, or the life is over.
    pub(super) async fn append(
        &self,
        life: &Life,
        entries: &[NewEntry<'_>],
        is_completion_due: bool,
    ) -> Result<(), DiskError> {
        if entries.is_empty() && !is_completion_due {
            return Ok(());
        }
        let mut tail = self.tail.lock().await;
        if tail.life.as_ref() != Some(life) {
            *tail = Tail {
                life: Some(life.clone()),
                is_completion_known: true,
                ..Tail::default()
            };
        }
        let subject = self.subject(life);
        if tail.on_its_way.is_some() {
            self.look_again(&mut tail, &subject).await?;
        }
        while let Some(next) = tail.next(entries, is_completion_due) {
            let message = PublishMessage::build()
                .payload(next)
                .expected_last_subject_sequence(tail.place);
            let sent = self.jetstream.send_publish(subject.clone(), message).await;
            match sent.map_err(|error| reason(&error))?.await {
                Ok(acknowledged) => tail.is_there(acknowledged.sequence),
                Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => {
                    self.look_again(&mut tail, &subject).await?;
                }
                Err(error) => return Err(reason(&error)),
            }
        }
        Ok(())
    }

    /// Appends an entry that belongs to no commit.
    pub(super) async fn append_one(
        &self,
        life: &Life,
        entry: NewEntry<'_>,
    ) -> Result<(), DiskError> {
        self.append(life, &[entry], false).await?;
        self.tail.lock().await.appended.remove(entry.0);
        Ok(())
    }

    /// Looks whether the last chunk of a life is the one that is on its way.
    async fn look_again(&self, tail: &mut Tail, subject: &str) -> Result<(), DiskError> {
        match self.last(subject).await? {
            // The log was cut behind it.
            None => tail.place = 0,
            Some(last) => match chunk::read(&last.payload) {
                Some(chunk) if chunk.number == chunk::END => {
                    return Err(failed("the life is over"));
                }
                Some(chunk) if chunk.number == tail.number => tail.is_there(last.sequence),
                _ => tail.place = last.sequence,
            },
        }
        // A server of NATS that has just become the leader may not have it yet.
        sleep(RETRY).await;
        Ok(())
    }

    /// The commit with some entries is completed. Nobody asks for them again.
    pub(super) async fn complete(&self, entries: &[NewEntry<'_>]) {
        let mut tail = self.tail.lock().await;
        for (key, _) in entries {
            tail.appended.remove(*key);
        }
        // Otherwise, others of a larger commit still have to be completed.
        if tail.appended.is_empty() && tail.on_its_way.is_none() {
            tail.completed = tail.place;
        }
    }

    /// Ends a life of a node: on return, it appends nothing any more. Returns what its last commit may have left incomplete.
    pub(super) async fn end(&self, life: &Life) -> Result<Arc<Doubtful>, DiskError> {
        /// Lives that are remembered.
        const REMEMBERED: usize = 1_000;
        let key = super::cursor::write_life(life);
        let mut ended = self.ended.lock().await;
        if let Some(doubtful) = ended.get(&key) {
            return Ok(Arc::clone(doubtful));
        }
        let subject = self.subject(life);
        let completed = self.put_end(&subject).await?;
        let doubtful = Arc::new(self.doubtful(&subject, completed).await?);
        if ended.len() >= REMEMBERED {
            ended.clear();
        }
        ended.insert(key, Arc::clone(&doubtful));
        Ok(doubtful)
    }

    /// Puts the end of a life behind its last chunk, unless it is there. Returns the place up to which its commits were completed.
    async fn put_end(&self, subject: &str) -> Result<u64, DiskError> {
        loop {
            let last = self.last(subject).await?;
            let place = last.as_ref().map_or(0, |last| last.sequence);
            let chunk = last.as_ref().and_then(|last| chunk::read(&last.payload));
            let completed = chunk.as_ref().map_or(0, |chunk| chunk.completed);
            if chunk.is_some_and(|chunk| chunk.number == chunk::END) {
                return Ok(completed);
            }
            let end = chunk::write::<&[u8]>(chunk::END, completed, &[]);
            let message = PublishMessage::build()
                .payload(end.into())
                .expected_last_subject_sequence(place);
            let sent = self.jetstream.send_publish(subject.to_owned(), message);
            match sent.await.map_err(|error| reason(&error))?.await {
                Ok(_) => return Ok(completed),
                Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => {
                    sleep(RETRY).await;
                }
                Err(error) => return Err(reason(&error)),
            }
        }
    }

    /// Returns the messages of QoS 2 of the chunks of a life behind a place.
    async fn doubtful(&self, subject: &str, completed: u64) -> Result<Doubtful, DiskError> {
        let mut doubtful = Vec::new();
        let mut place = completed;
        while let Some((next, payload)) = self.next_of(subject.to_owned(), place).await? {
            place = next;
            let Some(chunk) = chunk::read(&payload).filter(|chunk| chunk.number != chunk::END)
            else {
                break;
            };
            // Only what does not depend on the time is read.
            let now = Now { time: 0, unix: 0 };
            for entry in chunk.entries {
                if let Some(message) = envelope::read(entry, now).filter(|one| one.id != 0) {
                    doubtful.push((message.parts.publisher, message.id));
                }
            }
        }
        Ok(doubtful)
    }

    /// Returns the place of the last chunk of any node, 0 if there is none.
    pub(super) async fn last_place(&self) -> Result<u64, DiskError> {
        let last = self.last(&self.all()).await?;
        Ok(last.map_or(0, |last| last.sequence))
    }

    /// Returns the place of the last chunk of any instance.
    pub(super) async fn last_of_all(&self) -> Result<u64, DiskError> {
        let info = self.stream.get_info().await.map_err(failed)?;
        Ok(info.state.last_sequence)
    }

    async fn last(&self, subject: &str) -> Result<Option<StreamMessage>, DiskError> {
        match self.stream.get_last_raw_message_by_subject(subject).await {
            Ok(message) => Ok(Some(message)),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// Returns the first chunk behind a place, and its own place.
    pub(super) async fn next(&self, place: u64) -> Result<Option<(u64, Bytes)>, DiskError> {
        self.next_of(self.all(), place).await
    }

    async fn next_of(&self, filter: String, place: u64) -> Result<Option<(u64, Bytes)>, DiskError> {
        let next = self.stream.raw_message_builder().sequence(place + 1);
        match next.next_by_subject(filter).send().await {
            Ok(message) => Ok(Some((message.sequence, message.payload))),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// Returns the chunks behind a place, those that are there and those that come.
    pub(super) async fn follow(&self, place: u64) -> Result<Ordered, DiskError> {
        let config = OrderedConfig {
            filter_subject: self.all(),
            deliver_policy: DeliverPolicy::ByStartSequence {
                start_sequence: place + 1,
            },
            ..OrderedConfig::default()
        };
        let consumer = self.stream.create_consumer(config).await.map_err(failed)?;
        consumer.messages().await.map_err(failed)
    }

    /// Returns whether the logs of all instances take more than half of the bytes that they may have.
    pub(super) async fn is_crowded(&self) -> Result<bool, DiskError> {
        let info = self.stream.get_info().await.map_err(failed)?;
        Ok(info.state.bytes > MAX_BYTES.unsigned_abs() / 2)
    }

    /// Deletes the chunks up to a place.
    pub(super) async fn cut(&self, place: u64) -> Result<(), DiskError> {
        // Some versions of NATS would delete all.
        if place == 0 {
            return Ok(());
        }
        let purge = self.stream.purge().filter(self.all()).sequence(place + 1);
        purge.await.map(|_| ()).map_err(failed)
    }
}
