//! Answers of services that give out credentials.

use std::time::Duration;

use pop_rpc::timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::access_key::Credentials;
use crate::transport::reasons;

/// Longest answer that is read, in bytes; credentials take about two thousand.
pub(super) const LONGEST: usize = 64 << 10;

/// Time limit of a request.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

/// Longest part of an answer that an error shows, in characters.
const SHOWN: usize = 200;

/// Temporary credentials as these services write them.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// `Success`, in answers that have it.
    code: Option<String>,
    access_key_id: Option<String>,
    access_key_secret: Option<String>,
    security_token: Option<String>,
    expiration: Option<String>,
}

impl Answer {
    /// Converts the answer; all four members are required.
    pub(super) fn credentials(self) -> Result<Credentials, String> {
        if let Some(code) = self.code.filter(|code| code != "Success") {
            return Err(code);
        }
        let required = |member: Option<String>, name: &str| {
            let member = member.filter(|member| !member.is_empty());
            member.ok_or_else(|| format!("the answer has no {name}"))
        };
        let id = required(self.access_key_id, "AccessKeyId")?;
        let secret = required(self.access_key_secret, "AccessKeySecret")?;
        let token = required(self.security_token, "SecurityToken")?;
        let expiration = required(self.expiration, "Expiration")?;
        let expiration = timestamp::read(&expiration)
            .ok_or_else(|| format!("expiration `{expiration}` is not a valid time"))?;
        Ok(Credentials::new(id, secret)
            .with_security_token(token)
            .with_expiration(expiration))
    }
}

/// Sends a request and reads its answer.
pub(super) async fn to<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, String> {
    read(&body(request.timeout(TIMEOUT)).await?)
}

/// Reads an answer. The error does not show its text, which may be a secret.
pub(super) fn read<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, String> {
    serde_json::from_str(body).map_err(|error| format!("the answer cannot be read: {error}"))
}

/// Sends a request and returns the body of a successful answer.
pub(super) async fn body(request: reqwest::RequestBuilder) -> Result<String, String> {
    let failed = |error: reqwest::Error| reasons(&error.without_url());
    let mut response = request.send().await.map_err(failed)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > LONGEST {
            return Err(format!("the answer is longer than {LONGEST} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    let body = String::from_utf8_lossy(&body).into_owned();
    if response.status().is_success() {
        return Ok(body);
    }
    let shown: String = body.chars().take(SHOWN).collect();
    let status = response.status().as_u16();
    Err(match shown.trim() {
        "" => format!("HTTP {status}"),
        shown => format!("HTTP {status}: {shown}"),
    })
}
