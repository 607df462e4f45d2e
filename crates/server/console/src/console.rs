//! Routes of the console, and what its pages share.

use std::sync::Arc;

use axum::Router;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::{get, post};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use pop_docs::Text;
use pop_explorer::{Explorer, FurtherPart, Guest};

use crate::status::{InstanceStatus, Status};
use crate::{client, group, overview, refusals, topic};

/// Path of the overview.
const OVERVIEW: &str = "/console/instances";

/// Link to the console in the frame of all pages.
pub const PART: FurtherPart = FurtherPart {
    title: Text {
        zh: "控制台",
        en: "Console",
    },
    path: OVERVIEW,
};

/// Characters of a name that a path cannot contain.
const ENCODED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// What the pages of the console share.
pub(crate) struct Console {
    explorer: Explorer,
    pub(crate) status: Arc<dyn Status>,
}

/// Returns the routes of the console.
pub fn router(explorer: Explorer, status: Arc<dyn Status>) -> Router {
    let instance = |rest: &str| format!("{OVERVIEW}/{{instance}}{rest}");
    Router::new()
        .route(OVERVIEW, get(overview::show))
        .route(&instance("/groups"), post(group::create))
        .route(
            &instance("/groups/{group}"),
            get(group::show).post(group::delete),
        )
        .route(&instance("/topics/{topic}"), get(topic::show))
        .route(&instance("/topics/{topic}/trend.csv"), get(topic::csv))
        .route(&instance("/clients"), get(client::show))
        .route(&instance("/refusals"), get(refusals::show))
        .with_state(Arc::new(Console { explorer, status }))
}

impl Console {
    /// Returns the person who sent a request.
    ///
    /// # Errors
    ///
    /// Nobody is signed in. The error is the answer.
    pub(crate) fn guest(&self, parts: &Parts) -> Result<Guest, Box<Response>> {
        self.explorer.guest(parts)
    }

    /// Returns the person who sent a request, and an instance of theirs.
    ///
    /// # Errors
    ///
    /// Nobody is signed in, or the person has no such instance. The error is the answer.
    pub(crate) fn guest_of(
        &self,
        parts: &Parts,
        instance_id: &str,
    ) -> Result<(Guest, InstanceStatus), Box<Response>> {
        let guest = self.guest(parts)?;
        let instances = self.status.instances(guest.access_key_id()).into_iter();
        let found = instances
            .into_iter()
            .find(|instance| instance.id == instance_id);
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
