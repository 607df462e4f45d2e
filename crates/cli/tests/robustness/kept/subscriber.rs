//! A subscriber that comes and goes, and checks what it gets.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::kept::Moment;
use crate::program::PATIENCE;
use crate::wire::{PUBACK, PUBCOMP, PUBREC, PUBREL, Packet, Peer, Publish, Version};

pub(crate) struct Subscriber {
    client_id: String,
    version: Version,
    qos: u8,
    is_subscribed: bool,
    /// Last number of each topic.
    numbers: BTreeMap<String, u64>,
    /// Identifiers of messages of QoS 2 between PUBREC and PUBREL.
    unreleased: BTreeSet<u16>,
}

impl Subscriber {
    pub(crate) fn new(name: &str, version: Version, qos: u8) -> Self {
        Self {
            client_id: format!("GID_load@@@{name}"),
            version,
            qos,
            is_subscribed: false,
            numbers: BTreeMap::new(),
            unreleased: BTreeSet::new(),
        }
    }

    /// Number of messages that came, each counted once.
    pub(crate) fn received(&self) -> u64 {
        self.numbers.values().sum()
    }

    /// Connects for a while, again and again, until the server is killed.
    pub(crate) async fn load(&mut self, address: SocketAddr, moment: &Moment) {
        while !moment.is_over() {
            if let Err(error) = self.visit(address).await {
                moment.expected(&self.client_id, &error);
                return;
            }
            tokio::time::sleep(Duration::from_millis(fastrand::u64(0..300))).await;
        }
    }

    /// Reads until the last number of each topic has come.
    pub(crate) async fn catch_up(&mut self, address: SocketAddr, wanted: &BTreeMap<String, u64>) {
        let mut peer = self.connect(address).await.unwrap();
        let end = Instant::now() + PATIENCE;
        while self.numbers != *wanted {
            let packet = timeout_at(end, peer.read()).await;
            let Ok(packet) = packet else {
                let id = &self.client_id;
                panic!("{id} has got up to {:?} of {wanted:?}", self.numbers);
            };
            self.receive(packet.unwrap(), &mut peer, true)
                .await
                .unwrap();
        }
        peer.disconnect().await.unwrap();
    }

    pub(crate) async fn connect(&mut self, address: SocketAddr) -> io::Result<Peer> {
        let (mut peer, session_present) =
            Peer::connect(address, &self.client_id, self.version, true).await?;
        assert!(session_present || !self.is_subscribed, "{}", self.client_id);
        if !self.is_subscribed {
            peer.subscribe("test/#", self.qos).await?;
            self.is_subscribed = true;
        }
        Ok(peer)
    }

    async fn visit(&mut self, address: SocketAddr) -> io::Result<()> {
        let mut peer = self.connect(address).await?;
        let end = Instant::now() + Duration::from_millis(fastrand::u64(0..500));
        // Some visits end before anything is acknowledged.
        let acknowledges = fastrand::u8(0..4) > 0;
        while let Ok(packet) = timeout_at(end, peer.read()).await {
            self.receive(packet?, &mut peer, acknowledges).await?;
        }
        if fastrand::bool() {
            peer.disconnect().await
        } else {
            peer.reset();
            Ok(())
        }
    }

    async fn receive(
        &mut self,
        packet: Packet,
        peer: &mut Peer,
        acknowledges: bool,
    ) -> io::Result<()> {
        match packet {
            Packet::Publish(publish) => {
                let is_new = publish.qos < 2 || self.unreleased.insert(publish.id);
                if is_new {
                    self.count(&publish);
                }
                let kind = if publish.qos == 1 { PUBACK } else { PUBREC };
                if acknowledges {
                    peer.acknowledge(kind, publish.id).await?;
                }
            }
            Packet::Acknowledgement {
                kind: PUBREL, id, ..
            } => {
                self.unreleased.remove(&id);
                peer.acknowledge(PUBCOMP, id).await?;
            }
            other => panic!("{}: {other:?}", self.client_id),
        }
        Ok(())
    }

    /// Checks that a message is the next one of its topic, or one of QoS 1 that comes again.
    fn count(&mut self, publish: &Publish) {
        let number: u64 = str::from_utf8(&publish.payload).unwrap().parse().unwrap();
        let last = self.numbers.entry(publish.topic.clone()).or_default();
        let is_again = publish.qos == 1 && number <= *last;
        assert!(
            is_again || number == *last + 1,
            "{}: {} number {number} after {last}, QoS {}, identifier {}, DUP {}",
            self.client_id,
            publish.topic,
            publish.qos,
            publish.id,
            publish.dup,
        );
        *last = number.max(*last);
    }
}
