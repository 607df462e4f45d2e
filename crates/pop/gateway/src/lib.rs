//! The HTTP gateway of RPC APIs, for any product: from a request to the answer of a service.
//!
//! `/` is the API, whatever the method. `/healthz` answers as long as the process does, `/readyz`
//! while it can work, and `/metrics` holds what was counted, for Prometheus. Any other path answers
//! as an action that does not exist.
//!
//! A request is signed in parameters, or in headers with ACS3-HMAC-SHA256; either is taken.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use pop_gateway::{Gateway, Secret, serve};
//! use pop_rpc::service::Dispatch;
//! use tokio_util::sync::CancellationToken;
//!
//! # async fn run(service: impl Dispatch) -> std::io::Result<()> {
//! let access_keys = [("testid".to_owned(), Secret::new("testsecret"))];
//! let gateway = Arc::new(Gateway::new(service, access_keys));
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! let stop = CancellationToken::new();
//! serve(listener, gateway, stop).await; // until someone calls `stop.cancel()`
//! # Ok(())
//! # }
//! ```

mod admit;
mod http;
mod limit;
mod listen;
mod metrics;
mod nonce;
mod probes;
mod secret;

use std::any::Any;
use std::collections::HashMap;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use pop_rpc::error::Failure;
use pop_rpc::service::{Answer, Context, Dispatch};
use pop_rpc::{ActionInfo, Format};
pub use prometheus_client;
use prometheus_client::registry::Registry;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use admit::{AccessKey, Refused, Signed};
use http::Call;
pub use listen::{Timeouts, serve};
use metrics::Metrics;
pub use secret::Secret;

/// Answers HTTP requests with what a [`Dispatch`] says, if they are signed, new, and not too many.
pub struct Gateway<S> {
    service: S,
    access_keys: HashMap<String, AccessKey>,
    queries_per_minute: Option<u32>,
    timeouts: Timeouts,
    metrics: Metrics,
    ready: Box<Ready>,
    clock: Box<Clock>,
    /// Requests being answered, also those whose sender has gone.
    tasks: TaskTracker,
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

    /// The routes of the gateway.
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/healthz", any(probes::healthz))
            .route("/readyz", any(probes::readyz::<S>))
            .route("/metrics", any(probes::metrics::<S>))
            .fallback(api::<S>)
            .with_state(Arc::clone(self))
    }

    fn now(&self) -> Duration {
        admit::since_1970((self.clock)()).unwrap_or_default()
    }

    async fn answer(&self, request: Request) -> Response {
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
            Err(unreadable) => return record.refuse(unreadable.format, unreadable.refused),
        };
        match self.admit(&call, record) {
            Ok(()) => (self.dispatch(&call, &record.context).await, None),
            Err(refused) => record.refuse(call.format, refused),
        }
    }

    /// Decides whether a request is let through.
    fn admit(&self, call: &Call, record: &mut Record) -> Result<(), Refused> {
        let parameters = &call.parameters;
        let action = admit::action::<S>(parameters)?;
        record.action = Some(action);
        let signed = Signed::read::<S>(call)?;
        let key = self
            .access_keys
            .get(signed.access_key_id)
            .ok_or_else(|| Refused::with::<S>("InvalidAccessKeyId.NotFound"))?;
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
struct Record {
    begun: Instant,
    action: Option<&'static ActionInfo>,
    context: Context,
}

impl Record {
    fn new(host: String) -> Self {
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

    fn refuse(&self, format: Format, refused: Refused) -> (Answer, Option<Duration>) {
        let answer = Answer::failure(format, &self.context, refused.failure);
        (answer, refused.retry_after)
    }
}

/// Answers in a task of its own, so that a client which hangs up leaves nothing half done.
///
/// An answer that is there at once needs no task, which saves a tenth of the time.
async fn api<S: Dispatch>(State(gateway): State<Arc<Gateway<S>>>, request: Request) -> Response {
    let tasks = gateway.tasks.clone();
    let answer = tasks.track_future(async move { gateway.answer(request).await });
    let mut answer = Box::pin(answer);
    let first = poll_fn(|task| Poll::Ready(answer.as_mut().poll(task)));
    if let Poll::Ready(response) = first.await {
        return response;
    }
    tokio::spawn(answer).await.unwrap_or_else(|error| {
        let context = Record::new(String::new()).context;
        tracing::error!(request_id = context.request_id, %error, "the gateway panicked");
        let answer = Answer::failure(Format::default(), &context, internal_error::<S>());
        http::respond(answer, &context.request_id, None)
    })
}

/// The service itself failed.
fn internal_error<D: Dispatch>() -> Failure {
    Failure {
        status: 500,
        ..admit::failure::<D>("InternalError")
    }
}

/// Returns a random UUID (version 4) in upper case.
fn request_id() -> String {
    format!("{:X}", Uuid::new_v4())
}

/// What a panic said.
fn message(panic: &(dyn Any + Send)) -> &str {
    match panic.downcast_ref::<String>() {
        Some(text) => text,
        None => panic.downcast_ref::<&str>().copied().unwrap_or_default(),
    }
}
