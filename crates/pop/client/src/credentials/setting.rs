//! Settings of a profile besides its credentials.

use super::environment::Environment;
use super::profile::Profile;
use super::provider::Found;
use super::{config_file, ini_file};

/// Returns a setting of the profile that credentials are read from, such as a default of a product.
///
/// A file that is broken has none; credentials report what is wrong with it.
pub fn profile_setting(
    environment: &Environment,
    profile: Option<&str>,
    key: &str,
) -> Option<String> {
    let setting = |found: Found<Profile>| found.ok()?.ok()?.get(key);
    setting(config_file::profile(environment, profile))
        .or_else(|| setting(ini_file::profile(environment, profile)))
}
