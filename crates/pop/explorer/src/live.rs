//! Streams of events for pages whose numbers change while somebody looks at them.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{self, BoxStream, Stream, StreamExt as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::part::Guest;

/// Time between two events of a stream.
const PAUSE: Duration = Duration::from_secs(1);

/// Number of pauses without an event after which a comment shows whether the browser is there.
const QUIET: u32 = 15;

/// Stream of events of a page, with its permits.
struct Events {
    guest: Guest,
    next: BoxStream<'static, Option<String>>,
    ticks: Interval,
    quiet: u32,
    /// They are given back with the stream.
    _permits: [OwnedSemaphorePermit; 2],
}

impl Guest {
    /// Answers with a stream of events until the session ends or the browser goes away.
    ///
    /// Asks `next` once per second, while a browser reads the stream. It answers with the data of an event in one
    /// line, or `None` if nothing is new. At most 64 streams are open in all, and 4 of
    /// a session; further ones are refused.
    pub fn events(self, next: impl Stream<Item = Option<String>> + Send + 'static) -> Response {
        let permit = |streams: &Arc<Semaphore>| Arc::clone(streams).try_acquire_owned();
        let permits = permit(&self.session.streams).and_then(|of_session| {
            let of_all = permit(&self.explorer.0.streams)?;
            Ok([of_session, of_all])
        });
        let Ok(permits) = permits else {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        };
        let mut ticks = interval(PAUSE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let events = Events {
            guest: self,
            next: next.boxed(),
            ticks,
            quiet: 0,
            _permits: permits,
        };
        let events = stream::unfold(events, async |mut events| {
            let event = events.event().await?;
            Some((Ok::<_, Infallible>(Bytes::from(event)), events))
        });
        let headers = [
            (CONTENT_TYPE, "text/event-stream"),
            (CACHE_CONTROL, "no-store"),
        ];
        (headers, Body::from_stream(events)).into_response()
    }
}

impl Events {
    /// Returns the next event; `None` if the session has ended.
    async fn event(&mut self) -> Option<String> {
        loop {
            self.ticks.tick().await;
            let token = self.guest.visit.token.as_deref()?;
            let sessions = &self.guest.explorer.0.sessions;
            sessions.find(token, Instant::now())?;
            let event = match self.next.next().await? {
                Some(data) => format!("data: {data}\n\n"),
                None if self.quiet == QUIET => ":\n\n".to_owned(),
                None => {
                    self.quiet += 1;
                    continue;
                }
            };
            self.quiet = 0;
            return Some(event);
        }
    }
}
