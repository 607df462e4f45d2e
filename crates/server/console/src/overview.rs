//! Overview: the instances of the person, with groups, topics and listeners.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;

use crate::console::{Console, LIVE, NODES, path};
use crate::live::{GROUPS, PROBLEM, Values};
use crate::status::{GroupStatus, InstanceStatus, LiveStatus, StoreStatus};
use crate::texts::{Texts, texts};
use crate::view::{bytes, render};

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview<'a> {
    t: &'static Texts,
    token: (&'static str, &'a str),
    instances: Vec<Instance>,
    live: &'static str,
    problem: (&'static str, String),
    /// Page of the nodes, if there is a cluster.
    nodes: Option<&'static str>,
    store: StoreStatus,
    size: Option<String>,
}

/// An instance with the links to its pages.
struct Instance {
    status: InstanceStatus,
    values: Values,
    groups: Vec<Link>,
    topics: Vec<Link>,
    create: String,
    clients: String,
    refusals: String,
}

struct Link {
    path: String,
    name: String,
    is_online: bool,
}

/// Answers with the overview.
pub(crate) async fn show(console: State<Arc<Console>>, parts: Parts) -> Response {
    let guest = match console.guest(&parts).await {
        Ok(guest) => guest,
        Err(response) => return *response,
    };
    let t = texts(&guest);
    let (status, owner) = (&console.status, guest.access_key_id());
    let store = status.store(owner).await;
    let live = status.live(owner).await;
    let mut instances = Vec::new();
    for instance in status.instances(owner) {
        let groups = status.groups(owner, &instance.id, GROUPS).await;
        let live = live.as_ref().ok().and_then(|live| live.get(&instance.id));
        instances.push(shown(instance, live, groups));
    }
    let problem = live.err().map(|problem| t.no_answer(&problem));
    let is_node = |instance: &Instance| !instance.status.node.is_empty();
    let body = render(&Overview {
        t,
        nodes: instances.iter().any(is_node).then_some(NODES),
        token: guest.form_token(),
        instances,
        live: LIVE,
        problem: (PROBLEM, problem.unwrap_or_default()),
        size: store.size.map(bytes),
        store,
    });
    guest.page(StatusCode::OK, t.console, body)
}

fn shown(status: InstanceStatus, live: Option<&LiveStatus>, groups: Vec<GroupStatus>) -> Instance {
    let id = &status.id;
    let values = Values::new(&status, live, &groups);
    let groups = groups.into_iter().map(|group| Link {
        path: path(id, &["groups", &group.id]),
        is_online: group.online.is_some_and(|online| online > 0),
        name: group.id,
    });
    let topics = status.topics.iter().map(|topic| Link {
        path: path(id, &["topics", topic]),
        name: topic.clone(),
        is_online: false,
    });
    Instance {
        groups: groups.collect(),
        topics: topics.collect(),
        create: path(id, &["groups"]),
        clients: path(id, &["clients"]),
        refusals: path(id, &["refusals"]),
        values,
        status,
    }
}
