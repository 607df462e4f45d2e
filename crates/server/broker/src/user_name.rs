//! User names: `Signature|AccessKeyId|InstanceId`.

/// A user name, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserName<'a> {
    /// The access key whose secret signed the client ID.
    pub access_key_id: &'a str,
    /// The instance that the device means.
    pub instance_id: &'a str,
}

/// Reason why a text is not a user name. It does not contain the text, which may be a password in the wrong place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserNameError {
    /// There is nothing.
    #[error("the user name is empty")]
    Empty,
    /// It begins with anything else.
    #[error("the user name does not begin with `Signature|`")]
    Signature,
    /// There is an access key, but no instance.
    #[error("the user name ends after the access key")]
    NoInstance,
}

impl<'a> UserName<'a> {
    /// Takes a user name apart.
    ///
    /// # Errors
    ///
    /// If it is not `Signature|AccessKeyId|InstanceId`.
    pub fn parse(user_name: &'a str) -> Result<Self, UserNameError> {
        if user_name.is_empty() {
            return Err(UserNameError::Empty);
        }
        let rest = user_name.strip_prefix("Signature|");
        let rest = rest.ok_or(UserNameError::Signature)?;
        let (access_key_id, instance_id) = rest.split_once('|').ok_or(UserNameError::NoInstance)?;
        Ok(Self {
            access_key_id,
            instance_id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_name_has_three_parts() {
        let parsed = |access_key_id, instance_id| {
            Ok(UserName {
                access_key_id,
                instance_id,
            })
        };
        for (user_name, result) in [
            ("Signature|key|post-cn-test", parsed("key", "post-cn-test")),
            ("Signature||", parsed("", "")),
            ("Signature|key|a|b", parsed("key", "a|b")),
            ("", Err(UserNameError::Empty)),
            ("signature|key|a", Err(UserNameError::Signature)),
            ("Token|key|a", Err(UserNameError::Signature)),
            ("Signature", Err(UserNameError::Signature)),
            ("Signature|key", Err(UserNameError::NoInstance)),
        ] {
            assert_eq!(UserName::parse(user_name), result, "{user_name}");
        }
    }
}
