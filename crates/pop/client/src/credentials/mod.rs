//! Access keys and their sources (`docs/PROTOCOL.md`, “Credentials”).

mod access_key;
mod chain;
mod ecs;
pub mod environment;
mod files;
mod ini;
mod provider;

pub use access_key::Credentials;
pub use chain::DefaultChain;
pub use environment::Environment;
pub use provider::{CredentialsError, ProvideCredentials};
