//! Runs futures on threads that may block.

use std::sync::OnceLock;

use tokio::runtime::{Builder, Handle, Runtime};

/// Runs a future to completion on a runtime of this crate. Connections stay open after the call.
///
/// It may be called inside another runtime, and blocks a thread of that runtime.
///
/// # Panics
///
/// The operating system cannot create a thread for the runtime.
pub fn block_on<T: Send>(future: impl Future<Output = T> + Send) -> T {
    if Handle::try_current().is_err() {
        return runtime().block_on(future);
    }
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| runtime().block_on(future));
        match thread.join() {
            Ok(value) => value,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("pop-client")
            .enable_all()
            .build();
        match runtime {
            Ok(runtime) => runtime,
            #[allow(
                clippy::panic,
                reason = "documented: without a runtime nothing can run"
            )]
            Err(error) => panic!("cannot start the runtime for blocking calls: {error}"),
        }
    })
}
