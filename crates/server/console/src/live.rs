//! Numbers of the overview, as it shows them first and as they change.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;

use crate::console::Console;
use crate::status::{GroupStatus, InstanceStatus, LiveStatus, Status};
use crate::texts::{Texts, texts};
use crate::view::number;

/// Groups that the overview shows of an instance; the others are found by name.
pub(crate) const GROUPS: usize = 100;

/// Key of the sentence that says why numbers are unknown.
pub(crate) const PROBLEM: &str = "problem";

/// A number that is unknown.
pub(crate) const UNKNOWN: &str = "–";

/// Numbers of an instance, by the name of what is counted.
pub(crate) struct Values(HashMap<String, String>);

/// State of a stream of events: whose numbers it follows, and the texts that it has sent.
struct Told {
    status: Arc<dyn Status>,
    owner: String,
    t: &'static Texts,
    earlier: HashMap<String, String>,
}

impl Values {
    pub(crate) fn new(
        instance: &InstanceStatus,
        live: Option<&LiveStatus>,
        groups: &[GroupStatus],
    ) -> Self {
        let own = [
            ("online", live.map(|live| live.online as f64)),
            ("refused", live.map(|live| live.refused as f64)),
            ("received", live.map(|live| live.received_per_second)),
            ("pushed", live.map(|live| live.pushed_per_second)),
        ];
        let listeners = instance.listeners.iter();
        let listeners = listeners.map(|it| (it.protocol, Some(it.connections as f64)));
        let groups = groups.iter();
        let groups = groups.map(|it| (it.id.as_str(), it.online.map(|online| online as f64)));
        let all = own.into_iter().chain(listeners).chain(groups);
        let text = |(name, value): (&str, Option<f64>)| {
            let text = value.map_or_else(|| UNKNOWN.to_owned(), number);
            (name.to_owned(), text)
        };
        Self(all.map(text).collect())
    }

    /// Returns a number as it is shown.
    pub(crate) fn of(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// Answers with a stream of the numbers that change. Without a session, nothing follows, and the
/// browser does not ask again.
pub(crate) async fn show(console: State<Arc<Console>>, parts: Parts) -> Response {
    let Ok(guest) = console.guest(&parts).await else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let told = Told {
        status: Arc::clone(&console.status),
        owner: guest.access_key_id().to_owned(),
        t: texts(&guest),
        earlier: HashMap::new(),
    };
    guest.events(stream::unfold(told, async |mut told| {
        let event = told.event().await;
        Some((event, told))
    }))
}

impl Told {
    /// Returns the numbers that have changed, if any have.
    async fn event(&mut self) -> Option<String> {
        let values = self.now().await;
        let differs = |(key, text): &(&String, &String)| self.earlier.get(*key) != Some(*text);
        let changed: HashMap<_, _> = values.iter().filter(differs).collect();
        let event = serde_json::json!(changed).to_string();
        let is_new = !changed.is_empty();
        self.earlier = values;
        is_new.then_some(event)
    }

    /// Returns the numbers now by the keys of their elements.
    async fn now(&self) -> HashMap<String, String> {
        let (status, owner) = (&*self.status, self.owner.as_str());
        let live = status.live(owner).await;
        let mut all = HashMap::new();
        for instance in &status.instances(owner) {
            let groups = status.groups(owner, &instance.id, GROUPS).await;
            let live = live.as_ref().ok().and_then(|live| live.get(&instance.id));
            let values = Values::new(instance, live, &groups).0.into_iter();
            all.extend(values.map(|(name, text)| (format!("{} {name}", instance.id), text)));
        }
        let problem = match &live {
            Ok(_) => String::new(),
            Err(problem) => {
                // Other groups may be the first ones now; the page still shows the earlier ones.
                for key in self.earlier.keys() {
                    all.entry(key.clone()).or_insert_with(|| UNKNOWN.to_owned());
                }
                self.t.no_answer(problem)
            }
        };
        // Without an instance, there is nothing to say.
        if !all.is_empty() {
            all.insert(PROBLEM.to_owned(), problem);
        }
        all
    }
}
