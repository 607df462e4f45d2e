//! Time of day and time that never jumps, both of which a test can move.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// A moment, by two clocks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Moment {
    /// Time of day, which jumps when someone sets the clock.
    pub wall: SystemTime,
    /// Time since the clock was made, which never jumps.
    pub monotonic: Duration,
}

/// Source of [`Moment`]s; cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Moment + Send + Sync>);

impl Clock {
    /// Returns the clock of the machine.
    pub fn system() -> Self {
        let start = Instant::now();
        Self::new(move || Moment {
            wall: SystemTime::now(),
            monotonic: start.elapsed(),
        })
    }

    /// Returns a clock that asks `now` for the time.
    pub fn new(now: impl Fn() -> Moment + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Returns the current moment.
    pub fn now(&self) -> Moment {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({:?})", self.now())
    }
}
