//! Credentials from the files of the vendor's command line and SDKs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::access_key::Credentials;
use super::environment::Environment;
use super::ini::Section;
use super::provider::CredentialsError;

/// Credentials in a profile.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Profile {
    /// An access key.
    Key(Credentials),
    /// The role of the machine, with its name if the profile has it.
    EcsRole(Option<String>),
    /// None, for this reason.
    None(String),
}

/// Contents of `~/.aliyun/config.json`.
#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    current: String,
    #[serde(default)]
    profiles: Vec<ConfigProfile>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ConfigProfile {
    name: String,
    mode: String,
    access_key_id: String,
    access_key_secret: String,
    sts_token: String,
    ram_role_name: String,
}

/// Reads a profile from the configuration of the vendor's command line.
pub(crate) fn command_line(
    environment: &Environment,
    profile: Option<&str>,
) -> Result<Profile, CredentialsError> {
    if environment.is_true("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") {
        let reason = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED is true";
        return Ok(Profile::None(reason.to_owned()));
    }
    let Some(home) = environment.home() else {
        return Ok(Profile::None("HOME is not set".to_owned()));
    };
    let path = home.join(".aliyun").join("config.json");
    let Some(text) = read(&path)? else {
        return Ok(absent(&path));
    };
    let broken = |reason: String| CredentialsError::broken(path.display().to_string(), reason);
    let config: Config = serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
    let name = profile
        .map(str::to_owned)
        .or_else(|| environment.get("ALIBABA_CLOUD_PROFILE"))
        .unwrap_or(config.current);
    let Some(found) = config.profiles.into_iter().find(|p| p.name == name) else {
        let reason = format!("{} has no profile `{name}`", path.display());
        return Ok(Profile::None(reason));
    };
    match found.mode.as_str() {
        "AK" | "StsToken" | "" => key(
            found.access_key_id,
            found.access_key_secret,
            found.sts_token,
        )
        .ok_or_else(|| broken(format!("profile `{name}` has no access key"))),
        "EcsRamRole" => Ok(Profile::EcsRole(not_empty(found.ram_role_name))),
        mode => Err(broken(format!(
            "profile `{name}` has mode {mode}; AK, StsToken and EcsRamRole are supported"
        ))),
    }
}

/// Reads a section of the ini file with credentials.
pub(crate) fn ini(
    environment: &Environment,
    profile: Option<&str>,
) -> Result<Profile, CredentialsError> {
    let path = match environment.get("ALIBABA_CLOUD_CREDENTIALS_FILE") {
        Some(path) => PathBuf::from(path),
        None => match environment.home() {
            Some(home) => home.join(".alibabacloud").join("credentials.ini"),
            None => return Ok(Profile::None("HOME is not set".to_owned())),
        },
    };
    let Some(text) = read(&path)? else {
        return Ok(absent(&path));
    };
    let broken = |reason: String| CredentialsError::broken(path.display().to_string(), reason);
    let name = profile
        .map(str::to_owned)
        .or_else(|| environment.get("ALIBABA_CLOUD_PROFILE"))
        .unwrap_or_else(|| "default".to_owned());
    let section = Section::find(&text, &name).map_err(broken)?;
    let setting = |key| section.as_ref().and_then(|section| section.get(key));
    let Some(kind) = setting("type") else {
        let reason = format!("{} has no section `{name}` with a type", path.display());
        return Ok(Profile::None(reason));
    };
    let value = |key| setting(key).unwrap_or_default().to_owned();
    match kind {
        "access_key" | "sts" => {
            let token = value("security_token");
            key(value("access_key_id"), value("access_key_secret"), token)
                .ok_or_else(|| broken(format!("section `{name}` has no access key")))
        }
        "ecs_ram_role" => Ok(Profile::EcsRole(not_empty(value("role_name")))),
        kind => Err(broken(format!(
            "section `{name}` has type {kind}; access_key, sts and ecs_ram_role are supported"
        ))),
    }
}

fn key(id: String, secret: String, token: String) -> Option<Profile> {
    let credentials = Credentials::new(not_empty(id)?, not_empty(secret)?);
    Some(Profile::Key(match not_empty(token) {
        Some(token) => credentials.with_security_token(token),
        None => credentials,
    }))
}

fn not_empty(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn absent(path: &Path) -> Profile {
    Profile::None(format!("{} does not exist", path.display()))
}

fn read(path: &Path) -> Result<Option<String>, CredentialsError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CredentialsError::broken(
            path.display().to_string(),
            error.to_string(),
        )),
    }
}
