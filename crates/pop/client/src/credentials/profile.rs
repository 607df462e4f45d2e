//! One profile of a file with credentials.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::access_key::Credentials;
use super::environment::Environment;
use super::provider::CredentialsError;
use super::sts::{self, Role};

/// Name of a role's session unless the profile or the environment has one.
const SESSION: &str = "pop-client";

/// Settings of a profile; those that are null or empty are absent.
#[derive(Debug)]
pub(super) struct Profile {
    pub(super) path: PathBuf,
    pub(super) name: String,
    pub(super) settings: BTreeMap<String, String>,
}

/// Names of the settings of a role, which differ between the files.
pub(super) struct RoleSettings {
    pub(super) arn: &'static str,
    pub(super) session: &'static str,
}

impl Profile {
    /// Returns a setting.
    pub(super) fn get(&self, key: &str) -> Option<String> {
        self.settings.get(key).cloned()
    }

    /// Returns a setting without which the profile is broken.
    pub(super) fn required(&self, key: &str) -> Result<String, CredentialsError> {
        self.get(key)
            .ok_or_else(|| self.broken(format!("has no {key}")))
    }

    /// Returns the error that something is wrong with the profile.
    pub(super) fn broken(&self, reason: impl AsRef<str>) -> CredentialsError {
        let reason = format!("profile `{}` {}", self.name, reason.as_ref());
        CredentialsError::broken(self.path.display().to_string(), reason)
    }

    /// Returns the access key; a token that is left from another mode is not part of it.
    pub(super) fn key(&self) -> Result<Credentials, CredentialsError> {
        let id = self.required("access_key_id")?;
        Ok(Credentials::new(id, self.required("access_key_secret")?))
    }

    /// Returns the access key with its token.
    pub(super) fn temporary_key(&self, token: &str) -> Result<Credentials, CredentialsError> {
        Ok(self.key()?.with_security_token(self.required(token)?))
    }

    /// Returns the role to assume.
    pub(super) fn role(
        &self,
        names: RoleSettings,
        environment: &Environment,
    ) -> Result<Role, CredentialsError> {
        let validity = match self.get("expired_seconds") {
            None => None,
            Some(text) => match text.parse() {
                Ok(0) => None,
                Ok(seconds) => Some(seconds),
                Err(_) => return Err(self.broken("has expired_seconds that is not a number")),
            },
        };
        let is_vpc = self.get("enable_vpc").is_some_and(|text| text == "true");
        Ok(Role {
            url: sts::url(environment, self.get("sts_region"), is_vpc),
            arn: self.required(names.arn)?,
            session: session(self.get(names.session), environment),
            validity,
            policy: self.get("policy"),
            external_id: self.get("external_id"),
        })
    }
}

/// Returns the name of the profile to use: the given one or the environment's, if any.
pub(super) fn name(given: Option<&str>, environment: &Environment) -> Option<String> {
    let given = given.map(str::to_owned);
    given.or_else(|| environment.get("ALIBABA_CLOUD_PROFILE"))
}

/// Returns the name of a role's session: the given one, the environment's, or ours.
pub(super) fn session(given: Option<String>, environment: &Environment) -> String {
    given
        .or_else(|| environment.get("ALIBABA_CLOUD_ROLE_SESSION_NAME"))
        .unwrap_or_else(|| SESSION.to_owned())
}

/// Reads a file; returns `None` if it does not exist.
pub(super) fn read(path: &Path) -> Result<Option<String>, CredentialsError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CredentialsError::broken(
            path.display().to_string(),
            error.to_string(),
        )),
    }
}
