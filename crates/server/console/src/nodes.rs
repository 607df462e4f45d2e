//! Nodes of the cluster.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use pop_explorer::Failed;

use crate::console::{Console, overview_path};
use crate::live::UNKNOWN;
use crate::status::{LeaseState, NodeStatus};
use crate::texts::{Texts, texts};
use crate::view::{number, render, time};

#[derive(Template)]
#[template(path = "nodes.html")]
struct NodesPage {
    t: &'static Texts,
    overview: &'static str,
    nodes: Result<Shown, Failed>,
}

struct Shown {
    /// `false` if a node did not say how it is.
    is_complete: bool,
    rows: Vec<Row>,
}

/// A node as it is shown.
struct Row {
    name: String,
    is_live: bool,
    state: &'static str,
    seen: String,
    online: String,
    lag: String,
    arriving: String,
    dropped: String,
    written: String,
}

impl Row {
    fn of(node: NodeStatus, t: &'static Texts) -> Self {
        let unknown = || UNKNOWN.to_owned();
        let shown = |count: Option<u64>| count.map_or_else(unknown, |count| number(count as f64));
        Self {
            is_live: node.state == LeaseState::Live,
            state: match node.state {
                LeaseState::Live => t.lease_live,
                LeaseState::Left => t.lease_left,
                LeaseState::Expired => t.lease_expired,
            },
            seen: time(node.seen),
            online: shown(node.online),
            lag: shown(node.lag),
            arriving: shown(node.arriving),
            dropped: shown(node.dropped),
            written: node.written.map_or_else(unknown, time),
            name: node.name,
        }
    }
}

/// Answers with the nodes of the cluster.
pub(crate) async fn show(console: State<Arc<Console>>, parts: Parts) -> Response {
    let guest = match console.guest(&parts).await {
        Ok(guest) => guest,
        Err(response) => return *response,
    };
    let t = texts(&guest);
    let nodes = match guest.count() {
        // It takes a question to all nodes, as a call does.
        Ok(()) => match console.status.nodes(guest.access_key_id()).await {
            Some(status) => Ok(Shown {
                is_complete: status.is_complete,
                rows: status.nodes.into_iter().map(|it| Row::of(it, t)).collect(),
            }),
            None => return guest.unknown(),
        },
        Err(failed) => Err(failed),
    };
    let body = render(&NodesPage {
        t,
        overview: overview_path(),
        nodes,
    });
    guest.page(StatusCode::OK, t.nodes, body)
}
