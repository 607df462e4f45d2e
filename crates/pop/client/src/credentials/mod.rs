//! Access keys and their sources (`docs/PROTOCOL.md`, “Credentials”).

mod access_key;
mod answer;
mod chain;
mod cloud_sso;
mod config_file;
mod ecs;
pub mod environment;
mod ini;
mod ini_file;
mod oauth;
mod process;
mod profile;
mod provider;
mod setting;
mod source;
mod sts;
#[cfg(test)]
mod test_server;
mod uri;

pub use access_key::Credentials;
pub use chain::DefaultChain;
pub use environment::Environment;
pub(crate) use provider::EARLY;
pub use provider::{CredentialsError, ProvideCredentials};
pub use setting::profile_setting;
