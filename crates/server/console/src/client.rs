//! A device: its connection, its subscriptions, and its last refusals.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use ons_mqtt_models::{QueryClientByClientIdRequest, QueryClientByClientIdResponse};
use pop_explorer::Failed;

use crate::console::{Console, overview_path, path};
use crate::refusals::Row;
use crate::status::{InstanceStatus, WaitingStatus};
use crate::texts::{Texts, texts};
use crate::view::{bytes, number, render, time};

#[derive(Template)]
#[template(path = "client.html")]
struct ClientPage<'a> {
    t: &'static Texts,
    overview: &'static str,
    instance: &'a InstanceStatus,
    path: String,
    client_id: &'a str,
    found: Option<Result<Found, Failed>>,
    waiting: Option<Waiting>,
    refusals: Result<Vec<Row>, String>,
}

/// Messages on their way to a device, as they are shown.
struct Waiting {
    connected_since: String,
    messages: String,
    bytes: String,
    in_flight: String,
}

/// Answer of the action, as it is shown.
struct Found {
    is_online: bool,
    address: Option<String>,
    last_touch: Option<String>,
    subscriptions: Vec<(String, i64)>,
}

/// Answers with the page of a device.
pub(crate) async fn show(
    console: State<Arc<Console>>,
    Path(instance_id): Path<String>,
    parts: Parts,
) -> Response {
    let (guest, instance) = match console.guest_of(&parts, &instance_id).await {
        Ok(found) => found,
        Err(response) => return *response,
    };
    let t = texts(&guest);
    let client_id = guest.parameter("id").unwrap_or_default().trim();
    let (mut found, mut waiting, mut refusals) = (None, None, Ok(Vec::new()));
    if !client_id.is_empty() {
        let mut request = QueryClientByClientIdRequest::new(client_id);
        request.instance_id = Some(instance.id.clone());
        found = Some(guest.call(&request).await.map(shown));
        let owner = guest.access_key_id();
        let status = &console.status;
        waiting = status.waiting(owner, &instance.id, client_id).await;
        let of = status.refusals(owner, &instance.id, Some(client_id));
        refusals = Row::all(of.await, &instance.id, &guest);
    }
    let body = render(&ClientPage {
        t,
        overview: overview_path(),
        path: path(&instance.id, &["clients"]),
        instance: &instance,
        client_id,
        found,
        waiting: waiting.map(Waiting::of),
        refusals,
    });
    guest.page(StatusCode::OK, t.device, body)
}

impl Waiting {
    fn of(waiting: WaitingStatus) -> Self {
        Self {
            connected_since: time(waiting.connected_since),
            messages: number(waiting.messages as f64),
            bytes: bytes(u64::try_from(waiting.bytes).unwrap_or(u64::MAX)),
            in_flight: number(waiting.in_flight as f64),
        }
    }
}

fn shown(answer: QueryClientByClientIdResponse) -> Found {
    let client = answer.mqtt_client_info;
    let subscriptions = client.subscription_data.into_iter().map(|subscription| {
        let sub_topic = subscription.sub_topic.unwrap_or_default();
        // The action adds a slash to a sub topic, and another one before an address.
        let sub_topic = sub_topic.trim_end_matches('/');
        let filter = format!("{}{sub_topic}", subscription.parent_topic);
        (filter, subscription.qos.value())
    });
    Found {
        is_online: client.online,
        address: (client.socket_channel).map(|it| it.trim_start_matches('/').to_owned()),
        last_touch: client.last_touch.map(time),
        subscriptions: subscriptions.collect(),
    }
}
