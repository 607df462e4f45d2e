//! Status notifications: tells receivers which devices come and go.
//!
//! ```text
//! broker ─► reporter ─► store ─► deliverer ─► receiver
//! ```
//!
//! The brokers report connections that begin and end. `reporter` writes them to the store, for each
//! receiver, together with a note of each open connection. A `deliverer` per receiver reads them
//! there and sends them, so receivers wait neither for each other nor for devices, and no device
//! waits for them. Of nodes, each reports its own connections, and one at a time delivers
//! (`deliveries`). The notes that a killed process leaves are the connections whose end nobody was
//! told about: whoever delivers reports it.

mod deliverer;
mod deliveries;
mod event;
mod progress;
mod reporter;
mod route;
mod sender;
mod topic;
mod webhook;

pub(crate) use progress::Board;
pub(crate) use reporter::Reporter;
