//! Messages for kept sessions and retained ones, numbered.

use std::thread::{self, JoinHandle};

use super::client::Client;
use super::disk::mix;
use crate::error::Error;

pub(super) const PUBLISHER: &str = "GID_test@@@publisher";
/// Stays away while messages are published.
pub(super) const WAITING: &str = "GID_test@@@waiting";
const READING: &str = "GID_test@@@reading";
pub(super) const QUEUED: &str = "test/queued";
pub(super) const RETAINED: &str = "test/retained";
/// Messages that are not acknowledged at a time.
const WINDOW: u64 = 64;
/// Length of a payload, of which the engine compresses nothing.
const PAYLOAD: usize = 2_000;
const MARK: usize = 16;

/// Returns what a payload begins with, and no other one contains.
pub(super) fn mark(number: u64) -> [u8; MARK] {
    let mut mark = [0; MARK];
    mark[..8].copy_from_slice(&number.to_be_bytes());
    mark[8..].copy_from_slice(&mix(number).to_be_bytes());
    mark
}

/// Returns the number of a payload.
pub(super) fn number(payload: &[u8]) -> Option<u64> {
    let number = u64::from_be_bytes(*payload.first_chunk()?);
    payload.starts_with(&mark(number)).then_some(number)
}

/// Returns whether a message is retained.
pub(super) fn is_retained(number: u64) -> bool {
    number % 10 == 9
}

/// Lets both sessions begin.
pub(super) fn subscribe(mqtt: &str) -> Result<(), Error> {
    for client_id in [WAITING, READING] {
        let (mut client, _) = Client::connect(mqtt, client_id, true)?;
        client.subscribe(QUEUED, 1)?;
        client.disconnect()?;
    }
    Ok(())
}

/// Publishes, while one of the sessions is read.
pub(super) fn publish(mqtt: &str, messages: u64) -> Result<(), Error> {
    let reader = read(mqtt, messages)?;
    let (mut client, _) = Client::connect(mqtt, PUBLISHER, false)?;
    for number in 0..messages + WINDOW {
        if let Some(earlier) = number.checked_sub(WINDOW) {
            client.acknowledged(id(earlier))?;
        }
        if number < messages {
            let is_retained = is_retained(number);
            let topic = if is_retained { RETAINED } else { QUEUED };
            client.publish(topic, id(number), &payload(number), is_retained)?;
        }
    }
    let read = reader.join();
    read.unwrap_or_else(|_| Err(Error::step("the reader failed")))
}

/// Returns the packet identifier of a message.
pub(super) fn id(number: u64) -> u16 {
    (number % 65_535) as u16 + 1
}

fn payload(number: u64) -> Vec<u8> {
    let mut payload = mark(number).to_vec();
    let mut rest = mix(number);
    while payload.len() < PAYLOAD {
        rest = mix(rest);
        payload.extend(rest.to_be_bytes());
    }
    payload
}

fn read(mqtt: &str, messages: u64) -> Result<JoinHandle<Result<(), Error>>, Error> {
    let (mut client, _) = Client::connect(mqtt, READING, true)?;
    let wanted = (0..messages).filter(|number| !is_retained(*number)).count();
    Ok(thread::spawn(move || {
        for _ in 0..wanted {
            let message = client.message()?;
            client.acknowledge(&message)?;
        }
        Ok(())
    }))
}
