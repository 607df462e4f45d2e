//! Sources of access keys, and their errors.

use std::fmt;
use std::time::Duration;

use super::access_key::Credentials;
use crate::future::BoxFuture;

/// Lead time before their expiration at which temporary credentials are replaced.
pub(crate) const EARLY: Duration = Duration::from_secs(15 * 60);

/// A source of credentials.
///
/// A client asks again shortly before temporary credentials expire.
pub trait ProvideCredentials: fmt::Debug + Send + Sync {
    /// Returns the credentials to sign with now.
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>>;
}

impl ProvideCredentials for Credentials {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(async { Ok(self.clone()) })
    }
}

/// Reason why there are no credentials.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CredentialsError {
    /// A source exists, but is broken.
    #[error("{source_name}: {reason}")]
    Broken {
        /// Source that was read.
        source_name: String,
        /// Problem with the source.
        reason: String,
    },
    /// No source has credentials; the reason of each.
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

/// Result of a search in one place: its find, or the reason why there is none.
pub(super) type Found<T> = Result<Result<T, String>, CredentialsError>;
