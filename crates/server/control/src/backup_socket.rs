//! The socket in the data directory by which a running service is asked for a backup.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::time::timeout;

use crate::backup::{Backup, BackupError, BackupReport};
use crate::config::Config;
use crate::database;

/// Name of the socket in the data directory.
const NAME: &str = "backup.sock";

/// Longest request: the path of a folder.
const LONGEST: u64 = 4096;

/// Longest time for a request, and for reading its answer.
const TIME: Duration = Duration::from_secs(5);

/// Answer if the backup contains a database.
const WITH_DATABASE: &str = "made";

/// Answer if the database is one of PostgreSQL.
const WITHOUT_DATABASE: &str = "made without a database";

/// Accepts requests for backups, one at a time.
pub(crate) struct BackupSocket {
    listener: UnixListener,
    backup: Backup,
}

impl BackupSocket {
    /// Binds the socket. Without it, the service runs, but backups have to wait until it is stopped.
    pub(crate) fn bind(backup: Backup) -> Option<Self> {
        let path = backup.data_dir.join(NAME);
        // The database is locked, so a socket that is there belongs to a process that has ended.
        let _ = fs::remove_file(&path);
        match UnixListener::bind(&path) {
            Ok(listener) => Some(Self { listener, backup }),
            Err(error) => {
                let path = path.display();
                tracing::warn!(%path, %error, "no backup can be made while the server runs");
                None
            }
        }
    }

    /// Answers requests until it is aborted.
    pub(crate) async fn run(self) {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => self.answer(stream).await,
                // No descriptor is free.
                Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
            }
        }
    }

    async fn answer(&self, mut stream: UnixStream) {
        let answer = match timeout(TIME, read(&mut stream)).await {
            Ok(Ok(folder)) => self.make(&folder).await,
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no folder was named within {TIME:?}"),
        };
        // Whoever asked may have gone.
        let _ = timeout(TIME, stream.write_all(answer.as_bytes())).await;
    }

    async fn make(&self, folder: &str) -> String {
        let path = folder;
        match self.backup.make(Path::new(folder)).await {
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

/// Reads the folder that is asked for, if the caller may ask.
async fn read(stream: &mut UnixStream) -> io::Result<String> {
    let caller = stream.peer_cred()?.uid();
    let own = rustix::process::geteuid();
    if caller != own.as_raw() && caller != 0 {
        let reason = "only root and the user that runs the server may make a backup";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, reason));
    }
    let mut folder = String::new();
    stream.take(LONGEST).read_to_string(&mut folder).await?;
    Ok(folder)
}

/// Copies all data of a service to a new folder, which a service can use as its data directory.
///
/// The running service does it; if there is none, this process does.
///
/// # Errors
///
/// [`BackupError`]. No folder of that name is there then.
pub async fn back_up(config: &Config, folder: &Path) -> Result<BackupReport, BackupError> {
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
        Err(_) if config.cluster.is_some() => Err(BackupError::Node),
        Err(_) => make(config, Path::new(folder)).await,
    }
}

/// Asks the running service.
async fn ask(
    mut stream: UnixStream,
    folder: &str,
) -> io::Result<Result<BackupReport, BackupError>> {
    stream.write_all(folder.as_bytes()).await?;
    stream.shutdown().await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
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
    let made = backup.make(folder).await;
    backup.store.close().await;
    made
}
