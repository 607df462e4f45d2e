//! What the command lines of RPC APIs have in common, for any product.
//!
//! Generated command lines stand on it: they bring a subcommand an action, it brings the rest.
//!
//! | what | where |
//! |---|---|
//! | what it has to know of a product | [`Product`] |
//! | room for its subcommands, waiting for its calls | [`on_large_stack`], [`wait`] |
//! | help of the right width, global options | [`options`] |
//! | printing, as far as anybody reads it | [`screen`] |
//! | what a call would send | [`dry_run`] |
//! | responses as table, JSON, XML, chart | [`output`], [`table`], [`chart`] |
//! | errors and exit codes | [`failure`] |
//! | times and other values of parameters | [`time`], [`values`] |
//! | the reference | [`explain`], [`markdown`] |
//! | scripts for shells | [`completions`] |

pub mod chart;
pub mod completions;
pub mod dry_run;
pub mod explain;
pub mod failure;
pub mod markdown;
pub mod options;
pub mod output;
pub mod screen;
pub mod table;
pub mod time;
pub mod values;

use std::thread;

use failure::RuntimeError;
use pop_docs::Reference;

/// What is special to the command line of one product.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    /// What the names of its variables of the environment begin with, such as `ONS_MQTT`.
    pub variables: &'static str,
    /// Region ids, and what they are called.
    pub regions: fn() -> Vec<(&'static str, &'static str)>,
    /// The reference.
    pub reference: fn() -> &'static Reference,
}

/// Waits for a call, on this thread: one call at a time needs no second one.
///
/// # Errors
///
/// Those of the call, or the operating system does not let the program wait for the network.
pub fn wait<T, F>(call: impl Future<Output = Result<T, F>>) -> Result<T, F>
where
    F: From<RuntimeError>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.map_err(RuntimeError)?.block_on(call)
}

/// Bytes of stack for a command line. Built without optimization, what clap derives keeps all
/// options of all subcommands on it at once: 45 subcommands took more than the 2 MiB that a thread
/// usually has. Pages that are never reached take no memory.
const STACK: usize = 256 << 20;

/// Runs a command line on a stack that does for any number of subcommands.
///
/// # Errors
///
/// The operating system does not let the program start a thread.
pub fn on_large_stack<T: Send>(run: impl FnOnce() -> T + Send) -> Result<T, RuntimeError> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK);
        let thread = builder.spawn_scoped(scope, run).map_err(RuntimeError)?;
        thread
            .join()
            .or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Sets what was given, and leaves the rest alone.
pub trait Given: Sized {
    /// Sets a parameter if there is a value for it.
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
    fn a_command_line_has_room_that_a_thread_has_not() {
        let room = || {
            let room = [1_u8; 100 << 20];
            std::hint::black_box(&room).len()
        };
        assert_eq!(on_large_stack(room).unwrap(), 100 << 20);
    }
}
