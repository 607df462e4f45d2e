//! Names that no two cases share, so that all can use one broker.

use std::sync::atomic::{AtomicU32, Ordering};

fn number() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}

/// Returns a client id that no other case has.
pub(crate) fn client_id() -> String {
    format!("GID_test@@@c{}", number())
}

/// Returns a topic of two levels that no other case has.
pub(crate) fn topic() -> String {
    format!("lamps/t{}", number())
}
