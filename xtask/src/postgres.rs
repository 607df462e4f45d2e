//! Starts a PostgreSQL server on a temporary folder.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::error::{Error, same};
use crate::prepare::{is_root, postgres_programs};
use crate::program::{Program, finish, free_port};

/// User of the database, not of the machine.
const USER: &str = "ons_mqtt";
pub(crate) const PASSWORD: &str = "only-for-tests";

/// A PostgreSQL server with an empty database.
pub(crate) struct Server {
    program: Program,
    command: Command,
    port: u16,
    _folder: TempDir,
}

impl Server {
    pub(crate) fn start() -> Result<Self, Error> {
        let programs = postgres_programs().ok_or(Error::Missing {
            program: "PostgreSQL",
            package: "postgresql",
        })?;
        let folder = tempfile::tempdir().map_err(Error::io("a folder for PostgreSQL"))?;
        let account = Account::find()?;
        account.give(folder.path())?;
        let data = folder.path().join("data");
        account.initialize(&programs, folder.path(), &data)?;
        let port = free_port()?;
        let mut command = account.command(&programs.join("postgres"), folder.path());
        command.arg("-D").arg(&data).arg("-k").arg(folder.path());
        command.args(["-h", "127.0.0.1", "-p", &port.to_string()]);
        // These tests need no protection against a power cut.
        command.args(["-c", "fsync=off"]);
        Ok(Self {
            program: start_ready(&mut command)?,
            command,
            port,
            _folder: folder,
        })
    }

    /// Kills the server, as a crash does. Its connections end.
    pub(crate) fn kill(&mut self) -> Result<(), Error> {
        self.program.stop("KILL").map(drop)
    }

    /// Starts the killed server again.
    pub(crate) fn start_again(&mut self) -> Result<(), Error> {
        self.program = start_ready(&mut self.command)?;
        Ok(())
    }

    pub(crate) fn url(&self) -> String {
        format!(
            "postgres://{USER}:{PASSWORD}@127.0.0.1:{}/postgres",
            self.port
        )
    }

    pub(crate) fn stop(&mut self) -> Result<(), Error> {
        let succeeded = self.program.stop("INT")?;
        same("success of PostgreSQL", succeeded, true)
    }
}

/// Starts PostgreSQL, and waits until it accepts connections.
fn start_ready(command: &mut Command) -> Result<Program, Error> {
    let mut program = Program::start(command)?;
    program.wait_for("ready to accept connections")?;
    Ok(program)
}

/// User and group that run PostgreSQL, which refuses to run as root; `None` for the current ones.
struct Account(Option<(u32, u32)>);

impl Account {
    /// Returns the current user, or `postgres` if that is root.
    fn find() -> Result<Self, Error> {
        if !is_root()? {
            return Ok(Self(None));
        }
        let number = |option| {
            let text = finish(Command::new("id").args([option, "postgres"]))?;
            text.trim().parse().map_err(|_| Error::Differs {
                what: "the user postgres".to_owned(),
                expected: "a number".to_owned(),
                found: text,
            })
        };
        Ok(Self(Some((number("--user")?, number("--group")?))))
    }

    fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder);
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        command
    }

    fn give(&self, path: &Path) -> Result<(), Error> {
        let Some((user, group)) = self.0 else {
            return Ok(());
        };
        chown(path, Some(user), Some(group)).map_err(Error::io(path.display().to_string()))
    }

    fn initialize(&self, programs: &Path, folder: &Path, data: &Path) -> Result<(), Error> {
        let password: PathBuf = folder.join("password");
        fs::write(&password, PASSWORD).map_err(Error::io("the password"))?;
        self.give(&password)?;
        let mut initdb = self.command(&programs.join("initdb"), folder);
        initdb.args(["--auth=scram-sha-256", "--no-sync"]);
        initdb.args(["--encoding=UTF8", "--locale=C"]);
        initdb
            .arg("--username")
            .arg(USER)
            .arg("--pwfile")
            .arg(&password);
        finish(initdb.arg(data)).map(|_| ())
    }
}
