//! The message that is published for a client whose connection is lost.

use std::sync::Arc;

use super::message::Message;
use super::others::WillClaim;

/// A will.
#[derive(Clone, Debug)]
pub(crate) struct Will {
    /// Seconds between the loss of the connection and the publication.
    pub(crate) delay: u32,
    pub(crate) message: Arc<Message>,
}

/// A will that is to be published now.
pub(crate) struct DueWill {
    pub(crate) will: Will,
    /// Claim that other nodes see until the will is published. They publish it if this node fails before.
    pub(crate) claim: Option<WillClaim>,
}

impl From<Will> for DueWill {
    fn from(will: Will) -> Self {
        Self { will, claim: None }
    }
}
