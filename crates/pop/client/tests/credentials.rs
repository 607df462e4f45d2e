//! The sources of access keys, their order, and the error if none has a key.

#![allow(clippy::expect_used)]

use std::fs;
use std::path::Path;
use std::time::Duration;

use pop_client::credentials::{CredentialsError, DefaultChain, Environment};
use pop_client::transport::Http;
use pop_client::{Credentials, ProvideCredentials};

const CONFIG: &str = r#"{
    "current": "work",
    "profiles": [
        {"name": "work", "mode": "AK", "access_key_id": "work-id", "access_key_secret": "work-secret"},
        {"name": "token", "mode": "StsToken", "access_key_id": "sts-id", "access_key_secret": "sts-secret", "sts_token": "sts-token"},
        {"name": "sso", "mode": "CloudSSO"},
        {"name": "empty", "mode": "AK"}
    ]
}"#;

const INI: &str = "[default]\ntype = access_key\naccess_key_id = ini-id\naccess_key_secret = Ini-Secret\n\n[temporary]\ntype = sts\naccess_key_id = t-id\naccess_key_secret = t-secret\nsecurity_token = t-token\n\n[robot]\ntype = rsa_key_pair\n";

async fn find(
    environment: Environment,
    profile: Option<&str>,
) -> Result<Credentials, CredentialsError> {
    let http = Http::new(Duration::from_secs(1)).expect("set up TLS");
    DefaultChain::new(environment, profile.map(str::to_owned), http)
        .credentials()
        .await
}

/// Environment with this home directory. It disables the metadata service, which tests cannot
/// reach.
fn at_home<'a>(home: &'a Path, more: &[(&'a str, &'a str)]) -> Environment {
    let mut variables = vec![
        ("HOME", home.to_str().expect("UTF-8")),
        ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"),
    ];
    variables.extend(more);
    let variables: [(&str, &str); 5] =
        std::array::from_fn(|index| variables.get(index).copied().unwrap_or(("", "")));
    Environment::from(variables)
}

fn home(config: Option<&str>, ini: Option<&str>) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("temporary directory");
    for (folder, file, text) in [
        (".aliyun", "config.json", config),
        (".alibabacloud", "credentials.ini", ini),
    ] {
        if let Some(text) = text {
            let folder = home.path().join(folder);
            fs::create_dir(&folder).expect("create directory");
            fs::write(folder.join(file), text).expect("write file");
        }
    }
    home
}

#[tokio::test]
async fn the_environment_takes_precedence_over_the_files() {
    let home = home(Some(CONFIG), Some(INI));
    let environment = at_home(
        home.path(),
        &[
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id"),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret"),
            ("ALIBABA_CLOUD_SECURITY_TOKEN", "env-token"),
        ],
    );
    let found = find(environment, None).await.expect("found");
    assert_eq!(
        found,
        Credentials::new("env-id", "env-secret").with_security_token("env-token")
    );
}

#[tokio::test]
async fn the_profile_of_the_command_line_takes_precedence_over_the_ini_file() {
    let home = home(Some(CONFIG), Some(INI));
    let found = find(at_home(home.path(), &[]), None).await.expect("found");
    assert_eq!(found, Credentials::new("work-id", "work-secret"));
}

#[tokio::test]
async fn a_profile_is_found_by_name_even_if_the_environment_has_a_key() {
    let home = home(Some(CONFIG), Some(INI));
    let environment = at_home(
        home.path(),
        &[
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id"),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret"),
        ],
    );
    let found = find(environment.clone(), Some("token"))
        .await
        .expect("found");
    assert_eq!(
        found,
        Credentials::new("sts-id", "sts-secret").with_security_token("sts-token")
    );
    let found = find(environment, Some("temporary")).await.expect("found");
    assert_eq!(
        found,
        Credentials::new("t-id", "t-secret").with_security_token("t-token")
    );
}

#[tokio::test]
async fn the_ini_file_keeps_the_case_of_its_values() {
    let home = home(None, Some(INI));
    let found = find(at_home(home.path(), &[]), None).await.expect("found");
    assert_eq!(found, Credentials::new("ini-id", "Ini-Secret"));
}

#[tokio::test]
async fn a_broken_file_is_an_error_and_is_not_skipped() {
    for (config, ini, profile, expected) in [
        (Some("{"), None, None, "config.json: EOF"),
        (
            Some(CONFIG),
            None,
            Some("sso"),
            "mode CloudSSO; AK, StsToken and EcsRamRole",
        ),
        (
            Some(CONFIG),
            None,
            Some("empty"),
            "profile `empty` has no access key",
        ),
        (
            None,
            Some(INI),
            Some("robot"),
            "type rsa_key_pair; access_key, sts",
        ),
    ] {
        let home = home(config, ini);
        let error = find(at_home(home.path(), &[]), profile).await;
        let error = error.expect_err("must fail").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn half_a_key_in_the_environment_is_an_error() {
    let home = home(Some(CONFIG), None);
    let environment = at_home(home.path(), &[("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id")]);
    let error = find(environment, None).await.expect_err("must fail");
    assert_eq!(
        error.to_string(),
        "environment: ALIBABA_CLOUD_ACCESS_KEY_ID is set, but \
         ALIBABA_CLOUD_ACCESS_KEY_SECRET is not"
    );
}

#[tokio::test]
async fn an_error_without_credentials_lists_all_sources() {
    let home = home(None, None);
    let environment = at_home(home.path(), &[("ALIBABA_CLOUD_ACCESS_KEY_ID", "")]);
    let error = find(environment, None).await.expect_err("must fail");
    let error = error.to_string();
    for part in [
        "no access key found",
        "ALIBABA_CLOUD_ACCESS_KEY_ID is not set",
        "config.json does not exist",
        "credentials.ini does not exist",
        "ALIBABA_CLOUD_ECS_METADATA_DISABLED is true",
    ] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn debug_shows_the_id_but_not_the_secret() {
    let credentials = Credentials::new("id", "hidden-secret").with_security_token("hidden-token");
    let shown = format!("{credentials:?}");
    assert!(
        shown.contains("\"id\"") && !shown.contains("hidden"),
        "{shown}"
    );
}
