//! Keys, groups and topics of an instance, which the broker asks for.

use secrecy::SecretString;

/// Keys, groups and topics of an instance. Answers come from memory, because messages wait for them.
///
/// Answers may change at any time. A topic that is gone is refused from then on. For a group that is gone, call
/// [`Broker::disconnect_group`](crate::Broker::disconnect_group) once this trait answers `false` for it.
pub trait Directory: Send + Sync + 'static {
    /// The secret of an access key whose devices may connect to this instance, or nothing.
    fn secret(&self, access_key_id: &str) -> Option<SecretString>;

    /// Returns whether the instance has this group, such as `GID_lamps`.
    fn has_group(&self, group_id: &str) -> bool;

    /// Returns whether the instance has this parent topic, the first level of the topics of messages.
    fn has_topic(&self, parent_topic: &str) -> bool;

    /// Returns whether devices of a group may subscribe to a parent topic that is not one of the instance. No device may
    /// publish to it, only [`Broker::publish`](crate::Broker::publish).
    fn may_read(&self, parent_topic: &str, group_id: &str) -> bool {
        let _ = (parent_topic, group_id);
        false
    }
}
