//! Numbers of the overview, as it shows them first and as they change.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};

use crate::console::Console;
use crate::status::{GroupStatus, InstanceStatus, Status};
use crate::view::number;

/// Groups that the overview shows of an instance; the others are found by name.
pub(crate) const GROUPS: usize = 100;

/// Numbers of an instance, by the name of what is counted.
pub(crate) struct Values(HashMap<String, String>);

/// Messages of an instance at a time, received and pushed.
type Seen = HashMap<String, (Instant, [u64; 2])>;

impl Values {
    pub(crate) fn new(instance: &InstanceStatus, groups: &[GroupStatus]) -> Self {
        let traffic = &instance.traffic;
        let own = [
            ("online", instance.online as f64),
            ("refused", instance.refused as f64),
            ("received", traffic.received_per_second),
            ("pushed", traffic.pushed_per_second),
        ];
        let listeners = instance.listeners.iter();
        let listeners = listeners.map(|it| (it.protocol, it.connections as f64));
        let groups = groups.iter().map(|it| (it.id.as_str(), it.online as f64));
        let all = own.into_iter().chain(listeners).chain(groups);
        let text = |(name, value): (&str, f64)| (name.to_owned(), number(value));
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
    let status = Arc::clone(&console.status);
    let owner = guest.access_key_id().to_owned();
    let (mut earlier, mut seen) = (HashMap::new(), Seen::new());
    guest.events(move || {
        let values = now(&*status, &owner, &mut seen);
        let differs = |(key, text): &(&String, &String)| earlier.get(*key) != Some(*text);
        let changed: HashMap<_, _> = values.iter().filter(differs).collect();
        let event = serde_json::json!(changed).to_string();
        let is_new = !changed.is_empty();
        earlier = values;
        is_new.then_some(event)
    })
}

/// Returns the numbers now by the keys of their elements, with the messages per second since they
/// were seen last.
fn now(status: &dyn Status, owner: &str, seen: &mut Seen) -> HashMap<String, String> {
    let mut all = HashMap::new();
    let time = Instant::now();
    let mut instances = status.instances(owner);
    seen.retain(|id, _| instances.iter().any(|instance| instance.id == *id));
    for instance in &mut instances {
        let traffic = &mut instance.traffic;
        let messages = [traffic.received, traffic.pushed];
        let before = seen.insert(instance.id.clone(), (time, messages));
        if let Some((begin, before)) = before {
            // A tick that comes a little late is not a lower rate.
            let seconds = time.saturating_duration_since(begin).as_secs_f64().max(0.5);
            let rate = |at: usize| messages[at].saturating_sub(before[at]) as f64 / seconds;
            traffic.received_per_second = rate(0).round();
            traffic.pushed_per_second = rate(1).round();
        }
        let groups = status.groups(owner, &instance.id, GROUPS);
        let values = Values::new(instance, &groups).0.into_iter();
        all.extend(values.map(|(name, text)| (format!("{} {name}", instance.id), text)));
    }
    all
}
