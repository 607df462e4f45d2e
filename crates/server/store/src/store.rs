//! Opens, checks and closes a database.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor, Transaction};
use tokio::time::timeout;

use crate::error::{Error, reason};
use crate::files::{Files, set_mark};
use crate::location::Location;
use crate::lock::{Lock, NodeLife};
use crate::migrations;
use crate::rows::Statement;

/// Longest time that a call waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(1500);

/// Longest time that a request waits for its answer, below the two seconds after which callers may
/// give up.
const ANSWER_TIME: Duration = Duration::from_millis(1500);

/// Number of connections for reading SQLite.
const READERS: u32 = 4;

/// Number of connections to PostgreSQL, besides the one that holds the lock.
const CONNECTIONS: u32 = 8;

/// SQLite settings: a commit waits for the disk, and readers do not wait for writers.
const SETTINGS: &str =
    "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";

/// Ends a transaction that a frozen process does not go on with, so that no other node waits for its locks.
const SERVER_SETTINGS: &str = "SET idle_in_transaction_session_timeout = '5s'";

/// Locks receivers until the transaction ends. SQLite has one writer at a time anyway.
const LOCK_RECEIVERS: &str =
    "SELECT pg_advisory_xact_lock(hashtextextended('ons-mqtt-receivers ' || current_schema(), 0))";

/// An open database. No other server can open it at the same time, except nodes of the same cluster.
///
/// All methods can be called concurrently from many tasks.
pub struct Store {
    pub(crate) location: Location,
    options: AnyConnectOptions,
    lock: Lock,
    pub(crate) files: Arc<Files>,
    /// Pool for writing. SQLite has one writer at a time, so there it has one connection, for which
    /// writers queue.
    pub(crate) writer: AnyPool,
    pub(crate) reader: AnyPool,
}

impl Store {
    /// Opens the database at a location, and creates or updates its tables.
    ///
    /// A location is the path of an SQLite file, which is created if its folder exists, or the URL
    /// of a PostgreSQL server: `postgres://user:password@host:port/database`. That database must
    /// exist. The URL accepts the parameters of libpq, such as `sslmode`.
    ///
    /// An SQLite file has companions with the suffixes `-wal`, `-shm` and `.lock`. The first two
    /// belong to the data; the last one is empty and can be deleted while no server runs.
    ///
    /// # Errors
    ///
    /// [`Error::Open`] if it cannot be opened, [`Error::InUse`] if another server has it open,
    /// [`Error::Newer`] if a newer version created it.
    pub async fn open(location: &str) -> Result<Self, Error> {
        Self::open_with(Location::read(location)?, None).await
    }

    /// Opens a PostgreSQL database that other nodes of a cluster have open, too.
    ///
    /// `epoch` is the number of the node's life: greater than in each earlier one. An earlier process of the same name
    /// can write nothing any more.
    ///
    /// # Errors
    ///
    /// As of [`open`](Self::open); [`Error::InUse`] if a server that is not a node has it open,
    /// [`Error::NodeReplaced`] if a later life of the node has, [`Error::NotShared`] if the location is a file.
    pub async fn open_as_node(location: &str, name: &str, epoch: u64) -> Result<Self, Error> {
        let location = Location::read(location)?;
        if let Location::File(_) = location {
            return Err(Error::NotShared {
                location: location.shown(),
            });
        }
        let node = NodeLife {
            name: name.to_owned(),
            epoch: i64::try_from(epoch).unwrap_or(i64::MAX),
        };
        Self::open_with(location, Some(node)).await
    }

    async fn open_with(location: Location, node: Option<NodeLife>) -> Result<Self, Error> {
        install_default_drivers();
        let options = location.options(true)?;
        let lock = Lock::take(&location, &options, node).await?;
        prepare(&location, &options).await?;
        lock.claim(&location).await?;
        let files = Arc::new(Files::open(&location, &options, SETTINGS).await?);
        let (writer, reader) = match location {
            Location::File(_) => {
                let pool =
                    |connections| Ok(file_pool(connections, location.options(false)?, &files));
                (pool(1)?, pool(READERS)?)
            }
            Location::Server { .. } => {
                let pool = server_pool(options.clone());
                (pool.clone(), pool)
            }
        };
        Ok(Self {
            location,
            options,
            lock,
            files,
            writer,
            reader,
        })
    }

    /// Checks that the database can be used.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`] or [`Error::Open`] if it does not answer; [`Error::InUse`] if PostgreSQL
    /// was restarted and another server took the lock first; [`Error::Replaced`] if files were
    /// deleted, replaced or overwritten.
    pub async fn ping(&self) -> Result<(), Error> {
        let attempt = "read a table";
        self.in_time(attempt, async {
            self.files.check()?;
            self.lock.renew(&self.location, &self.options).await?;
            // The query reads a table, because a database without its tables would still answer.
            let answer = self.reader.execute("SELECT 1 FROM groups LIMIT 1").await;
            answer.map_err(self.failed(attempt))?;
            Ok(())
        })
        .await
    }

    /// Returns the name of the kind of database.
    pub fn kind(&self) -> &'static str {
        match self.location {
            Location::File(_) => "SQLite",
            Location::Server { .. } => "PostgreSQL",
        }
    }

    /// Returns the size of the database in bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub async fn size(&self) -> Result<u64, Error> {
        let attempt = "find out the size of the database";
        if let Location::Server { .. } = self.location {
            let size = sqlx::query_scalar("SELECT pg_database_size(current_database())");
            let size = self.in_time(attempt, async {
                let size: Result<i64, _> = size.fetch_one(&self.reader).await;
                size.map_err(self.failed(attempt))
            });
            return Ok(size.await?.unsigned_abs());
        }
        self.files.size().map_err(|error| Error::Failed {
            location: self.location.shown(),
            attempt,
            reason: error.to_string(),
        })
    }

    /// Returns how often the lock was lost and taken again. Another server may have written before
    /// that.
    pub fn renewals(&self) -> u64 {
        self.lock.renewals()
    }

    /// Waits for calls under way and closes the database. Every later call fails.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
        self.files.close().await;
        self.lock.release().await;
    }

    /// Begins a writing transaction, unless another server may have the database by now.
    pub(crate) async fn begin(
        &self,
        attempt: &'static str,
    ) -> Result<Transaction<'static, Any>, Error> {
        self.files.check()?;
        if let Some(transaction) = self.begin_locked(attempt).await? {
            return Ok(transaction);
        }
        self.lock.renew(&self.location, &self.options).await?;
        let transaction = self.begin_locked(attempt).await?;
        transaction.ok_or_else(|| self.lock.lost(&self.location))
    }

    /// Begins a writing transaction about receivers and their notifications, beside no other one. So notifications have the order of
    /// their numbers, and a new receiver misses none.
    pub(crate) async fn begin_telling(
        &self,
        attempt: &'static str,
    ) -> Result<Transaction<'static, Any>, Error> {
        let mut transaction = self.begin(attempt).await?;
        if let Location::Server { .. } = self.location {
            let locked = transaction.execute(LOCK_RECEIVERS).await;
            locked.map_err(self.failed(attempt))?;
        }
        Ok(transaction)
    }

    /// Returns `true` if other nodes may write at the same time.
    pub(crate) fn is_shared(&self) -> bool {
        self.lock.is_shared()
    }

    /// Returns the name of the node, empty if the server is alone.
    pub(crate) fn node_name(&self) -> &str {
        self.lock.node_name()
    }

    /// Begins a writing transaction. Returns nothing if the lock is lost.
    async fn begin_locked(
        &self,
        attempt: &'static str,
    ) -> Result<Option<Transaction<'static, Any>>, Error> {
        let begin = match self.location {
            Location::File(_) => "BEGIN IMMEDIATE",
            Location::Server { .. } => "BEGIN",
        };
        let transaction = self.writer.begin_with(begin).await;
        let mut transaction = transaction.map_err(self.failed(attempt))?;
        let held = self.lock.is_held(&mut transaction).await;
        let held = held.map_err(self.failed(attempt))?;
        if held {
            if let Some(mark) = self.files.mark()? {
                let marked = transaction.execute(set_mark(mark)).await;
                marked.map_err(self.failed(attempt))?;
            }
            return Ok(Some(transaction));
        }
        // Otherwise it would keep this server, too, from claiming the database.
        transaction.rollback().await.map_err(self.failed(attempt))?;
        Ok(None)
    }

    /// Returns what `work` returns, or an error if that takes too long. A change may then have been
    /// made or not.
    pub(crate) async fn in_time<T>(
        &self,
        attempt: &'static str,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let done = timeout(ANSWER_TIME, work).await;
        done.unwrap_or_else(|_| {
            Err(Error::Failed {
                location: self.location.shown(),
                attempt,
                reason: format!("it did not answer within {ANSWER_TIME:?}"),
            })
        })
    }

    /// Runs and commits one statement. Returns the number of rows that it wrote.
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

    /// Returns a function that turns an error of the database into [`Error::Failed`].
    pub(crate) fn failed(&self, attempt: &'static str) -> impl Fn(sqlx::Error) -> Error {
        move |error| Error::Failed {
            location: self.location.shown(),
            attempt,
            reason: reason(&error),
        }
    }
}

/// Connects once outside of the pools, which would not report errors at once, and prepares the
/// tables.
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

/// Returns a pool whose connections have the files that were opened first, and no others that took
/// their place for a while.
fn file_pool(connections: u32, options: AnyConnectOptions, files: &Arc<Files>) -> AnyPool {
    let files = Arc::clone(files);
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let files = Arc::clone(&files);
            Box::pin(async move {
                let checked = files.check();
                checked.map_err(|error| sqlx::Error::Configuration(error.into()))?;
                connection.execute(SETTINGS).await.map(drop)
            })
        })
        // On a full disk SQLite rolls back on its own. The driver does not notice, and would refuse
        // every later transaction on this connection.
        .after_release(|connection, _| {
            let is_idle = !connection.is_in_transaction();
            Box::pin(async move { Ok(is_idle) })
        })
        .connect_lazy_with(options)
}

fn server_pool(options: AnyConnectOptions) -> AnyPool {
    AnyPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .after_connect(|connection, _| {
            Box::pin(async move { connection.execute(SERVER_SETTINGS).await.map(drop) })
        })
        .connect_lazy_with(options)
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Store")
            .field(&self.location.shown())
            .finish()
    }
}
