//! Tables that gateways and web pages of all nodes share.

use std::time::Duration;

use pop_explorer::SharedTables as Pages;
use pop_gateway::SharedTables as Gateway;

use crate::membership::Membership;
use crate::start_error::StartError;

/// Bytes of a mebibyte.
const MIB: u32 = 1 << 20;

/// Time for which calls are remembered: longer than the period of any limit.
const CALLS: Duration = Duration::from_secs(5 * 60);

/// Tables that all nodes see.
pub(crate) struct Shared {
    pub(crate) gateway: Gateway,
    pub(crate) pages: Pages,
}

impl Shared {
    /// Returns the tables, if the process is a node.
    ///
    /// # Errors
    ///
    /// As of [`Membership::table`].
    pub(crate) async fn open(node: &Membership) -> Result<Option<Self>, StartError> {
        let nonces = node.table("ons_nonces", Gateway::NONCES, 256 * MIB).await?;
        let calls = node.table("ons_calls", CALLS, 64 * MIB).await?;
        let sessions = node
            .table("ons_sessions", Pages::SESSIONS, 64 * MIB)
            .await?;
        let tries = node.table("ons_tries", Pages::TRIES, 64 * MIB).await?;
        let (Some(nonces), Some(calls), Some(sessions), Some(tries)) =
            (nonces, calls, sessions, tries)
        else {
            return Ok(None);
        };
        Ok(Some(Self {
            gateway: Gateway { nonces, calls },
            pages: Pages { sessions, tries },
        }))
    }
}
