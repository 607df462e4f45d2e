//! Sessions and wrong tries that several servers see: a sign-in on one holds on all.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use pop_gateway::{Holder, Unavailable, change_shared};
use pop_listen::source;
use tokio::time::timeout;

use crate::app::App;
use crate::sessions::Session;
use crate::token::Token;
use crate::tries::wait_after;

/// Longest time for which a visit waits for what servers share.
const TIME: Duration = Duration::from_secs(2);

/// Characters of a token that name its session. The rest is secret, and in no table.
const NAME: usize = 32;

impl App {
    /// Begins a session; returns the token for its cookie, or nothing if the system has no random numbers.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if other servers cannot know of it.
    pub(crate) async fn begin_session(
        &self,
        access_key_id: &str,
        holder: Holder,
    ) -> Result<Option<Token>, Unavailable> {
        let (Some(token), Some(form_token)) = (Token::new(), Token::new()) else {
            return Ok(None);
        };
        let value = stored(access_key_id, &holder, &token, &form_token);
        let now = Instant::now();
        let session = Session::new(access_key_id, holder, form_token, now);
        if let Some(shared) = &self.shared {
            in_time(shared.sessions.create(name(token.as_str()), value.into())).await?;
        }
        if let Some(ended) = self.sessions.add(token.clone(), session, now) {
            self.end_shared(ended.as_str()).await;
        }
        Ok(Some(token))
    }

    /// Returns the session of a cookie, unless it has ended on any server, or that cannot be known.
    pub(crate) async fn find_session(&self, token: &str) -> Option<Arc<Session>> {
        let now = Instant::now();
        let own = self.sessions.find(token, now);
        let Some(shared) = &self.shared else {
            return own;
        };
        if token.len() <= NAME || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let stored = in_time(shared.sessions.get(name(token))).await.ok()?;
        let Some(stored) = stored else {
            self.sessions.end(token);
            return None;
        };
        if own.is_some() {
            return own;
        }
        let session = self.read(token, &stored.value, now)?;
        self.sessions
            .add(Token::from_text(token), Arc::clone(&session), now);
        Some(session)
    }

    /// Ends the session of a cookie on all servers.
    pub(crate) async fn end_session(&self, token: &str) {
        self.sessions.end(token);
        self.end_shared(token).await;
    }

    /// Counts a try to sign in, as of [`Tries::begin`](crate::tries::Tries::begin).
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if the tries on other servers cannot be known.
    pub(crate) async fn begin_try(
        &self,
        address: IpAddr,
    ) -> Result<Result<(), Duration>, Unavailable> {
        let own = self.tries.begin(address, Instant::now());
        let (Some(shared), Ok(())) = (&self.shared, own) else {
            return Ok(own);
        };
        let now = since_1970();
        let key = address_key(address);
        let counted = change_shared(&*shared.tries, &key, |before| {
            let (tries, last) = before.and_then(read_tries).unwrap_or_default();
            let wait = (last + wait_after(tries)).saturating_sub(now);
            if wait.is_zero() {
                Ok(format!("{} {}", tries.saturating_add(1), now.as_millis()).into_bytes())
            } else {
                Err(wait)
            }
        });
        in_time(counted).await
    }

    /// Forgets the tries of an address that signed in.
    pub(crate) async fn end_tries(&self, address: IpAddr) {
        self.tries.succeeded(address);
        if let Some(shared) = &self.shared {
            // If it fails, they are forgotten later.
            let _ = in_time(shared.tries.remove(address_key(address))).await;
        }
    }

    async fn end_shared(&self, token: &str) {
        let Some(shared) = &self.shared else {
            return;
        };
        if let Err(error) = in_time(shared.sessions.remove(name(token))).await {
            tracing::warn!(%error, "a session may last on other servers until it is too old");
        }
    }

    /// Returns a session that began on another server, if the token is its own and its access key has the same secret.
    fn read(&self, token: &str, value: &[u8], now: Instant) -> Option<Arc<Session>> {
        let text = std::str::from_utf8(value).ok()?;
        let mut lines = text.split('\n');
        let (access_key_id, form_token) = (lines.next()?, lines.next()?);
        let (proof, begun) = (lines.next()?, lines.next()?.parse().ok()?);
        let holder = self.backend.holder(access_key_id)?;
        let is_own = Token::from_text(proof).is(&prove(&holder, token)?);
        let age = since_1970().saturating_sub(Duration::from_millis(begun));
        let begun = now.checked_sub(age)?;
        let form_token = Token::from_text(form_token);
        let session = Session::new(access_key_id, holder, form_token, begun);
        (is_own && session.is_open(now)).then_some(session)
    }
}

/// Returns what servers know of a session, which is not enough to use it.
fn stored(access_key_id: &str, holder: &Holder, token: &Token, form_token: &Token) -> String {
    let proof = prove(holder, token.as_str()).unwrap_or_default();
    let begun = since_1970().as_millis();
    format!("{access_key_id}\n{}\n{proof}\n{begun}", form_token.as_str())
}

/// Returns a text that only who knows the token and the secret of the access key can make.
fn prove(holder: &Holder, token: &str) -> Option<String> {
    holder.sign(&format!("session {token}"))
}

/// Returns the part of a token that names its session.
fn name(token: &str) -> String {
    token.chars().take(NAME).collect()
}

/// Returns the name of an address (IPv6: of its /64).
fn address_key(address: IpAddr) -> String {
    source(address).to_string().replace([':', '.'], "-")
}

fn read_tries(value: &[u8]) -> Option<(u32, Duration)> {
    let (tries, last) = std::str::from_utf8(value).ok()?.split_once(' ')?;
    Some((
        tries.parse().ok()?,
        Duration::from_millis(last.parse().ok()?),
    ))
}

fn since_1970() -> Duration {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default()
}

async fn in_time<T>(work: impl Future<Output = Result<T, Unavailable>>) -> Result<T, Unavailable> {
    let done = timeout(TIME, work).await;
    let late = |_| Err(Unavailable(format!("no answer within {TIME:?}")));
    done.unwrap_or_else(late)
        .inspect_err(|error| tracing::error!(%error, "nobody can be signed in"))
}
