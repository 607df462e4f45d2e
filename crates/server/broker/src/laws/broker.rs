//! The broker under test: a core with its disk, its clock, and the names that it knows.

use std::sync::Arc;

use parking_lot::Mutex;
use secrecy::SecretString;

use super::client::Identity;
use super::disk::FullDisk;
use super::script::{GROUPS, client_id};
use crate::core::{Clock, Core, Instance};
use crate::keep::{Batch, Disk, Keep, Table};
use crate::{Directory, Limits, device_password};

const SECRET: &str = "secret";

/// A law that was broken, or none.
pub(super) type Law = Result<(), String>;

/// An instance with the topics `t` and `u`.
#[derive(Default)]
pub(super) struct Names {
    /// Group that is not there for the moment.
    pub(super) deleted: Mutex<Option<&'static str>>,
}

impl Directory for Names {
    fn secret(&self, _: &str) -> Option<SecretString> {
        Some(SecretString::from(SECRET))
    }

    fn has_group(&self, group: &str) -> bool {
        GROUPS.contains(&group) && *self.deleted.lock() != Some(group)
    }

    fn has_topic(&self, parent: &str) -> bool {
        ["t", "u"].contains(&parent)
    }
}

pub(super) struct Broker {
    pub(super) core: Arc<Core>,
    pub(super) disk: Arc<FullDisk>,
    pub(super) names: Arc<Names>,
    /// Milliseconds since the first start.
    pub(super) time: i64,
    batch: Batch,
}

impl Broker {
    pub(super) fn new() -> Self {
        let (disk, names) = (Arc::default(), Arc::default());
        Self {
            core: start(&disk, &names, 0),
            disk,
            names,
            time: 0,
            batch: Batch::default(),
        }
    }

    /// Commits what waits for the disk. Returns whether that is made.
    pub(super) fn commit(&mut self) -> bool {
        self.core.instance.keep.commit(&mut self.batch)
    }

    pub(super) fn advance(&mut self, milliseconds: i64) {
        self.time += milliseconds;
        self.core.instance.clock.advance(milliseconds);
        self.core.tick();
    }

    /// Starts again without warning, from what is on disk.
    pub(super) fn restart(&mut self) -> Law {
        self.core = start(&self.disk, &self.names, self.time);
        self.batch = Batch::default();
        self.core.restore().map_err(|error| error.to_string())
    }

    /// Checks that nothing of sessions is left in memory or on disk.
    pub(super) fn check_no_sessions(&self) -> Law {
        let sessions = &self.core.sessions;
        if !sessions.all().is_empty() {
            return Err(format!("{} sessions are left", sessions.all().len()));
        }
        if !sessions.is_index_empty() {
            return Err("subscriptions are left".to_owned());
        }
        let tables = [Table::Sessions, Table::Queues, Table::Messages];
        tables
            .into_iter()
            .try_for_each(|table| self.check_no_rows(table))
    }

    pub(super) fn check_no_rows(&self, table: Table) -> Law {
        let rows = self.disk.read(table, &[], None, 10, usize::MAX);
        let rows = rows.map_err(|error| error.to_string())?;
        if rows.is_empty() {
            Ok(())
        } else {
            Err(format!("left on disk in {table:?}: {rows:?}"))
        }
    }
}

/// Starts a core with a simulated clock.
fn start(disk: &Arc<FullDisk>, names: &Arc<Names>, time: i64) -> Arc<Core> {
    let clock = Clock::simulated();
    clock.advance(time);
    let disk: Arc<dyn Disk> = Arc::clone(disk) as _;
    let names: Arc<dyn Directory> = Arc::clone(names) as _;
    let keep = Arc::new(Keep::new(disk));
    Arc::new(Core::new(Instance::new(
        "i".to_owned(),
        names,
        keep,
        clock,
        Limits::default(),
    )))
}

/// Returns what a client says about itself.
pub(super) fn identity(client: usize) -> Identity {
    let client_id = client_id(client);
    let password = device_password(&SecretString::from(SECRET), &client_id);
    Identity {
        client_id,
        user_name: "Signature|k|i".to_owned(),
        password,
    }
}
