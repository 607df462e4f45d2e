//! Sends messages through a broker: publishers wait for arrivals or acknowledgements, and no message may be lost.

use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::broker::Broker;
use super::device::{Device, Login};
use super::publisher::publish;
use super::receiver::receive;
use crate::error::Error;
use crate::process::cpu_seconds;

/// Longest wait of a publisher for the arrival of its messages.
const PATIENCE: Duration = Duration::from_secs(20);

/// Number of publishers, receivers and messages, their QoS and speed.
#[derive(Clone, Copy)]
pub(super) struct Load {
    pub(super) name: &'static str,
    pub(super) publishers: usize,
    /// If equal to the number of publishers, each receives from one; otherwise each receives all.
    pub(super) receivers: usize,
    pub(super) qos: u8,
    /// Messages per publisher, a multiple of the chunk.
    pub(super) messages: u64,
    /// Largest number of a publisher's messages in flight.
    pub(super) window: u64,
    /// Messages that a publisher sends at once.
    pub(super) chunk: u64,
    /// Messages per second that arrive in all; 0 for as many as possible.
    pub(super) pace: u64,
    pub(super) sessions: Sessions,
}

/// Sessions of the receivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sessions {
    /// They end with the connection.
    Clean,
    /// They are kept, and the receivers are online.
    KeptOnline,
    /// They are kept, and the receivers come back when all messages are acknowledged.
    KeptOffline,
}

/// What a device of the load is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Publisher,
    Receiver,
    /// A receiver that has subscribed over an earlier connection.
    Returning,
}

/// Cost of a run.
pub(super) struct Outcome {
    /// CPU time of the broker.
    pub(super) cpu_seconds: f64,
    /// Seconds until the last message has arrived; with offline receivers, until the last acknowledgement.
    pub(super) seconds: f64,
    /// Milliseconds from sending to arrival, of each message.
    pub(super) arrivals: Vec<f64>,
    /// Milliseconds from sending to PUBACK, of each message above QoS 0.
    pub(super) acknowledgements: Vec<f64>,
}

/// What the threads of a run share.
pub(super) struct Run<'a> {
    pub(super) load: &'a Load,
    /// Of each publisher.
    pub(super) arrived: Vec<Arrived>,
    pub(super) start: Instant,
}

/// Number of a publisher's messages that have arrived.
#[derive(Default)]
pub(super) struct Arrived {
    count: Mutex<u64>,
    changed: Condvar,
}

type Thread<'scope> = thread::ScopedJoinHandle<'scope, Result<Vec<f64>, Error>>;

impl Load {
    /// Returns the number of deliveries.
    pub(super) fn deliveries(&self) -> u64 {
        self.messages * (self.publishers * self.receivers_of_each()) as u64
    }

    pub(super) fn run(&self, broker: &Broker) -> Result<Outcome, Error> {
        let mut receivers = self.connect(broker, Role::Receiver, self.receivers)?;
        let publishers = self.connect(broker, Role::Publisher, self.publishers)?;
        let are_offline = self.sessions == Sessions::KeptOffline;
        if are_offline {
            receivers.drain(..).try_for_each(Device::disconnect)?;
        }
        let before = cpu_seconds(broker.process)?;
        let run = Run {
            load: self,
            arrived: publishers.iter().map(|_| Arrived::default()).collect(),
            start: Instant::now(),
        };
        let (mut arrivals, acknowledgements) = run.threads(receivers, publishers)?;
        let seconds = run.start.elapsed().as_secs_f64();
        let cpu_seconds = cpu_seconds(broker.process)? - before;
        if are_offline {
            let receivers = self.connect(broker, Role::Returning, self.receivers)?;
            arrivals = run.threads(receivers, Vec::new())?.0;
        }
        Ok(Outcome {
            cpu_seconds,
            seconds,
            arrivals,
            acknowledgements,
        })
    }

    fn in_pairs(&self) -> bool {
        self.publishers == self.receivers
    }

    /// Returns the number of messages that each receiver gets.
    pub(super) fn messages_of_each(&self) -> u64 {
        self.deliveries() / self.receivers as u64
    }

    pub(super) fn receivers_of_each(&self) -> usize {
        if self.in_pairs() { 1 } else { self.receivers }
    }

    pub(super) fn topic(&self, number: usize) -> String {
        if self.in_pairs() {
            format!("test/pair/{number}")
        } else {
            "test/all".to_owned()
        }
    }

    fn connect(&self, broker: &Broker, role: Role, count: usize) -> Result<Vec<Device>, Error> {
        let device = |number| {
            let topic = self.topic(number);
            let (name, is_receiver) = match role {
                Role::Publisher => ("publisher", false),
                Role::Receiver | Role::Returning => ("receiver", true),
            };
            let login = Login {
                name: &format!("{name}{number}"),
                number,
                subscription: (role == Role::Receiver).then_some((topic.as_str(), self.qos)),
                is_kept: is_receiver && self.sessions != Sessions::Clean,
                keepalive: 0,
            };
            Device::connect(&broker.tcp, login)
        };
        (0..count).map(device).collect()
    }
}

impl Run<'_> {
    /// Runs each device on a thread of its own. Returns times of arrivals and of acknowledgements.
    fn threads(
        &self,
        receivers: Vec<Device>,
        publishers: Vec<Device>,
    ) -> Result<(Vec<f64>, Vec<f64>), Error> {
        thread::scope(|scope| {
            let receiving = receivers
                .into_iter()
                .map(|device| scope.spawn(move || receive(self, device)));
            let receiving: Vec<Thread<'_>> = receiving.collect();
            let publishing = publishers
                .into_iter()
                .enumerate()
                .map(|(number, device)| scope.spawn(move || publish(self, device, number)));
            let publishing: Vec<Thread<'_>> = publishing.collect();
            let acknowledgements = join(publishing);
            let arrivals = join(receiving);
            Ok((arrivals?, acknowledgements?))
        })
    }

    /// Microseconds since the start.
    pub(super) fn now(&self) -> u64 {
        self.start.elapsed().as_micros() as u64
    }
}

fn join(threads: Vec<Thread<'_>>) -> Result<Vec<f64>, Error> {
    let mut times = Vec::new();
    for thread in threads {
        let panicked = |_| Error::Step("a thread of the load panicked".to_owned());
        times.extend(thread.join().map_err(panicked)??);
    }
    Ok(times)
}

impl Arrived {
    pub(super) fn add(&self, count: u64) {
        if count > 0 {
            *self.count.lock().unwrap_or_else(PoisonError::into_inner) += count;
            self.changed.notify_one();
        }
    }

    pub(super) fn wait_for(&self, wanted: u64) -> Result<(), Error> {
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
