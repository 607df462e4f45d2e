//! The sources of access keys, their order, and the error if none has a key.

#![allow(clippy::expect_used)]

use std::fs;
use std::path::Path;
use std::time::Duration;

use pop_client::credentials::{CredentialsError, DefaultChain, Environment, profile_setting};
use pop_client::transport::Http;
use pop_client::{Credentials, ProvideCredentials};

const CONFIG: &str = r#"{
    "current": "work",
    "profiles": [
        {"name": "work", "mode": "AK", "access_key_id": "work-id", "access_key_secret": "work-secret"},
        {"name": "token", "mode": "StsToken", "access_key_id": "sts-id", "access_key_secret": "sts-secret", "sts_token": "sts-token"},
        {"name": "stale", "mode": "ak", "access_key_id": "stale-id", "access_key_secret": "stale-secret", "sts_token": "left from mode StsToken"},
        {"name": "null", "mode": "AK", "access_key_id": "null-id", "access_key_secret": "null-secret", "sts_token": null, "expired_seconds": null, "enable_vpc": null},
        {"name": null, "mode": null, "access_key_id": null},
        null,
        {"name": "sso", "mode": "CloudSSO", "cloud_sso_sign_in_url": "u", "cloud_sso_account_id": "1", "cloud_sso_access_config": "c", "access_token": null},
        {"name": "robot", "mode": "RsaKeyPair"},
        {"name": "half", "mode": "StsToken", "access_key_id": "i", "access_key_secret": "s"},
        {"name": "role", "mode": "RamRoleArn", "access_key_id": "i", "access_key_secret": "s"},
        {"name": "a", "mode": "ChainableRamRoleArn", "source_profile": "b", "ram_role_arn": "r"},
        {"name": "b", "mode": "ChainableRamRoleArn", "source_profile": "a", "ram_role_arn": "r"},
        {"name": "lost", "mode": "ChainableRamRoleArn", "source_profile": "gone", "ram_role_arn": "r"},
        {"name": "program", "mode": "External", "process_command": "echo '{\"mode\": \"AK\", \"access_key_id\": \"program-id\", \"access_key_secret\": \"s\"}'"},
        {"name": "signed-in", "mode": "OAuth", "access_key_id": "i", "access_key_secret": "s", "sts_token": "t", "sts_expiration": 253402300799},
        {"name": "signed-out", "mode": "OAuth", "access_key_id": "i", "access_key_secret": "s", "sts_token": "t", "sts_expiration": 1},
        {"name": "empty", "mode": "AK", "ons_mqtt_default_instance": "post-cn-mine"}
    ]
}"#;

const INI: &str = "[default]\ntype = access_key\naccess_key_id = ini-id\naccess_key_secret = Ini-Secret\n\n[temporary]\ntype = sts\naccess_key_id = t-id\naccess_key_secret = t-secret\nsecurity_token = t-token\n\n[robot]\ntype = rsa_key_pair\n\n[stale-ini]\ntype = access_key\naccess_key_id = s-id\naccess_key_secret = s-secret\nsecurity_token = old\n";

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
        (Some(CONFIG), None, Some("robot"), "mode RsaKeyPair; AK, "),
        (
            Some(CONFIG),
            None,
            Some("empty"),
            "`empty` has no access_key_id",
        ),
        (Some(CONFIG), None, Some("half"), "`half` has no sts_token"),
        (
            Some(CONFIG),
            None,
            Some("role"),
            "`role` has no ram_role_arn",
        ),
        (Some(CONFIG), None, Some("sso"), "`sso` has no access_token"),
        (
            Some(CONFIG),
            None,
            Some("a"),
            "source_profile `a`, which leads back",
        ),
        (
            Some(CONFIG),
            None,
            Some("lost"),
            "source_profile `gone`, which does not exist",
        ),
        (
            Some(CONFIG),
            None,
            Some("signed-out"),
            "`signed-out` has no oauth_access_token",
        ),
        (
            Some(CONFIG),
            None,
            Some("nobody"),
            "has no profile `nobody`",
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
async fn a_token_left_from_another_mode_and_null_members_are_ignored() {
    let home = home(Some(CONFIG), Some(INI));
    for (profile, expected) in [
        ("stale", Credentials::new("stale-id", "stale-secret")),
        ("null", Credentials::new("null-id", "null-secret")),
        ("stale-ini", Credentials::new("s-id", "s-secret")),
    ] {
        let found = find(at_home(home.path(), &[]), Some(profile)).await;
        assert_eq!(found.expect("found"), expected);
    }
    let nothing = self::home(Some(r#"{"current": null, "profiles": null}"#), None);
    let error = find(at_home(nothing.path(), &[]), None).await;
    assert!(matches!(error, Err(CredentialsError::None(_))), "{error:?}");
}

#[tokio::test]
async fn a_program_and_a_sign_in_give_keys() {
    let home = home(Some(CONFIG), None);
    let found = find(at_home(home.path(), &[]), Some("program")).await;
    assert_eq!(found.expect("found").access_key_id(), "program-id");
    let found = find(at_home(home.path(), &[]), Some("signed-in")).await;
    assert_eq!(found.expect("found").security_token(), Some("t"));
}

#[tokio::test]
async fn files_may_be_elsewhere_or_have_another_name() {
    let home = home(Some(CONFIG), None);
    let config = home.path().join(".aliyun/config.json");
    let path = config.to_str().expect("UTF-8");
    let environment = at_home(
        Path::new("/nowhere"),
        &[("ALIBABA_CLOUD_CONFIG_FILE", path)],
    );
    let found = find(environment, None).await.expect("found");
    assert_eq!(found.access_key_id(), "work-id");

    let home = self::home(None, Some(INI));
    let folder = home.path().join(".alibabacloud");
    fs::rename(folder.join("credentials.ini"), folder.join("credentials")).expect("rename");
    let found = find(at_home(home.path(), &[]), None).await.expect("found");
    assert_eq!(found.access_key_id(), "ini-id");
}

#[tokio::test]
async fn a_token_of_an_identity_provider_comes_before_the_files() {
    let home = home(Some(CONFIG), None);
    let oidc = [
        ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r"),
        (
            "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
            "acs:ram::1:oidc-provider/p",
        ),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/nowhere/token"),
    ];
    let error = find(at_home(home.path(), &oidc), None).await;
    let error = error.expect_err("the file does not exist").to_string();
    assert!(error.starts_with("/nowhere/token: "), "{error}");
    let found = find(at_home(home.path(), &oidc[..2]), None).await;
    assert_eq!(found.expect("found").access_key_id(), "work-id");
}

#[tokio::test]
async fn a_credentials_uri_is_asked_last() {
    let home = home(None, None);
    let uri = [("ALIBABA_CLOUD_CREDENTIALS_URI", "http://127.0.0.1:1/")];
    let error = find(at_home(home.path(), &uri), None).await;
    let error = error.expect_err("nobody answers").to_string();
    let metadata = error.find("ALIBABA_CLOUD_ECS_METADATA_DISABLED is true");
    let uri = error.find("credentials URI: error sending request");
    assert!(metadata.is_some() && metadata < uri, "{error}");
}

#[test]
fn a_profile_may_have_other_settings() {
    let home = home(Some(CONFIG), Some("[default]\nanswer = 42\n"));
    let setting = |profile, key| profile_setting(&at_home(home.path(), &[]), profile, key);
    let found = setting(Some("empty"), "ons_mqtt_default_instance");
    assert_eq!(found.as_deref(), Some("post-cn-mine"));
    assert_eq!(setting(None, "ons_mqtt_default_instance"), None);
    assert_eq!(setting(Some("default"), "answer").as_deref(), Some("42"));
    assert_eq!(setting(Some("default"), "question"), None);
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
