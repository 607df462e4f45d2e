//! Receivers as configured, each with an ID that it keeps after a restart.

use std::fmt::Write;

use pop_gateway::ExposeSecret;
use reqwest::Url;
use sha2::{Digest, Sha256};

use crate::config::{Instance, Receiver};

/// A receiver, and the groups that it is told about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// ID in the store, which contains no credentials.
    pub(super) id: String,
    /// Name in the log and in metrics, which contains no credentials.
    pub(super) name: String,
    pub(super) instance_id: String,
    pub(super) groups: Vec<String>,
    pub(super) receiver: Receiver,
}

/// Returns the receivers of all instances.
pub(super) fn routes(instances: &[Instance]) -> Vec<Route> {
    let of_instance = |instance: &Instance| {
        let notify = instance.notify.iter();
        notify
            .map(|notify| {
                let (id, name) = names(&notify.receiver);
                Route {
                    id: format!("{}/{id}", instance.id),
                    name,
                    instance_id: instance.id.clone(),
                    groups: notify.groups.clone(),
                    receiver: notify.receiver.clone(),
                }
            })
            .collect::<Vec<_>>()
    };
    instances.iter().flat_map(of_instance).collect()
}

/// Returns the part of the ID that tells a receiver from others of its instance, and its name.
fn names(receiver: &Receiver) -> (String, String) {
    let webhook = match receiver {
        Receiver::Webhook(webhook) => webhook,
        Receiver::Topic(topic) => return (format!("topic/{}", topic.name), topic.name.clone()),
    };
    let url = webhook.url.expose_secret();
    let hash = hash(url);
    // Path and query of a URL may be secret, and so may be its user.
    let origin = Url::parse(url).map(|url| url.origin().ascii_serialization());
    let name = format!("{}#{}", origin.unwrap_or_default(), &hash[..6]);
    (format!("url/{hash}"), name)
}

fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .take(16)
        .fold(String::new(), |mut hash, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hash, "{byte:02x}");
            hash
        })
}
