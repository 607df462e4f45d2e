//! Sources of credentials that a profile or the environment can name.

use super::access_key::Credentials;
use super::cloud_sso::CloudSso;
use super::ecs;
use super::environment::Environment;
use super::oauth::OAuth;
use super::process;
use super::provider::CredentialsError;
use super::sts::{Oidc, Role};
use super::uri;
use crate::future::BoxFuture;
use crate::transport::Http;

/// Source of credentials, with everything that it needs.
pub(super) enum Source {
    /// An access key as it is.
    Key(Credentials),
    /// Role of the machine.
    EcsRole {
        /// Name of the role; `None` means the only one.
        name: Option<String>,
        /// `true` if requests without a token are forbidden.
        only_with_token: bool,
    },
    /// Role that the holder of other credentials assumes.
    Role { source: Box<Source>, role: Role },
    /// Role that the holder of a token of an identity provider assumes.
    Oidc(Oidc),
    /// Service that answers with credentials.
    Uri(String),
    /// Program that prints credentials.
    Process(String),
    /// Access configuration of CloudSSO.
    CloudSso(CloudSso),
    /// Sign-in of the vendor's command line with a browser.
    OAuth(OAuth),
}

impl Source {
    /// Returns the role of the machine; without a name, the only one.
    pub(super) fn machine(name: Option<String>, environment: &Environment) -> Self {
        Self::EcsRole {
            name,
            only_with_token: environment.is_true("ALIBABA_CLOUD_IMDSV1_DISABLED"),
        }
    }

    /// Gets credentials from the source.
    pub(super) fn credentials<'a>(
        &'a self,
        http: &'a Http,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async move {
            match self {
                Self::Key(credentials) => Ok(credentials.clone()),
                Self::EcsRole {
                    name,
                    only_with_token,
                } => ecs::credentials(http, name.as_deref(), *only_with_token).await,
                Self::Role { source, role } => {
                    let holder = source.credentials(http).await?;
                    role.assume(http, &holder).await
                }
                Self::Oidc(oidc) => oidc.assume(http).await,
                Self::Uri(url) => uri::credentials(http, url).await,
                Self::Process(command) => process::credentials(command).await,
                Self::CloudSso(sign_in) => sign_in.credentials(http).await,
                Self::OAuth(sign_in) => sign_in.credentials(http).await,
            }
        })
    }
}
