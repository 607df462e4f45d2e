//! Installs what a suite needs and is not there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::error::Error;
use crate::folders::{root, target};
use crate::program::finish;

/// What the official SDKs need, with exact versions.
const REQUIREMENTS: &str = "tests/interop/requirements.txt";

/// Folder of PostgreSQL's programs, which Debian keeps out of `PATH`: the newest version.
pub(crate) fn postgres_programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let programs = versions.flatten().map(|version| version.path().join("bin"));
    let version =
        |path: &PathBuf| -> Option<u32> { path.parent()?.file_name()?.to_str()?.parse().ok() };
    programs
        .filter(|path| path.join("initdb").exists())
        .max_by_key(version)
}

pub(crate) fn postgres() -> Result<(), Error> {
    debian("PostgreSQL", "postgresql", || postgres_programs().is_some())
}

/// Path of mosquitto's broker.
pub(crate) const MOSQUITTO: &str = "/usr/sbin/mosquitto";

pub(crate) fn mosquitto_broker() -> Result<(), Error> {
    debian("mosquitto", "mosquitto", || Path::new(MOSQUITTO).exists())
}

pub(crate) fn mosquitto() -> Result<(), Error> {
    debian("mosquitto_sub", "mosquitto-clients", || {
        // It shows its version and fails.
        Command::new("mosquitto_sub")
            .arg("--version")
            .output()
            .is_ok()
    })
}

/// A Python with the SDKs; it is kept until the requirements change.
pub(crate) fn python() -> Result<PathBuf, Error> {
    debian("Python's venv", "python3-venv", || {
        finish(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_ok()
    })?;
    let requirements = root().join(REQUIREMENTS);
    let wanted = fs::read_to_string(&requirements).map_err(Error::io(REQUIREMENTS))?;
    let environment = target().join("interop-python");
    let python = environment.join("bin").join("python");
    let installed = environment.join("requirements.txt");
    if fs::read_to_string(&installed).is_ok_and(|text| text == wanted) {
        return Ok(python);
    }
    timed("Python SDKs installed", || {
        let mut venv = Command::new("python3");
        finish(venv.args(["-m", "venv", "--clear"]).arg(&environment))?;
        let mut pip = Command::new(&python);
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]);
        finish(pip.arg("--requirement").arg(&requirements))?;
        fs::write(&installed, &wanted).map_err(Error::io("the list of what is installed"))
    })?;
    Ok(python)
}

/// Builds `ons-mqtt` and gives its path.
pub(crate) fn ons_mqtt() -> Result<PathBuf, Error> {
    build(&["--package", "ons-mqtt"])?;
    Ok(target().join("debug").join("ons-mqtt"))
}

/// Has cargo build something.
pub(crate) fn build(arguments: &[&str]) -> Result<(), Error> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root()).args(["build", "--quiet"]);
    cargo.args(arguments);
    timed("built", || finish(&mut cargo).map(|_| ()))
}

/// Installs a package unless what it brings is there.
fn debian(
    program: &'static str,
    package: &'static str,
    is_there: impl Fn() -> bool,
) -> Result<(), Error> {
    if is_there() {
        return Ok(());
    }
    let missing = Error::Missing { program, package };
    if !Path::new("/usr/bin/apt-get").exists() || !is_root()? {
        return Err(missing);
    }
    timed(&format!("{package} installed"), || {
        finish(apt().arg("update"))?;
        finish(apt().args(["install", "--yes", "--no-install-recommends", package])).map(|_| ())
    })?;
    match is_there() {
        true => Ok(()),
        false => Err(missing),
    }
}

fn apt() -> Command {
    let mut apt = Command::new("apt-get");
    apt.arg("--quiet").env("DEBIAN_FRONTEND", "noninteractive");
    // Packages do not start services of their own in single-user mode.
    apt.env("RUNLEVEL", "1");
    apt
}

pub(crate) fn is_root() -> Result<bool, Error> {
    let user = finish(Command::new("id").arg("--user"))?;
    Ok(user.trim() == "0")
}

/// Does something and says how long it took.
pub(crate) fn timed<T>(what: &str, task: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let start = Instant::now();
    let done = task()?;
    println!("{what} ({:.1} s)", start.elapsed().as_secs_f64());
    Ok(done)
}
