//! Futures for threads that may block.

use std::sync::OnceLock;

use tokio::runtime::{Builder, Handle, Runtime};

/// Runs a future to its end on a runtime of this crate, whose connections outlive the call.
///
/// It may be called inside of another runtime, whose thread it blocks.
///
/// # Panics
///
/// The operating system gives no thread for the runtime.
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
            #[allow(clippy::panic, reason = "documented: there is nothing to run on")]
            Err(error) => panic!("no thread for blocking calls: {error}"),
        }
    })
}
