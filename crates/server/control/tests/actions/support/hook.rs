//! A receiver of status notifications.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::task::JoinHandle;

use crate::support::wait::{now, until};

/// Two secrets of a webhook.
pub(crate) const SECRETS: [&str; 2] = [
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "whsec_c2Vjb25kIHNlY3JldCBvZiB0aGUgd2ViaG9vaw==",
];

/// A webhook that runs until it is dropped.
pub(crate) struct Hook {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    /// Secrets, each of which has to sign every request.
    secrets: Vec<&'static str>,
    /// Status of the answers. Events count only with 200.
    status: AtomicU16,
    requests: AtomicUsize,
    /// Events in the order of their arrival, repeated ones too.
    events: Mutex<Vec<Value>>,
}

impl Hook {
    pub(crate) async fn start(secrets: &[&'static str]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            secrets: secrets.to_vec(),
            status: AtomicU16::new(200),
            requests: AtomicUsize::new(0),
            events: Mutex::default(),
        });
        let router = Router::new()
            .fallback(receive)
            .with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            shared,
            task,
        }
    }

    /// Returns the configuration that tells this webhook about groups.
    pub(crate) fn notify(&self, groups: &[&str]) -> String {
        let mut secrets = String::new();
        for (key, secret) in ["secret", "second_secret"].iter().zip(&self.shared.secrets) {
            secrets += &format!("{key} = {secret:?}\n");
        }
        format!(
            "[[instance.notify]]\ngroups = {groups:?}\nurl = \"http://user:hunter2@{}/path?token=hunter2\"\n{secrets}",
            self.address
        )
    }

    /// Changes the status of the answers.
    pub(crate) fn answer(&self, status: u16) {
        self.shared.status.store(status, Ordering::SeqCst);
    }

    pub(crate) fn requests(&self) -> usize {
        self.shared.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn events(&self) -> Vec<Value> {
        self.shared.events.lock().unwrap().clone()
    }

    /// Waits until there are some events, and returns them.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Value> {
        let what = format!("{count} events arrive");
        until(&what, async || self.events().len() >= count).await;
        self.events()
    }

    /// Returns event types and device of all events, the client IDs without their group.
    pub(crate) fn summary(&self) -> Vec<String> {
        let summary = |event: &Value| {
            let client_id = event["clientId"].as_str().unwrap();
            let device = client_id.split("@@@").last().unwrap();
            format!("{} {device}", event["eventType"].as_str().unwrap())
        };
        self.events().iter().map(summary).collect()
    }

    /// Returns the clients that are online by the vendor's rule, which does not depend on the order
    /// of events.
    pub(crate) fn online(&self) -> BTreeSet<String> {
        let mut channels: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        for event in self.events() {
            let text = |member: &str| event[member].as_str().unwrap().to_owned();
            let channel = (text("clientId"), text("channelId"));
            channels
                .entry(channel)
                .or_default()
                .insert(text("eventType"));
        }
        let is_open = |kinds: &BTreeSet<String>| kinds.len() == 1 && kinds.contains("connect");
        let open = channels.into_iter().filter(|(_, kinds)| is_open(kinds));
        open.map(|((client_id, _), _)| client_id).collect()
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn receive(State(hook): State<Arc<Shared>>, headers: HeaderMap, body: String) -> Response {
    hook.requests.fetch_add(1, Ordering::SeqCst);
    let status = StatusCode::from_u16(hook.status.load(Ordering::SeqCst)).unwrap();
    if status != StatusCode::OK {
        return (status, [(header::LOCATION, "/elsewhere")]).into_response();
    }
    if !is_signed(&hook.secrets, &headers, &body) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let batch: Value = serde_json::from_str(&body).unwrap();
    let events = batch["events"].as_array().unwrap();
    hook.events.lock().unwrap().extend(events.iter().cloned());
    status.into_response()
}

fn is_signed(secrets: &[&str], headers: &HeaderMap, body: &str) -> bool {
    let header = |name: &str| headers[name].to_str().unwrap();
    let time = header("webhook-timestamp");
    let age = now() / 1000 - time.parse::<i64>().unwrap();
    let expected: Vec<String> = secrets
        .iter()
        .map(|secret| {
            let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap());
            let mut mac = Hmac::<Sha256>::new_from_slice(&key.unwrap()).unwrap();
            mac.update(format!("{}.{time}.{body}", header("webhook-id")).as_bytes());
            format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
        })
        .collect();
    age.abs() < 60 && header("webhook-signature") == expected.join(" ")
}
