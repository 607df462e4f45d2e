//! Payload of the load's messages: numbers that receivers check.

use crate::error::Error;

const BYTES: usize = 64;
const NUMBERS: usize = 3;

pub(super) fn payload(numbers: [u64; NUMBERS]) -> [u8; BYTES] {
    let mut payload = [0; BYTES];
    for (bytes, number) in payload.chunks_exact_mut(8).zip(numbers) {
        bytes.copy_from_slice(&number.to_be_bytes());
    }
    payload
}

/// Reads the numbers from the payload, which is the end of the packet.
pub(super) fn numbers(packet: &[u8]) -> Result<[u64; NUMBERS], Error> {
    let payload = packet.last_chunk::<BYTES>();
    let payload = payload.ok_or_else(|| Error::Step("a message without payload".to_owned()))?;
    let mut numbers = [0; NUMBERS];
    for (bytes, number) in payload.chunks_exact(8).zip(&mut numbers) {
        *number = bytes
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte));
    }
    Ok(numbers)
}
