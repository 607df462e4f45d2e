//! Quota of log lines about one subject.

/// Log lines per minute.
const LINES: u32 = 10;
const MINUTE_MS: i64 = 60_000;

/// Log lines of the current minute, which begins with the first of them.
#[derive(Debug, Default)]
pub(super) struct Quota {
    begun: i64,
    written: u32,
    left_out: u64,
}

impl Quota {
    /// Returns whether a line may be written, and counts it if not. `unix` is the time in ms.
    pub(super) fn take(&mut self, unix: i64) -> bool {
        if self.written == 0 {
            self.begun = unix;
        }
        let may_write = self.written < LINES;
        if may_write {
            self.written += 1;
        } else {
            self.left_out += 1;
        }
        may_write
    }

    /// Ends the minute if it is over. Returns the number of lines that were left out.
    pub(super) fn close(&mut self, unix: i64) -> u64 {
        // A clock that was set back ends it as well.
        let is_over = !(self.begun..self.begun.saturating_add(MINUTE_MS)).contains(&unix);
        if is_over {
            std::mem::take(self).left_out
        } else {
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_lines_are_written_in_a_minute_and_the_rest_is_counted() {
        let mut quota = Quota::default();
        let written = (0..25).filter(|second| quota.take(second * 1000)).count();
        assert_eq!(written, 10);
        assert_eq!(quota.close(MINUTE_MS - 1), 0);
        assert_eq!(quota.close(MINUTE_MS), 15);
        assert_eq!(quota.close(2 * MINUTE_MS), 0);
        assert!(quota.take(2 * MINUTE_MS));
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_silence_the_log() {
        let mut quota = Quota::default();
        let written = (0..12).filter(|_| quota.take(MINUTE_MS)).count();
        assert_eq!((written, quota.close(0)), (10, 2));
        assert!(quota.take(0));
    }
}
