//! Stops a subcommand when the process is asked to end: cleanly at first, at once if asked again.

use std::io;

use pop_cli::screen::complain;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Exit code after a second signal; one of `pop_cli::failure::EXIT_CODES`.
const CUT_OFF: i32 = 1;

/// Starts a task that cancels `stop` on SIGTERM or SIGINT, and ends the process on the next one.
pub(crate) fn stop_when_asked(stop: CancellationToken) -> io::Result<tokio::task::JoinHandle<()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut asked = async move || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    Ok(tokio::spawn(async move {
        asked().await;
        stop.cancel();
        tracing::info!("stopping; a second signal ends the process at once");
        asked().await;
        complain("ended at once by a second signal");
        std::process::exit(CUT_OFF);
    }))
}
