//! Sessions of people who have signed in.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use pop_gateway::Holder;
use pop_rpc::RateLimit;
use pop_rpc::window::Window;
use tokio::sync::Semaphore;

use crate::token::Token;

/// Longest time for which a session lasts.
pub(crate) const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// Largest number of sessions of an access key; beyond it, the oldest one ends.
const PER_KEY: usize = 64;

/// Calls of a session per minute, apart from the limits of the API.
const CALLS: RateLimit = RateLimit {
    requests: 300,
    seconds: 60,
};

/// Streams of events that a session may have at once.
const STREAMS: usize = 4;

/// All sessions, by the token in their cookie.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<Token, Arc<Session>>>);

/// A person who has signed in with an access key.
pub(crate) struct Session {
    pub(crate) holder: Holder,
    pub(crate) access_key_id: String,
    /// Text that every form of the session contains, and that other sites do not know.
    pub(crate) form_token: Token,
    /// Streams of events that may still begin.
    pub(crate) streams: Arc<Semaphore>,
    begun: Instant,
    calls: Mutex<Window<Instant>>,
}

impl Sessions {
    /// Adds a session. Returns the token of one that ended because its key has too many.
    pub(crate) fn add(&self, token: Token, session: Arc<Session>, now: Instant) -> Option<Token> {
        let mut sessions = self.0.lock();
        sessions.retain(|_, session| session.is_open(now));
        let of_key = sessions
            .iter()
            .filter(|(_, other)| other.access_key_id == session.access_key_id);
        let oldest = match of_key.clone().count() {
            0..PER_KEY => None,
            _ => of_key.min_by_key(|(_, session)| session.begun),
        };
        let oldest = oldest.map(|(token, _)| token.clone());
        if let Some(token) = &oldest {
            sessions.remove(token);
        }
        sessions.insert(token, session);
        oldest
    }

    /// Returns the session of a cookie, unless it has ended.
    pub(crate) fn find(&self, token: &str, now: Instant) -> Option<Arc<Session>> {
        let token = Token::from_text(token);
        let mut sessions = self.0.lock();
        let session = Arc::clone(sessions.get(&token)?);
        if session.is_open(now) {
            return Some(session);
        }
        sessions.remove(&token);
        None
    }

    /// Ends the session of a cookie.
    pub(crate) fn end(&self, token: &str) {
        self.0.lock().remove(&Token::from_text(token));
    }
}

impl Session {
    /// Returns a session that began some time ago.
    pub(crate) fn new(
        access_key_id: &str,
        holder: Holder,
        form_token: Token,
        begun: Instant,
    ) -> Arc<Self> {
        Arc::new(Self {
            holder,
            access_key_id: access_key_id.to_owned(),
            form_token,
            streams: Arc::new(Semaphore::new(STREAMS)),
            begun,
            calls: Mutex::default(),
        })
    }

    /// Returns `true` until the session is too old, or its access key was removed or changed.
    pub(crate) fn is_open(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.begun) < LIFETIME && self.holder.is_valid()
    }

    /// Counts a call.
    ///
    /// # Errors
    ///
    /// The session made too many calls. The error is the time until another one is allowed.
    pub(crate) fn count(&self, now: Instant) -> Result<(), Duration> {
        self.calls.lock().count(CALLS, now)
    }
}
