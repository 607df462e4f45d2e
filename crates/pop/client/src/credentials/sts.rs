//! Credentials of a role, from the vendor's security token service (STS).

use std::fs;
use std::time::SystemTime;

use pop_rpc::canonical::query_of;
use pop_rpc::signature::{SIGNATURE_VERSION, name, string_to_sign};
use pop_rpc::{Format, Method, Parameters, SignatureMethod, SigningKey, timestamp};
use serde::Deserialize;

use super::access_key::Credentials;
use super::answer::{self, Answer};
use super::environment::Environment;
use super::provider::CredentialsError;
use crate::nonce::nonce;
use crate::transport::Http;

/// Version of the service's API.
const VERSION: &str = "2015-04-01";

/// Validity of the credentials unless a profile sets another, in seconds.
const VALIDITY: u64 = 3600;

/// Role to assume, and the service to ask for it.
pub(super) struct Role {
    /// URL of the service.
    pub(super) url: String,
    /// Resource name of the role.
    pub(super) arn: String,
    /// Name of the session, which the audit log of the vendor shows.
    pub(super) session: String,
    /// Validity of the credentials in seconds.
    pub(super) validity: Option<u64>,
    /// Policy that narrows the rights of the role.
    pub(super) policy: Option<String>,
    /// ID that the owner of the role expects from a third party.
    pub(super) external_id: Option<String>,
}

/// Role that the holder of a token of an identity provider assumes.
pub(super) struct Oidc {
    pub(super) role: Role,
    /// Resource name of the identity provider.
    pub(super) provider_arn: String,
    /// File with the token, which its owner replaces before it expires.
    pub(super) token_file: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Assumed {
    credentials: Answer,
}

/// Returns the URL of the service of a region, or of the global one.
pub(super) fn url(environment: &Environment, region: Option<String>, is_vpc: bool) -> String {
    let is_vpc = is_vpc || environment.is_true("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED");
    let prefix = if is_vpc { "sts-vpc" } else { "sts" };
    match region.or_else(|| environment.get("ALIBABA_CLOUD_STS_REGION")) {
        Some(region) => format!("https://{prefix}.{region}.aliyuncs.com/"),
        None => "https://sts.aliyuncs.com/".to_owned(),
    }
}

impl Role {
    /// Assumes the role with other credentials.
    pub(super) async fn assume(
        &self,
        http: &Http,
        holder: &Credentials,
    ) -> Result<Credentials, CredentialsError> {
        let mut parameters = self.parameters("AssumeRole");
        for (name, value) in [
            (name::ACCESS_KEY_ID, holder.access_key_id()),
            (name::SIGNATURE_METHOD, SignatureMethod::HmacSha1.as_str()),
            (name::SIGNATURE_VERSION, SIGNATURE_VERSION),
            (name::SIGNATURE_NONCE, &nonce()),
        ] {
            parameters.insert(name, value);
        }
        if let Some(token) = holder.security_token() {
            parameters.insert(name::SECURITY_TOKEN, token);
        }
        if let Some(external_id) = &self.external_id {
            parameters.insert("ExternalId", external_id);
        }
        let key = SigningKey::new(SignatureMethod::HmacSha1, holder.access_key_secret());
        let signature = key.sign(&string_to_sign(Method::Post, &parameters));
        parameters.insert(name::SIGNATURE, signature);
        self.ask(http, parameters).await
    }

    /// Returns the parameters that both actions have.
    fn parameters(&self, action: &str) -> Parameters {
        let validity = self.validity.unwrap_or(VALIDITY).to_string();
        let timestamp = timestamp::write(SystemTime::now());
        let mut parameters = Parameters::from_iter([
            (name::ACTION, action),
            (name::VERSION, VERSION),
            (name::FORMAT, Format::Json.as_str()),
            (name::TIMESTAMP, &timestamp),
            ("RoleArn", &self.arn),
            ("RoleSessionName", &self.session),
            ("DurationSeconds", &validity),
        ]);
        if let Some(policy) = &self.policy {
            parameters.insert("Policy", policy);
        }
        parameters
    }

    async fn ask(
        &self,
        http: &Http,
        parameters: Parameters,
    ) -> Result<Credentials, CredentialsError> {
        let broken = |reason: String| {
            CredentialsError::broken(format!("role {}", self.arn), format!("STS: {reason}"))
        };
        let url = reqwest::Url::parse(&self.url)
            .map_err(|_| broken(format!("`{}` is not a URL", self.url)))?;
        let request = http
            .client(&url)
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(query_of(&parameters));
        let answer: Assumed = answer::to(request).await.map_err(broken)?;
        answer.credentials.credentials().map_err(broken)
    }
}

impl Oidc {
    /// Assumes the role with the token in the file, which is read each time.
    pub(super) async fn assume(&self, http: &Http) -> Result<Credentials, CredentialsError> {
        let token = fs::read_to_string(&self.token_file)
            .map_err(|error| CredentialsError::broken(&self.token_file, error.to_string()))?;
        let mut parameters = self.role.parameters("AssumeRoleWithOIDC");
        parameters.insert("OIDCProviderArn", &self.provider_arn);
        parameters.insert("OIDCToken", token.trim());
        self.role.ask(http, parameters).await
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::test_server::{ANSWER, serve};
    use super::*;

    fn role(url: String) -> Role {
        Role {
            url,
            arn: "acs:ram::1:role/reader".to_owned(),
            session: "session".to_owned(),
            validity: Some(900),
            policy: Some("{}".to_owned()),
            external_id: Some("external".to_owned()),
        }
    }

    /// Returns the parameters of a request, decoded.
    fn parameters(request: &str) -> Parameters {
        let (_, form) = request.split_once("\r\n\r\n").unwrap();
        let url = reqwest::Url::parse(&format!("http://x/?{form}")).unwrap();
        url.query_pairs().into_owned().collect()
    }

    #[tokio::test]
    async fn a_role_is_assumed_with_a_signed_request() {
        let answer = format!(r#"{{"RequestId": "1", "Credentials": {ANSWER}}}"#);
        let (url, asked) = serve(&[(200, &answer)]);
        let holder = Credentials::new("id", "key-secret").with_security_token("holder-token");
        let http = Http::new(answer::TIMEOUT).unwrap();
        let found = role(url).assume(&http, &holder).await.unwrap();
        assert_eq!(found.access_key_id(), "STS.id");
        assert_eq!(found.security_token(), Some("token"));

        let sent = parameters(&asked.join().unwrap()[0]);
        for (name, expected) in [
            ("Action", "AssumeRole"),
            ("Version", "2015-04-01"),
            ("AccessKeyId", "id"),
            ("SecurityToken", "holder-token"),
            ("RoleArn", "acs:ram::1:role/reader"),
            ("RoleSessionName", "session"),
            ("DurationSeconds", "900"),
            ("Policy", "{}"),
            ("ExternalId", "external"),
        ] {
            assert_eq!(sent.get(name), Some(expected), "{name}");
        }
        let key = SigningKey::new(SignatureMethod::HmacSha1, "key-secret");
        let signature = sent.get("Signature").unwrap();
        assert!(key.verify(&string_to_sign(Method::Post, &sent), signature));
    }

    #[tokio::test]
    async fn a_token_of_an_identity_provider_is_read_for_each_request_and_not_signed() {
        let answer = format!(r#"{{"Credentials": {ANSWER}}}"#);
        let (url, asked) = serve(&[(200, &answer), (200, &answer)]);
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let oidc = Oidc {
            role: role(url),
            provider_arn: "acs:ram::1:oidc-provider/p".to_owned(),
            token_file: file.path().to_str().unwrap().to_owned(),
        };
        let http = Http::new(answer::TIMEOUT).unwrap();
        writeln!(file, "first").unwrap();
        oidc.assume(&http).await.unwrap();
        file.as_file().set_len(0).unwrap();
        std::fs::write(file.path(), "second").unwrap();
        oidc.assume(&http).await.unwrap();

        let asked = asked.join().unwrap();
        for (request, token) in asked.iter().zip(["first", "second"]) {
            let sent = parameters(request);
            assert_eq!(sent.get("Action"), Some("AssumeRoleWithOIDC"));
            assert_eq!(sent.get("OIDCToken"), Some(token));
            let provider = sent.get("OIDCProviderArn");
            assert_eq!(provider, Some("acs:ram::1:oidc-provider/p"));
            assert_eq!(sent.get("Signature"), None);
        }
    }

    #[tokio::test]
    async fn a_refusal_shows_what_the_service_said() {
        let body = r#"{"Code": "EntityNotExist.Role", "Message": "no such role"}"#;
        let (url, _) = serve(&[(404, body)]);
        let http = Http::new(answer::TIMEOUT).unwrap();
        let holder = Credentials::new("id", "hidden");
        let error = role(url).assume(&http, &holder).await.unwrap_err();
        let error = error.to_string();
        let expected = "role acs:ram::1:role/reader: STS: HTTP 404: {\"Code\"";
        assert!(error.starts_with(expected), "{error}");
    }

    #[test]
    fn the_service_follows_region_and_network() {
        let none = || Environment::from([]);
        let given = Environment::from([("ALIBABA_CLOUD_STS_REGION", "cn-beijing")]);
        let vpc = Environment::from([("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true")]);
        let region = || Some("cn-hangzhou".to_owned());
        for (expected, url) in [
            ("https://sts.aliyuncs.com/", url(&none(), None, false)),
            ("https://sts.aliyuncs.com/", url(&vpc, None, false)),
            (
                "https://sts.cn-beijing.aliyuncs.com/",
                url(&given, None, false),
            ),
            (
                "https://sts.cn-hangzhou.aliyuncs.com/",
                url(&given, region(), false),
            ),
            (
                "https://sts-vpc.cn-hangzhou.aliyuncs.com/",
                url(&none(), region(), true),
            ),
            (
                "https://sts-vpc.cn-hangzhou.aliyuncs.com/",
                url(&vpc, region(), false),
            ),
        ] {
            assert_eq!(url, expected);
        }
    }
}
