//! The MQTT broker of one instance, and all that the project knows of the library that does the work.
//!
//! | what | where |
//! |---|---|
//! | start, stop, and what can be asked | [`Broker`], [`Remainder`] |
//! | what the broker has to be told | [`Directory`] |
//! | addresses, and why starting failed | [`Config`], [`Tls`], [`Error`] |
//! | who is connected, and who is not any more | [`Client`], [`Subscription`], [`Departed`] |
//! | how many messages there were | [`MessageCount`], [`MessageKind`], [`Direction`] |
//! | who was refused, and why | [`Refusal`] |
//!
//! Devices speak MQTT 3.1, 3.1.1 or 5. A client id is `GID@@@DeviceId`; the user name is
//! `Signature|AccessKeyId|InstanceId`; the password is base64 of HMAC-SHA1, with the secret as key, over the client
//! id. Topics begin with a topic of the instance. A message to `topic/p2p/<client id>` goes to that client, whether
//! it subscribed or not, and to nobody else.
//!
//! Presence and subscriptions are read off the library's table of sessions, which `shared` and `entry` wrap: nothing
//! else there sees sessions that are resumed, expire or are taken over. The same place bounds what waits for a slow
//! reader, which the library does not. `reaper` ends what the library leaves behind.

mod authentication;
mod broker;
mod client_id;
mod connection;
mod directory;
mod entry;
mod filters;
mod hooks;
mod instance;
mod limits;
mod listener;
mod metering;
mod presence;
mod queue;
mod reaper;
mod refusal;
mod retained;
mod session;
mod shared;
mod sharing;
mod topic;

pub use broker::{Broker, Client, Remainder, Subscription};
pub use directory::Directory;
pub use listener::{Config, Error, Tls};
pub use metering::{Direction, MessageCount, MessageKind};
pub use presence::Departed;
pub use refusal::Refusal;
pub use secrecy::SecretString;
