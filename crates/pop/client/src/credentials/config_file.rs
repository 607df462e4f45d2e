//! Profiles of the vendor's command line, in `~/.aliyun/config.json`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::cloud_sso::CloudSso;
use super::environment::Environment;
use super::oauth::OAuth;
use super::profile::{self, Profile, RoleSettings, read};
use super::provider::{CredentialsError, Found};
use super::source::Source;
use super::sts::Oidc;

/// Modes of a profile that are supported.
const MODES: &str = "AK, StsToken, RamRoleArn, EcsRamRole, RamRoleArnWithRoleName, OIDC, \
    ChainableRamRoleArn, CredentialsURI, CloudSSO, OAuth and External";

const ROLE: RoleSettings = RoleSettings {
    arn: "ram_role_arn",
    session: "ram_session_name",
};

/// Contents of the file. Only the profile that is used is read further.
#[derive(Deserialize)]
struct Contents {
    current: Option<String>,
    profiles: Option<Vec<Option<Map<String, Value>>>>,
}

/// The file, found and parsed.
struct File {
    path: PathBuf,
    current: String,
    profiles: Vec<Map<String, Value>>,
}

/// Finds a profile.
pub(super) fn profile(environment: &Environment, name: Option<&str>) -> Found<Profile> {
    let file = File::find(environment)?;
    Ok(file.and_then(|file| file.profile(&file.name(environment, name))))
}

/// Returns the source that a profile describes.
pub(super) fn source(environment: &Environment, name: Option<&str>) -> Found<Source> {
    let file = match File::find(environment)? {
        Ok(file) => file,
        Err(reason) => return Ok(Err(reason)),
    };
    let profile = match file.profile(&file.name(environment, name)) {
        Ok(profile) => profile,
        Err(reason) => return Ok(Err(reason)),
    };
    let source = file.describe(&profile, environment, &mut Vec::new())?;
    Ok(Ok(source))
}

impl File {
    fn find(environment: &Environment) -> Found<Self> {
        if environment.is_true("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") {
            let reason = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED is true";
            return Ok(Err(reason.to_owned()));
        }
        let path = match environment.get("ALIBABA_CLOUD_CONFIG_FILE") {
            Some(path) => PathBuf::from(path),
            None => match environment.home() {
                Some(home) => home.join(".aliyun").join("config.json"),
                None => return Ok(Err("HOME is not set".to_owned())),
            },
        };
        let Some(text) = read(&path)? else {
            return Ok(Err(format!("{} does not exist", path.display())));
        };
        let contents: Contents = serde_json::from_str(&text).map_err(|error| {
            CredentialsError::broken(path.display().to_string(), error.to_string())
        })?;
        let profiles = contents.profiles.unwrap_or_default();
        Ok(Ok(Self {
            path,
            current: contents.current.unwrap_or_default(),
            profiles: profiles.into_iter().flatten().collect(),
        }))
    }

    /// Returns the name of the profile to use.
    fn name(&self, environment: &Environment, given: Option<&str>) -> String {
        profile::name(given, environment).unwrap_or_else(|| self.current.clone())
    }

    fn profile(&self, name: &str) -> Result<Profile, String> {
        let mut profiles = self.profiles.iter();
        match profiles.find(|profile| profile.get("name").and_then(Value::as_str) == Some(name)) {
            Some(profile) => Ok(Profile {
                path: self.path.clone(),
                name: name.to_owned(),
                settings: settings(profile),
            }),
            None => Err(format!("{} has no profile `{name}`", self.path.display())),
        }
    }

    /// Converts a profile; `users` are the profiles whose source it is.
    fn describe(
        &self,
        profile: &Profile,
        environment: &Environment,
        users: &mut Vec<String>,
    ) -> Result<Source, CredentialsError> {
        let mode = profile.get("mode").unwrap_or_default();
        let role = || profile.role(ROLE, environment);
        Ok(match mode.to_ascii_lowercase().as_str() {
            "ak" | "" => Source::Key(profile.key()?),
            "ststoken" => Source::Key(profile.temporary_key("sts_token")?),
            "ecsramrole" => Source::machine(profile.get("ram_role_name"), environment),
            "ramrolearn" => Source::Role {
                source: Box::new(Source::Key(profile.key()?)),
                role: role()?,
            },
            "ramrolearnwithrolename" => Source::Role {
                source: Box::new(Source::machine(profile.get("ram_role_name"), environment)),
                role: role()?,
            },
            "chainableramrolearn" => Source::Role {
                source: Box::new(self.source_of(profile, environment, users)?),
                role: role()?,
            },
            "oidc" => {
                let mut role = role()?;
                if let Some(session) = profile.get("role_session_name") {
                    role.session = session;
                }
                Source::Oidc(Oidc {
                    role,
                    provider_arn: profile.required("oidc_provider_arn")?,
                    token_file: profile.required("oidc_token_file")?,
                })
            }
            "credentialsuri" => Source::Uri(profile.required("credentials_uri")?),
            "external" => Source::Process(profile.required("process_command")?),
            "cloudsso" => Source::CloudSso(CloudSso {
                sign_in_url: profile.required("cloud_sso_sign_in_url")?,
                account_id: profile.required("cloud_sso_account_id")?,
                access_configuration_id: profile.required("cloud_sso_access_config")?,
                access_token: profile.required("access_token")?,
            }),
            "oauth" => oauth(profile)?,
            _ => {
                let reason = format!("has mode {mode}; {MODES} are supported");
                return Err(profile.broken(reason));
            }
        })
    }

    /// Describes the profile that another one names as its source.
    fn source_of(
        &self,
        profile: &Profile,
        environment: &Environment,
        users: &mut Vec<String>,
    ) -> Result<Source, CredentialsError> {
        let name = profile.required("source_profile")?;
        users.push(profile.name.clone());
        if users.contains(&name) {
            return Err(profile.broken(format!("has source_profile `{name}`, which leads back")));
        }
        let source = self.profile(&name);
        let source = source.map_err(|_| {
            profile.broken(format!("has source_profile `{name}`, which does not exist"))
        })?;
        self.describe(&source, environment, users)
    }
}

/// Returns the credentials that the vendor's command line has stored, or its sign-in.
fn oauth(profile: &Profile) -> Result<Source, CredentialsError> {
    let expiration = profile.get("sts_expiration");
    let seconds = expiration.and_then(|text| text.parse().ok());
    let expiration =
        seconds.and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
    match expiration.filter(|expiration| *expiration > SystemTime::now()) {
        Some(expiration) => Ok(Source::Key(
            profile
                .temporary_key("sts_token")?
                .with_expiration(expiration),
        )),
        None => Ok(Source::OAuth(OAuth {
            site: profile.get("oauth_site_type").unwrap_or_default(),
            access_token: profile.required("oauth_access_token")?,
        })),
    }
}

/// Converts settings to text.
fn settings(profile: &Map<String, Value>) -> BTreeMap<String, String> {
    let texts = profile.iter().filter_map(|(key, value)| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(is_true) => is_true.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        (!text.is_empty()).then(|| (key.clone(), text))
    });
    texts.collect()
}
