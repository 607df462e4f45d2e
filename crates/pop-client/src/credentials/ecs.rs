//! The role of the machine, from the metadata service of ECS.

use std::time::{Duration, SystemTime};

use serde::Deserialize;

use super::{Credentials, CredentialsError};
use crate::transport::{Http, reasons};

const SERVICE: &str = "http://100.100.100.200";
const ROLES: &str = "/latest/meta-data/ram/security-credentials/";

/// The metadata service answers at once or is not there.
const TIMEOUT: Duration = Duration::from_secs(1);

/// Asks the metadata service.
#[derive(Debug)]
pub(crate) struct Ecs {
    http: Http,
    service: String,
    /// Requests without a token are not made.
    only_with_token: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    code: String,
    access_key_id: String,
    access_key_secret: String,
    security_token: String,
    expiration: String,
}

impl Ecs {
    pub(crate) fn new(http: Http, only_with_token: bool) -> Self {
        Self {
            http,
            service: SERVICE.to_owned(),
            only_with_token,
        }
    }

    /// The credentials of a role; without its name, of the role that the machine has.
    pub(crate) async fn credentials(
        &self,
        role: Option<&str>,
    ) -> Result<Credentials, CredentialsError> {
        let token = self.token().await;
        if token.is_none() && self.only_with_token {
            return Err(broken("the metadata service gives no token"));
        }
        let role = match role {
            Some(role) => role.to_owned(),
            None => self.get(ROLES, token.as_deref()).await?,
        };
        let path = format!("{ROLES}{}", role.trim());
        let body = self.get(&path, token.as_deref()).await?;
        let answer: Answer =
            serde_json::from_str(&body).map_err(|error| broken(format!("role {role}: {error}")))?;
        if answer.code != "Success" {
            return Err(broken(format!("role {role}: {}", answer.code)));
        }
        let expiration: SystemTime = humantime::parse_rfc3339(&answer.expiration)
            .map_err(|error| broken(format!("role {role}: expiration: {error}")))?;
        Ok(
            Credentials::new(answer.access_key_id, answer.access_key_secret)
                .with_security_token(answer.security_token)
                .with_expiration(expiration),
        )
    }

    async fn token(&self) -> Option<String> {
        let url = format!("{}/latest/api/token", self.service);
        let request = self
            .http
            .reqwest()
            .put(url)
            .header("X-aliyun-ecs-metadata-token-ttl-seconds", "21600")
            .timeout(TIMEOUT);
        let response = request.send().await.ok()?.error_for_status().ok()?;
        response.text().await.ok()
    }

    async fn get(&self, path: &str, token: Option<&str>) -> Result<String, CredentialsError> {
        let failed = |error: reqwest::Error| broken(reasons(&error));
        let mut request = self
            .http
            .reqwest()
            .get(format!("{}{path}", self.service))
            .timeout(TIMEOUT);
        if let Some(token) = token {
            request = request.header("X-aliyun-ecs-metadata-token", token);
        }
        let response = request.send().await.map_err(failed)?;
        let response = response.error_for_status().map_err(failed)?;
        response.text().await.map_err(failed)
    }
}

fn broken(reason: impl Into<String>) -> CredentialsError {
    CredentialsError::broken("ECS role", reason)
}
