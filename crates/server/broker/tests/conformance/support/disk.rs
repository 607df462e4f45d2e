//! Disks that take no memory of the process: one that forgets, and one that is stuck.

use std::sync::{Condvar, Mutex};

use ons_mqtt_broker::{Change, Disk, DiskError, Entry, Table};

/// Keeps nothing.
#[derive(Debug)]
pub(crate) struct Forgetful;

impl Disk for Forgetful {
    fn commit(&self, _: &[Change]) -> Result<(), DiskError> {
        Ok(())
    }

    fn read(
        &self,
        _: Table,
        _: &[u8],
        _: Option<&[u8]>,
        _: usize,
        _: usize,
    ) -> Result<Vec<Entry>, DiskError> {
        Ok(Vec::new())
    }

    fn get(&self, _: Table, _: &[u8]) -> Result<Option<Box<[u8]>>, DiskError> {
        Ok(None)
    }
}

/// Keeps nothing, and is stuck or full while it is told to.
#[derive(Debug, Default)]
pub(crate) struct Troubled {
    trouble: Mutex<Trouble>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Trouble {
    #[default]
    None,
    /// A commit does not end.
    Stuck,
    Full,
}

impl Troubled {
    pub(crate) fn set(&self, trouble: Trouble) {
        *self.trouble.lock().unwrap() = trouble;
        self.changed.notify_all();
    }
}

impl Disk for Troubled {
    fn commit(&self, _: &[Change]) -> Result<(), DiskError> {
        let trouble = self.trouble.lock().unwrap();
        let is_stuck = |trouble: &mut Trouble| *trouble == Trouble::Stuck;
        let trouble = self.changed.wait_while(trouble, is_stuck).unwrap();
        match *trouble {
            Trouble::Full => Err(DiskError::Full),
            _ => Ok(()),
        }
    }

    fn read(
        &self,
        of: Table,
        prefix: &[u8],
        after: Option<&[u8]>,
        entries: usize,
        bytes: usize,
    ) -> Result<Vec<Entry>, DiskError> {
        Forgetful.read(of, prefix, after, entries, bytes)
    }

    fn get(&self, of: Table, key: &[u8]) -> Result<Option<Box<[u8]>>, DiskError> {
        Forgetful.get(of, key)
    }
}
