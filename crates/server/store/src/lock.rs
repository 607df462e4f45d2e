//! Decides who may use a database: one server alone, or the nodes of one cluster.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex as SyncMutex;
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, Connection, Executor};
use tokio::sync::Mutex;

use crate::error::Error;
use crate::location::Location;

/// The right to use a database while this value exists, alone or with other nodes. A killed process loses it.
pub(crate) struct Lock {
    /// The node that shares the database with others of its cluster.
    node: Option<NodeLife>,
    held: Mutex<Option<Held>>,
    /// Proof for transactions, missing for a file.
    claim: SyncMutex<Option<Claim>>,
    renewals: AtomicU64,
}

/// A node of a cluster in one of its lives.
pub(crate) struct NodeLife {
    pub(crate) name: String,
    /// Greater than in each earlier life.
    pub(crate) epoch: i64,
}

enum Held {
    /// A locked file beside the database. Locking the database file would interfere with SQLite.
    File { _lock: File },
    /// A PostgreSQL session that holds an advisory lock, which nodes share.
    Session(AnyConnection),
}

/// Session that holds the lock, and the number of those that ever did.
///
/// Each server writes a new number once it has the lock. A transaction that reads its own number
/// keeps the next server from writing one until it ends. So no transaction of a server that lost
/// the lock is committed after the next server has begun. Nodes do the same, each with a row and a number of its own; a
/// server that is alone removes their rows.
#[derive(Clone, Copy)]
struct Claim {
    process: i32,
    number: i64,
}

impl Lock {
    /// Takes the lock, as a node together with others. Returns [`Error::InUse`] if another server has it.
    pub(crate) async fn take(
        location: &Location,
        options: &AnyConnectOptions,
        node: Option<NodeLife>,
    ) -> Result<Self, Error> {
        let held = match location {
            Location::File(path) => Held::File {
                _lock: lock_file(location, path)?,
            },
            Location::Server { .. } => {
                Held::Session(lock_session(location, options, node.is_some()).await?)
            }
        };
        Ok(Self {
            node,
            held: Mutex::new(Some(held)),
            claim: SyncMutex::default(),
            renewals: AtomicU64::new(0),
        })
    }

    /// Ends the right of earlier servers to write. Must be called once the tables exist.
    pub(crate) async fn claim(&self, location: &Location) -> Result<(), Error> {
        if let Some(Held::Session(session)) = &mut *self.held.lock().await {
            self.claim_by(session, location).await?;
        }
        Ok(())
    }

    async fn claim_by(
        &self,
        session: &mut AnyConnection,
        location: &Location,
    ) -> Result<(), Error> {
        let claimed = match &self.node {
            None => claim(session).await.map(Some),
            Some(node) => claim_node(session, node).await,
        };
        let claimed = claimed.map_err(|error| location.unreachable(&error))?;
        *self.claim.lock() = Some(claimed.ok_or_else(|| self.lost(location))?);
        Ok(())
    }

    /// Returns `true` if other nodes may write at the same time.
    pub(crate) fn is_shared(&self) -> bool {
        self.node.is_some()
    }

    /// Returns the name of the node, empty if the server is alone.
    pub(crate) fn node_name(&self) -> &str {
        self.node.as_ref().map_or("", |node| &node.name)
    }

    /// Returns the error for a change after another server has taken the place of this one.
    pub(crate) fn lost(&self, location: &Location) -> Error {
        match &self.node {
            None => Error::InUse {
                location: location.shown(),
            },
            Some(node) => Error::NodeReplaced {
                location: location.shown(),
                node: node.name.clone(),
            },
        }
    }

    /// Takes the lock again if its session was lost, for example when PostgreSQL restarted.
    ///
    /// If it fails or is given up halfway, the next call does the rest.
    pub(crate) async fn renew(
        &self,
        location: &Location,
        options: &AnyConnectOptions,
    ) -> Result<(), Error> {
        let mut held = self.held.lock().await;
        let Some(Held::Session(session)) = &mut *held else {
            return Ok(());
        };
        if session.ping().await.is_err() {
            *self.claim.lock() = None;
            *session = lock_session(location, options, self.node.is_some()).await?;
        }
        let is_claimed = self.claim.lock().is_some();
        if !is_claimed {
            self.claim_by(session, location).await?;
            self.renewals.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    }

    /// Returns how often the lock was taken again. Another server may have written before each.
    pub(crate) fn renewals(&self) -> u64 {
        self.renewals.load(Ordering::SeqCst)
    }

    /// Returns `true` if the lock is held, and keeps it from others until the transaction ends.
    pub(crate) async fn is_held(&self, transaction: &mut AnyConnection) -> sqlx::Result<bool> {
        if !matches!(*self.held.lock().await, Some(Held::Session(_))) {
            return Ok(true);
        }
        let Some(claim) = *self.claim.lock() else {
            return Ok(false);
        };
        let held = match &self.node {
            None => sqlx::query_as(IS_HELD),
            Some(node) => sqlx::query_as(IS_HELD_BY_NODE).bind(&node.name),
        };
        let held = held.bind(claim.number).bind(claim.process);
        let held: Option<(bool,)> = held.fetch_optional(transaction).await?;
        Ok(held.is_some_and(|(held,)| held))
    }

    /// Releases the lock.
    pub(crate) async fn release(&self) {
        if let Some(Held::Session(session)) = self.held.lock().await.take() {
            // A session that cannot be closed is lost, and so is its lock.
            let _ = session.close().await;
        }
    }
}

/// Returns the path of the locked file beside a database.
pub(crate) fn lock_path(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    path.into()
}

fn lock_file(location: &Location, database: &Path) -> Result<File, Error> {
    let path = lock_path(database);
    let failed = |error: std::io::Error| {
        location.refused(
            format!("lock file {}: {error}", path.display()),
            "give the user that runs the server read and write access to the file and its folder",
        )
    };
    let file = File::options()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse {
            location: location.shown(),
        }),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Short keepalives. Without them, PostgreSQL would keep the lock of a machine that lost power for
/// hours.
const SETTINGS: &str = "SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; \
    SET tcp_keepalives_count = 3";

/// Takes one lock per schema, because each schema may contain a separate database.
const TRY_LOCK: &str =
    "SELECT pg_try_advisory_lock(hashtextextended('ons-mqtt-store ' || current_schema(), 0))";

/// The same lock, which nodes hold together, but not beside a server that has it alone.
const TRY_SHARED_LOCK: &str = "SELECT pg_try_advisory_lock_shared(hashtextextended('ons-mqtt-store ' || current_schema(), 0))";

const CLAIM: &str = "WITH gone AS (DELETE FROM nodes) \
    INSERT INTO holder (id, number) VALUES (1, 1) \
    ON CONFLICT (id) DO UPDATE SET number = holder.number + 1 RETURNING number, pg_backend_pid()";

/// Has no row if a later life of the node has claimed the database.
const CLAIM_BY_NODE: &str = "WITH gone AS (UPDATE holder SET number = number + 1) \
    INSERT INTO nodes (node, epoch) VALUES ($1, $2) \
    ON CONFLICT (node) DO UPDATE SET epoch = excluded.epoch WHERE nodes.epoch <= excluded.epoch \
    RETURNING epoch, pg_backend_pid()";

const IS_HELD: &str = "SELECT EXISTS \
    (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = $2) \
    FROM holder WHERE id = 1 AND number = $1 FOR SHARE";

const IS_HELD_BY_NODE: &str = "SELECT EXISTS \
    (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = $3) \
    FROM nodes WHERE node = $1 AND epoch = $2 FOR SHARE";

async fn lock_session(
    location: &Location,
    options: &AnyConnectOptions,
    is_shared: bool,
) -> Result<AnyConnection, Error> {
    let unreachable = |error: sqlx::Error| location.unreachable(&error);
    let mut session = AnyConnection::connect_with(options)
        .await
        .map_err(unreachable)?;
    session.execute(SETTINGS).await.map_err(unreachable)?;
    let try_lock = if is_shared { TRY_SHARED_LOCK } else { TRY_LOCK };
    let (locked,): (bool,) = sqlx::query_as(try_lock)
        .fetch_one(&mut session)
        .await
        .map_err(unreachable)?;
    if locked {
        Ok(session)
    } else {
        Err(Error::InUse {
            location: location.shown(),
        })
    }
}

async fn claim(session: &mut AnyConnection) -> sqlx::Result<Claim> {
    let (number, process) = sqlx::query_as(CLAIM).fetch_one(session).await?;
    Ok(Claim { process, number })
}

async fn claim_node(session: &mut AnyConnection, node: &NodeLife) -> sqlx::Result<Option<Claim>> {
    let claim = sqlx::query_as(CLAIM_BY_NODE)
        .bind(&node.name)
        .bind(node.epoch);
    let claim: Option<(i64, i32)> = claim.fetch_optional(session).await?;
    Ok(claim.map(|(number, process)| Claim { process, number }))
}
