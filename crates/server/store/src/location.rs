//! Location of a database, as an operator writes it.

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::ConnectOptions;
use sqlx::any::AnyConnectOptions;
use sqlx::postgres::PgConnectOptions;

use crate::error::{Error, reason};

/// Characters of a path that are escaped in a URL. A slash is not, because it separates folders.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_');

/// Location of an existing or new database.
pub(crate) enum Location {
    /// An SQLite file.
    File(PathBuf),
    /// A PostgreSQL server.
    Server {
        host: String,
        port: u16,
        url: String,
    },
}

impl Location {
    /// Reads the path of a file or the URL of a PostgreSQL server.
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Self::server(text),
            // The rest of the URL is not shown, because it may contain a password.
            Some((scheme, _)) => Err(Error::Open {
                location: format!("{scheme}://…"),
                reason: "this is neither a file nor the URL of a PostgreSQL server".into(),
                advice: "use a path, or postgres://user:password@host:port/database".into(),
            }),
            None => Self::file(Path::new(text)),
        }
    }

    fn server(url: &str) -> Result<Self, Error> {
        let unreadable = |reason| Error::Open {
            location: "postgres://…".into(),
            reason: format!("the URL cannot be read: {reason}"),
            advice: "write postgres://user:password@host:port/database, and escape special \
                characters of the password with %"
                .into(),
        };
        if url.contains('#') {
            return Err(unreadable("it contains #".into()));
        }
        let options: PgConnectOptions = url.parse().map_err(|error| unreadable(reason(&error)))?;
        Ok(Self::Server {
            host: options.get_host().into(),
            port: options.get_port(),
            url: url.into(),
        })
    }

    /// Resolves links, so that a file has the same lock under all its names.
    fn file(path: &Path) -> Result<Self, Error> {
        let unusable = |reason: String, advice: &str| Error::Open {
            location: path.display().to_string(),
            reason,
            advice: advice.into(),
        };
        if path.is_dir() {
            return Err(unusable(
                "this is a folder".into(),
                "use the path of a file",
            ));
        }
        if let Ok(path) = path.canonicalize() {
            return Ok(Self::File(path));
        }
        let Some(name) = path.file_name() else {
            return Err(unusable(
                "this is not the path of a file".into(),
                "use the path of a file",
            ));
        };
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let folder = folder.canonicalize().map_err(|error| {
            unusable(
                format!("folder {}: {error}", folder.display()),
                "create the folder first",
            )
        })?;
        Ok(Self::File(folder.join(name)))
    }

    /// Returns the location for messages, without secrets.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Server { host, port, .. } => format!("PostgreSQL at {host}:{port}"),
        }
    }

    /// Returns the options with which the driver connects. Creates the file if it `may_create` it.
    pub(crate) fn options(&self, may_create: bool) -> Result<AnyConnectOptions, Error> {
        let url = match self {
            Self::File(path) => {
                let Some(path) = path.to_str() else {
                    return Err(self.refused("the path is not UTF-8".into(), "rename it"));
                };
                let mode = if may_create { "rwc" } else { "rw" };
                format!("sqlite://{}?mode={mode}", utf8_percent_encode(path, PATH))
            }
            Self::Server { url, .. } => url.clone(),
        };
        let options: Result<AnyConnectOptions, _> = url.parse();
        options
            .map(ConnectOptions::disable_statement_logging)
            .map_err(|error| self.refused(reason(&error), "check the spelling"))
    }

    /// Returns an error for a database that cannot be opened.
    pub(crate) fn refused(&self, reason: String, advice: &str) -> Error {
        Error::Open {
            location: self.shown(),
            reason,
            advice: advice.into(),
        }
    }

    /// Returns an error for a database that cannot be reached, with advice.
    pub(crate) fn unreachable(&self, error: &sqlx::Error) -> Error {
        match self {
            Self::File(_) => self.refused(reason(error), file_advice(error)),
            Self::Server { host, port, .. } => {
                self.refused(reason(error), &server_advice(error, host, *port))
            }
        }
    }
}

/// Returns advice by the codes of <https://www.sqlite.org/rescode.html>. The lowest byte is the
/// primary code.
fn file_advice(error: &sqlx::Error) -> &'static str {
    let code = error
        .as_database_error()
        .and_then(|error| error.code()?.parse::<u32>().ok());
    match code.map(|code| code & 0xff) {
        Some(8 | 14 | 23) => {
            "give the user that runs the server read and write access to the file and its folder"
        }
        Some(11 | 26) => "restore a backup, or move the file away to start with an empty database",
        Some(5 | 6) => "close the program that has it open",
        Some(10 | 13) => "check the disk and its free space",
        _ => "check the file",
    }
}

/// Returns advice by the codes of <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn server_advice(error: &sqlx::Error, host: &str, port: u16) -> String {
    let code = error.as_database_error().and_then(|error| error.code());
    match (code.as_deref(), error) {
        (Some("28P01" | "28000"), _) => "check user and password, and pg_hba.conf".into(),
        (Some("3D000"), _) => "create the database first".into(),
        (Some("42501"), _) => "allow the user to create tables in the schema".into(),
        (Some("53300"), _) => "raise max_connections".into(),
        (None, sqlx::Error::Tls(_)) => "check the certificates, or sslmode in the URL".into(),
        (None, _) => format!("is PostgreSQL running and reachable at {host}:{port}?"),
        _ => "see the log of PostgreSQL".into(),
    }
}
