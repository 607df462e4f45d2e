//! The message that is published for a client whose connection is lost.

use std::sync::Arc;

use super::message::Message;

/// A will.
#[derive(Clone, Debug)]
pub(crate) struct Will {
    /// Seconds between the loss of the connection and the publication.
    pub(crate) delay: u32,
    pub(crate) message: Arc<Message>,
}
