//! A publisher that sends again what was not acknowledged.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::kept::Moment;
use crate::wire::{PUBACK, PUBCOMP, PUBREC, PUBREL, Packet, Peer, Publish, Version};

/// Most messages that are not acknowledged.
const WINDOW: usize = 32;
/// Most messages per topic that are sent before subscribers have caught up. Those of all twelve topics fit the 10 000
/// that a session may hold.
const AHEAD: u64 = 750;
/// Time between two attempts to send.
const PACE: Duration = Duration::from_millis(2);

/// A topic of a publisher. Its messages are numbered from 1.
pub(crate) struct Numbered {
    pub(crate) topic: String,
    is_retained: bool,
    pub(crate) sent: u64,
    pub(crate) acknowledged: u64,
    /// Number up to which all subscribers have got them.
    caught_up: u64,
}

/// A message that is not acknowledged completely.
struct Unfinished {
    publish: Publish,
    topic: usize,
    number: u64,
    /// `true` if PUBREC came, so that PUBREL has to be sent.
    is_received: bool,
}

pub(crate) struct Publisher {
    client_id: String,
    version: Version,
    qos: u8,
    next_id: u16,
    has_session: bool,
    pub(crate) topics: [Numbered; 3],
    unfinished: VecDeque<Unfinished>,
}

impl Publisher {
    pub(crate) fn new(name: &str, version: Version, qos: u8) -> Self {
        let topic = |topic: String, is_retained| Numbered {
            topic,
            is_retained,
            sent: 0,
            acknowledged: 0,
            caught_up: 0,
        };
        Self {
            client_id: format!("GID_load@@@{name}"),
            version,
            qos,
            next_id: 0,
            has_session: false,
            topics: [
                topic(format!("test/kept/{name}/a"), false),
                topic(format!("test/kept/{name}/b"), false),
                topic(format!("test/state/{name}"), true),
            ],
            unfinished: VecDeque::new(),
        }
    }

    pub(crate) fn retained(&self) -> &Numbered {
        &self.topics[2]
    }

    /// All subscribers have got everything.
    pub(crate) fn caught_up(&mut self) {
        for topic in &mut self.topics {
            topic.caught_up = topic.sent;
        }
    }

    /// Publishes, with connections that are lost now and then, until the server is killed.
    pub(crate) async fn load(&mut self, address: SocketAddr, moment: &Moment) {
        while !moment.is_over() {
            if let Err(error) = self.connection(address, true).await {
                moment.expected(&self.client_id, &error);
                return;
            }
        }
    }

    /// Sends again whatever is not acknowledged, until it is.
    pub(crate) async fn finish(&mut self, address: SocketAddr) {
        self.connection(address, false).await.unwrap();
        assert!(self.unfinished.is_empty());
        for topic in &self.topics {
            assert_eq!(topic.acknowledged, topic.sent, "{}", topic.topic);
        }
    }

    /// Publishes on one connection for a while, or finishes what was begun.
    async fn connection(&mut self, address: SocketAddr, is_load: bool) -> io::Result<()> {
        let (mut peer, session_present) =
            Peer::connect(address, &self.client_id, self.version, true).await?;
        assert!(session_present || !self.has_session, "{}", self.client_id);
        self.has_session = true;
        self.send_again(&mut peer).await?;
        let mut left = if is_load {
            fastrand::usize(1..2_000)
        } else {
            0
        };
        while left > 0 || (!is_load && !self.unfinished.is_empty()) {
            if left > 0 {
                self.send_next(&mut peer).await?;
            }
            tokio::select! {
                packet = peer.next() => self.receive(packet?, &mut peer).await?,
                () = tokio::time::sleep(PACE), if is_load => {}
            }
            left = left.saturating_sub(1);
        }
        if is_load {
            peer.reset();
        }
        Ok(())
    }

    async fn send_again(&mut self, peer: &mut Peer) -> io::Result<()> {
        for message in &mut self.unfinished {
            if message.is_received {
                peer.acknowledge(PUBREL, message.publish.id).await?;
            } else {
                message.publish.dup = true;
                peer.publish(&message.publish).await?;
            }
        }
        Ok(())
    }

    async fn send_next(&mut self, peer: &mut Peer) -> io::Result<()> {
        let topic = fastrand::usize(0..self.topics.len());
        let numbered = &mut self.topics[topic];
        if self.unfinished.len() >= WINDOW || numbered.sent >= numbered.caught_up + AHEAD {
            return Ok(());
        }
        numbered.sent += 1;
        // The window is far smaller than the range, so an ID is free when it comes again.
        self.next_id = self.next_id % 60_000 + 1;
        let publish = Publish {
            topic: numbered.topic.clone(),
            payload: numbered.sent.to_string().into_bytes(),
            qos: self.qos,
            id: self.next_id,
            retain: numbered.is_retained,
            dup: false,
        };
        let number = numbered.sent;
        self.unfinished.push_back(Unfinished {
            publish: publish.clone(),
            topic,
            number,
            is_received: false,
        });
        peer.publish(&publish).await
    }

    async fn receive(&mut self, packet: Packet, peer: &mut Peer) -> io::Result<()> {
        let Packet::Acknowledgement { kind, id, reason } = packet else {
            panic!("{}: {packet:?}", self.client_id);
        };
        let is_known = |message: &Unfinished| message.publish.id == id;
        let position = self.unfinished.iter().position(is_known);
        // An answer to what was sent twice may come twice.
        let Some(position) = position else {
            return Ok(());
        };
        // After a kill, the server may not know any more what it said PUBCOMP to.
        assert!(reason < 0x80 || kind == PUBCOMP, "{reason:#x}");
        match (kind, self.qos) {
            (PUBACK, 1) | (PUBCOMP, 2) => {
                let message = self.unfinished.remove(position).unwrap();
                self.acknowledged(message.topic, message.number);
            }
            (PUBREC, 2) => {
                let message = &mut self.unfinished[position];
                message.is_received = true;
                let (topic, number) = (message.topic, message.number);
                self.acknowledged(topic, number);
                peer.acknowledge(PUBREL, id).await?;
            }
            _ => panic!("{}: {kind:#x}", self.client_id),
        }
        Ok(())
    }

    fn acknowledged(&mut self, topic: usize, number: u64) {
        let topic = &mut self.topics[topic];
        topic.acknowledged = topic.acknowledged.max(number);
    }
}
