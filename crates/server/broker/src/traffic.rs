//! Messages of a broker in all, and how many there are per second.

use std::time::Instant;

use crate::metering::{Direction, MessageCount};

/// Messages since the start of a broker, and per second lately.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Traffic {
    /// Number of messages received from devices.
    pub received: u64,
    /// Number of messages pushed to devices.
    pub pushed: u64,
    /// Messages received per second, since the last but one call of
    /// [`Broker::take_counts`](crate::Broker::take_counts).
    pub received_per_second: f64,
    /// Messages pushed per second, since then.
    pub pushed_per_second: f64,
}

/// Number of messages up to a time.
#[derive(Clone, Copy)]
struct Mark {
    time: Instant,
    messages: [u64; 2],
}

/// Messages that were handed out as counts.
pub(crate) struct Taken {
    last: Mark,
    before: Mark,
}

impl Taken {
    pub(crate) fn since(time: Instant) -> Self {
        let start = Mark {
            time,
            messages: [0; 2],
        };
        Self {
            last: start,
            before: start,
        }
    }

    /// Adds counts that are handed out.
    pub(crate) fn add(&mut self, counts: &[MessageCount], time: Instant) {
        self.before = self.last;
        self.last.time = time;
        for count in counts {
            self.last.messages[count.direction as usize] += count.count;
        }
    }

    /// Returns the traffic; `current` are the messages that were not handed out yet.
    pub(crate) fn traffic(&self, current: [u64; 2], time: Instant) -> Traffic {
        let seconds = time.saturating_duration_since(self.before.time);
        // A broker that has just started would have an enormous rate.
        let seconds = seconds.as_secs_f64().max(1.0);
        let all = |direction: Direction| {
            self.last.messages[direction as usize] + current[direction as usize]
        };
        let rate = |direction: Direction| {
            (all(direction) - self.before.messages[direction as usize]) as f64 / seconds
        };
        Traffic {
            received: all(Direction::Received),
            pushed: all(Direction::Pushed),
            received_per_second: rate(Direction::Received),
            pushed_per_second: rate(Direction::Pushed),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::metering::MessageKind;

    #[test]
    fn the_rate_covers_the_last_interval_and_the_current_one() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let pushed = |count| MessageCount {
            parent_topic: "test".to_owned(),
            sub_topic: None,
            kind: MessageKind::PublishSubscribe,
            direction: Direction::Pushed,
            qos: 0,
            count,
        };
        let mut taken = Taken::since(start);
        assert_eq!(taken.traffic([7, 0], start).received_per_second, 7.0);
        taken.add(&[pushed(600)], at(60));
        taken.add(&[pushed(10), pushed(20)], at(120));
        let traffic = taken.traffic([4, 60], at(150));
        assert_eq!((traffic.received, traffic.pushed), (4, 690));
        assert_eq!(traffic.pushed_per_second, 1.0, "90 in 90 seconds");
    }
}
