//! The bound on messages that wait for a session.

use rmqtt::types::{Message, Reason};

use crate::Refusal;
use crate::connection::{Admission, Connection};
use crate::instance::Instance;

/// Returns `true` if a message may wait for a session; it must then leave the queue again.
pub(crate) fn admit(instance: &Instance, connection: &Connection, qos: u8, bytes: usize) -> bool {
    match connection.enter_queue(qos, bytes) {
        Admission::Queued => true,
        Admission::Dropped => false,
        Admission::Overflowed => {
            instance.refusals.count(Refusal::SlowReader);
            // Fails only if the session is over already.
            let _ = connection
                .tx
                .unbounded_send(Message::Closed(Reason::MessageQueueFull));
            false
        }
    }
}
