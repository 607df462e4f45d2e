//! Checks that the journal is synced between a PUBLISH and its acknowledgement.

use std::collections::HashMap;

use super::load;
use super::record::Record;
use super::trace::Call;
use crate::error::{Error, same};
use crate::packet::{CONNACK, CONNECT, Packet, acknowledge};

/// The way of one message through the service, as lines of the trace.
#[derive(Default)]
pub(super) struct Fate {
    /// The PUBLISH was read.
    received: Option<usize>,
    /// The journal with it was written, and which one it is.
    written: Option<(usize, String)>,
    /// The journal was synced.
    synced: Option<usize>,
    /// Writing of its acknowledgement began.
    pub(super) acknowledged: Option<usize>,
}

/// Checks all messages.
pub(super) fn check(record: &Record, fates: &[Fate]) -> Result<(), Error> {
    for (number, fate) in fates.iter().enumerate() {
        let written = fate.written.as_ref().map(|(line, _)| *line);
        let lines = [fate.received, written, fate.synced, fate.acknowledged];
        let is_ordered = lines.is_sorted() && lines.iter().all(Option::is_some);
        let what =
            format!("message {number} is read, written, synced, acknowledged in lines {lines:?}");
        same(&what, is_ordered, true)?;
    }
    let synced = |call: &&Call| call.name == "fdatasync" && is_journal(&call.target());
    let syncs = record.calls.iter().filter(synced).count();
    println!(
        "{} acknowledgements, each after its sync; {syncs} syncs of the journal",
        fates.len()
    );
    Ok(())
}

/// Returns what happened to each message, by its number.
pub(super) fn fates(record: &Record) -> Result<Vec<Fate>, Error> {
    let socket = publisher(&record.calls)?;
    let mut fates: Vec<Fate> = Vec::new();
    let mut marks: HashMap<[u8; 16], usize> = HashMap::new();
    let (mut received, mut acknowledged) = (Vec::new(), 0);
    let mut unsynced: Vec<usize> = Vec::new();
    for call in &record.calls {
        match call.name.as_str() {
            "recvfrom" | "read" if call.target() == socket => {
                received.extend(call.data());
                while let Some(mark) = next_publish(&mut received) {
                    marks.insert(mark, fates.len());
                    same("mark of a message", mark, load::mark(fates.len() as u64))?;
                    fates.push(Fate {
                        received: Some(call.end),
                        ..Fate::default()
                    });
                }
            }
            "write" if is_journal(&call.target()) => {
                let data = call.data();
                let found = data.windows(16).filter_map(|window| marks.get(window));
                for &number in found {
                    if fates[number].written.is_none() {
                        fates[number].written = Some((call.end, call.target()));
                        unsynced.push(number);
                    }
                }
            }
            "fdatasync" | "fsync" if is_journal(&call.target()) => unsynced.retain(|&number| {
                let fate = &mut fates[number];
                let is_covered = fate
                    .written
                    .as_ref()
                    .is_some_and(|(line, journal)| *line < call.begin && *journal == call.target());
                if is_covered {
                    fate.synced = Some(call.end);
                }
                !is_covered
            }),
            _ => {}
        }
    }
    // A call that sends counts from its beginning, so it cannot be handled in the order of ends.
    let sent = |call: &&Call| {
        ["sendto", "write", "writev"].contains(&call.name.as_str()) && call.target() == socket
    };
    for call in record.calls.iter().filter(sent) {
        for packet in call.data().chunks(4) {
            if packet.first() == Some(&(CONNACK << 4)) {
                continue;
            }
            let puback = acknowledge(load::id(acknowledged as u64).to_be_bytes());
            same("answer to the publisher", packet, puback.as_slice())?;
            let fate = fates.get_mut(acknowledged);
            let fate = fate.ok_or_else(|| Error::step("an acknowledgement before its message"))?;
            fate.acknowledged = Some(call.begin);
            acknowledged += 1;
        }
    }
    same("number of acknowledgements", acknowledged, fates.len())?;
    Ok(fates)
}

fn is_journal(path: &str) -> bool {
    path.ends_with(".jnl")
}

/// Returns the socket of the publisher.
fn publisher(calls: &[Call]) -> Result<String, Error> {
    let is_connect = |call: &&Call| {
        let data = call.data();
        let client_id = load::PUBLISHER.as_bytes();
        data.first() == Some(&(CONNECT << 4))
            && data.windows(client_id.len()).any(|part| part == client_id)
    };
    let mut received = calls.iter().filter(|call| call.name == "recvfrom");
    let connect = received.find(is_connect);
    connect
        .map(Call::target)
        .ok_or_else(|| Error::step("no CONNECT of the publisher in the trace"))
}

/// Takes packets from what was received, up to the next PUBLISH. Returns the mark of its payload.
fn next_publish(received: &mut Vec<u8>) -> Option<[u8; 16]> {
    loop {
        let (packet, length) = Packet::first(received)?;
        let message = packet.message();
        let mark = message.map(|message| message.payload.first_chunk().copied());
        received.drain(..length);
        if let Some(mark) = mark {
            return mark;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hexadecimal(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect()
    }

    fn call(name: &str, target: &str, data: &[u8], line: usize) -> Call {
        let target = hexadecimal(target.as_bytes());
        Call {
            name: name.to_owned(),
            arguments: format!("7<{target}>, \"{}\"", hexadecimal(data)),
            result: data.len() as u64,
            begin: line,
            end: line,
        }
    }

    /// One message whose journal is synced in a line; its acknowledgement is sent in line 10.
    fn record(synced: Option<usize>) -> Record {
        let mark = load::mark(0);
        let connect = [
            &[CONNECT << 4, load::PUBLISHER.len() as u8],
            load::PUBLISHER.as_bytes(),
        ]
        .concat();
        let publish = [&[0x32, 21, 0, 1, b't', 0, 1][..], &mark].concat();
        let mut calls = vec![
            call("recvfrom", "socket:[1]", &connect, 1),
            call("sendto", "socket:[1]", &[CONNACK << 4, 2, 0, 0], 2),
            call("recvfrom", "socket:[1]", &publish, 3),
            call("write", "/kept/0.jnl", &mark, 5),
            call("sendto", "socket:[1]", &acknowledge([0, 1]), 10),
        ];
        calls.extend(synced.map(|line| call("fdatasync", "/kept/0.jnl", &[], line)));
        calls.sort_by_key(|call| call.end);
        Record {
            calls,
            data_dir: "/".into(),
            kept: "/kept".into(),
        }
    }

    #[test]
    fn an_acknowledgement_without_a_sync_before_it_is_found() {
        let is_found = |synced| {
            let record = record(synced);
            let fates = fates(&record).unwrap();
            check(&record, &fates).is_err()
        };
        assert!(!is_found(Some(7)));
        for synced in [None, Some(4), Some(11)] {
            assert!(is_found(synced), "{synced:?}");
        }
    }
}
