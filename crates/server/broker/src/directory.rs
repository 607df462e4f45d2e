//! What the broker has to be told about keys, groups and topics.

use std::fmt;

/// What the broker asks about an instance. Answered from memory: the calls are made while messages wait.
///
/// Answers may change at any time. A topic that is gone is refused from then on. For a group that is gone, call
/// [`Broker::disconnect_group`](crate::Broker::disconnect_group) once this trait answers `false` for it.
pub trait Directory: Send + Sync + 'static {
    /// The secret of an access key whose devices may connect to this instance, or nothing.
    fn secret(&self, access_key_id: &str) -> Option<Secret>;

    /// Whether the instance has this group, such as `GID_lamps`.
    fn has_group(&self, group_id: &str) -> bool;

    /// Whether the instance has this parent topic, the first level of the topics of messages.
    fn has_topic(&self, parent_topic: &str) -> bool;
}

/// The secret of an access key. Its `Debug` does not show it.
#[derive(Clone)]
pub struct Secret(Box<str>);

impl Secret {
    /// Takes the secret as it was issued.
    pub fn new(secret: impl Into<Box<str>>) -> Self {
        Self(secret.into())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
