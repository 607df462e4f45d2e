//! Checks the bounds on what instances hold.

use std::time::Duration;

use ons_mqtt_broker::Limits;

use crate::config::check::Check;
use crate::config::file;

/// Fewest bytes of a bound, with which a broker still works.
const MIN_BYTES: usize = 1 << 20;

/// Shortest time for which sessions are kept.
const MIN_EXPIRY: Duration = Duration::from_secs(1);

/// Units of sizes.
const UNITS: [(&str, usize); 3] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

impl Check<'_> {
    pub(super) fn limits(&mut self, file: &file::Limits) -> Limits {
        let default = Limits::default();
        Limits {
            sessions: self.count("sessions", file.sessions, default.sessions),
            session_memory: self.bytes(
                "limits.session_memory",
                file.session_memory.as_deref(),
                default.session_memory,
            ),
            session_expiry: self.expiry(file.session_expiry.as_deref(), default.session_expiry),
            session_messages: self.count(
                "session_messages",
                file.session_messages,
                default.session_messages,
            ),
            session_bytes: self.bytes(
                "limits.session_bytes",
                file.session_bytes.as_deref(),
                default.session_bytes,
            ),
            kept_messages: self.count("kept_messages", file.kept_messages, default.kept_messages),
            kept_bytes: self.bytes(
                "limits.kept_bytes",
                file.kept_bytes.as_deref(),
                default.kept_bytes,
            ),
            retained_messages: self.count(
                "retained_messages",
                file.retained_messages,
                default.retained_messages,
            ),
            retained_bytes: self.bytes(
                "limits.retained_bytes",
                file.retained_bytes.as_deref(),
                default.retained_bytes,
            ),
            message_memory: self.bytes(
                "limits.message_memory",
                file.message_memory.as_deref(),
                default.message_memory,
            ),
        }
    }

    pub(super) fn count(&mut self, key: &str, count: Option<u32>, default: usize) -> usize {
        if count == Some(0) {
            let message = "the limit is 0, so nothing would be possible";
            self.mistake(&format!("limits.{key}"), message, "use 1 or more");
        }
        count.map_or(default, |count| count as usize)
    }

    pub(super) fn bytes(&mut self, key: &str, text: Option<&str>, default: usize) -> usize {
        let Some(text) = text else {
            return default;
        };
        let bytes = parse_bytes(text);
        if bytes.is_none_or(|bytes| bytes < MIN_BYTES) {
            let message = match bytes {
                None => format!("`{text}` is not a size"),
                Some(_) => format!("{text} is less than 1MiB"),
            };
            let hint = "write a size such as 64MiB or 4GiB, at least 1MiB";
            self.mistake(key, message, hint);
        }
        bytes.unwrap_or(default)
    }

    fn expiry(&mut self, text: Option<&str>, default: Duration) -> Duration {
        const KEY: &str = "limits.session_expiry";
        let expiry = text.and_then(|text| self.duration(KEY, text));
        if expiry.is_some_and(|expiry| expiry < MIN_EXPIRY) {
            self.mistake(KEY, "the time is shorter than one second", "use 1s or more");
        }
        expiry.unwrap_or(default)
    }
}

/// Reads a size such as `64MiB`.
fn parse_bytes(text: &str) -> Option<usize> {
    UNITS.iter().find_map(|(unit, bytes)| {
        let number = text.strip_suffix(unit)?.trim_end();
        number.parse::<usize>().ok()?.checked_mul(*bytes)
    })
}
