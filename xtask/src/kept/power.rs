//! Takes the power away at random moments, and looks at what is left.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use super::client::Client;
use super::disk::{Disk, Survival, mix};
use super::load;
use super::record::Record;
use super::sync::Fate;
use crate::error::{Error, same};
use crate::program::finish;
use crate::service::{Service, Settings};

/// Checks the service at some moments.
pub(super) fn check(
    binary: &Path,
    record: &Record,
    fates: &[Fate],
    points: Range<u64>,
) -> Result<(), Error> {
    let disk = Disk::follow(&record.data_dir, &record.kept, &record.calls)?;
    let last = record.calls.last().map_or(0, |call| call.end) as u64;
    let start = Instant::now();
    let mut checked = 0;
    let number = points.end - points.start;
    for point in points {
        let random = mix(point);
        let any = (random % last) as usize;
        // Half of the moments are right after an acknowledgement.
        let line = match fates.get(any % fates.len()) {
            Some(fate) if random & 1 == 0 => fate.acknowledged.unwrap_or(any) + 1,
            _ => any,
        };
        let survival = match random >> 1 & 1 {
            0 => Survival::Nothing,
            _ => Survival::Some(random),
        };
        let found = lose_power(binary, record, &disk, fates, (line, survival));
        checked += found.map_err(|error| {
            Error::step(format!(
                "moment {point}, line {line}, {survival:?}: {error}"
            ))
        })?;
    }
    println!(
        "{number} losses of power in {:.0} s: {checked} acknowledged messages, all of them there",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Returns the number of messages that were acknowledged by then, all of which are there.
fn lose_power(
    binary: &Path,
    record: &Record,
    disk: &Disk,
    fates: &[Fate],
    (line, survival): (usize, Survival),
) -> Result<u64, Error> {
    let folder = tempfile::tempdir().map_err(Error::io("a folder for what is left"))?;
    let data_dir = folder.path().join("data");
    fs::create_dir(&data_dir).map_err(Error::io("a data directory"))?;
    for entry in fs::read_dir(&record.data_dir)
        .map_err(Error::io("the data directory"))?
        .flatten()
    {
        if entry.path() != record.kept {
            let copied = fs::copy(entry.path(), data_dir.join(entry.file_name()));
            copied.map_err(Error::io("to copy the database"))?;
        }
    }
    disk.lose_power(line, survival, &data_dir)?;
    // Files have no mode in the trace.
    finish(Command::new("chmod").args(["-R", "go="]).arg(&data_dir))?;

    let settings = Settings {
        data_dir: Some(&data_dir),
        interval: "1h",
        ..Settings::default()
    };
    let service = Service::start(binary, &settings)?;
    let acknowledged =
        fates.partition_point(|fate| fate.acknowledged.is_some_and(|begin| begin < line)) as u64;
    check_queue(&service, acknowledged)?;
    check_retained(&service, acknowledged)?;
    service.stop()?;
    Ok(acknowledged)
}

fn check_queue(service: &Service, acknowledged: u64) -> Result<(), Error> {
    let mut wanted = (0..acknowledged)
        .filter(|number| !load::is_retained(*number))
        .peekable();
    if wanted.peek().is_none() {
        return Ok(());
    }
    let (mut client, session_present) = Client::connect(&service.mqtt, load::WAITING, true)?;
    same("session present", session_present, true)?;
    for number in wanted {
        let message = client.message()?;
        same("topic", message.topic.as_str(), load::QUEUED)?;
        same(
            "number of a message",
            load::number(&message.payload),
            Some(number),
        )?;
        client.acknowledge(&message)?;
    }
    client.disconnect()
}

fn check_retained(service: &Service, acknowledged: u64) -> Result<(), Error> {
    let Some(last) = (0..acknowledged).rfind(|number| load::is_retained(*number)) else {
        return Ok(());
    };
    let (mut client, _) = Client::connect(&service.mqtt, "GID_test@@@retained", false)?;
    client.subscribe(load::RETAINED, 0)?;
    let message = client.message()?;
    // A later one may have been stored, too.
    let found = load::number(&message.payload);
    same(
        "the retained message is as new as acknowledged",
        found >= Some(last),
        true,
    )?;
    client.disconnect()
}
