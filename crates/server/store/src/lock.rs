//! Keeps a second server out of a database.

use std::fs::{File, TryLockError};
use std::path::Path;

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, Connection, Executor};
use tokio::sync::Mutex;

use crate::error::Error;
use crate::location::Location;

/// The right to use a database, as long as it lives; a process that is killed loses it.
pub(crate) struct Lock(Mutex<Option<Held>>);

enum Held {
    /// A file beside the database: a lock on the database's own would interfere with SQLite's.
    File { _lock: File },
    /// A session of PostgreSQL.
    Session(AnyConnection),
}

impl Lock {
    /// Takes the lock, or says that another server has it.
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

    /// Takes the lock again if the session that held it was lost, as by a restart of PostgreSQL.
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

    /// Gives the lock back.
    pub(crate) async fn release(&self) {
        if let Some(Held::Session(session)) = self.0.lock().await.take() {
            // If it cannot be closed it is lost, and the lock with it.
            let _ = session.close().await;
        }
    }
}

fn lock_file(location: &Location, database: &Path) -> Result<File, Error> {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    let failed = |error: std::io::Error| {
        location.refused(
            format!("its lock file {}: {error}", Path::new(&path).display()),
            "let the user that runs the server read and write the file and its folder",
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

/// Without the settings, PostgreSQL would keep the lock of a machine that lost power for hours.
const SETTINGS: &str = "SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; \
    SET tcp_keepalives_count = 3";

/// A lock for each schema, for each may hold a database of its own.
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
