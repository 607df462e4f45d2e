//! Causes of refusals: what is wrong, and what to do about it.

use std::fmt;

use super::reason::Refusal;
use crate::client_id::ClientIdError;
use crate::excerpt::Excerpt;
use crate::user_name::UserNameError;

/// Cause of a refusal. Displayed, it is the advice to an operator; no cause holds a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause<'a> {
    ClientId(ClientIdError),
    AuthenticationMethod,
    UserName(UserNameError),
    Instance {
        named: &'a str,
        own: &'a str,
    },
    AccessKey(&'a str),
    Password,
    Group(&'a str),
    /// Topic of a will or publish.
    Topic(&'a str),
    Filter(&'a str),
    /// A filter that is not one, whatever its topic.
    MalformedFilter(&'a str),
    Subscriptions {
        limit: usize,
    },
    SlowReader,
    Sessions,
}

impl Cause<'_> {
    /// Returns the reason by which it is counted, and which the device is told.
    pub(crate) fn refusal(self) -> Refusal {
        match self {
            Self::ClientId(_) => Refusal::ClientId,
            Self::AuthenticationMethod => Refusal::AuthenticationMethod,
            Self::UserName(_) => Refusal::UserName,
            Self::Instance { .. } => Refusal::Instance,
            // Strangers must not find out which keys there are.
            Self::AccessKey(_) | Self::Password => Refusal::Credentials,
            Self::Group(_) => Refusal::Group,
            Self::Topic(_) | Self::Filter(_) | Self::MalformedFilter(_) => Refusal::Topic,
            Self::Subscriptions { .. } => Refusal::Subscriptions,
            Self::SlowReader => Refusal::SlowReader,
            Self::Sessions => Refusal::Sessions,
        }
    }
}

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ClientId(error) => write!(f, "{error}: send GID@@@DeviceId"),
            Self::AuthenticationMethod => f.write_str(
                "CONNECT names an authentication method: send user name and password without one",
            ),
            Self::UserName(error) => write!(f, "{error}: send Signature|AccessKeyId|InstanceId"),
            Self::Instance { named, own } => write!(
                f,
                "the user name names the instance {}, but this address serves {own}: change one of them",
                Excerpt(named)
            ),
            Self::AccessKey(id) => write!(
                f,
                "the access key {} does not exist or may not use this instance: \
                 name the access key of the instance's owner",
                Excerpt(id)
            ),
            Self::Password => f.write_str(
                "the password does not fit the access key: \
                 send base64(HMAC-SHA1(secret, client ID))",
            ),
            Self::Group(group) => write!(
                f,
                "unknown group {group}: create it with `ons-mqtt group create {group}`"
            ),
            Self::Filter(filter) => write!(
                f,
                "{} does not begin with a topic of the instance, or of notifications that the group \
                 may read, or is too long: change it, add its first level to `topics` of the \
                 instance, or add the group to `readers` of the notifications",
                Excerpt(filter)
            ),
            Self::Topic(topic) => write!(
                f,
                "{} does not begin with a topic of the instance, or is too long: \
                 change it, or add its first level to `topics` of the instance",
                Excerpt(topic)
            ),
            Self::MalformedFilter(filter) => write!(
                f,
                "{} is not a filter: `+` and `#` are whole levels, and `#` is the last one",
                Excerpt(filter)
            ),
            Self::Subscriptions { limit } => write!(
                f,
                "a client may have {limit} subscriptions: end some, or use wildcards"
            ),
            Self::Sessions => f.write_str(
                "sessions, subscriptions and wills take all that the instance has for them: \
                 end sessions that nobody needs, or raise `limits.sessions` and `limits.session_memory`",
            ),
            Self::SlowReader => f.write_str(
                "the device reads more slowly than messages come: \
                 subscribe to less, or keep its session",
            ),
        }
    }
}
