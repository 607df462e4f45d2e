//! Why devices are refused, and how often that happened.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Why a connection, a publish or a subscription was refused, or not carried out in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The client id is not `GID@@@DeviceId` within its limits.
    ClientId,
    /// The user name is not `Signature|AccessKeyId|InstanceId`.
    UserName,
    /// The user name names another instance.
    Instance,
    /// The access key is unknown, or the password does not fit it.
    Credentials,
    /// The instance does not have the group of the client id.
    Group,
    /// A will, publish or subscription whose topic does not begin with a topic of the instance.
    Topic,
    /// More subscriptions than a client may have.
    Subscriptions,
    /// The client did not read fast enough what it subscribed to, and was disconnected.
    SlowReader,
    /// A message was delivered but not retained: the instance retains as much as it may.
    Retained,
}

impl Refusal {
    /// All of them, in the order of [`Broker::refused`](crate::Broker::refused).
    pub const ALL: [Self; 9] = [
        Self::ClientId,
        Self::UserName,
        Self::Instance,
        Self::Credentials,
        Self::Group,
        Self::Topic,
        Self::Subscriptions,
        Self::SlowReader,
        Self::Retained,
    ];
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClientId => "malformed client id",
            Self::UserName => "malformed user name",
            Self::Instance => "foreign instance",
            Self::Credentials => "bad credentials",
            Self::Group => "unknown group",
            Self::Topic => "forbidden topic",
            Self::Subscriptions => "too many subscriptions",
            Self::SlowReader => "slow reader",
            Self::Retained => "not retained",
        })
    }
}

/// Counts refusals since the broker started.
#[derive(Debug, Default)]
pub(crate) struct Refusals([AtomicU64; Refusal::ALL.len()]);

impl Refusals {
    pub(crate) fn count(&self, refusal: Refusal) {
        self.0[refusal as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn all(&self) -> [(Refusal, u64); Refusal::ALL.len()] {
        Refusal::ALL.map(|refusal| (refusal, self.0[refusal as usize].load(Ordering::Relaxed)))
    }
}
