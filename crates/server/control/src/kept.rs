//! Joins the broker's view of a disk with the store of kept messages.

use std::path::Path;
use std::sync::Arc;

use ons_mqtt_broker::{Change, Disk, DiskError, Entry, Table};
use ons_mqtt_store::{self as store, KeptError, KeptStore};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Folder of kept messages in the data directory.
pub(crate) const FOLDER: &str = "kept";

/// Characters of an instance ID that are escaped in the name of its folder.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// Sessions and messages of one instance on disk.
#[derive(Clone)]
pub(crate) struct Kept(Arc<KeptStore>);

impl Kept {
    /// Opens the store of an instance in the data directory.
    ///
    /// # Errors
    ///
    /// [`KeptError`] if another process has it open, it is damaged, or its folder cannot be used.
    pub(crate) fn open(data_dir: &Path, instance_id: &str) -> Result<Self, KeptError> {
        let folder = data_dir.join(FOLDER).join(folder_name(instance_id));
        Ok(Self(Arc::new(KeptStore::open(&folder)?)))
    }

    /// Returns the tables.
    pub(crate) fn store(&self) -> &Arc<KeptStore> {
        &self.0
    }
}

/// Returns the name of an instance's folder in [`FOLDER`].
pub(crate) fn folder_name(instance_id: &str) -> String {
    utf8_percent_encode(instance_id, ESCAPED).to_string()
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept")
    }
}

impl Disk for Kept {
    fn commit(&self, changes: &[Change]) -> Result<(), DiskError> {
        let changes: Vec<_> = changes.iter().map(change).collect();
        self.0.commit(&changes).map_err(error)
    }

    fn has_room(&self) -> bool {
        self.0.has_room()
    }

    fn read(
        &self,
        of: Table,
        prefix: &[u8],
        after: Option<&[u8]>,
        entries: usize,
        bytes: usize,
    ) -> Result<Vec<Entry>, DiskError> {
        let read = self.0.read(table(of), prefix, after, entries, bytes);
        read.map_err(error)
    }

    fn get(&self, of: Table, key: &[u8]) -> Result<Option<Box<[u8]>>, DiskError> {
        self.0.get(table(of), key).map_err(error)
    }
}

fn change(change: &Change) -> store::Change<'_> {
    match change {
        Change::Put {
            table: of,
            key,
            value,
        } => store::Change::Put {
            table: table(*of),
            key,
            value,
        },
        Change::Delete { table: of, key } => store::Change::Delete {
            table: table(*of),
            key,
        },
        Change::DeletePrefix { table: of, prefix } => store::Change::DeletePrefix {
            table: table(*of),
            prefix,
        },
    }
}

fn table(table: Table) -> store::Table {
    match table {
        Table::Meta => store::Table::Meta,
        Table::Sessions => store::Table::Sessions,
        Table::Queues => store::Table::Queues,
        Table::Messages => store::Table::Messages,
        Table::Retained => store::Table::Retained,
    }
}

fn error(error: KeptError) -> DiskError {
    match error {
        KeptError::Full { .. } => DiskError::Full,
        error => DiskError::Failed(error.to_string()),
    }
}
