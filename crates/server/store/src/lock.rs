//! Prevents two servers from using the same database.

use std::fs::{File, TryLockError};
use std::path::Path;

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, Connection, Executor};
use tokio::sync::Mutex;

use crate::error::Error;
use crate::location::Location;

/// The exclusive right to use a database while this value exists. A killed process loses it.
pub(crate) struct Lock(Mutex<Option<Held>>);

enum Held {
    /// A locked file beside the database. Locking the database file would interfere with SQLite.
    File { _lock: File },
    /// A PostgreSQL session that holds an advisory lock.
    Session(AnyConnection),
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
        Ok(Self(Mutex::new(Some(held))))
    }

    /// Takes the lock again if its session was lost, for example when PostgreSQL restarted.
    pub(crate) async fn renew(
        &self,
        location: &Location,
        options: &AnyConnectOptions,
    ) -> Result<(), Error> {
        let mut held = self.0.lock().await;
        if let Some(Held::Session(session)) = &mut *held
            && session.ping().await.is_err()
        {
            *session = lock_session(location, options).await?;
        }
        Ok(())
    }

    /// Releases the lock.
    pub(crate) async fn release(&self) {
        if let Some(Held::Session(session)) = self.0.lock().await.take() {
            // A session that cannot be closed is lost, and so is its lock.
            let _ = session.close().await;
        }
    }
}

fn lock_file(location: &Location, database: &Path) -> Result<File, Error> {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    let failed = |error: std::io::Error| {
        location.refused(
            format!("lock file {}: {error}", Path::new(&path).display()),
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
