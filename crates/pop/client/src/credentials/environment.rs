//! Credentials from environment variables.

use std::collections::HashMap;
use std::path::PathBuf;

use super::access_key::Credentials;
use super::provider::{CredentialsError, Found};

/// Variable with the ID of the access key.
pub const ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
/// Variable with the secret of the access key.
pub const SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
/// Variable with the token of temporary credentials.
pub const TOKEN: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";

/// Environment variables: those of the process, or a fixed set.
#[derive(Clone, Debug, Default)]
pub struct Environment(Option<HashMap<String, String>>);

impl Environment {
    /// Returns the variables of the process. Each is read when it is needed.
    pub fn process() -> Self {
        Self(None)
    }

    /// Returns the value of a variable; an empty value counts as not set.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        match &self.0 {
            Some(variables) => variables.get(name).cloned(),
            None => std::env::var(name).ok(),
        }
        .filter(|value| !value.is_empty())
    }

    /// Returns `true` if a variable is set to `true`, in any case.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// Returns the home directory of the user.
    pub(crate) fn home(&self) -> Option<PathBuf> {
        self.get("HOME")
            .or_else(|| self.get("USERPROFILE"))
            .map(PathBuf::from)
    }

    /// Returns the credentials in the variables.
    pub(crate) fn credentials(&self) -> Found<Credentials> {
        let (id, secret) = match (self.get(ID), self.get(SECRET)) {
            (Some(id), Some(secret)) => (id, secret),
            (None, None) => return Ok(Err(format!("{ID} is not set"))),
            (Some(_), None) => return Err(half(ID, SECRET)),
            (None, Some(_)) => return Err(half(SECRET, ID)),
        };
        let credentials = Credentials::new(id, secret);
        Ok(Ok(match self.get(TOKEN) {
            Some(token) => credentials.with_security_token(token),
            None => credentials,
        }))
    }
}

fn half(set: &str, missing: &str) -> CredentialsError {
    CredentialsError::broken("environment", format!("{set} is set, but {missing} is not"))
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self(Some(variables.into_iter().map(own).collect()))
    }
}
