//! Tables that keep sessions and messages on disk, changed in durable batches.

mod batch;
mod commit;
mod copy;
mod count;
mod engine;
mod error;
mod folder;
mod format;
mod manifest;
mod memory;
mod read;
mod reclaim;
mod space;
mod table;
mod writer;

use std::path::Path;
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};

use engine::Engine;
use error::{Failure, guarded};
use space::Headroom;
use writer::Writer;

pub use copy::KeptSnapshot;
pub use error::KeptError;
pub use table::{Change, KeptEntry, Table};

/// Tables on disk, ordered by key. Calls block.
///
/// The store survives a full disk: it refuses to store more while there is less than 256 MiB of free
/// space, still deletes then, and stores again by itself once there is space. An error of the disk
/// closes it; later calls open it again, at most once per second.
///
/// The folder gets mode 0700, which protects the files in it whatever the umask of the process.
///
/// ```
/// # use ons_mqtt_store::{Change, KeptError, KeptStore, Table};
/// # fn main() -> Result<(), KeptError> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let folder = folder.path().join("kept");
/// let store = KeptStore::open(&folder)?;
/// store.commit(&[Change::Put { table: Table::Retained, key: b"weather", value: b"rain" }])?;
/// let value = store.get(Table::Retained, b"weather")?;
/// assert_eq!(value.as_deref(), Some(&b"rain"[..]));
/// # Ok(())
/// # }
/// ```
pub struct KeptStore {
    // Dropped before the writer, which has the lock of the folder.
    engine: RwLock<Option<Arc<Engine>>>,
    writer: Mutex<Writer>,
    headroom: Headroom,
}

impl KeptStore {
    /// Opens the store in a folder, and creates it if it is not there.
    ///
    /// # Errors
    ///
    /// If another process has it open, if it is damaged or newer, or if the folder cannot be used.
    pub fn open(folder: &Path) -> Result<Self, KeptError> {
        let mut writer = Writer::new(folder)?;
        let engine = writer.open()?;
        Ok(Self {
            engine: RwLock::new(Some(Arc::new(engine))),
            writer: Mutex::new(writer),
            headroom: Headroom::new(folder),
        })
    }

    /// Makes all changes, in order, or none. On return they survive power loss.
    ///
    /// The exception: if [`Change::DeletePrefix`] finds more than 100 000 keys, those beyond are
    /// deleted before the other changes are made, and a kill can come between.
    ///
    /// # Errors
    ///
    /// [`KeptError::Full`] if there is little free space and any change stores something: deletes
    /// alone may use the last of it. After any other error, the same changes may be made again.
    pub fn commit(&self, changes: &[Change<'_>]) -> Result<(), KeptError> {
        let mut writer = self.writer.lock();
        if let Err(failure) = writer.admit(changes) {
            if let (Failure::Full, Some(engine)) = (&failure, &*self.engine.read()) {
                writer.reclaim(engine);
            }
            return Err(failure.at(writer.shown()));
        }
        self.reopen(&mut writer)?;
        let Err(failure) = self.try_commit(&mut writer, changes) else {
            return Ok(());
        };
        // Changes can be made twice, so it does not matter how far the first attempt came.
        self.close(&mut writer, failure);
        self.reopen(&mut writer)?;
        self.try_commit(&mut writer, changes)
            .map_err(|failure| self.close(&mut writer, failure))
    }

    /// Returns whether there is space for more, as of a tenth of a second ago. Does not wait for
    /// commits.
    ///
    /// Below 320 MiB of free space there is not, so that whoever asks before each commit does not
    /// meet [`KeptError::Full`]. Then it has the space of what was deleted given back.
    pub fn has_room(&self) -> bool {
        if self.headroom.is_there() {
            return true;
        }
        if let (Some(mut writer), Some(engine)) = (self.writer.try_lock(), self.engine.try_read())
            && let Some(engine) = &*engine
        {
            writer.reclaim(engine);
        }
        false
    }

    /// Returns entries whose keys begin with `prefix` and are greater than `after`, in order: at
    /// most `entries` of them, and no further one once there are `bytes` bytes.
    ///
    /// Deleted keys slow this down until they are compacted, so pass the last key that was read.
    ///
    /// # Errors
    ///
    /// If the disk fails or holds other bytes than were written.
    pub fn read(
        &self,
        table: Table,
        prefix: &[u8],
        after: Option<&[u8]>,
        entries: usize,
        bytes: usize,
    ) -> Result<Vec<KeptEntry>, KeptError> {
        self.with_engine(|engine| read::read(engine, table, (prefix, after), (entries, bytes)))
    }

    /// Returns the value of a key.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub fn get(&self, table: Table, key: &[u8]) -> Result<Option<Box<[u8]>>, KeptError> {
        self.with_engine(|engine| read::get(engine, table, key))
    }

    fn try_commit(&self, writer: &mut Writer, changes: &[Change<'_>]) -> Result<(), Failure> {
        match &*self.engine.read() {
            Some(engine) => writer.commit(engine, changes),
            None => Err(Failure::Closed),
        }
    }

    fn close(&self, writer: &mut Writer, failure: Failure) -> KeptError {
        let engine = self.engine.write().take();
        // The engine can panic again when it is dropped.
        let _ = guarded(|| {
            drop(engine);
            Ok(())
        });
        writer.failed(failure)
    }

    /// Opens the engine if an error closed it.
    fn reopen(&self, writer: &mut Writer) -> Result<(), KeptError> {
        if self.engine.read().is_none() {
            let engine = writer.open()?;
            *self.engine.write() = Some(Arc::new(engine));
        }
        Ok(())
    }

    fn with_engine<T>(
        &self,
        call: impl Fn(&Arc<Engine>) -> Result<T, Failure>,
    ) -> Result<T, KeptError> {
        if self.engine.read().is_none() {
            self.reopen(&mut self.writer.lock())?;
        }
        let engine = self.engine.read();
        let result = match &*engine {
            Some(engine) => guarded(|| call(engine)),
            None => Err(Failure::Closed),
        };
        drop(engine);
        result.map_err(|failure| failure.at(self.writer.lock().shown()))
    }
}
