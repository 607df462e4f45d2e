//! The access key of the caller.

use ons_mqtt_client::Credentials;
use ons_mqtt_client::credentials::CredentialsError;

/// Access key of the profile or the environment, or why there is none.
pub(super) type Key = Result<Credentials, CredentialsError>;
