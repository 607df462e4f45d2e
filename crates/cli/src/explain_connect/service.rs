//! Questions to the service: whether instance and group exist.

use ons_mqtt_broker::UserName;
use ons_mqtt_client::models::MqttGroupId;
use ons_mqtt_client::{BuildError, Client, EndpointError, Error, ErrorCode};
use pop_cli::options::Options;

use super::key::Key;
use super::report::{Report, Verdict};
use crate::failure::Failure;

const SERVICE: &str = "Service";

/// Answer of the service.
pub(super) enum Service {
    /// The reason why it was not asked.
    NotAsked(&'static str),
    /// Groups that the access key sees, those of one instance if it was named.
    Groups {
        groups: Vec<MqttGroupId>,
        group: Option<String>,
    },
    Failed {
        error: Error,
        /// `true` if it was asked with the access key of the device.
        is_own_key: bool,
    },
}

impl Service {
    /// Asks for the groups of an instance, or for those of all.
    pub(super) async fn ask(
        options: &Options,
        key: &Key,
        user: Option<UserName<'_>>,
        group: Option<&str>,
    ) -> Result<Self, Failure> {
        if options.is_dry_run() {
            return Ok(Self::NotAsked("--dry-run sends nothing"));
        }
        let Ok(key) = key else {
            return Ok(Self::NotAsked("there is no access key to ask with"));
        };
        let client: Client = match options.client().credentials(key.clone()).build() {
            Ok(client) => client,
            Err(BuildError::Endpoint(EndpointError::None)) => {
                return Ok(Self::NotAsked(
                    "neither --region nor --endpoint says where it is",
                ));
            }
            Err(error) => return Err(error.into()),
        };
        let mut call = client.group_id_list();
        if let Some(user) = user {
            call = call.instance_id(user.instance_id);
        }
        Ok(match call.send().await {
            Ok(response) => Self::Groups {
                groups: response.data,
                group: group.map(str::to_owned),
            },
            Err(error) => Self::Failed {
                error,
                is_own_key: user.is_none_or(|user| user.access_key_id == key.access_key_id()),
            },
        })
    }

    /// Returns the instance that has the group of the client ID.
    pub(super) fn instance_of_group(&self) -> Option<&str> {
        self.group().map(|group| group.instance_id.as_str())
    }

    fn group(&self) -> Option<&MqttGroupId> {
        match self {
            Self::Groups { groups, group } => {
                let group = group.as_deref()?;
                groups.iter().find(|other| other.group_id == group)
            }
            _ => None,
        }
    }

    /// Reports whether instance and group exist.
    pub(super) fn report(&self, report: &mut Report, instance: Option<&str>, group: Option<&str>) {
        let mut add = |verdict, text: String| report.add(SERVICE, verdict, text);
        match self {
            Self::NotAsked(reason) => add(Verdict::Unknown, format!("not asked: {reason}")),
            Self::Failed { error, is_own_key } => match (error.code(), instance) {
                (Some(ErrorCode::EmpowerOwnerCheckError), Some(instance)) if *is_own_key => add(
                    Verdict::Wrong,
                    format!("instance {instance:?} does not exist, or is not the access key's"),
                ),
                _ => add(Verdict::Unknown, format!("instance and group: {error}")),
            },
            Self::Groups { .. } => {
                if let Some(instance) = instance {
                    add(Verdict::Right, format!("instance {instance:?} exists"));
                }
                let Some(group) = group else {
                    return;
                };
                match (self.group(), instance) {
                    (Some(_), _) => add(Verdict::Right, format!("group {group} exists")),
                    (None, Some(instance)) => add(
                        Verdict::Wrong,
                        format!(
                            "unknown group {group}: create it with\n         \
                             ons-mqtt group create {group} --instance-id {instance}"
                        ),
                    ),
                    (None, None) => add(
                        Verdict::Unknown,
                        format!("no group {group} found; give --user-name to look in its instance"),
                    ),
                }
            }
        }
    }
}
