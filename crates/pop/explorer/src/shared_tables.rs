//! Tables of sessions and wrong tries that several servers see.

use std::sync::Arc;

use pop_gateway::SharedValues;

/// Tables that servers share, so that a sign-in on one holds on all.
#[derive(Clone)]
pub struct SharedTables {
    /// Sessions, for at least 12 hours.
    pub sessions: Arc<dyn SharedValues>,
    /// Wrong tries to sign in, for 15 minutes.
    pub tries: Arc<dyn SharedValues>,
}
