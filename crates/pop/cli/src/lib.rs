//! Shared parts of command lines for RPC APIs, for any product.
//!
//! A generated command line adds one subcommand per action; this crate does the rest.
//!
//! | what | where |
//! |---|---|
//! | facts about a product | [`Product`] |
//! | stack for its subcommands, waiting for its calls | [`on_large_stack`], [`wait`] |
//! | help width and global options | [`options`] |
//! | printing to standard output and standard error | [`screen`] |
//! | request that a call would send | [`dry_run`] |
//! | responses as a table, JSON, XML or a chart | [`output`], [`table`], [`chart`] |
//! | errors and exit codes | [`failure`] |
//! | times and other values of parameters | [`time`], [`values`] |
//! | the reference | [`explain`], [`markdown`] |
//! | actions as tools of the Model Context Protocol | [`mcp`] |
//! | completion scripts for shells | [`completions`] |

pub mod chart;
pub mod completions;
pub mod dry_run;
pub mod explain;
pub mod failure;
pub mod markdown;
pub mod mcp;
pub mod options;
pub mod output;
pub mod screen;
pub mod table;
pub mod time;
pub mod values;

use std::thread;

use failure::RuntimeError;
pub use pop_client::BoxFuture;
use pop_docs::Reference;

/// Facts about a product that its command line needs.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    /// Prefix of its environment variables, such as `ONS_MQTT`.
    pub variables: &'static str,
    /// Returns the IDs and names of its regions.
    pub regions: fn() -> Vec<(&'static str, &'static str)>,
    /// Returns its reference.
    pub reference: fn() -> &'static Reference,
}

/// Waits for a call on the current thread; one call at a time does not need a second one.
///
/// # Errors
///
/// Returns the error of the call, or an error if the operating system refuses to start the runtime.
pub fn wait<T, F>(call: impl Future<Output = Result<T, F>>) -> Result<T, F>
where
    F: From<RuntimeError>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.map_err(RuntimeError)?.block_on(call)
}

/// Stack size of a command line, in bytes.
///
/// In unoptimized builds, the code that clap derives keeps all options of all subcommands on the
/// stack at once: 45 subcommands exceeded the usual 2 MiB. Untouched pages use no memory.
const STACK: usize = 256 << 20;

/// Runs a command line on a stack that is large enough for any number of subcommands.
///
/// # Errors
///
/// Returns an error if the operating system refuses to start a thread.
pub fn on_large_stack<T: Send>(run: impl FnOnce() -> T + Send) -> Result<T, RuntimeError> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK);
        let thread = builder.spawn_scoped(scope, run).map_err(RuntimeError)?;
        thread
            .join()
            .or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Sets a parameter only if a value was given.
pub trait Given: Sized {
    /// Calls `set` if there is a value; otherwise returns `self` unchanged.
    fn given<T>(self, value: Option<T>, set: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Some(value) => set(self, value),
            None => self,
        }
    }
}

impl<C> Given for C {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_has_more_stack_than_a_default_thread() {
        let room = || {
            let room = [1_u8; 100 << 20];
            std::hint::black_box(&room).len()
        };
        assert_eq!(on_large_stack(room).unwrap(), 100 << 20);
    }
}
