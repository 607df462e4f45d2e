//! Streams of events for pages whose numbers change while somebody looks at them.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use tokio::sync::Semaphore;
use tokio::time::{MissedTickBehavior, interval};

use crate::part::Guest;

/// Time between two events of a stream.
const PAUSE: Duration = Duration::from_secs(1);

/// Number of pauses without an event after which a comment shows whether the browser is there.
const QUIET: u32 = 15;

impl Guest {
    /// Answers with a stream of events until the session ends or the browser goes away.
    ///
    /// Once per second, `next` returns the data of an event in one line, if there is something new.
    /// It runs only while a browser reads the stream. At most 64 streams are open in all, and 4 of
    /// a session; further ones are refused.
    pub fn events(self, mut next: impl FnMut() -> Option<String> + Send + 'static) -> Response {
        let permit = |streams: &Arc<Semaphore>| Arc::clone(streams).try_acquire_owned();
        let app = Arc::clone(&self.explorer.0);
        let permits = permit(&self.session.streams).and_then(|of_session| {
            let of_all = permit(&app.streams)?;
            Ok((of_session, of_all))
        });
        let Ok(permits) = permits else {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        };
        let mut ticks = interval(PAUSE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut quiet = 0;
        let events = stream::poll_fn(move |task| {
            // They are given back with the stream.
            let _ = &permits;
            loop {
                ready!(ticks.poll_tick(task));
                let token = self.visit.token.as_deref();
                if token.is_none_or(|token| app.sessions.find(token, Instant::now()).is_none()) {
                    return Poll::Ready(None);
                }
                let event = match next() {
                    Some(data) => format!("data: {data}\n\n"),
                    None if quiet == QUIET => ":\n\n".to_owned(),
                    None => {
                        quiet += 1;
                        continue;
                    }
                };
                quiet = 0;
                return Poll::Ready(Some(Ok::<_, Infallible>(Bytes::from(event))));
            }
        });
        let headers = [
            (CONTENT_TYPE, "text/event-stream"),
            (CACHE_CONTROL, "no-store"),
        ];
        (headers, Body::from_stream(events)).into_response()
    }
}
