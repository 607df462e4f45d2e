//! Devices that see when a message has reached all nodes.

use super::client_id;
use super::packet::{Connect, RETAIN_NEVER, Version};
use super::peer::Peer;
use super::server::SERVER;

/// A subscriber of a topic on each node.
///
/// A device that subscribes after a message was acknowledged may still get it, if its node has not read it yet. Once all watchers
/// have it, no later subscriber does.
pub(crate) struct Watchers(Vec<Peer>);

impl Watchers {
    pub(crate) fn of(topic: &str) -> Self {
        let addresses = SERVER.addresses().into_iter();
        let watchers = addresses.map(|address| {
            let connect = Connect::new(Version::V5, client_id());
            let (mut peer, _) = Peer::connect_at(address, &connect);
            peer.subscribe(topic, 2 | RETAIN_NEVER);
            peer
        });
        Self(watchers.collect())
    }

    /// Expects a message on all nodes.
    pub(crate) fn receive(&mut self, payload: &str) {
        for peer in &mut self.0 {
            peer.receives(&[payload]);
        }
    }
}
