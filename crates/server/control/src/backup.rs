//! Copy of all data as of one moment, while the service runs or not.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use ons_mqtt_store::{KeptError, KeptSnapshot, KeptStore, Store};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use crate::brokers::Brokers;
use crate::config::KEY_FILE;
use crate::watch::Changes;
use crate::{database, kept};

/// Number of attempts to copy the database without the deletion of a group meanwhile.
const ATTEMPTS: usize = 3;

/// Suffix of the folder of an unfinished backup.
const UNFINISHED: &str = "part";

/// Reason why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A folder of that name, or of an unfinished backup, is there.
    #[error("{} already exists; remove it, or choose another name", .0.display())]
    Exists(PathBuf),
    /// Groups are deleted faster than the database is copied.
    #[error("groups were deleted during each of {ATTEMPTS} attempts; try again later")]
    Deletions,
    /// The database cannot be copied.
    #[error(transparent)]
    Store(#[from] ons_mqtt_store::Error),
    /// Sessions and messages cannot be copied.
    #[error(transparent)]
    Kept(#[from] KeptError),
    /// A file or folder cannot be written or read.
    #[error("{}: {source}; check its permissions and the disk", path.display())]
    File {
        /// File or folder.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// A node has nothing to copy.
    #[error("what a node keeps is in PostgreSQL and NATS; back these up with their own tools")]
    Node,
    /// The server stops.
    #[error("the server was stopped; make the backup again")]
    Stopped,
    /// The running server refuses or fails.
    #[error("{0}")]
    Server(String),
}

/// Content of a finished backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupReport {
    /// `false` if the database is one of PostgreSQL, which has tools of its own.
    pub has_database: bool,
}

/// Makes backups.
pub(crate) struct Backup {
    pub(crate) data_dir: PathBuf,
    pub(crate) store: Arc<Store>,
    /// Brokers that have stores of kept messages open; none if the service is stopped.
    pub(crate) brokers: Option<Arc<Brokers>>,
    pub(crate) changes: Arc<Changes>,
}

impl Backup {
    /// Copies all data to a new folder, which a service can use as its data directory. Gives up when
    /// `stop` is cancelled.
    ///
    /// # Errors
    ///
    /// [`BackupError`]. No folder of that name is there then.
    pub(crate) async fn make(
        &self,
        folder: &Path,
        stop: &CancellationToken,
    ) -> Result<BackupReport, BackupError> {
        let unfinished = folder.with_added_extension(UNFINISHED);
        for path in [folder, &unfinished] {
            if path.exists() {
                return Err(BackupError::Exists(path.into()));
            }
        }
        create(&unfinished)?;
        let made = self.fill(&unfinished, stop).await;
        let report = made.and_then(|report| {
            fs::rename(&unfinished, folder).map_err(at(folder))?;
            Ok(report)
        });
        if report.is_err() {
            // The reason for the failure matters more than what remains of it.
            let _ = fs::remove_dir_all(&unfinished);
        }
        report
    }

    async fn fill(
        &self,
        folder: &Path,
        stop: &CancellationToken,
    ) -> Result<BackupReport, BackupError> {
        let file = folder.join(database::FILE);
        // The copy stops itself and is not dropped, so nothing writes to the folder when it is removed.
        let (has_database, snapshots) = self.copy_database(&file, stop).await?;
        let (folders, stop) = (folder.join(kept::FOLDER), stop.clone());
        blocking(move || {
            for (name, snapshot) in snapshots {
                if !snapshot.copy_to(&folders.join(name), || !stop.is_cancelled())? {
                    return Err(BackupError::Stopped);
                }
            }
            Ok(())
        })
        .await?;
        let key = self.data_dir.join(KEY_FILE);
        if key.exists() {
            fs::copy(&key, folder.join(KEY_FILE)).map_err(at(&key))?;
        }
        Ok(BackupReport { has_database })
    }

    /// Copies the database, and returns sessions and messages as of a moment at which it held the
    /// same groups, but for new ones.
    ///
    /// A group that was deleted and created again in between could get messages of its former owner.
    async fn copy_database(
        &self,
        file: &Path,
        stop: &CancellationToken,
    ) -> Result<(bool, Vec<(String, KeptSnapshot)>), BackupError> {
        let stores = stop.run_until_cancelled(self.stores()).await;
        let stores = stores.ok_or(BackupError::Stopped)??;
        for _ in 0..ATTEMPTS {
            let deletions = self.changes.deletions.load(Ordering::SeqCst);
            let stopped = stop.clone();
            let copied = self
                .store
                .copy_to(file, move || !stopped.is_cancelled())
                .await;
            if stop.is_cancelled() {
                return Err(BackupError::Stopped);
            }
            let is_copied = copied?;
            let _order = self.changes.order.lock().await;
            if self.changes.deletions.load(Ordering::SeqCst) == deletions {
                return Ok((is_copied, self.snapshots(stores)?));
            }
            if is_copied {
                fs::remove_file(file).map_err(at(file))?;
            }
        }
        Err(BackupError::Deletions)
    }

    /// Returns what is kept for each instance, also for those that were removed, by folder.
    ///
    /// Stores of removed instances are opened here, because that can take long. Until they are
    /// copied, these instances cannot start again.
    async fn stores(&self) -> Result<Stores, BackupError> {
        let running = self.running();
        let folder = self.data_dir.join(kept::FOLDER);
        blocking(move || {
            let mut stores = running;
            for name in names(&folder).map_err(at(&folder))? {
                if let Entry::Vacant(vacant) = stores.entry(name) {
                    let store = KeptStore::open(&folder.join(vacant.key()))?;
                    vacant.insert(Arc::new(store));
                }
            }
            Ok(stores)
        })
        .await
    }

    /// Returns what is kept for each instance that runs.
    fn running(&self) -> Stores {
        let kept = self.brokers.iter().flat_map(|brokers| brokers.kept());
        kept.map(|(id, kept)| (kept::folder_name(&id), Arc::clone(kept.store())))
            .collect()
    }

    /// Returns the tables of stores, and of instances that have started since, as of now.
    fn snapshots(&self, mut stores: Stores) -> Result<Vec<(String, KeptSnapshot)>, BackupError> {
        stores.extend(self.running());
        let snapshots = stores.into_iter();
        let snapshots = snapshots.map(|(name, store)| Ok((name, store.snapshot()?)));
        snapshots.collect()
    }
}

/// Stores of instances, by folder.
type Stores = BTreeMap<String, Arc<KeptStore>>;

/// Calls a function that blocks, on a thread of its own.
async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    let called = spawn_blocking(call).await;
    called.map_err(|error| BackupError::Server(error.to_string()))?
}

/// Returns the names of the folders in a folder.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.extend(entry.file_name().into_string());
        }
    }
    Ok(names)
}

/// Creates a folder that others cannot enter.
fn create(folder: &Path) -> Result<(), BackupError> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(at(folder))
}

fn at(path: &Path) -> impl Fn(io::Error) -> BackupError {
    move |source| BackupError::File {
        path: path.into(),
        source,
    }
}
