//! The gateway: turns a request into the answer of a service.

use std::any::Any;
use std::collections::HashMap;
use std::future::poll_fn;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::task::Poll;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use pop_rpc::service::{
    Answer, Context, Dispatch, Refusal, Request as Admitted, action_of, format_of,
};
use pop_rpc::{ActionInfo, Format, Parameters};
use prometheus_client::registry::Registry;
use secrecy::SecretString;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::admit::{self, AccessKey, Claims, Once, Time};
use crate::clock::Clock;
use crate::connections::Connection;
use crate::holder::{Called, Grant, Holder};
use crate::http::{self, Arrived, Call};
use crate::metrics::Metrics;
use crate::refusals;
use crate::rejection::Rejection;
use crate::shared::SharedTables;
use crate::timeouts::Timeouts;

/// HTTP gateway in front of a service, which implements [`Dispatch`].
///
/// The service answers the requests that are signed, new and within the limits. The gateway answers
/// all others with an error.
pub struct Gateway<S> {
    service: S,
    callers: RwLock<Callers>,
    pub(super) timeouts: Timeouts,
    pub(super) metrics: Metrics,
    pub(super) ready: Box<Ready>,
    /// Tables that other gateways of the service see, too.
    shared: Option<SharedTables>,
    clock: Clock,
    /// Start of the gateway, by the clock that never jumps.
    started: Duration,
    /// Requests that are being answered, including those whose client has hung up.
    pub(super) tasks: TaskTracker,
    /// Turns of long requests, which leave processors to others.
    long: Semaphore,
}

/// Length beyond which requests take turns, in bytes. Strangers can send longer ones, whose
/// signatures take milliseconds.
const LONG: usize = 8 * 1024;

/// The connection of a request that waited for its turn was closed.
struct GaveWay;

/// Access keys that may call, and their limits.
#[derive(Default)]
struct Callers {
    access_keys: HashMap<String, Arc<Grant>>,
    /// Access keys of the past as well: their nonces stay used if they come back.
    known: Vec<Arc<AccessKey>>,
    queries_per_minute: Option<u32>,
}

type Ready = dyn Fn() -> Result<(), String> + Send + Sync;

impl<S: Dispatch> Gateway<S> {
    /// Creates a gateway that accepts these access keys, each an ID with its secret.
    pub fn new(service: S, access_keys: impl IntoIterator<Item = (String, SecretString)>) -> Self {
        let clock = Clock::system();
        let processors = available_parallelism().map_or(1, NonZero::get);
        let gateway = Self {
            service,
            callers: RwLock::default(),
            timeouts: Timeouts::default(),
            metrics: Metrics::new(Registry::with_prefix("gateway")),
            ready: Box::new(|| Ok(())),
            shared: None,
            started: clock.now().monotonic,
            clock,
            tasks: TaskTracker::new(),
            long: Semaphore::new(processors.div_ceil(2)),
        };
        gateway.set_access_keys(access_keys);
        gateway
    }

    /// Accepts these access keys from now on, each an ID with its secret, and no others.
    pub fn set_access_keys(&self, access_keys: impl IntoIterator<Item = (String, SecretString)>) {
        let mut callers = self.callers.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::take(&mut callers.access_keys);
        for (id, secret) in access_keys {
            let mut known = callers.known.iter();
            let known = known.find(|key| key.is(&id, &secret)).cloned();
            let key = known.unwrap_or_else(|| {
                let key = Arc::new(AccessKey::new(id.clone(), secret, S::ACTIONS));
                callers.known.push(Arc::clone(&key));
                key
            });
            let grant = before.get(&id).filter(|grant| Arc::ptr_eq(&grant.0, &key));
            let grant = grant.cloned().unwrap_or_else(|| Arc::new(Grant(key)));
            callers.access_keys.insert(id, grant);
        }
    }

    /// Sets the calls per minute of each access key and each action that has a limit. 0 removes the
    /// limits; `None` sets those of the API.
    pub fn set_queries_per_minute(&self, queries: Option<u32>) {
        let mut callers = self.callers.write().unwrap_or_else(PoisonError::into_inner);
        callers.queries_per_minute = queries;
    }

    /// Sets the calls per minute of each access key and each action that has a limit; 0 removes the
    /// limits.
    ///
    /// By default, the limits of the API apply.
    pub fn queries_per_minute(self, queries: u32) -> Self {
        self.set_queries_per_minute(Some(queries));
        self
    }

    /// Sets the time limits for clients.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets the registry of `/metrics`, to which the gateway adds its own metrics.
    ///
    /// The prefix of the registry applies to all of them.
    pub fn metrics(mut self, registry: Registry) -> Self {
        self.metrics = Metrics::new(registry);
        self
    }

    /// Sets the check behind `/readyz`. Its error is the reason why the process is not ready.
    ///
    /// The check must not block.
    pub fn ready(mut self, ready: impl Fn() -> Result<(), String> + Send + Sync + 'static) -> Self {
        self.ready = Box::new(ready);
        self
    }

    /// Shares used nonces and limits with other gateways of the service. A request that cannot be checked is refused.
    ///
    /// By default, the gateway is alone.
    pub fn shared(mut self, tables: SharedTables) -> Self {
        self.shared = Some(tables);
        self
    }

    /// Sets the clock, which is that of the machine by default; the gateway starts now.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.started = clock.now().monotonic;
        self.clock = clock;
        self
    }

    /// Returns the right to call in the name of an access key, if the secret is the key's.
    pub fn sign_in(&self, id: &str, secret: &SecretString) -> Option<Holder> {
        let grant = self.grant(id)?;
        let is_right = grant.0.has_secret(secret);
        is_right.then(|| Holder(Arc::downgrade(&grant)))
    }

    /// Returns the right to call in the name of an access key, for someone who has shown otherwise
    /// that the key is theirs.
    pub fn holder(&self, id: &str) -> Option<Holder> {
        Some(Holder(Arc::downgrade(&self.grant(id)?)))
    }

    fn grant(&self, id: &str) -> Option<Arc<Grant>> {
        let callers = self.callers.read().unwrap_or_else(PoisonError::into_inner);
        callers.access_keys.get(id).cloned()
    }

    /// Lets the service answer a call of a holder, whose limits the caller of this method keeps;
    /// `None` if the right has ended.
    ///
    /// `common` is the same as `parameters`, unless headers carry the common ones, as in
    /// [`Request::read`](pop_rpc::service::Request::read). Signature, time and nonce are not checked. The
    /// call is counted and logged like any other.
    pub async fn call(
        &self,
        holder: &Holder,
        common: &Parameters,
        parameters: &Parameters,
        host: &str,
    ) -> Option<Called> {
        let access_key_id = holder.access_key_id()?;
        let _in_flight = self.metrics.begin();
        let mut record = Record::new(host.to_owned());
        record.context.access_key_id = access_key_id;
        let format = format_of(common).unwrap_or_default();
        let answer = match self.read(format, common, parameters, &mut record) {
            Ok(request) => self.dispatch(&request, &record.context).await,
            Err(rejection) => record.reject(format, rejection).0,
        };
        self.record(&record, &answer);
        Some(Called {
            answer,
            request_id: record.context.request_id,
        })
    }

    /// Reads what the gateway itself needs of the parameters of a holder's call.
    fn read<'a>(
        &self,
        format: Format,
        common: &Parameters,
        parameters: &'a Parameters,
        record: &mut Record,
    ) -> Result<Admitted<'a>, Rejection> {
        let action = action_of(common, S::ACTIONS).map_err(Rejection::new::<S>)?;
        record.action = Some(action);
        record.context.region_id = admit::region::<S>(parameters)?;
        Ok(Admitted {
            format,
            action,
            parameters,
        })
    }

    fn time(&self) -> Time {
        let now = self.clock.now();
        Time {
            wall: admit::since_1970(now.wall).unwrap_or_default(),
            monotonic: now.monotonic,
            running: now.monotonic.saturating_sub(self.started),
        }
    }

    pub(super) async fn answer(&self, request: Request) -> Response {
        let _in_flight = self.metrics.begin();
        let mut record = Record::new(http::host(&request));
        record.context.error_pages = request.extensions().get().copied();
        let connection = http::connection(&request);
        record.client = connection.as_ref().map(|it| it.client(request.headers()));
        // Of the highest level, so that each line of a request has its ID at any level of the log.
        let request_id = &record.context.request_id;
        let span = tracing::error_span!(target: "pop_gateway", "request", request_id);
        let answered = async {
            let (answer, retry_after) = self.run(request, connection.as_ref(), &mut record).await;
            self.record(&record, &answer);
            (answer, retry_after)
        };
        let (answer, retry_after) = answered.instrument(span).await;
        http::respond(answer, &record.context.request_id, retry_after, connection)
    }

    /// Returns the answer to a request that cannot be read, with its head.
    pub(super) fn refuse(&self, status: StatusCode, format: Format) -> Vec<u8> {
        let record = Record::new(String::new());
        let request_id = &record.context.request_id;
        let _span = tracing::error_span!(target: "pop_gateway", "request", request_id).entered();
        let failure = refusals::failure(status);
        let answer = Answer::failure(format, &record.context, failure);
        self.record(&record, &answer);
        refusals::whole(&answer, &record.context.request_id)
    }

    /// Returns the answer to a request and, if the request exceeds a limit, the time to wait.
    async fn run(
        &self,
        request: Request,
        connection: Option<&Arc<Connection>>,
        record: &mut Record,
    ) -> (Answer, Option<Duration>) {
        let mut held = connection.map(|connection| connection.hold(0));
        let arrived = Arrived::wait::<S>(request, self.timeouts.body, held.as_mut());
        let arrived = match arrived.await {
            Ok(arrived) => arrived,
            Err(unreadable) => return record.reject(unreadable.format, unreadable.rejection),
        };
        let unavailable = || Rejection::new::<S>(Refusal::Unavailable);
        let Ok(turn) = self.turn(arrived.length(), connection).await else {
            // Nobody reads the answer, so the request is not read either: it has no turn.
            return record.reject(Format::default(), unavailable());
        };
        let call = match arrived.read::<S>() {
            Ok(call) => call,
            Err(unreadable) => return record.reject(unreadable.format, unreadable.rejection),
        };
        let client = record.client.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let answering = connection.map(|connection| connection.answering(client));
        let Ok(_answering) = answering.transpose() else {
            return record.reject(call.format, unavailable());
        };
        let admitted = self.admit(&call, record);
        drop(turn);
        match self.admit_once(admitted).await {
            Ok(request) => (self.dispatch(&request, &record.context).await, None),
            Err(rejection) => record.reject(call.format, rejection),
        }
    }

    /// Checks that no other gateway has admitted a request.
    async fn admit_once<'a>(
        &self,
        admitted: Result<(Admitted<'a>, Option<Once<'a>>), Rejection>,
    ) -> Result<Admitted<'a>, Rejection> {
        let (request, once) = admitted?;
        if let (Some(tables), Some(once)) = (&self.shared, once) {
            once.check::<S>(tables, self.time().wall).await?;
        }
        Ok(request)
    }

    /// Waits until a request may take the time that its signature costs. Only long ones wait.
    ///
    /// # Errors
    ///
    /// The connection had to give way meanwhile.
    async fn turn(
        &self,
        length: usize,
        connection: Option<&Arc<Connection>>,
    ) -> Result<Option<SemaphorePermit<'_>>, GaveWay> {
        if length <= LONG {
            return Ok(None);
        }
        let turn = self.long.acquire();
        let turn = match connection {
            Some(connection) => connection.close.run_until_cancelled(turn).await,
            None => Some(turn.await),
        };
        turn.map(Result::ok).ok_or(GaveWay)
    }

    /// Checks a request before the service sees it.
    fn admit<'a>(
        &self,
        call: &'a Call,
        record: &mut Record,
    ) -> Result<(Admitted<'a>, Option<Once<'a>>), Rejection> {
        let parameters = &call.parameters;
        let action = admit::action::<S>(call)?;
        record.action = Some(action);
        let admitted = Admitted {
            format: call.format,
            action,
            parameters,
        };
        if !action.methods.contains(&call.method) {
            return Err(Rejection::new::<S>(Refusal::Method));
        }
        if action.is_anonymous {
            record.context.region_id = admit::region::<S>(parameters)?;
            return Ok((admitted, None));
        }
        let claims = Claims::read::<S>(call)?;
        let (key, queries_per_minute) = {
            let callers = self.callers.read().unwrap_or_else(PoisonError::into_inner);
            let key = callers.access_keys.get(claims.access_key_id);
            let key = key.map(|grant| Arc::clone(&grant.0));
            (key, callers.queries_per_minute)
        };
        let key = key.ok_or_else(|| Rejection::new::<S>(Refusal::AccessKey))?;
        record.context.access_key_id = key.id().to_owned();
        admit::check_token::<S>(call)?;
        let now = self.time();
        let timestamp = claims.time::<S>(now)?;
        key.verify::<S>(&claims.signature, call)?;
        key.spend::<S>(claims.nonce, timestamp, now)?;
        record.context.region_id = admit::region::<S>(parameters)?;
        let limit = admit::limit(action, queries_per_minute);
        if let Some(limit) = limit {
            key.count::<S>(action, limit, now.monotonic)?;
        }
        let once = Once {
            key,
            nonce: claims.nonce,
            action,
            limit,
        };
        Ok((admitted, Some(once)))
    }

    /// Lets the service answer. A panic becomes an internal error.
    async fn dispatch(&self, request: &Admitted<'_>, context: &Context) -> Answer {
        let mut answer = pin!(self.service.dispatch(context, request));
        let caught = poll_fn(|task| {
            let poll = AssertUnwindSafe(|| answer.as_mut().poll(task));
            match catch_unwind(poll) {
                Ok(poll) => poll.map(Ok),
                Err(panic) => Poll::Ready(Err(panic)),
            }
        });
        caught.await.unwrap_or_else(|panic| {
            tracing::error!(
                target: "pop_gateway",
                panic = message(&*panic),
                "a method of the service panicked"
            );
            Answer::failure(request.format, context, S::refuse(Refusal::Internal))
        })
    }

    /// Counts and logs an answer.
    fn record(&self, record: &Record, answer: &Answer) {
        let code = answer.error_code.as_deref();
        let took = record.begun.elapsed();
        self.metrics
            .answered(record.action, code.map(S::declared), took);
        tracing::info!(
            target: "pop_gateway",
            action = record.action.map_or("", |action| action.name),
            code = code.unwrap_or("OK"),
            status = answer.status,
            milliseconds = (took.as_secs_f64() * 1e6).round() / 1e3,
            access_key_id = record.context.access_key_id,
            client = record.client.map(tracing::field::display),
            "request"
        );
    }
}

/// Facts about a request, for its answer and the log.
///
/// Only the host is text that the client can choose freely.
pub(super) struct Record {
    begun: Instant,
    action: Option<&'static ActionInfo>,
    client: Option<IpAddr>,
    pub(super) context: Context,
}

impl Record {
    pub(super) fn new(host: String) -> Self {
        Self {
            begun: Instant::now(),
            action: None,
            client: None,
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

/// Returns a random UUID (version 4) in upper case.
pub(super) fn request_id() -> String {
    format!("{:X}", Uuid::new_v4())
}

/// Returns the message of a panic.
fn message(panic: &(dyn Any + Send)) -> &str {
    match panic.downcast_ref::<String>() {
        Some(text) => text,
        None => panic.downcast_ref::<&str>().copied().unwrap_or_default(),
    }
}
