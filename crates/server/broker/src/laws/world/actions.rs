//! Steps of a script, and what clients write because of them.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;

use super::super::broker::{Law, identity};
use super::super::client::{Published, Sent, WillText, connect, write};
use super::super::model::{Message, View};
use super::super::script::{
    FILTERS, GROUPS, LARGE_PAYLOAD, Options, Payload, Publication, Step, address,
};
use super::state::{Link, World};
use crate::core::Connection;
use crate::wire::Reason;

impl World {
    pub(super) fn step(&mut self, step: &Step) -> Law {
        match step {
            Step::Connect(client, options) => self.connect(*client, *options),
            Step::Subscribe(client, subscription) => {
                self.appear(*client);
                let id = self.clients[*client].take_id();
                self.write(*client, Sent::Subscribe(id, *subscription));
            }
            Step::Unsubscribe(client, filter) => {
                let id = self.clients[*client].take_id();
                self.write(*client, Sent::Unsubscribe(id, *filter));
            }
            Step::Publish(client, publication) => self.publish(*client, publication),
            Step::Ping(client) => self.write(*client, Sent::Ping),
            Step::Send(client, bytes) => {
                if let Some(link) = self.link_of(*client) {
                    return self.carry_to_broker(link, *bytes);
                }
            }
            Step::Read(client, bytes, packets) => {
                if let Some(link) = self.link_of(*client) {
                    self.carry_to_client(link, *bytes, *packets)?;
                    return self.close_links();
                }
            }
            Step::AcknowledgeAtOnce(client, at_once) => {
                self.clients[*client].acknowledges_at_once = *at_once;
                if *at_once {
                    self.acknowledge(*client);
                }
            }
            Step::Acknowledge(client) => self.acknowledge(*client),
            Step::Lose(client) => self.lose(*client),
            Step::Disconnect(client, with_will) => {
                self.write(*client, Sent::Disconnect(*with_will));
            }
            Step::Carry => return self.carry(),
            Step::Commit => self.commit(),
            Step::Settle => return self.settle(),
            Step::Advance(seconds) => return self.advance(*seconds),
            Step::Crash => return self.crash(),
            Step::Delete(group) => self.delete(GROUPS[*group]),
            Step::Full(is_full) => self.broker.disk.set_full(*is_full),
        }
        Ok(())
    }

    /// Connects a client that has no connection.
    fn appear(&mut self, client: usize) {
        if self.link_of(client).is_none() {
            self.connect(client, self.usual[client]);
        }
    }

    pub(super) fn connect(&mut self, client: usize, options: Options) {
        self.usual[client] = Options {
            clean: false,
            ..options
        };
        let serial = self.next_serial;
        self.next_serial += 1;
        let will = options.will.map(|will| {
            self.new_message(Publication {
                to: will.topic,
                qos: will.qos,
                retain: will.retain,
                ..Publication::default()
            })
        });
        let message = will.map(|will| &self.model.messages[will]);
        let text = message.map(|message| WillText {
            topic: &message.topic,
            payload: &message.payload,
        });
        let packet = connect(&options, &identity(client), text);
        let address = SocketAddr::from(([192, 0, 2, 1], 1883));
        self.links.push(Link {
            connection: Connection::new(Arc::clone(&self.broker.core), address),
            view: View::new(serial, client, options, will),
            sent: VecDeque::from([(Sent::Connect(options), packet.len())]),
            to_broker: packet,
            unused: Vec::new(),
            to_client: VecDeque::new(),
            fetch: None,
            opened: self.broker.time,
            is_awake: true,
        });
        self.current[client] = Some(serial);
        self.clients[client].connects(options.clean);
    }

    fn new_message(&mut self, publication: Publication) -> usize {
        let number = self.model.messages.len();
        let (topic, receiver) = address(publication.to);
        let mut payload = format!("{number}").into_bytes();
        match publication.payload {
            Payload::Small => {}
            Payload::Empty => payload.clear(),
            Payload::Large => payload.resize(LARGE_PAYLOAD, b' '),
        }
        self.model.messages.push(Message {
            topic,
            payload,
            qos: publication.qos,
            retain: publication.retain,
            receiver,
        });
        number
    }

    pub(super) fn publish(&mut self, client: usize, publication: &Publication) {
        self.appear(client);
        let Some(link) = self.link_of(client) else {
            return;
        };
        if !self.clients[client].may_publish() {
            return;
        }
        let v5 = self.links[link].view.options.v5;
        let expiry = if v5 { publication.expiry } else { 0 };
        let number = self.new_message(*publication);
        let message = &self.model.messages[number];
        let published = Published {
            message: number,
            topic: message.topic.clone(),
            payload: message.payload.clone(),
            qos: message.qos,
            id: if message.qos > 0 {
                self.clients[client].take_id()
            } else {
                0
            },
            retain: message.retain,
            dup: false,
            expiry,
        };
        self.clients[client].publishes(&published, self.links[link].view.serial);
        self.write(client, Sent::Publish(published));
    }

    fn acknowledge(&mut self, client: usize) {
        for packet in self.clients[client].release_held() {
            self.write(client, packet);
        }
    }

    pub(super) fn write(&mut self, client: usize, packet: Sent) {
        if let Some(at) = self.link_of(client) {
            let link = &mut self.links[at];
            let bytes = write(link.view.options.v5, &packet, &FILTERS);
            link.to_broker.extend(&bytes);
            link.sent.push_back((packet, bytes.len()));
        }
    }

    /// Deletes a group, whose name is taken again at once.
    fn delete(&mut self, group: &'static str) {
        *self.broker.names.deleted.lock() = Some(group);
        for session in self.broker.core.sessions.all() {
            if crate::client_id::group_of(&session.client_id) == Some(group) {
                self.broker
                    .core
                    .sessions
                    .end(&session, Reason::ADMINISTRATIVE_ACTION);
            }
        }
        *self.broker.names.deleted.lock() = None;
        self.model.delete_group(group);
    }
}
