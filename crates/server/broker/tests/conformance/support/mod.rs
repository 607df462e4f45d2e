//! A broker, devices that speak to it byte by byte, and packets to compare.

pub(crate) mod credentials;
#[allow(dead_code, reason = "shared with the bounds")]
pub(crate) mod disk;
pub(crate) mod names;
pub(crate) mod packet;
pub(crate) mod peer;
pub(crate) mod received;
pub(crate) mod server;
pub(crate) mod watchers;

pub(crate) use names::{client_id, topic};
pub(crate) use packet::VERSIONS;
pub(crate) use packet::Version::{self, V5, V311};
pub(crate) use server::{SERVER, Server};
