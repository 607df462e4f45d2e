//! Credentials from a service that a URL names.

use super::access_key::Credentials;
use super::answer::{self, Answer};
use super::provider::CredentialsError;
use crate::transport::Http;

/// Requests credentials from `url`.
pub(super) async fn credentials(http: &Http, url: &str) -> Result<Credentials, CredentialsError> {
    let broken = |reason: String| CredentialsError::broken("credentials URI", reason);
    let parsed = reqwest::Url::parse(url).map_err(|_| broken(format!("`{url}` is not a URL")))?;
    let request = http.client(&parsed).get(parsed);
    let answer: Answer = answer::to(request).await.map_err(broken)?;
    answer.credentials().map_err(broken)
}

#[cfg(test)]
mod tests {
    use super::super::test_server::{ANSWER, serve};
    use super::*;

    #[tokio::test]
    async fn a_url_answers_with_credentials() {
        let http = Http::new(answer::TIMEOUT).unwrap();
        let (url, asked) = serve(&[(200, ANSWER)]);
        let found = credentials(&http, &format!("{url}/key?a=b")).await.unwrap();
        assert_eq!(found.security_token(), Some("token"));
        let asked = asked.join().unwrap();
        assert!(asked[0].starts_with("GET /key?a=b "), "{asked:?}");
    }

    #[tokio::test]
    async fn an_answer_without_a_member_is_an_error_that_hides_the_others() {
        let http = Http::new(answer::TIMEOUT).unwrap();
        let incomplete = ANSWER.replace("token", "");
        let long = " ".repeat(70_000) + ANSWER;
        for (status, body, expected) in [
            (200, incomplete.as_str(), "the answer has no SecurityToken"),
            (200, "secret", "the answer cannot be read"),
            (200, &long, "the answer is longer than 65536 bytes"),
            (403, "no", "HTTP 403: no"),
        ] {
            let (url, _) = serve(&[(status, body)]);
            let error = credentials(&http, &url).await.unwrap_err().to_string();
            let expected = format!("credentials URI: {expected}");
            assert!(error.starts_with(&expected), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
