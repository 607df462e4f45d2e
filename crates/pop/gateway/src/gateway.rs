//! From a request to the answer of a service.

use std::any::Any;
use std::collections::HashMap;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use axum::extract::Request;
use axum::response::Response;
use pop_rpc::error::Failure;
use pop_rpc::service::{Answer, Context, Dispatch};
use pop_rpc::{ActionInfo, Format};
use prometheus_client::registry::Registry;
use tokio_util::task::TaskTracker;

use crate::admit::{self, AccessKey, Signed};
use crate::http::{self, Call};
use crate::metrics::Metrics;
use crate::rejection::{Rejection, failure};
use crate::secret::Secret;
use crate::timeouts::Timeouts;

/// Answers HTTP requests with what a [`Dispatch`] says, if they are signed, new, and not too many.
pub struct Gateway<S> {
    service: S,
    access_keys: HashMap<String, AccessKey>,
    queries_per_minute: Option<u32>,
    pub(super) timeouts: Timeouts,
    pub(super) metrics: Metrics,
    pub(super) ready: Box<Ready>,
    clock: Box<Clock>,
    /// Requests being answered, also those whose sender has gone.
    pub(super) tasks: TaskTracker,
}

type Ready = dyn Fn() -> Result<(), String> + Send + Sync;
type Clock = dyn Fn() -> SystemTime + Send + Sync;

impl<S: Dispatch> Gateway<S> {
    /// A gateway for the holders of access keys, each an ID with its secret.
    pub fn new(service: S, access_keys: impl IntoIterator<Item = (String, Secret)>) -> Self {
        let access_keys = access_keys
            .into_iter()
            .map(|(id, secret)| (id.clone(), AccessKey::new(id, &secret, S::ACTIONS)))
            .collect();
        Self {
            service,
            access_keys,
            queries_per_minute: None,
            timeouts: Timeouts::default(),
            metrics: Metrics::new(Registry::with_prefix("gateway")),
            ready: Box::new(|| Ok(())),
            clock: Box::new(SystemTime::now),
            tasks: TaskTracker::new(),
        }
    }

    /// How often a minute an access key may call each action that has a limit; 0 is without limit.
    ///
    /// Unless this is set, the limits are those of the API.
    pub fn queries_per_minute(mut self, queries: u32) -> Self {
        self.queries_per_minute = Some(queries);
        self
    }

    /// How long clients may take.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Metrics of others, which `/metrics` shows beside the gateway's own, with the prefix of the
    /// registry before the names of all.
    pub fn metrics(mut self, registry: Registry) -> Self {
        self.metrics = Metrics::new(registry);
        self
    }

    /// What `/readyz` asks: the error is why the process cannot work.
    ///
    /// It must not block.
    pub fn ready(mut self, ready: impl Fn() -> Result<(), String> + Send + Sync + 'static) -> Self {
        self.ready = Box::new(ready);
        self
    }

    /// Where the time comes from that timestamps are held against; the system's clock by default.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    fn now(&self) -> Duration {
        admit::since_1970((self.clock)()).unwrap_or_default()
    }

    pub(super) async fn answer(&self, request: Request) -> Response {
        let _in_flight = self.metrics.begin();
        let mut record = Record::new(http::host(&request));
        let (answer, retry_after) = self.run(request, &mut record).await;
        self.record(&record, &answer);
        http::respond(answer, &record.context.request_id, retry_after)
    }

    /// The answer to a request and, if it came too early, how long to wait.
    async fn run(&self, request: Request, record: &mut Record) -> (Answer, Option<Duration>) {
        let call = match http::read::<S>(request, self.timeouts.body).await {
            Ok(call) => call,
            Err(unreadable) => return record.reject(unreadable.format, unreadable.rejection),
        };
        match self.admit(&call, record) {
            Ok(()) => (self.dispatch(&call, &record.context).await, None),
            Err(rejection) => record.reject(call.format, rejection),
        }
    }

    /// Decides whether a request is let through.
    fn admit(&self, call: &Call, record: &mut Record) -> Result<(), Rejection> {
        let parameters = &call.parameters;
        let action = admit::action::<S>(parameters)?;
        record.action = Some(action);
        let signed = Signed::read::<S>(call)?;
        let key = self
            .access_keys
            .get(signed.access_key_id)
            .ok_or_else(|| Rejection::with_code::<S>("InvalidAccessKeyId.NotFound"))?;
        record.context.access_key_id = key.id().to_owned();
        admit::check_token::<S>(parameters)?;
        let now = self.now();
        let timestamp = signed.time::<S>(now)?;
        key.verify::<S>(&signed.signature, call)?;
        key.spend::<S>(signed.nonce, timestamp, now)?;
        record.context.region_id = admit::region::<S>(parameters)?;
        key.count::<S>(action, self.queries_per_minute, now)
    }

    /// Lets the service answer; if it panics, that is its answer.
    async fn dispatch(&self, call: &Call, context: &Context) -> Answer {
        let mut answer = pin!(self.service.dispatch(context, &call.parameters));
        let caught = poll_fn(|task| {
            let poll = AssertUnwindSafe(|| answer.as_mut().poll(task));
            match catch_unwind(poll) {
                Ok(poll) => poll.map(Ok),
                Err(panic) => Poll::Ready(Err(panic)),
            }
        });
        caught.await.unwrap_or_else(|panic| {
            tracing::error!(
                request_id = context.request_id,
                panic = message(&*panic),
                "a method of the service panicked"
            );
            Answer::failure(call.format, context, internal_error::<S>())
        })
    }

    /// Counts an answer and writes it to the log.
    fn record(&self, record: &Record, answer: &Answer) {
        let code = answer.error_code.as_deref();
        let took = record.begun.elapsed();
        self.metrics
            .answered(record.action, code.map(S::declared), took);
        tracing::info!(
            action = record.action.map_or("", |action| action.name),
            code = code.unwrap_or("OK"),
            status = answer.status,
            milliseconds = took.as_secs_f64() * 1000.0,
            request_id = record.context.request_id,
            access_key_id = record.context.access_key_id,
            "request"
        );
    }
}

/// What is known of a request so far; but for the host, none of it is text that strangers chose.
pub(super) struct Record {
    begun: Instant,
    action: Option<&'static ActionInfo>,
    pub(super) context: Context,
}

impl Record {
    pub(super) fn new(host: String) -> Self {
        Self {
            begun: Instant::now(),
            action: None,
            context: Context {
                request_id: request_id(),
                host,
                ..Context::default()
            },
        }
    }

    fn reject(&self, format: Format, rejection: Rejection) -> (Answer, Option<Duration>) {
        let answer = Answer::failure(format, &self.context, rejection.failure);
        (answer, rejection.retry_after)
    }
}

/// The service itself failed.
pub(super) fn internal_error<D: Dispatch>() -> Failure {
    Failure {
        status: 500,
        ..failure::<D>("InternalError")
    }
}

/// A random UUID (version 4) in upper case.
pub(super) fn request_id() -> String {
    const VERSION: u128 = 0x4 << 76;
    const VARIANT: u128 = 0b10 << 62;
    let random = fastrand::u128(..) & !(0xf << 76) & !(0b11 << 62) | VERSION | VARIANT;
    let digits = format!("{random:032X}");
    let (a, b, c, d, e) = (
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    );
    format!("{a}-{b}-{c}-{d}-{e}")
}

/// What a panic said.
fn message(panic: &(dyn Any + Send)) -> &str {
    match panic.downcast_ref::<String>() {
        Some(text) => text,
        None => panic.downcast_ref::<&str>().copied().unwrap_or_default(),
    }
}
