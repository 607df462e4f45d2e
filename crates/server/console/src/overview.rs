//! Overview: the instances of the person, with groups, topics and listeners.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;

use crate::console::{Console, path};
use crate::status::InstanceStatus;
use crate::texts::{Texts, texts};
use crate::view::render;

/// Groups that the overview shows of an instance; the others are found by name.
const GROUPS: usize = 100;

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview<'a> {
    t: &'static Texts,
    token: (&'static str, &'a str),
    instances: Vec<Instance>,
}

/// An instance with the links to its pages.
struct Instance {
    status: InstanceStatus,
    all_groups: usize,
    groups: Vec<Link>,
    topics: Vec<Link>,
    create: String,
    clients: String,
    refusals: String,
}

struct Link {
    path: String,
    name: String,
    online: u64,
}

/// Answers with the overview.
pub(crate) async fn show(console: State<Arc<Console>>, parts: Parts) -> Response {
    let guest = match console.guest(&parts) {
        Ok(guest) => guest,
        Err(response) => return *response,
    };
    let t = texts(&guest);
    let instances = console.status.instances(guest.access_key_id()).into_iter();
    let body = render(&Overview {
        t,
        token: guest.form_token(),
        instances: instances.map(instance).collect(),
    });
    guest.page(StatusCode::OK, t.console, body)
}

fn instance(status: InstanceStatus) -> Instance {
    let id = &status.id;
    let mut groups: Vec<_> = status.groups.iter().collect();
    // Those with devices first; the sort keeps the order of the IDs.
    groups.sort_by_key(|group| std::cmp::Reverse(group.online));
    let groups = groups.into_iter().take(GROUPS).map(|group| Link {
        path: path(id, &["groups", &group.id]),
        name: group.id.clone(),
        online: group.online,
    });
    let topics = status.topics.iter().map(|topic| Link {
        path: path(id, &["topics", topic]),
        name: topic.clone(),
        online: 0,
    });
    Instance {
        all_groups: status.groups.len(),
        groups: groups.collect(),
        topics: topics.collect(),
        create: path(id, &["groups"]),
        clients: path(id, &["clients"]),
        refusals: path(id, &["refusals"]),
        status,
    }
}
