//! Rows in a stream of NATS. Each is the last message of its subject.

use std::time::Duration;

use async_nats::datetime::DateTime;
use async_nats::jetstream::consumer::pull::{Ordered, OrderedConfig};
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{
    Config, DiscardPolicy, Info, RawMessageErrorKind, StorageType, Stream,
};
use async_nats::jetstream::{self, Context, ErrorCode};
use bytes::Bytes;
use futures::TryStreamExt as _;

use super::row::{ROWS, RowSubjects};
use crate::keep::{DiskError, Table};

/// Rows that are read at once.
pub(super) const AT_ONCE: usize = 64;
/// Rows that are sent before NATS confirms them. The client of NATS allows 5 000 for all instances together.
const ON_THE_WAY: usize = 500;
/// Time that NATS has to confirm what it is to store.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// Time after which NATS forgets that a row was deleted.
const DELETION: Duration = Duration::from_secs(60);
/// The same for rows of sessions. Nobody waits for news of them.
const SESSION_DELETION: Duration = Duration::from_secs(5);
/// Stored in place of an empty value, because an empty message says that a row was deleted.
const NOTHING: &[u8] = b"-";

/// The server of NATS that leads a stream, and since when. Nothing if there is one server only.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Leader(Option<(Option<String>, Option<DateTime>)>);

impl Leader {
    fn of(info: Info) -> Self {
        let cluster = info.cluster;
        Self(cluster.map(|cluster| (cluster.leader, cluster.leader_since)))
    }
}

/// The rows of an instance.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    pub(super) stream: Stream,
    jetstream: Context,
    pub(super) subjects: RowSubjects,
}

/// Returns the configuration of the stream with the rows of all instances. Beyond its bytes, NATS refuses rows.
pub(super) fn config(replicas: usize, bytes: usize) -> Config {
    Config {
        max_bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        name: ROWS.to_owned(),
        subjects: vec![format!("{ROWS}.>")],
        max_messages_per_subject: 1,
        discard: DiscardPolicy::New,
        storage: StorageType::File,
        num_replicas: replicas,
        allow_message_ttl: true,
        ..Config::default()
    }
}

impl Rows {
    pub(super) fn new(stream: Stream, mut jetstream: Context, instance_id: &str) -> Self {
        jetstream.set_timeout(PATIENCE);
        Self {
            stream,
            jetstream,
            subjects: RowSubjects::new(instance_id),
        }
    }

    /// Sets rows. Returns their sequence numbers in the stream, once all are durable. If it fails, any of them may be.
    pub(super) async fn put(&self, rows: &[(Table, &[u8], &[u8])]) -> Result<Vec<u64>, DiskError> {
        let mut messages = Vec::with_capacity(rows.len());
        for (table, key, value) in rows {
            let value = if value.is_empty() { NOTHING } else { value };
            let message = PublishMessage::build().payload(Bytes::copy_from_slice(value));
            messages.push((self.subjects.row(*table, key), message));
        }
        self.publish(messages).await
    }

    /// Returns the leader of the stream if it has applied all that was confirmed before, which a server that has just become the
    /// leader may not have.
    pub(super) async fn up_to_date_leader(&self) -> Result<Leader, DiskError> {
        // It applies messages in their order.
        let mark = PublishMessage::build().payload(NOTHING.into());
        let places = self.publish(vec![(self.subjects.mark(), mark)]).await?;
        let info = self.stream.get_info().await.map_err(failed)?;
        if places.iter().any(|place| *place > info.state.last_sequence) {
            return Err(failed("the leader of a stream of NATS is not up to date"));
        }
        Ok(Leader::of(info))
    }

    /// Fails if the stream has another leader by now.
    pub(super) async fn expect_leader(&self, leader: &Leader) -> Result<(), DiskError> {
        let info = self.stream.get_info().await.map_err(failed)?;
        if Leader::of(info) == *leader {
            return Ok(());
        }
        Err(failed("the leader of a stream of NATS has changed"))
    }

    /// Deletes rows. On return that is durable.
    pub(super) async fn delete(&self, rows: &[(Table, &[u8])]) -> Result<(), DiskError> {
        let mut messages = Vec::with_capacity(rows.len());
        for (table, key) in rows {
            let forgotten = match table {
                Table::Sessions | Table::Queues => SESSION_DELETION,
                _ => DELETION,
            };
            let message = PublishMessage::build().ttl(forgotten);
            messages.push((self.subjects.row(*table, key), message));
        }
        match self.publish(messages).await {
            Err(DiskError::Full) => {}
            result => return result.map(|_| ()),
        }
        // A message that says so does not fit, but its subject can be emptied.
        for (table, key) in rows {
            self.purge(self.subjects.row(*table, key)).await?;
        }
        Ok(())
    }

    /// Sets the value of a subject, or deletes it, if the last message of it is the one at a place. Returns the place of the new
    /// one, or nothing if another node was faster.
    pub(super) async fn put_after(
        &self,
        subject: String,
        value: Option<&[u8]>,
        ttl: Option<Duration>,
        place: u64,
    ) -> Result<Option<u64>, DiskError> {
        let mut message = PublishMessage::build().expected_last_subject_sequence(place);
        if let Some(value) = value {
            message = message.payload(Bytes::copy_from_slice(value));
        }
        if let Some(ttl) = ttl.or(value.is_none().then_some(DELETION)) {
            message = message.ttl(ttl);
        }
        let sent = self.jetstream.send_publish(subject, message).await;
        match sent.map_err(|error| reason(&error))?.await {
            Ok(acknowledged) => Ok(Some(acknowledged.sequence)),
            Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => Ok(None),
            Err(error) => Err(reason(&error)),
        }
    }

    /// Returns the place of the last message that a filter matches, also of one that says that a row was deleted; 0 if there is
    /// none.
    pub(super) async fn last_place(&self, filter: &str) -> Result<u64, DiskError> {
        match self.stream.get_last_raw_message_by_subject(filter).await {
            Ok(message) => Ok(message.sequence),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(0),
            Err(error) => Err(failed(error)),
        }
    }

    /// Returns the messages that a filter matches, those that are there and those that come, in the order of their places.
    pub(super) async fn follow(&self, filter: String) -> Result<Ordered, DiskError> {
        let config = OrderedConfig {
            filter_subject: filter,
            ..OrderedConfig::default()
        };
        let consumer = self.stream.create_consumer(config).await.map_err(failed)?;
        consumer.messages().await.map_err(failed)
    }

    async fn publish(
        &self,
        messages: Vec<(String, PublishMessage)>,
    ) -> Result<Vec<u64>, DiskError> {
        let mut sequences = Vec::with_capacity(messages.len());
        let mut messages = messages.into_iter();
        loop {
            let mut sent = Vec::new();
            for (subject, message) in messages.by_ref().take(ON_THE_WAY) {
                let acknowledged = self.jetstream.send_publish(subject, message).await;
                sent.push(acknowledged.map_err(|error| reason(&error))?.into_future());
            }
            if sent.is_empty() {
                return Ok(sequences);
            }
            // Together, because each has its own time.
            for acknowledged in futures::future::join_all(sent).await {
                let acknowledged = acknowledged.map_err(|error| reason(&error))?;
                sequences.push(acknowledged.sequence);
            }
        }
    }

    /// Returns the subjects of all rows of a session, in no order. Some may just have been deleted.
    pub(super) async fn subjects_of(&self, number: u64) -> Result<Vec<String>, DiskError> {
        let filter = self.subjects.session(number);
        let listed = self.stream.info_with_subjects(filter).await;
        let subjects = listed.map_err(failed)?.map_ok(|(subject, _)| subject);
        subjects.try_collect().await.map_err(failed)
    }

    /// Deletes all rows of a session.
    pub(super) async fn delete_session(&self, number: u64) -> Result<(), DiskError> {
        self.purge(self.subjects.session(number)).await
    }

    async fn purge(&self, filter: String) -> Result<(), DiskError> {
        let purged = self.stream.purge().filter(filter).await;
        purged.map(|_| ()).map_err(failed)
    }

    /// Returns the value of the row at a place in the stream, if it is still there.
    pub(super) async fn at(&self, sequence: u64) -> Result<Option<Bytes>, DiskError> {
        match self.stream.get_raw_message(sequence).await {
            Ok(message) => Ok(value(message.payload)),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// Returns the value of a row, and its place in the stream.
    pub(super) async fn last(&self, subject: &str) -> Result<Option<(u64, Bytes)>, DiskError> {
        match self.stream.get_last_raw_message_by_subject(subject).await {
            Ok(message) => {
                let sequence = message.sequence;
                Ok(value(message.payload).map(|value| (sequence, value)))
            }
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }
}

/// Returns the value of a row, or nothing if the message says that it was deleted.
fn value(payload: Bytes) -> Option<Bytes> {
    (!payload.is_empty()).then_some(payload)
}

pub(super) fn failed(error: impl std::fmt::Display) -> DiskError {
    DiskError::Failed(error.to_string())
}

/// Returns the reason why a message was not stored.
pub(super) fn reason(error: &PublishError) -> DiskError {
    /// Errors of a stream or a server that is full.
    const FULL: [ErrorCode; 5] = [
        ErrorCode::ACCOUNT_RESOURCES_EXCEEDED,
        ErrorCode::INSUFFICIENT_RESOURCES,
        ErrorCode::STORAGE_RESOURCES_EXCEEDED,
        ErrorCode::MEMORY_RESOURCES_EXCEEDED,
        ErrorCode::STREAM_STORE_FAILED,
    ];
    let source = std::error::Error::source(error);
    let refused = source.and_then(|source| source.downcast_ref::<jetstream::Error>());
    match refused {
        Some(refused) if FULL.contains(&refused.error_code()) => DiskError::Full,
        Some(refused) => failed(refused),
        None if error.kind() == PublishErrorKind::StreamNotFound => {
            failed("a stream of NATS is gone, or has no leader")
        }
        None => failed(error),
    }
}
