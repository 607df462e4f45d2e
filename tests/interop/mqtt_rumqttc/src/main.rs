//! Tests the broker with rumqttc as devices.
//!
//! Arguments: stage (`checks`, `leave` or `return`), host, port, transport (`tcp`, `tls`, `ws` or
//! `wss`), version (`3.1.1` or `5`), user name, secret, and the file of the certificate to trust.
//! Prints one line per check. `leave` fills a session and `return` reads it, with a restart of the
//! server between them.

mod checks;
mod client;
mod device;
mod fleet;
mod v3;
mod v5;

use std::fs;
use std::process::ExitCode;

use fleet::{Fleet, Outcome};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // rumqttc chooses no cryptography here. This fails only if another is chosen already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Ok(
        [
            stage,
            host,
            port,
            transport,
            version,
            user,
            secret,
            certificate,
        ],
    ) = <[String; 8]>::try_from(arguments)
    else {
        eprintln!("see the top of main.rs for the arguments");
        return ExitCode::FAILURE;
    };
    let fleet = Fleet {
        name: format!("rumqttc-{transport}-{version}"),
        host,
        port: port.parse().unwrap_or_default(),
        transport,
        is_v5: version == "5",
        user,
        secret,
        certificate: fs::read(certificate).unwrap_or_default(),
    };
    let mut passed = true;
    for (what, check) in checks::of(&stage, &fleet) {
        passed &= report(what, &check.await);
    }
    if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn report(what: &str, outcome: &Outcome) -> bool {
    match outcome {
        Ok(()) => println!("ok {what}"),
        Err(error) => println!("FAILED {what}: {error}"),
    }
    outcome.is_ok()
}
