//! Opening, checking and closing a database.

use std::fmt;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Executor, Transaction};

use crate::error::{Error, reason};
use crate::location::Location;
use crate::lock::Lock;
use crate::migrations;
use crate::upsert::Statement;

/// How long a call waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// Connections that SQLite reads with.
const READERS: u32 = 4;

/// Connections to PostgreSQL, beside the one that holds the lock.
const CONNECTIONS: u32 = 8;

/// A commit waits for the disk, and a reader waits for nobody.
const SETTINGS: &str =
    "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";

/// An open database, which no other server has open.
///
/// All methods may be called at once from many tasks.
pub struct Store {
    location: Location,
    options: AnyConnectOptions,
    lock: Lock,
    /// SQLite has one writer at a time, so this has one connection, and writers queue here.
    pub(crate) writer: AnyPool,
    pub(crate) reader: AnyPool,
}

impl Store {
    /// Opens the database at a location, and creates or updates its tables.
    ///
    /// A location is the path of an SQLite file, which is created if its folder exists, or the URL
    /// of a PostgreSQL server: `postgres://user:password@host:port/database`. The server's database
    /// has to exist; other parameters of the URL, such as `sslmode`, are those of libpq.
    ///
    /// Beside an SQLite file there are `-wal` and `-shm`, which belong to it, and `.lock`, which is
    /// empty and may be deleted when no server runs.
    ///
    /// # Errors
    ///
    /// [`Error::Open`] if it cannot be opened, [`Error::InUse`] if another server has it open,
    /// [`Error::Newer`] if a newer version made it.
    pub async fn open(location: &str) -> Result<Self, Error> {
        install_default_drivers();
        let location = Location::read(location)?;
        let options = location.options()?.disable_statement_logging();
        let lock = Lock::take(&location, &options).await?;
        prepare(&location, &options).await?;
        let (writer, reader) = match location {
            Location::File(_) => (
                file_pool(1, options.clone()),
                file_pool(READERS, options.clone()),
            ),
            Location::Server { .. } => {
                let pool = server_pool(options.clone());
                (pool.clone(), pool)
            }
        };
        Ok(Self {
            location,
            options,
            lock,
            writer,
            reader,
        })
    }

    /// Asks the database for an answer, to tell whether it can be used.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`] or [`Error::Open`] if it does not answer; [`Error::InUse`] if PostgreSQL
    /// was restarted and another server was faster.
    pub async fn ping(&self) -> Result<(), Error> {
        self.lock.renew(&self.location, &self.options).await?;
        // Of a table, for a database that lost its tables answers, but is of no use.
        let answer = self.reader.execute("SELECT 1 FROM groups LIMIT 1").await;
        answer.map_err(self.failed("get an answer"))?;
        Ok(())
    }

    /// Waits for calls under way and closes the database; every later call fails.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
        self.lock.release().await;
    }

    /// Begins a transaction that writes.
    pub(crate) async fn begin(
        &self,
        attempt: &'static str,
    ) -> Result<Transaction<'static, Any>, Error> {
        let begin = match self.location {
            Location::File(_) => "BEGIN IMMEDIATE",
            Location::Server { .. } => "BEGIN",
        };
        self.writer
            .begin_with(begin)
            .await
            .map_err(self.failed(attempt))
    }

    /// Runs one statement, commits it, and tells how many rows it wrote.
    pub(crate) async fn write(
        &self,
        attempt: &'static str,
        statement: Statement<'_>,
    ) -> Result<u64, Error> {
        let mut transaction = self.begin(attempt).await?;
        let done = transaction
            .execute(statement)
            .await
            .map_err(self.failed(attempt))?;
        transaction.commit().await.map_err(self.failed(attempt))?;
        Ok(done.rows_affected())
    }

    /// Makes an error of what the database says to an attempt.
    pub(crate) fn failed(&self, attempt: &'static str) -> impl Fn(sqlx::Error) -> Error {
        move |error| Error::Failed {
            location: self.location.shown(),
            attempt,
            reason: reason(&error),
        }
    }
}

/// Connects once by itself, for a pool would not tell at once what is wrong.
async fn prepare(location: &Location, options: &AnyConnectOptions) -> Result<(), Error> {
    let unreachable = |error: sqlx::Error| location.unreachable(&error);
    let mut connection = AnyConnection::connect_with(options)
        .await
        .map_err(unreachable)?;
    if let Location::File(_) = location {
        connection.execute(SETTINGS).await.map_err(unreachable)?;
    }
    migrations::run(location, &mut connection).await?;
    connection.close().await.map_err(unreachable)
}

fn file_pool(connections: u32, options: AnyConnectOptions) -> AnyPool {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async { connection.execute(SETTINGS).await.map(drop) })
        })
        // On a full disk SQLite rolls back by itself. The driver does not notice, and would refuse
        // to begin another transaction for ever.
        .after_release(|connection, _| {
            let is_idle = !connection.is_in_transaction();
            Box::pin(async move { Ok(is_idle) })
        })
        .connect_lazy_with(options)
}

fn server_pool(options: AnyConnectOptions) -> AnyPool {
    AnyPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .connect_lazy_with(options)
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Store")
            .field(&self.location.shown())
            .finish()
    }
}
