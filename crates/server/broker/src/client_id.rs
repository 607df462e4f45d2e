//! Client ids: `GID@@@DeviceId`.

const SEPARATOR: &str = "@@@";
const MAX_CHARACTERS: usize = 64;
const GROUP_LENGTHS: std::ops::RangeInclusive<usize> = 7..=64;

/// The group of a client id, unless the client id is malformed.
pub(crate) fn group_of(client_id: &str) -> Option<&str> {
    let (group, device) = client_id.split_once(SEPARATOR)?;
    let well_formed = client_id.chars().count() <= MAX_CHARACTERS
        && is_group(group)
        && !device.is_empty()
        && !device
            .chars()
            .any(|c| c.is_control() || " /:,%".contains(c));
    well_formed.then_some(group)
}

fn is_group(group: &str) -> bool {
    GROUP_LENGTHS.contains(&group.len())
        && (group.starts_with("GID_") || group.starts_with("GID-"))
        && group
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::group_of;

    #[test]
    fn the_group_is_what_stands_before_the_separator() {
        assert_eq!(group_of("GID_test@@@test"), Some("GID_test"));
        assert_eq!(group_of("GID-abc@@@@@@"), Some("GID-abc"));
        assert_eq!(group_of("GID_abc@@@设备"), Some("GID_abc"));
    }

    #[test]
    fn malformed_client_ids_have_no_group() {
        let long = format!("GID_test@@@{}", "x".repeat(54));
        for client_id in [
            "",
            "GID_test",
            "GID_test@@@",
            "GID_te@@@x",
            "gid_test@@@x",
            "GID_t/st@@@x",
            "GID_test@@@a\nb",
            "GID_test@@@a b",
            "GID_test@@@a/b",
            "GID_test@@@a:b",
            "GID_test@@@a,b",
            "GID_test@@@a%b",
            &long,
        ] {
            assert_eq!(group_of(client_id), None, "{client_id}");
        }
        assert_eq!(group_of(&long[..64]), Some("GID_test"));
    }
}
