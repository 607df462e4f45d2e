//! Searches the sources of credentials in order.

use super::access_key::Credentials;
use super::environment::Environment;
use super::profile::session;
use super::provider::{CredentialsError, ProvideCredentials};
use super::source::Source;
use super::sts::{self, Oidc, Role};
use super::{config_file, ini_file};
use crate::future::BoxFuture;
use crate::transport::Http;

/// Returns the credentials of the first source that has any: the environment, its OIDC token, the
/// profile of the vendor's command line, the ini file, the role of the machine, the credentials URI.
#[derive(Debug)]
pub struct DefaultChain {
    environment: Environment,
    profile: Option<String>,
    http: Http,
}

impl DefaultChain {
    /// Creates the chain; `profile` is read from the files in place of their default profile.
    pub fn new(environment: Environment, profile: Option<String>, http: Http) -> Self {
        Self {
            environment,
            profile,
            http,
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
            if let Some(oidc) = self.oidc() {
                return oidc.assume(&self.http).await;
            }
        }
        for source in [config_file::source, ini_file::source] {
            match source(&self.environment, self.profile.as_deref())? {
                Ok(source) => return source.credentials(&self.http).await,
                Err(reason) => reasons.push(reason),
            }
        }
        if self.profile.is_some() {
            return Err(CredentialsError::None(reasons));
        }
        for source in self.last(&mut reasons) {
            match source.credentials(&self.http).await {
                Ok(credentials) => return Ok(credentials),
                Err(error) => reasons.push(error.to_string()),
            }
        }
        Err(CredentialsError::None(reasons))
    }

    /// Returns the role that the environment names for a token of an identity provider.
    fn oidc(&self) -> Option<Oidc> {
        let variable = |name| self.environment.get(name);
        Some(Oidc {
            provider_arn: variable("ALIBABA_CLOUD_OIDC_PROVIDER_ARN")?,
            token_file: variable("ALIBABA_CLOUD_OIDC_TOKEN_FILE")?,
            role: Role {
                url: sts::url(&self.environment, None, false),
                arn: variable("ALIBABA_CLOUD_ROLE_ARN")?,
                session: session(None, &self.environment),
                validity: None,
                policy: None,
                external_id: None,
            },
        })
    }

    /// Returns the sources after the files, and adds why one of them is not asked.
    fn last(&self, reasons: &mut Vec<String>) -> Vec<Source> {
        const DISABLED: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";
        let environment = &self.environment;
        let mut sources = Vec::new();
        if environment.is_true(DISABLED) {
            reasons.push(format!("{DISABLED} is true"));
        } else {
            let role = environment.get("ALIBABA_CLOUD_ECS_METADATA");
            sources.push(Source::machine(role, environment));
        }
        let uri = environment.get("ALIBABA_CLOUD_CREDENTIALS_URI");
        sources.extend(uri.map(Source::Uri));
        sources
    }
}

impl ProvideCredentials for DefaultChain {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(self.find())
    }
}
