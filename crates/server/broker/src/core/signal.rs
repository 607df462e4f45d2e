//! Wake-up call to the task of a connection, from whoever has something for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Context;

use futures::task::AtomicWaker;

/// A flag that wakes the task that waits for it.
#[derive(Debug, Default)]
pub(crate) struct Signal {
    raised: AtomicBool,
    waker: AtomicWaker,
}

impl Signal {
    /// Raises the flag, and wakes the task unless it was raised already.
    pub(crate) fn notify(&self) {
        if !self.raised.swap(true, Ordering::AcqRel) {
            self.waker.wake();
        }
    }

    /// Lowers the flag and returns whether it was raised. The task is woken the next time that it is.
    pub(crate) fn poll(&self, context: &Context<'_>) -> bool {
        // Registered first: a flag that is raised in between is either seen here or wakes the task.
        self.waker.register(context.waker());
        self.raised.load(Ordering::Acquire) && self.raised.swap(false, Ordering::AcqRel)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use std::task::{Wake, Waker};

    use super::*;

    #[derive(Default)]
    struct Wakes(AtomicUsize);

    impl Wake for Wakes {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_task_is_woken_once_until_it_has_looked() {
        let (signal, wakes) = (Signal::default(), Arc::new(Wakes::default()));
        let waker = Waker::from(Arc::clone(&wakes));
        let context = Context::from_waker(&waker);
        assert!(!signal.poll(&context));
        signal.notify();
        signal.notify();
        assert_eq!(wakes.0.load(Ordering::Relaxed), 1);
        assert!(signal.poll(&context) && !signal.poll(&context));
        signal.notify();
        assert_eq!(wakes.0.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_signal_before_the_first_look_is_seen() {
        let signal = Signal::default();
        signal.notify();
        assert!(signal.poll(&Context::from_waker(Waker::noop())));
    }
}
