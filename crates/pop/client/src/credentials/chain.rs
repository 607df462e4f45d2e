//! Searches the sources of credentials in order.

use super::access_key::Credentials;
use super::ecs::Ecs;
use super::environment::Environment;
use super::files::{self, Profile};
use super::provider::{CredentialsError, ProvideCredentials};
use crate::future::BoxFuture;
use crate::transport::Http;

/// Returns the credentials of the first source that has any: the environment, the profile of the
/// vendor's command line, the ini file, the role of the machine.
#[derive(Debug)]
pub struct DefaultChain {
    environment: Environment,
    profile: Option<String>,
    ecs: Ecs,
}

impl DefaultChain {
    /// Creates the chain; `profile` is read from the files in place of their default profile.
    pub fn new(environment: Environment, profile: Option<String>, http: Http) -> Self {
        let only_with_token = environment.is_true("ALIBABA_CLOUD_IMDSV1_DISABLED");
        Self {
            environment,
            profile,
            ecs: Ecs::new(http, only_with_token),
        }
    }

    async fn find(&self) -> Result<Credentials, CredentialsError> {
        let mut reasons = Vec::new();
        // A caller who names a profile does not want a key that happens to be in the environment.
        if self.profile.is_none() {
            match self.environment.credentials()? {
                Ok(credentials) => return Ok(credentials),
                Err(reason) => reasons.push(reason),
            }
        }
        for read in [files::command_line, files::ini] {
            match read(&self.environment, self.profile.as_deref())? {
                Profile::Key(credentials) => return Ok(credentials),
                Profile::EcsRole(role) => return self.ecs.credentials(role.as_deref()).await,
                Profile::None(reason) => reasons.push(reason),
            }
        }
        if self
            .environment
            .is_true("ALIBABA_CLOUD_ECS_METADATA_DISABLED")
        {
            reasons.push("ALIBABA_CLOUD_ECS_METADATA_DISABLED is true".to_owned());
            return Err(CredentialsError::None(reasons));
        }
        let role = self.environment.get("ALIBABA_CLOUD_ECS_METADATA");
        match self.ecs.credentials(role.as_deref()).await {
            Ok(credentials) => Ok(credentials),
            Err(error) => {
                reasons.push(error.to_string());
                Err(CredentialsError::None(reasons))
            }
        }
    }
}

impl ProvideCredentials for DefaultChain {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(self.find())
    }
}
