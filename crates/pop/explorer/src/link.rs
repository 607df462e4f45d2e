//! A link that signs in once, for the person who starts the server.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::token::Token;

/// Time for which a link works.
const LIFETIME: Duration = Duration::from_secs(5 * 60);

/// The link that works now, if there is one.
#[derive(Default)]
pub(crate) struct Link(Mutex<Option<Pending>>);

struct Pending {
    token: Token,
    access_key_id: String,
    made: Instant,
}

impl Link {
    /// Makes a link for an access key; an earlier one no longer works.
    pub(crate) fn make(&self, access_key_id: &str, now: Instant) -> Option<Token> {
        let token = Token::new()?;
        *self.0.lock() = Some(Pending {
            token: token.clone(),
            access_key_id: access_key_id.to_owned(),
            made: now,
        });
        Some(token)
    }

    /// Returns the access key of a link, which works no longer.
    pub(crate) fn take(&self, text: &str, now: Instant) -> Option<String> {
        let mut pending = self.0.lock();
        let is_fresh = |link: &mut Pending| {
            link.token.is(text) && now.saturating_duration_since(link.made) < LIFETIME
        };
        Some(pending.take_if(is_fresh)?.access_key_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_works_once_and_for_five_minutes() {
        let (link, now) = (Link::default(), Instant::now());
        let first = link.make("testid", now).unwrap();
        assert_eq!(link.take("", now), None);
        assert_eq!(link.take(first.as_str(), now + LIFETIME), None);
        assert_eq!(link.take(first.as_str(), now), Some("testid".to_owned()));
        assert_eq!(link.take(first.as_str(), now), None);
        let second = link.make("testid", now).unwrap();
        let third = link.make("otherid", now).unwrap();
        assert_eq!(link.take(second.as_str(), now), None);
        assert_eq!(link.take(third.as_str(), now), Some("otherid".to_owned()));
    }
}
