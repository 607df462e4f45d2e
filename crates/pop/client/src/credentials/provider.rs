//! Sources of access keys, and their errors.

use std::fmt;

use super::access_key::Credentials;
use crate::future::BoxFuture;

/// A source of credentials.
///
/// A client asks again shortly before temporary credentials expire.
pub trait ProvideCredentials: fmt::Debug + Send + Sync {
    /// The credentials to sign with now.
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>>;
}

impl ProvideCredentials for Credentials {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(async { Ok(self.clone()) })
    }
}

/// Why there are no credentials.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CredentialsError {
    /// A source is there, but it is broken.
    #[error("{source_name}: {reason}")]
    Broken {
        /// What was read.
        source_name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No source has any.
    #[error("no access key found: {}", .0.join("; "))]
    None(Vec<String>),
}

impl CredentialsError {
    pub(super) fn broken(source_name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Broken {
            source_name: source_name.into(),
            reason: reason.into(),
        }
    }
}

/// What a source has: credentials, or the reason why it has none.
pub(super) type Found = Result<Result<Credentials, String>, CredentialsError>;
