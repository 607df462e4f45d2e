//! Tables that gateways and web pages of all nodes share.

use std::time::Duration;

use crate::node::Node;
use crate::start_error::StartError;

/// Bytes of a mebibyte.
const MIB: u32 = 1 << 20;

/// Time for which a nonce is remembered: longer than its timestamp may be accepted.
const NONCES: Duration = Duration::from_secs(31 * 60);

/// Time for which calls are remembered: longer than the period of any limit.
const CALLS: Duration = Duration::from_secs(5 * 60);

/// Time for which a session lasts.
const SESSIONS: Duration = Duration::from_secs(12 * 60 * 60);

/// Time for which wrong tries to sign in are remembered.
const TRIES: Duration = Duration::from_secs(15 * 60);

/// Tables that all nodes see.
pub(crate) struct Shared {
    pub(crate) gateway: pop_gateway::SharedTables,
    pub(crate) pages: pop_explorer::SharedTables,
}

impl Shared {
    /// Returns the tables, if the process is a node.
    ///
    /// # Errors
    ///
    /// As of [`Node::table`].
    pub(crate) async fn open(node: &Node) -> Result<Option<Self>, StartError> {
        let nonces = node.table("ons_nonces", NONCES, 256 * MIB).await?;
        let calls = node.table("ons_calls", CALLS, 64 * MIB).await?;
        let sessions = node.table("ons_sessions", SESSIONS, 64 * MIB).await?;
        let tries = node.table("ons_tries", TRIES, 64 * MIB).await?;
        let (Some(nonces), Some(calls), Some(sessions), Some(tries)) =
            (nonces, calls, sessions, tries)
        else {
            return Ok(None);
        };
        Ok(Some(Self {
            gateway: pop_gateway::SharedTables { nonces, calls },
            pages: pop_explorer::SharedTables { sessions, tries },
        }))
    }
}
