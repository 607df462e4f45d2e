//! The socket in the data directory by which an operator asks a running service for something.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::backup::{Backup, BackupError, BackupReport};
use crate::cluster_status::ClusterStatus;
use crate::config::Config;
use crate::database;
use crate::nodes::AllNodes;

/// Name of the socket in the data directory.
const NAME: &str = "ons-mqtt.sock";

/// Request for the state of all nodes. Any other request is the absolute path of a backup folder.
const STATUS: &str = "status";

/// Request to send all devices away and to stop, with the milliseconds that it may take.
const DRAIN: &str = "drain ";

/// Longest request: the path of a folder.
const LONGEST: u64 = 4096;

/// Longest time for a request, and for reading its answer.
const TIME: Duration = Duration::from_secs(5);

/// Answer if the backup contains a database.
const WITH_DATABASE: &str = "made";

/// Answer if the database is one of PostgreSQL.
const WITHOUT_DATABASE: &str = "made without a database";

/// Reason why a running service did not answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// No service runs with this data directory.
    #[error("no server runs with the data directory {}; start it, or name its configuration with --config", .0.display())]
    NotRunning(PathBuf),
    /// The user may not ask.
    #[error("{}: {source}; ask as the user that runs the server, or as root", path.display())]
    Refused {
        /// Path of the socket.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The service ended, or answered something else.
    #[error("the server did not answer: {0}; see its log")]
    Unanswered(String),
    /// The service is not a node.
    #[error("the server is not a node of a cluster; `[cluster]` in its configuration makes it one")]
    Alone,
}

/// Most requests that are answered at the same time; further ones wait.
const AT_ONCE: usize = 16;

/// Accepts requests.
pub(crate) struct Socket {
    listener: UnixListener,
    backup: Backup,
    /// Locked while a backup is made.
    is_copying: Mutex<()>,
    nodes: AllNodes,
}

impl Socket {
    /// Binds the socket. Without it, the service runs, but backups have to wait until it is stopped.
    pub(crate) fn bind(backup: Backup, nodes: AllNodes) -> Option<Self> {
        let path = backup.data_dir.join(NAME);
        // The database is locked, so a socket that is there belongs to a process that has ended.
        let _ = fs::remove_file(&path);
        match UnixListener::bind(&path) {
            Ok(listener) => Some(Self {
                listener,
                backup,
                is_copying: Mutex::default(),
                nodes,
            }),
            Err(error) => {
                let path = path.display();
                tracing::warn!(%path, %error, "nobody can ask for a backup or a drain while the server runs");
                None
            }
        }
    }

    /// Answers requests until `stop` is cancelled, which a request may do. A backup that is being made
    /// then is given up.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let (this, mut answering) = (Arc::new(self), JoinSet::new());
        while let Some(accepted) = stop.run_until_cancelled(this.listener.accept()).await {
            match accepted {
                Ok((stream, _)) => {
                    let (this, stop) = (Arc::clone(&this), stop.clone());
                    answering.spawn(async move { this.answer(stream, &stop).await });
                }
                // No descriptor is free.
                Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
            }
            while answering.try_join_next().is_some() {}
            if answering.len() == AT_ONCE {
                answering.join_next().await;
            }
        }
        answering.join_all().await;
    }

    async fn answer(&self, mut stream: UnixStream, stop: &CancellationToken) {
        let reading = timeout(TIME, read(&mut stream));
        let request = match stop.run_until_cancelled(reading).await {
            Some(Ok(Ok(request))) => request,
            Some(Ok(Err(error))) => return write(&mut stream, &error.to_string()).await,
            Some(Err(_)) => {
                return write(&mut stream, &format!("no request within {TIME:?}")).await;
            }
            None => return,
        };
        let answer = if request == STATUS {
            match stop.run_until_cancelled(self.nodes.status()).await {
                Some(status) => serde_json::to_string(&status).unwrap_or_default(),
                None => return,
            }
        } else if let Some(time) = request.strip_prefix(DRAIN) {
            let time = Duration::from_millis(time.parse().unwrap_or_default());
            let Some(devices) = stop.run_until_cancelled(self.drain(time)).await else {
                return;
            };
            write(&mut stream, &devices.to_string()).await;
            return stop.cancel();
        } else {
            self.make(&request, stop).await
        };
        write(&mut stream, &answer).await;
    }

    /// Sends all devices away. Returns how many were online.
    async fn drain(&self, time: Duration) -> u64 {
        tracing::info!(?time, "draining: no further devices are accepted");
        self.nodes.node.begin_drain();
        let devices = self.nodes.brokers.drain(time).await;
        tracing::info!(devices, "drained: the server stops");
        devices
    }

    async fn make(&self, folder: &str, stop: &CancellationToken) -> String {
        let Ok(_copying) = self.is_copying.try_lock() else {
            return "another backup is being made; try again when it is ready".to_owned();
        };
        let path = folder;
        match self.backup.make(Path::new(folder), stop).await {
            Ok(report) => {
                tracing::info!(path, "backup made");
                let answer = if report.has_database {
                    WITH_DATABASE
                } else {
                    WITHOUT_DATABASE
                };
                answer.to_owned()
            }
            Err(error) => {
                tracing::warn!(path, %error, "backup failed");
                error.to_string()
            }
        }
    }
}

async fn write(stream: &mut UnixStream, answer: &str) {
    // Whoever asked may have gone.
    let _ = timeout(TIME, stream.write_all(answer.as_bytes())).await;
}

/// Reads the request, if the caller may ask.
async fn read(stream: &mut UnixStream) -> io::Result<String> {
    let caller = stream.peer_cred()?.uid();
    let own = rustix::process::geteuid();
    if caller != own.as_raw() && caller != 0 {
        let reason = "only root and the user that runs the server may ask for this";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, reason));
    }
    let mut request = String::new();
    stream.take(LONGEST).read_to_string(&mut request).await?;
    Ok(request)
}

/// Returns the state of all nodes, as a running node sees it.
///
/// # Errors
///
/// [`AskError`].
pub async fn cluster_status(config: &Config) -> Result<ClusterStatus, AskError> {
    let answer = ask_running(config, STATUS).await?;
    let status: ClusterStatus =
        serde_json::from_str(&answer).map_err(|_| AskError::Unanswered(answer))?;
    match status.node.is_empty() {
        true => Err(AskError::Alone),
        false => Ok(status),
    }
}

/// Lets a running service send all devices away within some time, and stop. Returns how many were online.
///
/// # Errors
///
/// [`AskError`].
pub async fn drain(config: &Config, time: Duration) -> Result<u64, AskError> {
    let answer = ask_running(config, &format!("{DRAIN}{}", time.as_millis())).await?;
    answer.parse().map_err(|_| AskError::Unanswered(answer))
}

/// Asks a running service.
async fn ask_running(config: &Config, request: &str) -> Result<String, AskError> {
    let path = config.data_dir.join(NAME);
    let stream = UnixStream::connect(&path).await;
    let stream = stream.map_err(|source| match source.kind() {
        io::ErrorKind::PermissionDenied => AskError::Refused { path, source },
        _ => AskError::NotRunning(config.data_dir.clone()),
    })?;
    let answer = exchange(stream, request).await;
    answer.map_err(|error| AskError::Unanswered(error.to_string()))
}

async fn exchange(mut stream: UnixStream, request: &str) -> io::Result<String> {
    stream.write_all(request.as_bytes()).await?;
    stream.shutdown().await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// Copies all data of a service to a new folder, which a service can use as its data directory.
///
/// The running service does it; if there is none, this process does.
///
/// # Errors
///
/// [`BackupError`]. No folder of that name is there then.
pub async fn back_up(config: &Config, folder: &Path) -> Result<BackupReport, BackupError> {
    if config.cluster.is_some() {
        return Err(BackupError::Node);
    }
    let absolute = std::path::absolute(folder).and_then(|path| {
        path.into_os_string()
            .into_string()
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidFilename, "the path is not UTF-8"))
    });
    let folder = &*absolute.map_err(|source| BackupError::File {
        path: folder.into(),
        source,
    })?;
    let socket = config.data_dir.join(NAME);
    match UnixStream::connect(&socket).await {
        Ok(stream) => ask(stream, folder)
            .await
            .map_err(|error| BackupError::Server(error.to_string()))?,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(BackupError::File {
            path: socket,
            source: error,
        }),
        Err(_) => make(config, Path::new(folder)).await,
    }
}

/// Asks the running service for a backup.
async fn ask(stream: UnixStream, folder: &str) -> io::Result<Result<BackupReport, BackupError>> {
    let answer = exchange(stream, folder).await?;
    Ok(match answer.as_str() {
        WITH_DATABASE => Ok(BackupReport { has_database: true }),
        WITHOUT_DATABASE => Ok(BackupReport {
            has_database: false,
        }),
        "" => Err(BackupError::Server(
            "the server has ended; try again".into(),
        )),
        _ => Err(BackupError::Server(answer)),
    })
}

/// Opens the data of a service that does not run, and copies it.
async fn make(config: &Config, folder: &Path) -> Result<BackupReport, BackupError> {
    let backup = Backup {
        store: Arc::new(database::open(config, None).await?),
        data_dir: config.data_dir.clone(),
        brokers: None,
        changes: Arc::default(),
    };
    let made = backup.make(folder, &CancellationToken::new()).await;
    backup.store.close().await;
    made
}
