//! Credentials of the machine's role, from the metadata service of ECS.

use std::time::Duration;

use super::access_key::Credentials;
use super::answer::{self, Answer};
use super::provider::CredentialsError;
use crate::transport::Http;

const SERVICE: &str = "http://100.100.100.200";
const ROLES: &str = "/latest/meta-data/ram/security-credentials/";

/// Time limit of a request; the metadata service answers at once or does not exist.
const TIMEOUT: Duration = Duration::from_secs(1);

/// Requests the credentials of a role, or of the machine's own role if no name is given.
///
/// With `only_with_token`, requests without a token of the service are forbidden.
pub(super) async fn credentials(
    http: &Http,
    role: Option<&str>,
    only_with_token: bool,
) -> Result<Credentials, CredentialsError> {
    let service = Service {
        http,
        url: SERVICE,
        only_with_token,
    };
    service.credentials(role).await
}

/// The metadata service.
struct Service<'a> {
    http: &'a Http,
    url: &'a str,
    only_with_token: bool,
}

impl Service<'_> {
    async fn credentials(&self, role: Option<&str>) -> Result<Credentials, CredentialsError> {
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
        let failed = |reason| broken(format!("role {role}: {reason}"));
        let answer: Answer = answer::read(&body).map_err(failed)?;
        answer.credentials().map_err(failed)
    }

    async fn token(&self) -> Option<String> {
        let url = format!("{}/latest/api/token", self.url);
        // The service is on the machine itself, where no proxy can reach it.
        let request = self
            .http
            .direct()
            .put(url)
            .header("X-aliyun-ecs-metadata-token-ttl-seconds", "21600")
            .timeout(TIMEOUT);
        answer::body(request).await.ok()
    }

    async fn get(&self, path: &str, token: Option<&str>) -> Result<String, CredentialsError> {
        let url = format!("{}{path}", self.url);
        let mut request = self.http.direct().get(url).timeout(TIMEOUT);
        if let Some(token) = token {
            request = request.header("X-aliyun-ecs-metadata-token", token);
        }
        answer::body(request).await.map_err(broken)
    }
}

fn broken(reason: impl Into<String>) -> CredentialsError {
    CredentialsError::broken("ECS role", reason)
}

#[cfg(test)]
mod tests {
    use pop_rpc::timestamp;

    use super::super::test_server::{ANSWER, serve};
    use super::*;

    /// Asks a service that sends these answers; returns the result and what it was asked.
    async fn ask(
        answers: &[(u16, &str)],
        role: Option<&str>,
        only_with_token: bool,
    ) -> (Result<Credentials, CredentialsError>, Vec<String>) {
        let (url, asked) = serve(answers);
        let service = Service {
            http: &Http::new(TIMEOUT).unwrap(),
            url: &url,
            only_with_token,
        };
        let found = service.credentials(role).await;
        (found, asked.join().unwrap())
    }

    #[tokio::test]
    async fn a_role_is_requested_with_a_token() {
        let answers = [(200, "metadata-token"), (200, "the-role"), (200, ANSWER)];
        let (found, asked) = ask(&answers, None, false).await;
        let credentials = found.unwrap();
        assert_eq!(credentials.access_key_id(), "STS.id");
        assert_eq!(credentials.security_token(), Some("token"));
        let expiration = timestamp::read("2026-11-23T06:00:00Z");
        assert_eq!(credentials.expiration(), expiration);
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
        let (found, _) = ask(&[(404, ""), (200, ANSWER)], Some("known-role"), false).await;
        found.unwrap();
        let (found, _) = ask(&[(404, "")], Some("known-role"), true).await;
        assert_eq!(
            found.unwrap_err().to_string(),
            "ECS role: the metadata service did not return a token"
        );
    }

    #[tokio::test]
    async fn an_answer_without_success_is_an_error() {
        let answer = ANSWER.replace("Success", "Failed");
        let (found, _) = ask(&[(200, "t"), (200, &answer)], Some("role"), false).await;
        let error = found.unwrap_err();
        assert_eq!(error.to_string(), "ECS role: role role: Failed");
    }
}
