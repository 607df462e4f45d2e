//! Sends messages in a closed loop: publishers wait for arrivals, and no message may be lost.

use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::broker::Broker;
use super::device::{Device, PUBACK, PUBLISH, acknowledge, publish};
use crate::error::{Error, same};
use crate::process::cpu_seconds;

/// Largest number of a publisher's messages in flight.
const WINDOW: u64 = 50;

/// Messages that a publisher sends at once.
const CHUNK: u64 = 25;

const PAYLOAD_BYTES: usize = 64;

/// Longest wait of a publisher for the arrival of its messages.
const PATIENCE: Duration = Duration::from_secs(20);

/// Number of publishers, receivers and messages, and their QoS.
pub(super) struct Load {
    pub(super) name: &'static str,
    pub(super) publishers: usize,
    /// If equal to the number of publishers, each receives from one; otherwise each receives all.
    pub(super) receivers: usize,
    pub(super) qos: u8,
    /// Messages per publisher, a multiple of [`CHUNK`].
    pub(super) messages: u64,
}

/// Number of a publisher's messages that have arrived.
#[derive(Default)]
struct Arrived {
    count: Mutex<u64>,
    changed: Condvar,
}

impl Load {
    /// Returns the number of deliveries.
    pub(super) fn deliveries(&self) -> u64 {
        self.messages * (self.publishers * self.receivers_of_each()) as u64
    }

    /// Runs the load. Returns the seconds of CPU time that the broker used.
    pub(super) fn run(&self, broker: &Broker) -> Result<f64, Error> {
        let receivers = self.connect(broker, "receiver", self.receivers)?;
        let publishers = self.connect(broker, "publisher", self.publishers)?;
        let arrived: Vec<Arrived> = publishers.iter().map(|_| Arrived::default()).collect();
        let arrived = arrived.as_slice();
        let before = cpu_seconds(broker.process)?;
        thread::scope(|scope| {
            let receiving = receivers
                .into_iter()
                .map(|device| scope.spawn(move || self.receive(device, arrived)));
            let mut threads: Vec<_> = receiving.collect();
            for (number, device) in publishers.into_iter().enumerate() {
                threads.push(scope.spawn(move || self.publish(device, number, &arrived[number])));
            }
            threads.into_iter().try_for_each(|thread| {
                let panicked = |_| Error::Step("a thread of the load panicked".to_owned());
                thread.join().map_err(panicked)?
            })
        })?;
        Ok(cpu_seconds(broker.process)? - before)
    }

    fn in_pairs(&self) -> bool {
        self.publishers == self.receivers
    }

    fn receivers_of_each(&self) -> usize {
        if self.in_pairs() { 1 } else { self.receivers }
    }

    fn topic(&self, number: usize) -> String {
        if self.in_pairs() {
            format!("test/pair/{number}")
        } else {
            "test/all".to_owned()
        }
    }

    fn connect(&self, broker: &Broker, role: &str, count: usize) -> Result<Vec<Device>, Error> {
        let device = |number| {
            let topic = self.topic(number);
            let subscription = (role == "receiver").then_some((topic.as_str(), self.qos));
            let name = format!("{role}{number}");
            Device::connect(broker.address, number, &name, subscription)
        };
        (0..count).map(device).collect()
    }

    fn publish(&self, mut device: Device, number: usize, arrived: &Arrived) -> Result<(), Error> {
        let topic = self.topic(number);
        let fan = self.receivers_of_each() as u64;
        let (mut sent, mut acknowledged) = (0, 0);
        while sent < self.messages {
            arrived.wait_for((sent + CHUNK).saturating_sub(WINDOW) * fan)?;
            let chunk: Vec<u8> = (sent..sent + CHUNK)
                .flat_map(|message| {
                    let packet_id = 1 + (message % u64::from(u16::MAX)) as u16;
                    publish(&topic, self.qos, packet_id, &payload(number, message))
                })
                .collect();
            device.write(&chunk)?;
            sent += CHUNK;
            while self.qos > 0 && acknowledged + WINDOW - CHUNK < sent {
                device.read(|packet| {
                    acknowledged += 1;
                    same("an answer to PUBLISH", packet.kind, PUBACK)
                })?;
            }
        }
        while self.qos > 0 && acknowledged < sent {
            device.read(|_| {
                acknowledged += 1;
                Ok(())
            })?;
        }
        // Stays connected until all its messages are received.
        arrived.wait_for(sent * fan)
    }

    fn receive(&self, mut device: Device, arrived: &[Arrived]) -> Result<(), Error> {
        let mut expected = self.messages;
        if !self.in_pairs() {
            expected *= self.publishers as u64;
        }
        let mut next = vec![0; arrived.len()];
        let mut received = 0;
        while received < expected {
            let mut fresh = vec![0; arrived.len()];
            let mut answers = Vec::new();
            device.read(|packet| {
                same("packet at a receiver", packet.kind, PUBLISH)?;
                same("QoS of a message", packet.qos, self.qos)?;
                let (publisher, message) = identity(packet.body)?;
                same("number of a message", message, next[publisher])?;
                next[publisher] += 1;
                fresh[publisher] += 1;
                received += 1;
                if self.qos > 0 {
                    let topic = usize::from(u16::from_be_bytes([packet.body[0], packet.body[1]]));
                    answers.extend(acknowledge(&packet.body[2 + topic..4 + topic]));
                }
                Ok(())
            })?;
            device.write(&answers)?;
            for (arrived, count) in arrived.iter().zip(fresh) {
                arrived.add(count);
            }
        }
        Ok(())
    }
}

impl Arrived {
    fn add(&self, count: u64) {
        if count > 0 {
            *self.count.lock().unwrap_or_else(PoisonError::into_inner) += count;
            self.changed.notify_one();
        }
    }

    fn wait_for(&self, wanted: u64) -> Result<(), Error> {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .changed
            .wait_timeout_while(count, PATIENCE, |count| *count < wanted);
        let (count, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            Err(Error::Step(format!(
                "messages lost: {count} of {wanted} arrived"
            )))
        } else {
            Ok(())
        }
    }
}

/// Returns a payload that holds the publisher and the number of a message.
fn payload(publisher: usize, message: u64) -> [u8; PAYLOAD_BYTES] {
    let mut payload = [0; PAYLOAD_BYTES];
    payload[..8].copy_from_slice(&(publisher as u64).to_be_bytes());
    payload[8..16].copy_from_slice(&message.to_be_bytes());
    payload
}

/// Reads the publisher and the number of a message from its payload, the end of the packet.
fn identity(body: &[u8]) -> Result<(usize, u64), Error> {
    let payload = body.last_chunk::<PAYLOAD_BYTES>();
    let payload = payload.ok_or_else(|| Error::Step("a message without payload".to_owned()))?;
    let number = |at: usize| {
        let bytes = payload[at..at + 8].iter();
        bytes.fold(0, |number: u64, byte| number << 8 | u64::from(*byte))
    };
    Ok((number(0) as usize, number(8)))
}
