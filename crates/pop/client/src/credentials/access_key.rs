//! An access key, permanent or temporary.

use std::fmt;
use std::time::SystemTime;

/// An access key; a temporary one also has a security token and an expiration.
///
/// Its `Debug` hides the secret and the token.
#[derive(Clone, Eq, PartialEq)]
pub struct Credentials {
    access_key_id: String,
    access_key_secret: String,
    security_token: Option<String>,
    expiration: Option<SystemTime>,
}

impl Credentials {
    /// Creates an access key that does not expire.
    pub fn new(access_key_id: impl Into<String>, access_key_secret: impl Into<String>) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            access_key_secret: access_key_secret.into(),
            security_token: None,
            expiration: None,
        }
    }

    /// Adds the token of the security token service (STS).
    pub fn with_security_token(mut self, token: impl Into<String>) -> Self {
        self.security_token = Some(token.into());
        self
    }

    /// Sets the time until which the access key is valid.
    pub fn with_expiration(mut self, expiration: SystemTime) -> Self {
        self.expiration = Some(expiration);
        self
    }

    /// Returns the ID of the access key.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// Returns the secret of the access key.
    pub fn access_key_secret(&self) -> &str {
        &self.access_key_secret
    }

    /// Returns the token of temporary credentials.
    pub fn security_token(&self) -> Option<&str> {
        self.security_token.as_deref()
    }

    /// Returns the time until which temporary credentials are valid.
    pub fn expiration(&self) -> Option<SystemTime> {
        self.expiration
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("expiration", &self.expiration)
            .finish_non_exhaustive()
    }
}
