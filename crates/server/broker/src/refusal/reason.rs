//! Reasons why devices are refused.

use std::fmt;

/// Reason why a connection, a publish or a subscription was refused, or not carried out in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The client ID is not `GID@@@DeviceId` within its limits.
    ClientId,
    /// CONNECT of MQTT 5 asks for an authentication method, and there is none.
    AuthenticationMethod,
    /// The user name is not `Signature|AccessKeyId|InstanceId`.
    UserName,
    /// The user name names another instance.
    Instance,
    /// The access key is unknown, or the password does not fit it.
    Credentials,
    /// The instance does not have the group of the client ID.
    Group,
    /// A will, publish or subscription whose topic does not begin with a topic of the instance.
    Topic,
    /// More subscriptions than a client may have.
    Subscriptions,
    /// The client did not read fast enough what it subscribed to, and was disconnected.
    SlowReader,
    /// The instance has as many sessions as it may, or as much for them in memory.
    Sessions,
    /// A message was delivered but not retained: the instance retains as much as it may.
    Retained,
}

impl Refusal {
    /// All of them, in the order of [`Broker::refused`](crate::Broker::refused).
    pub const ALL: [Self; 11] = [
        Self::ClientId,
        Self::AuthenticationMethod,
        Self::UserName,
        Self::Instance,
        Self::Credentials,
        Self::Group,
        Self::Topic,
        Self::Subscriptions,
        Self::SlowReader,
        Self::Sessions,
        Self::Retained,
    ];
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClientId => "malformed client id",
            Self::AuthenticationMethod => "unsupported authentication method",
            Self::UserName => "malformed user name",
            Self::Instance => "foreign instance",
            Self::Credentials => "bad credentials",
            Self::Group => "unknown group",
            Self::Topic => "forbidden topic",
            Self::Subscriptions => "too many subscriptions",
            Self::SlowReader => "slow reader",
            Self::Sessions => "too many sessions",
            Self::Retained => "not retained",
        })
    }
}
