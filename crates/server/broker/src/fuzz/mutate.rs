//! Random changes of known inputs.

use fastrand::Rng;

/// Most changes of one input.
const CHANGES: usize = 6;
/// Bytes at the edges of what lengths, flags and texts may be.
const EDGES: [u8; 10] = [0, 1, 0x10, 0x20, 0x7f, 0x80, 0xc2, 0xfe, 0xff, b'#'];

/// Returns one of the known inputs after some changes.
pub(super) fn changed(known: &[Vec<u8>], random: &mut Rng) -> Vec<u8> {
    let mut bytes = pick(known, random).to_vec();
    for _ in 0..random.usize(1..=CHANGES) {
        change(&mut bytes, known, random);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, known: &[Vec<u8>], random: &mut Rng) {
    let at = random.usize(0..=bytes.len());
    let end = random.usize(at..=bytes.len().min(at + 16));
    match random.u8(0..8) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at..end)),
        2 => bytes.insert(at, random.u8(..)),
        3 => drop(bytes.splice(at..end, part(pick(known, random), random))),
        4 => bytes.extend_from_within(at..end),
        5 => bytes[at..end]
            .iter_mut()
            .for_each(|byte| *byte = random.u8(..)),
        6 if at < end => bytes[at] = EDGES[random.usize(0..EDGES.len())],
        _ if at < end => bytes[at] ^= 1 << random.u8(0..8),
        _ => {}
    }
}

fn pick<'k>(known: &'k [Vec<u8>], random: &mut Rng) -> &'k [u8] {
    &known[random.usize(0..known.len())]
}

fn part(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    let begin = random.usize(0..=bytes.len());
    bytes[begin..random.usize(begin..=bytes.len())].to_vec()
}
