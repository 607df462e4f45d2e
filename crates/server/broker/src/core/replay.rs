//! Retained messages for a new subscription, a few at a time.

use super::others::InterestNumber;
use crate::wire::SubscriptionOptions;

/// The retained messages that a subscription has not received yet.
#[derive(Debug)]
pub(crate) struct Replay {
    /// Without `$share/name/`, because shared subscriptions get none.
    pub(crate) filter: Box<str>,
    pub(crate) options: SubscriptionOptions,
    /// Subscription identifier, 0 if there is none.
    pub(crate) id: u32,
    /// Topic of the last one that was looked at.
    pub(crate) after: Option<Box<str>>,
    /// It begins when this is known, because then the retained messages of other nodes are there.
    pub(crate) interest: InterestNumber,
}
