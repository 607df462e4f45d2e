//! Credentials of an access configuration of CloudSSO.

use serde::Deserialize;

use super::access_key::Credentials;
use super::answer::{self, Answer};
use super::provider::CredentialsError;
use crate::transport::Http;

/// Sign-in of the vendor's command line.
pub(super) struct CloudSso {
    pub(super) sign_in_url: String,
    pub(super) account_id: String,
    pub(super) access_configuration_id: String,
    pub(super) access_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CloudCredentials {
    cloud_credential: Answer,
}

impl CloudSso {
    /// Exchanges the access token for credentials.
    pub(super) async fn credentials(&self, http: &Http) -> Result<Credentials, CredentialsError> {
        let broken = |reason: String| {
            CredentialsError::broken(
                "CloudSSO",
                format!("{reason}; `aliyun configure --mode CloudSSO` signs in again"),
            )
        };
        let url = reqwest::Url::parse(&self.sign_in_url)
            .and_then(|url| url.join("/cloud-credentials"))
            .map_err(|_| broken(format!("`{}` is not a URL", self.sign_in_url)))?;
        let body = serde_json::json!({
            "AccountId": self.account_id,
            "AccessConfigurationId": self.access_configuration_id,
        });
        let request = http
            .client(&url)
            .post(url)
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .bearer_auth(&self.access_token)
            .body(body.to_string());
        let answer: CloudCredentials = answer::to(request).await.map_err(broken)?;
        answer.cloud_credential.credentials().map_err(broken)
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_server::{ANSWER, serve};
    use super::*;

    #[tokio::test]
    async fn an_access_token_of_cloud_sso_is_exchanged() {
        let http = Http::new(answer::TIMEOUT).unwrap();
        let answer = format!(r#"{{"CloudCredential": {ANSWER}, "RequestId": "1"}}"#);
        let (url, asked) = serve(&[(200, &answer)]);
        let sign_in = CloudSso {
            sign_in_url: format!("{url}/start/login"),
            account_id: "1".to_owned(),
            access_configuration_id: "ac-1".to_owned(),
            access_token: "bearer".to_owned(),
        };
        sign_in.credentials(&http).await.unwrap();
        let asked = &asked.join().unwrap()[0];
        assert!(asked.starts_with("POST /cloud-credentials "), "{asked}");
        assert!(asked.contains("authorization: Bearer bearer"), "{asked}");
        for member in [r#""AccessConfigurationId":"ac-1""#, r#""AccountId":"1""#] {
            assert!(asked.contains(member), "{asked}");
        }
    }
}
