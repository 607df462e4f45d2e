//! A kept client that subscribes and unsubscribes, and knows what was acknowledged.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;

use ons_mqtt_client::Client;

use crate::kept::Moment;
use crate::program::INSTANCE;
use crate::wire::{Peer, Version};

const CLIENT_ID: &str = "GID_load@@@filters";
const FILTERS: usize = 20;

#[derive(Default)]
pub(crate) struct Filters {
    /// `true` for each filter that is subscribed to, according to the last answer.
    acknowledged: BTreeMap<String, bool>,
    /// The change without an answer, if there is one.
    unanswered: Option<(String, bool)>,
}

impl Filters {
    /// Changes subscriptions until the server is killed.
    pub(crate) async fn load(&mut self, address: SocketAddr, moment: &Moment) {
        if let Err(error) = self.change(address).await {
            moment.expected(CLIENT_ID, &error);
        }
    }

    async fn change(&mut self, address: SocketAddr) -> io::Result<()> {
        let (mut peer, session_present) =
            Peer::connect(address, CLIENT_ID, Version::V311, true).await?;
        assert!(session_present || self.acknowledged.is_empty());
        loop {
            let filter = format!("test/filters/{}", fastrand::usize(0..FILTERS));
            let subscribe = self.acknowledged.get(&filter) != Some(&true);
            self.unanswered = Some((filter.clone(), subscribe));
            if subscribe {
                peer.subscribe(&filter, 1).await?;
            } else {
                peer.unsubscribe(&filter).await?;
            }
            self.unanswered = None;
            self.acknowledged.insert(filter, subscribe);
        }
    }

    /// Compares the subscriptions after a kill with the answers before it.
    pub(crate) async fn check(&mut self, client: &Client) {
        let query = client.query_client_by_client_id(CLIENT_ID);
        let answer = query.instance_id(INSTANCE).send().await.unwrap();
        let found = answer.mqtt_client_info.subscription_data;
        let unanswered = self.unanswered.take();
        for (filter, is_subscribed) in &mut self.acknowledged {
            let (parent, sub) = filter.split_once('/').unwrap();
            let is_found = found.iter().any(|info| {
                let found = info.sub_topic.as_deref().unwrap_or_default();
                info.parent_topic == parent && found.trim_matches('/') == sub
            });
            let is_allowed = is_found == *is_subscribed
                || unanswered.as_ref() == Some(&(filter.clone(), is_found));
            assert!(is_allowed, "{filter}: {is_found}, not {is_subscribed}");
            *is_subscribed = is_found;
        }
    }
}
