//! A broker in a process of its own, whose memory is measured, and those who attack it.

#[path = "../../conformance/support/credentials.rs"]
#[allow(dead_code, reason = "shared with the cases of conformance")]
pub(crate) mod credentials;
#[path = "../../conformance/support/disk.rs"]
pub(crate) mod disk;
#[path = "../../conformance/support/packet.rs"]
#[allow(dead_code, reason = "shared with the cases of conformance")]
pub(crate) mod packet;
pub(crate) mod peer;
pub(crate) mod process;
pub(crate) mod server;

pub(crate) use packet::Version::{self, V5, V311};
