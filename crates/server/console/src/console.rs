//! State and paths that the pages of the console share.

use std::sync::Arc;

use axum::http::request::Parts;
use axum::response::Response;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use pop_explorer::{Explorer, Guest};

use crate::status::{InstanceStatus, Status};

/// Path of the overview.
pub(crate) const OVERVIEW: &str = "/console/instances";

/// Path of the nodes of the cluster.
pub(crate) const NODES: &str = "/console/nodes";

/// Path of the numbers of the overview, as events.
pub(crate) const LIVE: &str = "/console/live";

/// Characters of a name that a path cannot contain.
const ENCODED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// State that the pages of the console share.
pub(crate) struct Console {
    pub(crate) explorer: Explorer,
    pub(crate) status: Arc<dyn Status>,
}

impl Console {
    /// Returns the person who sent a request.
    ///
    /// # Errors
    ///
    /// Nobody is signed in. The error is the answer.
    pub(crate) async fn guest(&self, parts: &Parts) -> Result<Guest, Box<Response>> {
        self.explorer.guest(parts).await
    }

    /// Returns the person who sent a request, and an instance of theirs.
    ///
    /// # Errors
    ///
    /// Nobody is signed in, or the person has no such instance. The error is the answer.
    pub(crate) async fn guest_of(
        &self,
        parts: &Parts,
        instance_id: &str,
    ) -> Result<(Guest, InstanceStatus), Box<Response>> {
        let guest = self.guest(parts).await?;
        let mut instances = self.status.instances(guest.access_key_id()).into_iter();
        let found = instances.find(|instance| instance.id == instance_id);
        match found {
            Some(instance) => Ok((guest, instance)),
            None => Err(Box::new(guest.unknown())),
        }
    }
}

/// Path of a page about an instance.
pub(crate) fn path(instance_id: &str, rest: &[&str]) -> String {
    let mut path = OVERVIEW.to_owned();
    for name in [instance_id].iter().chain(rest) {
        path.push('/');
        path.extend(utf8_percent_encode(name, &ENCODED));
    }
    path
}

/// Path of the overview.
pub(crate) fn overview_path() -> &'static str {
    OVERVIEW
}
