//! Stops a subcommand when the process is asked to end: cleanly at first, at once if asked again.

use std::io;

use pop_cli::failure::RuntimeError;
use pop_cli::screen::complain;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;

/// Exit code after a second signal; one of `pop_cli::failure::EXIT_CODES`.
const CUT_OFF: i32 = 1;

/// Runs a subcommand, which has to end soon after its token is cancelled.
///
/// Blocking calls that are still running are not awaited, as they could take any time; they end with the process.
pub(crate) fn run_until_asked<F: Future<Output = Result<(), Failure>>>(
    subcommand: impl FnOnce(CancellationToken) -> F,
) -> Result<(), Failure> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.enable_all().build().map_err(RuntimeError)?;
    let ended = runtime.block_on(async {
        let stop = CancellationToken::new();
        stop_when_asked(stop.clone()).map_err(RuntimeError)?;
        subcommand(stop).await
    });
    runtime.shutdown_background();
    ended
}

/// Starts a task that cancels `stop` on SIGTERM or SIGINT, and ends the process on the next one.
///
/// The task is there until the process ends, so that a second signal ends it whatever it waits for.
fn stop_when_asked(stop: CancellationToken) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut asked = async move || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    tokio::spawn(async move {
        asked().await;
        stop.cancel();
        tracing::info!("stopping; a second signal ends the process at once");
        asked().await;
        complain("ended at once by a second signal");
        std::process::exit(CUT_OFF);
    });
    Ok(())
}
