//! Routes of the console.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use pop_docs::Text;
use pop_explorer::{Explorer, FurtherPart};

use crate::console::{Console, LIVE, NODES, OVERVIEW};
use crate::status::Status;
use crate::{client, group, live, nodes, overview, refusals, topic};

/// Link to the console in the frame of all pages.
pub const PART: FurtherPart = FurtherPart {
    title: Text {
        zh: "控制台",
        en: "Console",
    },
    path: OVERVIEW,
};

/// Returns the routes of the console.
pub fn router(explorer: Explorer, status: Arc<dyn Status>) -> Router {
    let instance = |rest: &str| format!("{OVERVIEW}/{{instance}}{rest}");
    Router::new()
        .route(OVERVIEW, get(overview::show))
        .route(LIVE, get(live::show))
        .route(NODES, get(nodes::show))
        .route(&instance("/groups"), post(group::create))
        .route(
            &instance("/groups/{group}"),
            get(group::show).post(group::delete),
        )
        .route(&instance("/topics/{topic}"), get(topic::show))
        .route(&instance("/topics/{topic}/trend.csv"), get(topic::csv))
        .route(&instance("/topics/{topic}/trend.svg"), get(topic::svg))
        .route(&instance("/clients"), get(client::show))
        .route(&instance("/refusals"), get(refusals::show))
        .with_state(Arc::new(Console { explorer, status }))
}
