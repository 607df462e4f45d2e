//! Sections of the vendor's ini file, `~/.alibabacloud/credentials.ini`.

use std::path::PathBuf;

use super::environment::Environment;
use super::ini::Section;
use super::profile::{self, Profile, RoleSettings, read};
use super::provider::{CredentialsError, Found};
use super::source::Source;
use super::sts::Oidc;

/// Names of the file: the one of most SDKs, then the one of the SDK for Go.
const NAMES: [&str; 2] = ["credentials.ini", "credentials"];

/// Types of a section that are supported.
const TYPES: &str = "access_key, sts, ecs_ram_role, ram_role_arn and oidc_role_arn";

const ROLE: RoleSettings = RoleSettings {
    arn: "role_arn",
    session: "role_session_name",
};

/// Finds a section.
pub(super) fn profile(environment: &Environment, name: Option<&str>) -> Found<Profile> {
    let (path, text) = match find(environment)? {
        Ok(found) => found,
        Err(reason) => return Ok(Err(reason)),
    };
    let name = profile::name(name, environment).unwrap_or_else(|| "default".to_owned());
    let section = Section::find(&text, &name)
        .map_err(|reason| CredentialsError::broken(path.display().to_string(), reason))?;
    Ok(match section {
        Some(section) => Ok(Profile {
            settings: section.settings(),
            path,
            name,
        }),
        None => Err(format!("{} has no section `{name}`", path.display())),
    })
}

/// Returns the source that a section describes.
pub(super) fn source(environment: &Environment, name: Option<&str>) -> Found<Source> {
    let profile = match profile(environment, name)? {
        Ok(profile) => profile,
        Err(reason) => return Ok(Err(reason)),
    };
    let role = || profile.role(ROLE, environment);
    Ok(Ok(match profile.required("type")?.as_str() {
        "access_key" => Source::Key(profile.key()?),
        "sts" => Source::Key(profile.temporary_key("security_token")?),
        "ecs_ram_role" => Source::machine(profile.get("role_name"), environment),
        "ram_role_arn" => Source::Role {
            source: Box::new(Source::Key(profile.key()?)),
            role: role()?,
        },
        "oidc_role_arn" => Source::Oidc(Oidc {
            role: role()?,
            provider_arn: profile.required("oidc_provider_arn")?,
            token_file: profile.required("oidc_token_file_path")?,
        }),
        kind => {
            return Err(profile.broken(format!("has type {kind}; {TYPES} are supported")));
        }
    }))
}

/// Finds the file, and returns its path and text.
fn find(environment: &Environment) -> Found<(PathBuf, String)> {
    let paths = match environment.get("ALIBABA_CLOUD_CREDENTIALS_FILE") {
        Some(path) => vec![PathBuf::from(path)],
        None => match environment.home() {
            Some(home) => NAMES
                .map(|name| home.join(".alibabacloud").join(name))
                .to_vec(),
            None => return Ok(Err("HOME is not set".to_owned())),
        },
    };
    for path in &paths {
        if let Some(text) = read(path)? {
            return Ok(Ok((path.clone(), text)));
        }
    }
    let first = paths.first().map(|path| path.display().to_string());
    Ok(Err(format!("{} does not exist", first.unwrap_or_default())))
}
