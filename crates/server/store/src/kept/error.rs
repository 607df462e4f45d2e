//! Errors of the kept store.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Error of the kept store.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeptError {
    /// The disk is full, or nearly. Nothing was changed.
    #[error("the disk of {folder} is full; free some space, and writing continues by itself")]
    Full {
        /// Folder of the store.
        folder: String,
    },
    /// Another process has the store open, or this one copies it.
    #[error(
        "{folder} is in use by another server or a backup; stop that server, use another folder, or try again when the backup is made"
    )]
    InUse {
        /// Folder of the store.
        folder: String,
    },
    /// The store was written by a newer version of the program.
    #[error(
        "{folder} was written by a newer version (format {format}); start that version, or restore a backup of this version"
    )]
    Newer {
        /// Folder of the store.
        folder: String,
        /// Format of the store.
        format: u32,
    },
    /// The files hold other bytes than were written.
    #[error(
        "{folder} is damaged: {reason}; restore a backup, or move the folder away to start with an empty one"
    )]
    Damaged {
        /// Folder of the store.
        folder: String,
        /// Reason.
        reason: String,
    },
    /// Anything else. Whether the change was made is unknown; it can be made again.
    #[error("{folder}: {reason}")]
    Failed {
        /// Folder of the store.
        folder: String,
        /// Reason.
        reason: String,
    },
}

/// Failure inside the storage engine, before it is known which folder it concerns.
#[derive(Debug)]
pub(super) enum Failure {
    /// A former failure closed the engine for writing. Nothing was written.
    Closed,
    /// There is too little free space. Nothing was written.
    Full,
    /// The files hold other bytes than were written.
    Damaged(String),
    /// The format is newer than this version.
    Newer(u32),
    /// Anything else.
    Other(String),
}

impl Failure {
    pub(super) fn at(self, folder: &str) -> KeptError {
        let folder = folder.to_owned();
        match self {
            Self::Closed => KeptError::Failed {
                folder,
                reason: "writing has stopped after an error of the disk".into(),
            },
            Self::Full => KeptError::Full { folder },
            Self::Damaged(reason) => KeptError::Damaged { folder, reason },
            Self::Newer(format) => KeptError::Newer { folder, format },
            Self::Other(reason) => KeptError::Failed { folder, reason },
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // Lengths and texts are checked only by reading them.
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Other(error.to_string()),
        }
    }
}

impl From<fjall::Error> for Failure {
    fn from(error: fjall::Error) -> Self {
        match error {
            fjall::Error::Poisoned => Self::Closed,
            fjall::Error::Io(error) | fjall::Error::Storage(fjall::LsmError::Io(error)) => {
                error.into()
            }
            fjall::Error::Locked => Self::Other("the store is still being closed".into()),
            fjall::Error::Storage(error) => Self::Damaged(error.to_string()),
            error => Self::Damaged(error.to_string()),
        }
    }
}

/// Calls the storage engine. Damaged files can make it panic, which must not end the process.
pub(super) fn guarded<T>(call: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(call))
        .unwrap_or_else(|panic| Err(Failure::Damaged(text(&*panic))))
}

fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("the storage engine failed").into()
}
