//! Values that several gateways of one service see, so that together they keep the rules that one keeps alone.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use pop_rpc::RateLimit;
use pop_rpc::window::Window;

/// A future in a box, as traits without generics need it.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Attempts to write a value that others change at the same time.
const ATTEMPTS: usize = 32;

/// The values cannot be read or written at the moment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unavailable(pub String);

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shared values are unavailable: {}", self.0)
    }
}

impl std::error::Error for Unavailable {}

/// A value, and the number of its last change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SharedValue {
    /// The value.
    pub value: Vec<u8>,
    /// Number of its last change.
    pub revision: u64,
}

/// A table of values that several processes see. Each value is forgotten some time after its last change. Keys consist of
/// letters, digits, `-`, `_`, `/` and `=`.
pub trait SharedValues: Send + Sync + 'static {
    /// Writes a value unless there is one. Returns `true` if it was written.
    fn create(&self, key: String, value: Vec<u8>) -> Later<'_, Result<bool, Unavailable>>;

    /// Returns a value.
    fn get(&self, key: String) -> Later<'_, Result<Option<SharedValue>, Unavailable>>;

    /// Writes a value if the number of its last change is `revision`. Returns `true` if it was written.
    fn change(
        &self,
        key: String,
        value: Vec<u8>,
        revision: u64,
    ) -> Later<'_, Result<bool, Unavailable>>;

    /// Removes a value.
    fn remove(&self, key: String) -> Later<'_, Result<(), Unavailable>>;
}

/// Changes a value until no other process interferes. `change` returns the new value, or a result without one.
///
/// # Errors
///
/// [`Unavailable`], also if others interfere again and again.
pub async fn change_shared<E>(
    values: &dyn SharedValues,
    key: &str,
    mut change: impl FnMut(Option<&[u8]>) -> Result<Vec<u8>, E>,
) -> Result<Result<(), E>, Unavailable> {
    for _ in 0..ATTEMPTS {
        let before = values.get(key.to_owned()).await?;
        let value = match change(before.as_ref().map(|before| before.value.as_slice())) {
            Ok(value) => value,
            Err(result) => return Ok(Err(result)),
        };
        let is_written = match before {
            None => values.create(key.to_owned(), value).await?,
            Some(before) => {
                let changed = values.change(key.to_owned(), value, before.revision);
                changed.await?
            }
        };
        if is_written {
            return Ok(Ok(()));
        }
    }
    Err(Unavailable(
        "too many processes change a value at once".into(),
    ))
}

/// Tables that gateways share.
#[derive(Clone)]
pub struct SharedTables {
    /// Used nonces, for at least [`Self::NONCES`].
    pub nonces: Arc<dyn SharedValues>,
    /// Recent calls, for at least as long as the longest period of a limit.
    pub calls: Arc<dyn SharedValues>,
}

impl SharedTables {
    /// Time for which a nonce is remembered.
    pub const NONCES: Duration = Duration::from_secs(31 * 60);
}

/// Counts a call against a limit, as one process does alone. The inner error is the time until another call is allowed.
pub(super) async fn count(
    values: &dyn SharedValues,
    key: &str,
    limit: RateLimit,
    now: Duration,
) -> Result<Result<(), Duration>, Unavailable> {
    change_shared(values, key, |before| {
        let times = read_times(before.unwrap_or_default());
        // The clocks of two processes differ. What one of them counted must not look as if it were still to come.
        let now = times.last().map_or(now, |last| now.max(*last));
        let mut window: Window<Duration> = times.into_iter().collect();
        window.count(limit, now)?;
        Ok(write_times(&window))
    })
    .await
}

fn read_times(value: &[u8]) -> Vec<Duration> {
    let (times, _) = value.as_chunks();
    let times = times.iter().map(|time| u64::from_le_bytes(*time));
    times.map(Duration::from_millis).collect()
}

fn write_times(window: &Window<Duration>) -> Vec<u8> {
    let milliseconds = |time: &Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let times = window.times().map(milliseconds);
    times.flat_map(u64::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Mutex;

    use super::*;

    /// Values of one process, as they look to several.
    #[derive(Default)]
    struct Memory(Mutex<HashMap<String, SharedValue>>);

    impl Memory {
        fn write(&self, key: String, value: Vec<u8>, expected: u64) -> bool {
            let mut values = self.0.lock().unwrap();
            let revision = values.get(&key).map_or(0, |value| value.revision);
            let is_expected = revision == expected;
            if is_expected {
                let revision = revision + 1;
                values.insert(key, SharedValue { value, revision });
            }
            is_expected
        }
    }

    impl SharedValues for Memory {
        fn create(&self, key: String, value: Vec<u8>) -> Later<'_, Result<bool, Unavailable>> {
            self.change(key, value, 0)
        }

        fn get(&self, key: String) -> Later<'_, Result<Option<SharedValue>, Unavailable>> {
            let value = self.0.lock().unwrap().get(&key).cloned();
            Box::pin(async move {
                // Others get their turn between reading and writing.
                tokio::task::yield_now().await;
                Ok(value)
            })
        }

        fn change(
            &self,
            key: String,
            value: Vec<u8>,
            revision: u64,
        ) -> Later<'_, Result<bool, Unavailable>> {
            Box::pin(async move { Ok(self.write(key, value, revision)) })
        }

        fn remove(&self, key: String) -> Later<'_, Result<(), Unavailable>> {
            self.0.lock().unwrap().remove(&key);
            Box::pin(async { Ok(()) })
        }
    }

    const LIMIT: RateLimit = RateLimit {
        requests: 3,
        seconds: 60,
    };

    #[tokio::test]
    async fn processes_that_count_at_once_keep_one_limit() {
        let values = Arc::new(Memory::default());
        let counting = (0..10_u64).map(|at| {
            let values = Arc::clone(&values);
            // Each with a clock of its own.
            let now = Duration::from_millis(1_700_000_000_000 + at * 7 % 5);
            tokio::spawn(async move { count(&*values, "k", LIMIT, now).await.unwrap() })
        });
        let counting: Vec<_> = counting.collect();
        let mut allowed = 0;
        for one in counting {
            match one.await.unwrap() {
                Ok(()) => allowed += 1,
                Err(wait) => assert!(wait <= Duration::from_secs(60), "{wait:?}"),
            }
        }
        assert_eq!(allowed, 3);
        let later = Duration::from_millis(1_700_000_061_000);
        assert_eq!(count(&*values, "k", LIMIT, later).await, Ok(Ok(())));
        assert_eq!(count(&*values, "other", LIMIT, later).await, Ok(Ok(())));
    }
}
