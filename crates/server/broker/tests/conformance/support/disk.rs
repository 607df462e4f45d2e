//! A disk that takes no memory of the process, and is stuck or full while it is told to.

use std::sync::{Condvar, Mutex};

use ons_mqtt_broker::{Change, Disk, DiskError, Entry, Table};

/// A disk that keeps nothing.
#[derive(Debug, Default)]
pub(crate) struct Forgetful {
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

impl Forgetful {
    pub(crate) fn set(&self, trouble: Trouble) {
        *self.trouble.lock().unwrap() = trouble;
        self.changed.notify_all();
    }
}

impl Disk for Forgetful {
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
