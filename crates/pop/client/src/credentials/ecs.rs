//! Credentials of the machine's role, from the metadata service of ECS.

use std::time::Duration;

use pop_rpc::timestamp;
use serde::Deserialize;

use super::access_key::Credentials;
use super::provider::CredentialsError;
use crate::transport::{Http, reasons};

const SERVICE: &str = "http://100.100.100.200";
const ROLES: &str = "/latest/meta-data/ram/security-credentials/";

/// Time limit of a request; the metadata service answers at once or does not exist.
const TIMEOUT: Duration = Duration::from_secs(1);

/// Client of the metadata service.
#[derive(Debug)]
pub(crate) struct Ecs {
    http: Http,
    service: String,
    /// `true` if requests without a token are forbidden.
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

    /// Requests the credentials of a role, or of the machine's own role if no name is given.
    pub(crate) async fn credentials(
        &self,
        role: Option<&str>,
    ) -> Result<Credentials, CredentialsError> {
        let token = self.token().await;
        if token.is_none() && self.only_with_token {
            return Err(broken("the metadata service did not return a token"));
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
        let expiration = timestamp::read(&answer.expiration).ok_or_else(|| {
            let expiration = &answer.expiration;
            broken(format!(
                "role {role}: expiration `{expiration}` is not a valid time"
            ))
        })?;
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

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::thread::{self, JoinHandle};

    use super::*;

    /// Starts a metadata service that sends these answers, one per connection, and returns the
    /// requests that it received.
    fn metadata(answers: &[(u16, &str)]) -> (Ecs, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ecs = Ecs {
            http: Http::new(TIMEOUT).unwrap(),
            service: format!("http://{}", listener.local_addr().unwrap()),
            only_with_token: false,
        };
        let answers: Vec<(u16, String)> = answers
            .iter()
            .map(|(status, body)| (*status, (*body).to_owned()))
            .collect();
        let asked = thread::spawn(move || {
            let mut asked = Vec::new();
            for (status, body) in answers {
                let (mut connection, _) = listener.accept().unwrap();
                let lines = BufReader::new(&connection).lines().map_while(Result::ok);
                asked.push(
                    lines
                        .take_while(|line| !line.is_empty())
                        .collect::<Vec<_>>()
                        .join("\n"),
                );
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
                );
                connection.write_all((head + &body).as_bytes()).unwrap();
            }
            asked
        });
        (ecs, asked)
    }

    const ANSWER: &str = r#"{"Code": "Success", "AccessKeyId": "STS.id", "AccessKeySecret": "secret",
        "SecurityToken": "token", "Expiration": "2026-11-23T06:00:00Z", "LastUpdated": "x"}"#;

    #[tokio::test]
    async fn a_role_is_requested_with_a_token() {
        let (ecs, asked) = metadata(&[(200, "metadata-token"), (200, "the-role"), (200, ANSWER)]);
        let credentials = ecs.credentials(None).await.unwrap();
        assert_eq!(credentials.access_key_id(), "STS.id");
        assert_eq!(credentials.security_token(), Some("token"));
        let expiration = timestamp::read("2026-11-23T06:00:00Z");
        assert_eq!(credentials.expiration(), expiration);
        let asked = asked.join().unwrap();
        assert!(asked[0].starts_with("PUT /latest/api/token "), "{asked:?}");
        assert!(
            asked[2].contains("/security-credentials/the-role "),
            "{asked:?}"
        );
        assert!(
            asked[2].contains("x-aliyun-ecs-metadata-token: metadata-token"),
            "{asked:?}"
        );
    }

    #[tokio::test]
    async fn requests_without_a_token_are_made_unless_forbidden() {
        let (ecs, _) = metadata(&[(404, ""), (200, ANSWER)]);
        ecs.credentials(Some("known-role")).await.unwrap();
        let (mut ecs, _) = metadata(&[(404, "")]);
        ecs.only_with_token = true;
        let error = ecs.credentials(Some("known-role")).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "ECS role: the metadata service did not return a token"
        );
    }

    #[tokio::test]
    async fn an_answer_without_success_is_an_error() {
        let answer = ANSWER.replace("Success", "Failed");
        let (ecs, _) = metadata(&[(200, "t"), (200, &answer)]);
        let error = ecs.credentials(Some("role")).await.unwrap_err();
        assert_eq!(error.to_string(), "ECS role: role role: Failed");
    }
}
