//! Tables of the kept store and the changes that can be made to them.

/// A table of keys and values, ordered by the bytes of the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// Facts about the other tables.
    Meta,
    /// Sessions that outlive their connections.
    Sessions,
    /// Messages that wait for a session.
    Queues,
    /// Messages that more than one session waits for.
    Messages,
    /// Retained messages.
    Retained,
}

impl Table {
    pub(super) const ALL: [Self; 5] = [
        Self::Meta,
        Self::Sessions,
        Self::Queues,
        Self::Messages,
        Self::Retained,
    ];

    /// Returns the name of the table on disk.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Sessions => "sessions",
            Self::Queues => "queues",
            Self::Messages => "messages",
            Self::Retained => "retained",
        }
    }
}

/// A change of one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// Sets the value of a key.
    Put {
        /// Table of the key.
        table: Table,
        /// One byte to 65 535 bytes.
        key: &'a [u8],
        /// The new value.
        value: &'a [u8],
    },
    /// Removes a key, if it is there.
    Delete {
        /// Table of the key.
        table: Table,
        /// The key.
        key: &'a [u8],
    },
    /// Removes all keys of a table that begin with a prefix.
    DeletePrefix {
        /// Table of the keys.
        table: Table,
        /// Beginning of the keys.
        prefix: &'a [u8],
    },
}

/// A key and its value.
pub type KeptEntry = (Box<[u8]>, Box<[u8]>);
