//! A device of the load that publishes.

use std::thread;
use std::time::Duration;

use super::device::Device;
use super::load::{Run, Sessions};
use super::payload::payload;
use crate::error::{Error, same};
use crate::packet::{self, PUBACK};

/// Publishes all messages. Returns the milliseconds until each was acknowledged.
pub(super) fn publish(run: &Run<'_>, mut device: Device, number: usize) -> Result<Vec<f64>, Error> {
    let load = run.load;
    let topic = load.topic(number);
    let wait_for_arrival = |messages: u64| match load.sessions {
        Sessions::KeptOffline => Ok(()),
        _ => run.arrived[number].wait_for(messages * load.receivers_of_each() as u64),
    };
    let mut acknowledged = Vec::new();
    // When each chunk was sent, in microseconds since the start.
    let mut sent_at = Vec::new();
    let mut sent = 0;
    while sent < load.messages {
        wait_for_arrival((sent + load.chunk).saturating_sub(load.window))?;
        wait_for_turn(run, number, sent);
        let now = run.now();
        let chunk: Vec<u8> = (sent..sent + load.chunk)
            .flat_map(|message| {
                let packet_id = 1 + (message % u64::from(u16::MAX)) as u16;
                let payload = payload([number as u64, message, now]);
                packet::publish(&topic, load.qos, packet_id, &payload, false)
            })
            .collect();
        device.write(&chunk)?;
        sent_at.push(now);
        sent += load.chunk;
        let may_wait = if sent < load.messages {
            load.window - load.chunk
        } else {
            0
        };
        while load.qos > 0 && acknowledged.len() as u64 + may_wait < sent {
            device.read(|packet| {
                let chunk = acknowledged.len() / load.chunk as usize;
                acknowledged.push((run.now() - sent_at[chunk]) as f64 / 1000.0);
                same("an answer to PUBLISH", packet.kind, PUBACK)
            })?;
        }
    }
    // Stays connected until all its messages are received.
    wait_for_arrival(sent)?;
    Ok(acknowledged)
}

/// Waits until a message is due, if the load has a pace. The publishers take turns.
fn wait_for_turn(run: &Run<'_>, publisher: usize, message: u64) {
    let load = run.load;
    if load.pace == 0 {
        return;
    }
    let earlier = message * load.publishers as u64 + publisher as u64;
    let micros = earlier * load.receivers_of_each() as u64 * 1_000_000 / load.pace;
    thread::sleep(Duration::from_micros(micros.saturating_sub(run.now())));
}
