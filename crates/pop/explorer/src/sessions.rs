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

#[cfg(test)]
mod tests {
    use pop_gateway::Gateway;
    use pop_rpc::ActionInfo;
    use pop_rpc::error::Failure;
    use pop_rpc::service::{Answer, Context, Dispatch, Refusal, Request};

    use super::*;

    /// A service that nobody calls.
    struct Uncalled;

    impl Dispatch for Uncalled {
        const ACTIONS: &'static [ActionInfo] = &[];
        const VERSION: &'static str = "2019-02-14";

        fn check_region(_: &str) -> Result<(), Failure> {
            Ok(())
        }

        fn refuse(_: Refusal) -> Failure {
            unreachable!("nobody calls")
        }

        fn declared(code: &str) -> String {
            code.to_owned()
        }

        async fn dispatch(&self, _: &Context, _: &Request<'_>) -> Answer {
            unreachable!("nobody calls")
        }
    }

    fn gateway() -> Gateway<Uncalled> {
        let keys = ["one", "two"].map(|id| (id.to_owned(), "secret".into()));
        Gateway::new(Uncalled, keys)
    }

    /// Adds a session; returns the text of its token, and that of a session that ended for it.
    fn add(
        sessions: &Sessions,
        gateway: &Gateway<Uncalled>,
        id: &str,
        now: Instant,
    ) -> (String, Option<String>) {
        let holder = gateway.holder(id).unwrap();
        let session = Session::new(id, holder, Token::new().unwrap(), now);
        let token = Token::new().unwrap();
        let ended = sessions.add(token.clone(), session, now);
        let text = |token: &Token| token.as_str().to_owned();
        (text(&token), ended.as_ref().map(text))
    }

    #[test]
    fn a_session_ends_after_twelve_hours_however_it_is_used() {
        let (sessions, gateway, begin) = (Sessions::default(), gateway(), Instant::now());
        let (token, _) = add(&sessions, &gateway, "one", begin);
        let at = |minutes: u64| begin + Duration::from_secs(60 * minutes);
        for minutes in (0..12 * 60).step_by(30).chain([12 * 60 - 1]) {
            assert!(sessions.find(&token, at(minutes)).is_some(), "{minutes}");
        }
        let session = sessions.find(&token, at(0)).unwrap();
        assert!(!session.is_open(at(12 * 60)), "streams see the same");
        assert!(sessions.find(&token, at(12 * 60)).is_none());
        assert!(sessions.find(&token, at(0)).is_none(), "it is forgotten");
    }

    #[test]
    fn a_key_has_64_sessions_and_the_oldest_makes_room() {
        let (sessions, gateway, begin) = (Sessions::default(), gateway(), Instant::now());
        let at = |seconds: u64| begin + Duration::from_secs(seconds);
        let (other, _) = add(&sessions, &gateway, "two", begin);
        let mut tokens = Vec::new();
        for second in 1..=64 {
            let (token, ended) = add(&sessions, &gateway, "one", at(second));
            assert_eq!(ended, None, "{second}");
            tokens.push(token);
        }
        for second in 65..70 {
            let (token, ended) = add(&sessions, &gateway, "one", at(second));
            let oldest = tokens.remove(0);
            assert!(sessions.find(&oldest, at(second)).is_none());
            assert_eq!(ended, Some(oldest));
            tokens.push(token);
        }
        let is_open = |token: &String| sessions.find(token, at(70)).is_some();
        assert!(tokens.iter().all(is_open));
        assert!(is_open(&other), "it belongs to another key");
        // Sessions that are too old make room by themselves.
        let later = at(70) + LIFETIME;
        assert_eq!(add(&sessions, &gateway, "one", later).1, None);
        assert_eq!(sessions.0.lock().len(), 1);
    }
}
