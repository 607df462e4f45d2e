//! The disk as the broker needs it: ordered tables, changed in batches that are durable or not made at all.

use std::fmt;

/// A table of keys and values, ordered by the bytes of the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Facts about the tables themselves.
    Meta,
    /// Sessions that outlive their connections.
    Sessions,
    /// Messages that wait for a session, by session and sequence number.
    Queues,
    /// Messages that more than one session waits for. Where several nodes share a log, what is put here is appended to it.
    Messages,
    /// Retained messages, by topic.
    Retained,
}

/// A change of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Sets the value of a key.
    Put {
        /// Table of the key.
        table: Table,
        /// At most 64 KiB.
        key: Box<[u8]>,
        /// The new value.
        value: Box<[u8]>,
    },
    /// Removes a key, if it is there.
    Delete {
        /// Table of the key.
        table: Table,
        /// The key.
        key: Box<[u8]>,
    },
    /// Removes all keys of a table that begin with a prefix.
    DeletePrefix {
        /// Table of the keys.
        table: Table,
        /// Beginning of the keys.
        prefix: Box<[u8]>,
    },
}

/// A key and its value.
pub type Entry = (Box<[u8]>, Box<[u8]>);

/// Reason why the disk did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// The disk is full, or so full that its reserve is touched. Nothing was changed.
    #[error("the disk is full")]
    Full,
    /// Anything else. Whether the change was made is unknown; it can be made again.
    #[error("{0}")]
    Failed(String),
}

/// Tables on disk. Calls block.
pub trait Disk: fmt::Debug + Send + Sync + 'static {
    /// Makes all changes, in order, or none. On return they survive power loss.
    ///
    /// # Errors
    ///
    /// If the disk is full or fails; then the same changes may be made again later.
    fn commit(&self, changes: &[Change]) -> Result<(), DiskError>;

    /// Returns whether there is room for further messages, as of a moment ago. Does not block.
    ///
    /// If not, there is still some for changes that are small or make room.
    fn has_room(&self) -> bool {
        true
    }

    /// Returns entries whose keys begin with `prefix` and are greater than `after`, in order:
    /// at most `entries` of them, and no further one once there are `bytes` bytes.
    ///
    /// # Errors
    ///
    /// If the disk fails or holds other bytes than were written.
    fn read(
        &self,
        table: Table,
        prefix: &[u8],
        after: Option<&[u8]>,
        entries: usize,
        bytes: usize,
    ) -> Result<Vec<Entry>, DiskError>;

    /// Returns the value of a key.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Box<[u8]>>, DiskError>;
}
