//! Notices that files of an SQLite database are deleted, replaced or emptied while it is open.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use parking_lot::Mutex as SyncMutex;
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, Connection, Executor};
use tokio::sync::Mutex;

use crate::error::Error;
use crate::location::Location;
use crate::lock::lock_path;

/// Device and inode of a file.
type Identity = (u64, u64);

/// Files of an open SQLite database. What is written to a file after it was deleted or replaced is lost.
pub(crate) struct Files {
    known: SyncMutex<Vec<(PathBuf, Identity)>>,
    /// A connection that stays open, because SQLite removes the log with the last one.
    keeper: Mutex<Option<AnyConnection>>,
}

impl Files {
    /// Remembers the files of a database whose tables exist. PostgreSQL has none.
    pub(crate) async fn open(
        location: &Location,
        options: &AnyConnectOptions,
        settings: &'static str,
    ) -> Result<Self, Error> {
        let Location::File(path) = location else {
            return Ok(Self {
                known: SyncMutex::default(),
                keeper: Mutex::default(),
            });
        };
        let keeper = keeper(options, settings).await;
        let keeper = keeper.map_err(|error| location.unreachable(&error))?;
        let known = paths(path).map(|path| identity(&path).map(|identity| (path, identity)));
        let known = known.into_iter().collect::<io::Result<_>>();
        let known = known.map_err(|error| location.refused(error.to_string(), "check the disk"))?;
        Ok(Self {
            known: SyncMutex::new(known),
            keeper: Mutex::new(Some(keeper)),
        })
    }

    /// Checks that all files are those that were opened, and that the database is not empty.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let known = self.known.lock();
        let changed = known.iter().find(|(path, known)| {
            let found = identity(path);
            found.map_or_else(
                |error| error.kind() == io::ErrorKind::NotFound,
                |found| found != *known,
            )
        });
        // The database comes first. Once it has tables, only a stranger can make it empty.
        let emptied = known
            .first()
            .filter(|(path, _)| fs::metadata(path).is_ok_and(|found| found.len() == 0));
        match changed.or(emptied) {
            None => Ok(()),
            Some((path, _)) => Err(Error::Replaced { path: path.clone() }),
        }
    }

    /// Returns the size of all files in bytes.
    pub(crate) fn size(&self) -> io::Result<u64> {
        let known = self.known.lock();
        let sizes = known.iter().map(|(path, _)| Ok(fs::metadata(path)?.len()));
        sizes.sum()
    }

    /// Forgets the files.
    pub(crate) async fn close(&self) {
        self.known.lock().clear();
        if let Some(keeper) = self.keeper.lock().await.take() {
            // The process ends its connections anyway.
            let _ = keeper.close().await;
        }
    }
}

/// Opens a connection, and reads, which creates the log.
async fn keeper(
    options: &AnyConnectOptions,
    settings: &'static str,
) -> sqlx::Result<AnyConnection> {
    let mut keeper = AnyConnection::connect_with(options).await?;
    keeper.execute(settings).await?;
    keeper.execute("SELECT 1 FROM groups LIMIT 1").await?;
    Ok(keeper)
}

/// Returns the files of a database: itself, its log with the index, and its lock.
fn paths(database: &Path) -> [PathBuf; 4] {
    let with = |suffix: &str| {
        let mut path = database.as_os_str().to_owned();
        path.push(suffix);
        PathBuf::from(path)
    };
    [with(""), with("-wal"), with("-shm"), lock_path(database)]
}

fn identity(path: &Path) -> io::Result<Identity> {
    let metadata = fs::metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}
