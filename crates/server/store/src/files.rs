//! Notices that files of an SQLite database are deleted, replaced or overwritten while it is open.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use parking_lot::Mutex as SyncMutex;
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use tokio::sync::Mutex;

use crate::error::Error;
use crate::location::Location;
use crate::lock::lock_path;

/// Place of `user_version` in a database file. See <https://www.sqlite.org/fileformat2.html>.
const MARK_PLACE: u64 = 60;

/// Device and inode of a file.
type Identity = (u64, u64);

/// Files of an open SQLite database. What is written to a file after it was deleted or replaced is lost.
pub(crate) struct Files {
    /// Missing if the database is closed, or is PostgreSQL.
    open: SyncMutex<Option<OpenFiles>>,
    /// A connection that stays open, because SQLite removes the log with the last one.
    keeper: Mutex<Option<AnyConnection>>,
}

struct OpenFiles {
    /// The database comes first.
    known: Vec<(PathBuf, Identity)>,
    mark: Mark,
}

/// A random number in the header of the database file. No other file has it, so a file that has another one was overwritten.
///
/// Each transaction sets the next mark, which gets into the file when SQLite moves its log there. Then a further one is next.
/// So an earlier copy of the same database has an old mark, unless it is equal to the file.
struct Mark {
    /// Is open as long as the database, because closing it gives up all locks of SQLite on the file.
    file: File,
    in_file: i32,
    next: i32,
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
                open: SyncMutex::default(),
                keeper: Mutex::default(),
            });
        };
        let mark = fastrand::i32(..);
        let keeper = keeper(options, settings, mark).await;
        let keeper = keeper.map_err(|error| location.unreachable(&error))?;
        let open = OpenFiles::new(path, mark);
        let open = open.map_err(|error| location.refused(error.to_string(), "check the disk"))?;
        Ok(Self {
            open: SyncMutex::new(Some(open)),
            keeper: Mutex::new(Some(keeper)),
        })
    }

    /// Checks that all files are those that were opened, and that the database was not overwritten.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.mark().map(drop)
    }

    /// Checks the files, and returns the mark that the transaction under way must set, if any.
    pub(crate) fn mark(&self) -> Result<Option<i32>, Error> {
        let mut open = self.open.lock();
        let Some(open) = &mut *open else {
            return Ok(None);
        };
        open.mark().map(Some)
    }

    /// Returns the size of all files in bytes.
    pub(crate) fn size(&self) -> io::Result<u64> {
        let open = self.open.lock();
        let known = open.iter().flat_map(|open| &open.known);
        let sizes = known.map(|(path, _)| Ok(fs::metadata(path)?.len()));
        sizes.sum()
    }

    /// Forgets the files. All other connections must be closed already.
    pub(crate) async fn close(&self) {
        if let Some(keeper) = self.keeper.lock().await.take() {
            // The process ends its connections anyway.
            let _ = keeper.close().await;
        }
        *self.open.lock() = None;
    }
}

impl OpenFiles {
    /// Remembers the files. `next` is the mark that SQLite has in its log, or in the file already.
    fn new(database: &Path, next: i32) -> io::Result<Self> {
        let known = paths(database).map(|path| identity(&path).map(|identity| (path, identity)));
        let file = File::open(database)?;
        let mark = Mark {
            in_file: read_mark(&file)?,
            file,
            next,
        };
        Ok(Self {
            known: known.into_iter().collect::<io::Result<_>>()?,
            mark,
        })
    }

    /// Checks the files and returns the next mark.
    fn mark(&mut self) -> Result<i32, Error> {
        let replaced = |path: &PathBuf| Error::Replaced { path: path.clone() };
        for (path, known) in &self.known {
            let is_known = match identity(path) {
                Ok(found) => found == *known,
                Err(error) => error.kind() != io::ErrorKind::NotFound,
            };
            if !is_known {
                return Err(replaced(path));
            }
        }
        match self.known.first() {
            Some((database, _)) if self.mark.is_overwritten() => Err(replaced(database)),
            _ => Ok(self.mark.next),
        }
    }
}

impl Mark {
    /// Returns `true` if the file has a mark that this server did not set.
    fn is_overwritten(&mut self) -> bool {
        match read_mark(&self.file) {
            Ok(found) => {
                if found == self.next {
                    self.in_file = found;
                    self.next = fastrand::i32(..);
                }
                found != self.in_file
            }
            // A file with tables is longer.
            Err(error) => error.kind() == io::ErrorKind::UnexpectedEof,
        }
    }
}

/// Returns the statement that sets a mark.
pub(crate) fn set_mark(mark: i32) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("PRAGMA user_version = {mark}"))
}

fn read_mark(database: &File) -> io::Result<i32> {
    let mut mark = [0; 4];
    database.read_exact_at(&mut mark, MARK_PLACE)?;
    Ok(i32::from_be_bytes(mark))
}

/// Opens a connection, creates the log, and sets a mark in the file, or in the log if other programs read the database.
async fn keeper(
    options: &AnyConnectOptions,
    settings: &'static str,
    mark: i32,
) -> sqlx::Result<AnyConnection> {
    let mut keeper = AnyConnection::connect_with(options).await?;
    keeper.execute(settings).await?;
    keeper.execute(set_mark(mark)).await?;
    keeper.execute("PRAGMA wal_checkpoint").await?;
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
