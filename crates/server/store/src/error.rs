//! What the store says when it cannot do what it was asked.

/// Why the store could not do what it was asked.
///
/// No variant holds a password: a location is shown as a file, or as host and port.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The group to create exists already. Nothing was changed.
    #[error("group {group_id} exists already in namespace {namespace}")]
    GroupExists {
        /// Namespace of the group.
        namespace: String,
        /// Name of the group.
        group_id: String,
    },
    /// The location cannot be opened.
    #[error("cannot open the database {location}: {reason}; {advice}")]
    Open {
        /// File, or host and port.
        location: String,
        /// What is wrong.
        reason: String,
        /// What to do.
        advice: String,
    },
    /// Another server has the database open. Two of them would count into one.
    #[error(
        "the database {location} is in use by another server; stop that one, or give this one a database of its own"
    )]
    InUse {
        /// File, or host and port.
        location: String,
    },
    /// The database was made by a newer version of the program.
    #[error(
        "the database {location} was made by a newer version (it has migration {migration}); start that version, or restore a backup made by this one"
    )]
    Newer {
        /// File, or host and port.
        location: String,
        /// The first migration that this version does not know.
        migration: i64,
    },
    /// The database is open, but it failed at what was asked.
    #[error("cannot {attempt} in the database {location}: {reason}")]
    Failed {
        /// File, or host and port.
        location: String,
        /// What was attempted.
        attempt: &'static str,
        /// What the database says.
        reason: String,
    },
}

/// What went wrong, in words of someone who operates a server.
pub(crate) fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::PoolTimedOut => {
            "no connection was free in time, the database is overloaded or cannot be reached".into()
        }
        sqlx::Error::PoolClosed => "the store is closed".into(),
        sqlx::Error::Database(error) => error.message().into(),
        error => error.to_string(),
    }
}
