//! Client IDs: `GID@@@DeviceId`.

use std::ops::RangeInclusive;

pub(crate) const SEPARATOR: &str = "@@@";
pub(crate) const MAX_CHARACTERS: usize = 64;
pub(crate) const GROUP_CHARACTERS: RangeInclusive<usize> = 7..=64;
pub(crate) const GROUP_PREFIXES: [&str; 2] = ["GID_", "GID-"];
pub(crate) const DEVICE_FORBIDS: &str = " /:,%";

/// Rule that a client ID breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientIdError {
    /// There is nothing.
    #[error("the client ID is empty")]
    Empty,
    /// It is too long.
    #[error("the client ID has {0} characters, {MAX_CHARACTERS} at most are allowed")]
    Length(usize),
    /// There is nothing between group and device.
    #[error("the client ID does not contain `{SEPARATOR}`")]
    NoSeparator,
    /// The group begins with anything else.
    #[error("the group begins with neither `{}` nor `{}`", GROUP_PREFIXES[0], GROUP_PREFIXES[1])]
    GroupPrefix,
    /// The group is too short or too long.
    #[error(
        "the group has {0} characters, {least} to {most} are allowed",
        least = GROUP_CHARACTERS.start(),
        most = GROUP_CHARACTERS.end()
    )]
    GroupLength(usize),
    /// A character that groups do not have.
    #[error("the group contains {0:?}; letters, digits, `-` and `_` are allowed")]
    GroupCharacter(char),
    /// Nothing follows the separator.
    #[error("there is no device after `{SEPARATOR}`")]
    NoDevice,
    /// A character that devices do not have.
    #[error(
        "the device contains {0:?}; control characters, spaces and `{forbidden}` are not allowed",
        forbidden = DEVICE_FORBIDS.trim()
    )]
    DeviceCharacter(char),
}

/// Returns the group of a client ID.
///
/// # Errors
///
/// If the client ID is not `GID@@@DeviceId` within its limits.
pub fn check_client_id(client_id: &str) -> Result<&str, ClientIdError> {
    if client_id.is_empty() {
        return Err(ClientIdError::Empty);
    }
    let parts = client_id.split_once(SEPARATOR);
    let (group, device) = parts.ok_or(ClientIdError::NoSeparator)?;
    check_group(group)?;
    if device.is_empty() {
        return Err(ClientIdError::NoDevice);
    }
    let is_forbidden = |c: &char| c.is_ascii_control() || DEVICE_FORBIDS.contains(*c);
    if let Some(character) = device.chars().find(is_forbidden) {
        return Err(ClientIdError::DeviceCharacter(character));
    }
    let characters = client_id.chars().count();
    if characters > MAX_CHARACTERS {
        return Err(ClientIdError::Length(characters));
    }
    Ok(group)
}

/// Returns the group of a client ID, unless the client ID is malformed.
pub(crate) fn group_of(client_id: &str) -> Option<&str> {
    check_client_id(client_id).ok()
}

/// Checks a group ID.
///
/// # Errors
///
/// If it is not `GID_…` or `GID-…` within its limits.
pub fn check_group(group: &str) -> Result<(), ClientIdError> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !GROUP_PREFIXES
        .iter()
        .any(|prefix| group.starts_with(prefix))
    {
        return Err(ClientIdError::GroupPrefix);
    }
    if let Some(character) = group.chars().find(|c| !is_allowed(*c)) {
        return Err(ClientIdError::GroupCharacter(character));
    }
    if !GROUP_CHARACTERS.contains(&group.len()) {
        return Err(ClientIdError::GroupLength(group.len()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_is_what_comes_before_the_separator() {
        for (client_id, group) in [
            ("GID_test@@@test", "GID_test"),
            ("GID-abc@@@@@@", "GID-abc"),
            ("GID_abc@@@设备", "GID_abc"),
        ] {
            assert_eq!(check_client_id(client_id), Ok(group));
        }
        let longest = format!("GID_test@@@{}", "设".repeat(53));
        assert_eq!(check_client_id(&longest), Ok("GID_test"));
    }

    #[test]
    fn a_malformed_client_id_breaks_a_rule() {
        let long = format!("GID_test@@@{}", "x".repeat(54));
        let long_group = format!("GID_{}@@@x", "x".repeat(61));
        for (client_id, error) in [
            ("", ClientIdError::Empty),
            ("GID_test", ClientIdError::NoSeparator),
            ("GID_test@@x", ClientIdError::NoSeparator),
            ("GID_test@@@", ClientIdError::NoDevice),
            ("GID_te@@@x", ClientIdError::GroupLength(6)),
            (&long_group, ClientIdError::GroupLength(65)),
            ("gid_test@@@x", ClientIdError::GroupPrefix),
            ("@@@x", ClientIdError::GroupPrefix),
            ("GID_t/st@@@x", ClientIdError::GroupCharacter('/')),
            ("GID_test设@@@x", ClientIdError::GroupCharacter('设')),
            ("GID_test@@@a\nb", ClientIdError::DeviceCharacter('\n')),
            ("GID_test@@@a b", ClientIdError::DeviceCharacter(' ')),
            ("GID_test@@@a/b", ClientIdError::DeviceCharacter('/')),
            ("GID_test@@@a:b", ClientIdError::DeviceCharacter(':')),
            ("GID_test@@@a,b", ClientIdError::DeviceCharacter(',')),
            ("GID_test@@@a%b", ClientIdError::DeviceCharacter('%')),
            (&long, ClientIdError::Length(65)),
        ] {
            assert_eq!(check_client_id(client_id), Err(error), "{client_id}");
        }
    }
}
