//! Topic filters of SUBSCRIBE and UNSUBSCRIBE.

use super::packet::{Subscribe, SubscriptionOptions, Unsubscribe};
use super::primitive::Reader;
use super::reason::DecodeError;
use super::version::Version;

const SHARE: &str = "$share/";

/// Returns whether a topic filter is well formed, be it a plain or a shared one.
pub(crate) fn is_valid_filter(filter: &str) -> bool {
    match filter.strip_prefix(SHARE) {
        None => is_valid_plain_filter(filter),
        Some(shared) => shared.split_once('/').is_some_and(|(name, filter)| {
            !name.is_empty() && !name.contains(['+', '#']) && is_valid_plain_filter(filter)
        }),
    }
}

fn is_valid_plain_filter(filter: &str) -> bool {
    let mut levels = filter.split('/').rev();
    let last = levels.next().unwrap_or_default();
    let is_valid_level = |level: &str| level == "+" || !level.contains(['+', '#']);
    !filter.is_empty() && (last == "#" || is_valid_level(last)) && levels.all(is_valid_level)
}

impl<'a> Subscribe<'a> {
    /// Returns the filters as sent, a shared one with its `$share/name/`. There is at least one.
    ///
    /// They are UTF-8 and not empty; [`is_valid_filter`] tells whether one is well formed.
    pub(crate) fn filters(&self) -> impl Iterator<Item = (&'a str, SubscriptionOptions)> + use<'a> {
        let mut reader = Reader::new(self.entries);
        std::iter::from_fn(move || {
            let filter = reader.string().ok()?;
            let options = reader.byte().ok()?;
            Some((filter, split(options)))
        })
    }
}

impl<'a> Unsubscribe<'a> {
    /// Returns the filters as sent. There is at least one.
    ///
    /// They are UTF-8 and not empty; [`is_valid_filter`] tells whether one is well formed.
    pub(crate) fn filters(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let mut reader = Reader::new(self.entries);
        std::iter::from_fn(move || reader.string().ok())
    }
}

/// Checks the payload of a SUBSCRIBE.
pub(super) fn check_subscriptions(version: Version, entries: &[u8]) -> Result<(), DecodeError> {
    let mut reader = Reader::new(entries);
    check_presence(reader)?;
    while !reader.is_empty() {
        let filter = read_filter(&mut reader)?;
        let options = reader.byte()?;
        match version {
            Version::V311 => check_qos(options)?,
            Version::V5 => check_options(filter, options)?,
        }
    }
    Ok(())
}

/// Checks the payload of an UNSUBSCRIBE.
pub(super) fn check_filters(entries: &[u8]) -> Result<(), DecodeError> {
    let mut reader = Reader::new(entries);
    check_presence(reader)?;
    while !reader.is_empty() {
        read_filter(&mut reader)?;
    }
    Ok(())
}

fn check_presence(reader: Reader<'_>) -> Result<(), DecodeError> {
    if reader.is_empty() {
        Err(DecodeError::protocol("packet without a topic filter"))
    } else {
        Ok(())
    }
}

fn read_filter<'a>(reader: &mut Reader<'a>) -> Result<&'a str, DecodeError> {
    match reader.string()? {
        "" => Err(DecodeError::malformed("empty topic filter")),
        filter => Ok(filter),
    }
}

/// Checks the byte that MQTT 3.1.1 has after a filter.
fn check_qos(qos: u8) -> Result<(), DecodeError> {
    match qos {
        0..=2 => Ok(()),
        3 => Err(DecodeError::malformed("QoS 3")),
        _ => Err(DecodeError::malformed("reserved bits of a requested QoS")),
    }
}

/// Checks the byte that MQTT 5 has after a filter.
fn check_options(filter: &str, options: u8) -> Result<(), DecodeError> {
    if options & 0b1100_0000 != 0 {
        return Err(DecodeError::malformed("reserved subscription options"));
    }
    let options = split(options);
    if options.qos == 3 {
        Err(DecodeError::protocol("QoS 3"))
    } else if options.retain_handling == 3 {
        Err(DecodeError::protocol("retain handling 3"))
    } else if options.no_local && filter.starts_with(SHARE) {
        Err(DecodeError::protocol("No Local with a shared subscription"))
    } else {
        Ok(())
    }
}

fn split(options: u8) -> SubscriptionOptions {
    SubscriptionOptions {
        qos: options & 0b11,
        no_local: options & 0b100 != 0,
        retain_as_published: options & 0b1000 != 0,
        retain_handling: options >> 4 & 0b11,
    }
}
