//! Health of the service, shared by the tasks that check it and the gateway that reports it.

use std::sync::Arc;

use parking_lot::RwLock;

/// The reason why a part of the service cannot work at the moment, if there is one.
pub(crate) type Health = Arc<RwLock<Result<(), String>>>;

/// Returns the health of a part that works.
pub(crate) fn healthy() -> Health {
    Arc::new(RwLock::new(Ok(())))
}
