//! Errors of the store.

use std::path::PathBuf;

/// An error of the store.
///
/// No variant contains a password: a location is shown as a file, or as host and port.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The group to create already exists. Nothing was changed.
    #[error("group {group_id} already exists in namespace {namespace}")]
    GroupExists {
        /// Namespace of the group.
        namespace: String,
        /// ID of the group.
        group_id: String,
    },
    /// The location cannot be opened.
    #[error("cannot open the database {location}: {reason}; {advice}")]
    Open {
        /// File, or host and port.
        location: String,
        /// Reason.
        reason: String,
        /// Advice to the operator.
        advice: String,
    },
    /// Another server has the database open. Two servers would mix their counts.
    #[error(
        "the database {location} is in use by another server; stop that one, or use another database"
    )]
    InUse {
        /// File, or host and port.
        location: String,
    },
    /// A later process of the same name uses the database, so this one may not write any more.
    #[error(
        "another process is node `{node}` of the database {location}, so this one writes nothing any more; stop it, or give it another name"
    )]
    NodeReplaced {
        /// Host and port.
        location: String,
        /// Name of the node.
        node: String,
    },
    /// The end of the connections of this life was reported, so it can report no further ones.
    #[error(
        "connections of this process are over for other nodes, so it reports nothing until it has a lease again"
    )]
    LifeOver,
    /// Nodes can share a PostgreSQL database only.
    #[error("nodes cannot share the file {location}; use a PostgreSQL database")]
    NotShared {
        /// File.
        location: String,
    },
    /// A file of the open SQLite database was deleted, replaced or overwritten. Nothing is written any more,
    /// because it would be lost.
    #[error(
        "{} was deleted, replaced or overwritten while the server has it open, so nothing is written any more; stop the server, put back the files of the database, and start it again",
        path.display()
    )]
    Replaced {
        /// The first such file.
        path: PathBuf,
    },
    /// The database was created by a newer version of the program.
    #[error(
        "the database {location} was created by a newer version (it has migration {migration}); start that version, or restore a backup of this version"
    )]
    Newer {
        /// File, or host and port.
        location: String,
        /// First migration that this version does not know.
        migration: i64,
    },
    /// The database is open, but an operation failed.
    #[error("cannot {attempt} in the database {location}: {reason}")]
    Failed {
        /// File, or host and port.
        location: String,
        /// Operation that failed.
        attempt: &'static str,
        /// Error message of the database.
        reason: String,
    },
}

/// Describes an error in words for the operator of a server.
pub(crate) fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::PoolTimedOut => {
            "no connection was free in time; the database is overloaded or unreachable".into()
        }
        sqlx::Error::PoolClosed => "the store is closed".into(),
        sqlx::Error::Database(error) => error.message().into(),
        error => error.to_string(),
    }
}
