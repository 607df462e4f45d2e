//! Parts of the simulated world.

use std::collections::VecDeque;

use super::super::broker::Broker;
use super::super::client::{Answer, Client, Sent};
use super::super::model::{Model, View};
use super::super::script::{CLIENTS, KEPT, Options};
use crate::core::Connection;

/// A connection, and what is on its way.
pub(super) struct Link {
    pub(super) connection: Connection,
    pub(super) view: View,
    /// Written by the client, not yet carried.
    pub(super) to_broker: Vec<u8>,
    /// Carried, not yet used.
    pub(super) unused: Vec<u8>,
    /// Packets in `to_broker` and `unused`, each with its length.
    pub(super) sent: VecDeque<(Sent, usize)>,
    pub(super) to_client: VecDeque<(Answer, Option<u64>)>,
    pub(super) fetch: Option<Box<dyn FnOnce()>>,
    pub(super) opened: i64,
    /// True if its task would run now.
    pub(super) is_awake: bool,
}

pub(super) struct World {
    pub(super) broker: Broker,
    pub(super) links: Vec<Link>,
    pub(super) clients: Vec<Client>,
    /// Serial number of the connection that each client uses.
    pub(super) current: [Option<u64>; CLIENTS],
    /// Options with which each client connects by itself.
    pub(super) usual: [Options; CLIENTS],
    pub(super) next_serial: u64,
    pub(super) model: Model,
    /// Bytes and packets that were carried.
    pub(super) progress: usize,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            broker: Broker::new(),
            links: Vec::new(),
            clients: (0..CLIENTS).map(|_| Client::new()).collect(),
            current: [None; CLIENTS],
            usual: [KEPT; CLIENTS],
            next_serial: 1,
            model: Model::default(),
            progress: 0,
        }
    }

    pub(super) fn link_of(&self, client: usize) -> Option<usize> {
        let serial = self.current[client]?;
        self.links
            .iter()
            .position(|link| link.view.serial == serial)
    }
}
