//! Credentials of a sign-in of the vendor's command line with a browser.

use super::access_key::Credentials;
use super::answer::{self, Answer};
use super::provider::CredentialsError;
use crate::transport::Http;

/// Sign-in of the vendor's command line.
///
/// A refresh token can be used once. Only the command line, which stores the next one, uses it.
pub(super) struct OAuth {
    pub(super) site: String,
    pub(super) access_token: String,
}

impl OAuth {
    /// Exchanges the access token for credentials.
    pub(super) async fn credentials(&self, http: &Http) -> Result<Credentials, CredentialsError> {
        let broken = |reason: String| {
            CredentialsError::broken(
                "OAuth",
                format!("{reason}; any call of `aliyun` with this profile renews the sign-in"),
            )
        };
        let url = match self.site.to_ascii_uppercase().as_str() {
            "CN" | "" => "https://oauth.aliyun.com/v1/exchange",
            "INTL" => "https://oauth.alibabacloud.com/v1/exchange",
            site => return Err(broken(format!("site `{site}` is neither CN nor INTL"))),
        };
        let url = reqwest::Url::parse(url).map_err(|error| broken(error.to_string()))?;
        let request = http
            .client(&url)
            .post(url)
            .header("content-type", "application/json")
            .bearer_auth(&self.access_token);
        let answer: Answer = answer::to(request).await.map_err(broken)?;
        answer.credentials().map_err(broken)
    }
}
