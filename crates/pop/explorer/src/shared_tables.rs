//! Tables of sessions and wrong tries that several servers see.

use std::sync::Arc;
use std::time::Duration;

use pop_gateway::SharedValues;

use crate::{sessions, tries};

/// Tables that servers share, so that a sign-in on one holds on all.
#[derive(Clone)]
pub struct SharedTables {
    /// Sessions, for at least [`Self::SESSIONS`].
    pub sessions: Arc<dyn SharedValues>,
    /// Wrong tries to sign in, for [`Self::TRIES`].
    pub tries: Arc<dyn SharedValues>,
}

impl SharedTables {
    /// Time for which a session lasts.
    pub const SESSIONS: Duration = sessions::LIFETIME;

    /// Time after which wrong tries to sign in are forgotten.
    pub const TRIES: Duration = tries::FORGOTTEN;
}
