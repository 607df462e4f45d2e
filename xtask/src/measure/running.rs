//! Sends messages through a broker: publishers wait for arrivals or acknowledgements, and no message may be lost.

use std::thread;
use std::time::Instant;

use super::broker::{Broker, Listener};
use super::device::{Device, Login};
use super::load::{Arrived, Load, Run, Sessions};
use super::publisher::publish;
use super::receiver::receive;
use crate::error::Error;
use crate::process::cpu_seconds_of;

/// The part of a device in the load.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Publisher,
    Receiver,
    /// A receiver that has subscribed over an earlier connection.
    Returning,
}

/// Cost of a run.
pub(super) struct Outcome {
    /// CPU time of the processes that serve devices.
    pub(super) cpu_seconds: f64,
    /// CPU time of the processes behind them.
    pub(super) cpu_seconds_behind: f64,
    /// Seconds until the last message has arrived; with offline receivers, until the last acknowledgement.
    pub(super) seconds: f64,
    /// Milliseconds from sending to arrival, of each message.
    pub(super) arrivals: Vec<f64>,
    /// Milliseconds from sending to PUBACK, of each message above QoS 0.
    pub(super) acknowledgements: Vec<f64>,
}

/// Addresses of the devices of a load, and the processes that serve it.
pub(super) struct Site<'a> {
    pub(super) publishers: &'a Listener,
    pub(super) receivers: &'a Listener,
    pub(super) servers: &'a [u32],
    /// Processes behind those that serve devices.
    pub(super) behind: &'a [u32],
}

type Thread<'scope> = thread::ScopedJoinHandle<'scope, Result<Vec<f64>, Error>>;

impl Load {
    pub(super) fn run(&self, broker: &Broker) -> Result<Outcome, Error> {
        self.run_at(&Site {
            publishers: &broker.tcp,
            receivers: &broker.tcp,
            servers: &[broker.process],
            behind: &[],
        })
    }

    pub(super) fn run_at(&self, site: &Site<'_>) -> Result<Outcome, Error> {
        let mut receivers = self.connect(site, Role::Receiver, self.receivers)?;
        let publishers = self.connect(site, Role::Publisher, self.publishers)?;
        let are_offline = self.sessions == Sessions::KeptOffline;
        if are_offline {
            receivers.drain(..).try_for_each(Device::disconnect)?;
        }
        let before = [cpu_seconds_of(site.servers)?, cpu_seconds_of(site.behind)?];
        let run = Run {
            load: self,
            arrived: publishers.iter().map(|_| Arrived::default()).collect(),
            start: Instant::now(),
        };
        let (mut arrivals, acknowledgements) = run.threads(receivers, publishers)?;
        let seconds = run.start.elapsed().as_secs_f64();
        let cpu_seconds = cpu_seconds_of(site.servers)? - before[0];
        let cpu_seconds_behind = cpu_seconds_of(site.behind)? - before[1];
        if are_offline {
            let receivers = self.connect(site, Role::Returning, self.receivers)?;
            arrivals = run.threads(receivers, Vec::new())?.0;
        }
        Ok(Outcome {
            cpu_seconds,
            cpu_seconds_behind,
            seconds,
            arrivals,
            acknowledgements,
        })
    }

    fn connect(&self, site: &Site<'_>, role: Role, count: usize) -> Result<Vec<Device>, Error> {
        let device = |number| {
            let topic = self.topic(number);
            let (name, listener) = match role {
                Role::Publisher => ("publisher", site.publishers),
                Role::Receiver | Role::Returning => ("receiver", site.receivers),
            };
            let is_receiver = role != Role::Publisher;
            let login = Login {
                name: &format!("{name}{number}"),
                number,
                subscription: (role == Role::Receiver).then_some((topic.as_str(), self.qos)),
                is_kept: is_receiver && self.sessions != Sessions::Clean,
                keepalive: 0,
            };
            Device::connect(listener, login)
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
}

fn join(threads: Vec<Thread<'_>>) -> Result<Vec<f64>, Error> {
    let mut times = Vec::new();
    for thread in threads {
        let panicked = |_| Error::Step("a thread of the load panicked".to_owned());
        times.extend(thread.join().map_err(panicked)??);
    }
    Ok(times)
}
