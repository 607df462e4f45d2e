//! Prevents two servers from using the same database.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex as Guard;
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, Connection, Executor};
use tokio::sync::Mutex;

use crate::error::Error;
use crate::location::Location;

/// The exclusive right to use a database while this value exists. A killed process loses it.
pub(crate) struct Lock {
    held: Mutex<Option<Held>>,
    /// Proof for transactions, missing for a file.
    claim: Guard<Option<Claim>>,
    renewals: AtomicU64,
}

enum Held {
    /// A locked file beside the database. Locking the database file would interfere with SQLite.
    File { _lock: File },
    /// A PostgreSQL session that holds an advisory lock.
    Session(AnyConnection),
}

/// Session that holds the lock, and the number of those that ever did.
///
/// Each server writes a new number once it has the lock. A transaction that reads its own number
/// keeps the next server from writing one until it ends. So no transaction of a server that lost
/// the lock is committed after the next server has begun.
#[derive(Clone, Copy)]
struct Claim {
    process: i32,
    number: i64,
}

impl Lock {
    /// Takes the lock. Returns [`Error::InUse`] if another server has it.
    pub(crate) async fn take(
        location: &Location,
        options: &AnyConnectOptions,
    ) -> Result<Self, Error> {
        let held = match location {
            Location::File(path) => Held::File {
                _lock: lock_file(location, path)?,
            },
            Location::Server { .. } => Held::Session(lock_session(location, options).await?),
        };
        Ok(Self {
            held: Mutex::new(Some(held)),
            claim: Guard::default(),
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
        let claimed = claim(session).await;
        *self.claim.lock() = Some(claimed.map_err(|error| location.unreachable(&error))?);
        Ok(())
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
            *session = lock_session(location, options).await?;
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
        let held: Option<(bool,)> = sqlx::query_as(IS_HELD)
            .bind(claim.number)
            .bind(claim.process)
            .fetch_optional(transaction)
            .await?;
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

const CLAIM: &str = "INSERT INTO holder (id, number) VALUES (1, 1) \
    ON CONFLICT (id) DO UPDATE SET number = holder.number + 1 RETURNING number, pg_backend_pid()";

const IS_HELD: &str = "SELECT EXISTS \
    (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = $2) \
    FROM holder WHERE id = 1 AND number = $1 FOR SHARE";

async fn lock_session(
    location: &Location,
    options: &AnyConnectOptions,
) -> Result<AnyConnection, Error> {
    let unreachable = |error: sqlx::Error| location.unreachable(&error);
    let mut session = AnyConnection::connect_with(options)
        .await
        .map_err(unreachable)?;
    session.execute(SETTINGS).await.map_err(unreachable)?;
    let (locked,): (bool,) = sqlx::query_as(TRY_LOCK)
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
