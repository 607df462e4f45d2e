//! `cargo xtask fuzz`: looks for bytes of a peer that harm the broker.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use clap::ValueEnum;

use crate::cargo::cargo;
use crate::error::Error;
use crate::folders;

/// Look for bytes of a peer that harm the broker, with libFuzzer.
///
/// Each target is a test of the broker that `cargo test` runs with the inputs listed in
/// crates/server/broker/fuzz/ and with random changes of them. Here libFuzzer invents inputs that
/// reach new code. What it learns is kept below target/, so that the next run continues. An input
/// that fails is printed as a line for the list.
///
/// Needs a C++ compiler. The first build takes some minutes.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Targets to run; all of them by default.
    #[arg(value_enum, value_name = "TARGET")]
    targets: Vec<Target>,
    /// Seconds per target.
    #[arg(long, default_value_t = 180)]
    seconds: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Target {
    /// Bytes of a connection before CONNECT.
    BeforeConnect,
    /// Bytes of a connection whose CONNECT was accepted.
    AfterConnect,
    /// Bytes in place of the HTTP request that opens a WebSocket.
    Http,
    /// Bytes in place of the frames of a WebSocket.
    Websocket,
}

impl Target {
    /// Returns its name, which its list of inputs has too, and the test that it is.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::BeforeConnect => (
                "before-connect",
                "laws::bytes::bytes_before_connect_do_no_harm",
            ),
            Self::AfterConnect => (
                "after-connect",
                "laws::bytes::bytes_after_connect_do_no_harm",
            ),
            Self::Http => ("http", "listener::tests::bytes::http_requests_do_no_harm"),
            Self::Websocket => (
                "websocket",
                "listener::tests::bytes::websocket_frames_do_no_harm",
            ),
        }
    }
}

/// Flags that let libFuzzer see which code an input reaches. The stable compiler knows them.
const FLAGS: &str = "--cfg fuzzing --cfg fuzzing_libfuzzer -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Largest input, in bytes; more than the largest head and the largest CONNECT.
const INPUT_BYTES: usize = 10_000;

/// Longest time for one input, in seconds, and most memory, in MiB.
const BOUNDS: &str = "-timeout=10 -rss_limit_mb=512";

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let targets = match arguments.targets.as_slice() {
        [] => Target::value_variants(),
        named => named,
    };
    let mut code = ExitCode::SUCCESS;
    for target in targets {
        if !fuzz(*target, arguments.seconds)? {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// Runs a target. Returns `false` if an input failed.
fn fuzz(target: Target, seconds: u32) -> Result<bool, Error> {
    let (name, test) = target.names();
    println!("\n{name}: {seconds} s");
    let target = folders::target().join("fuzz");
    let folder = target.join(name);
    let folders = ["learned", "known", "failed"].map(|name| folder.join(name));
    for folder in &folders {
        fs::create_dir_all(folder).map_err(Error::io(folder.to_string_lossy()))?;
    }
    let [learned, known, failed] = folders.each_ref().map(|folder| folder.display());
    let fuzzer = format!(
        "{learned} {known} -max_total_time={seconds} -max_len={INPUT_BYTES} {BOUNDS} \
         -artifact_prefix={failed}/ -print_final_stats=1"
    );
    let mut cargo = cargo();
    cargo.current_dir(folders::root());
    cargo.args(["test", "--package", "ons-mqtt-broker", "--lib"]);
    // With a target, flags do not concern build scripts and macros.
    cargo.args(["--target", "host-tuple"]);
    cargo.arg("--target-dir").arg(&target);
    cargo.args(["--", "--exact", test, "--nocapture"]);
    cargo.env("RUSTFLAGS", FLAGS);
    cargo.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
    cargo.env("CARGO_PROFILE_DEV_DEBUG", "0");
    cargo.env("BOLERO_LIBFUZZER_ARGS", fuzzer);
    cargo.env("ONS_MQTT_TEST_KNOWN", &folders[1]);
    let status = cargo.status().map_err(Error::io("cargo test"))?;
    if !status.success() {
        show_failed(&folders[2], name)?;
    }
    Ok(status.success())
}

/// Prints the inputs that have failed up to now.
fn show_failed(folder: &Path, name: &str) -> Result<(), Error> {
    let error = || Error::io(folder.to_string_lossy());
    println!("\nfailed, for crates/server/broker/fuzz/{name}.txt:");
    for entry in fs::read_dir(folder).map_err(error())? {
        let path = entry.map_err(error())?.path();
        let bytes = fs::read(&path).map_err(Error::io(path.to_string_lossy()))?;
        let line: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        println!("# {}\n{line}", path.display());
    }
    Ok(())
}
