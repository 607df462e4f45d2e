//! A device of the load that receives.

use super::device::Device;
use super::load::Run;
use super::payload::numbers;
use crate::error::{Error, same};
use crate::packet::{PUBLISH, acknowledge};

/// Receives all messages, each publisher's in order. Returns the milliseconds that each took.
pub(super) fn receive(run: &Run<'_>, mut device: Device) -> Result<Vec<f64>, Error> {
    let load = run.load;
    let mut next = vec![0; load.publishers];
    let mut times = Vec::new();
    while (times.len() as u64) < load.messages_of_each() {
        let mut fresh = vec![0; load.publishers];
        let mut answers = Vec::new();
        let mut read_at = None;
        device.read(|packet| {
            same("packet at a receiver", packet.kind, PUBLISH)?;
            same("QoS of a message", packet.qos, load.qos)?;
            let [publisher, message, sent] = numbers(packet.body)?;
            let publisher = publisher as usize;
            same("number of a message", message, next[publisher])?;
            next[publisher] += 1;
            fresh[publisher] += 1;
            let now = *read_at.get_or_insert_with(|| run.now());
            times.push((now - sent) as f64 / 1000.0);
            if let Some(id) = packet.message().and_then(|message| message.id) {
                answers.extend(acknowledge(id));
            }
            Ok(())
        })?;
        device.write(&answers)?;
        for (arrived, count) in run.arrived.iter().zip(fresh) {
            arrived.add(count);
        }
    }
    Ok(times)
}
