//! Messages on their way to one client: what waits, what is in flight, and what waits on disk.
//!
//! A message above QoS 0 has a sequence number. Its packet identifier follows from that number, so a message that is sent
//! again, even after a restart, has the identifier that it had before.

mod acknowledge;
mod ahead;
mod delivery;
mod queue;
mod send;

pub(crate) use acknowledge::Release;
pub(crate) use ahead::FetchPlan;
pub(crate) use delivery::{Admission, Delivery, Link, Owner, Stub};
pub use queue::WaitingMessages;
pub(crate) use queue::{AHEAD_MESSAGES, Outgoing};
pub(crate) use send::MAX_IN_FLIGHT;
