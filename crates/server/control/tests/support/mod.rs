//! A real gateway on a free port, and requests over plain sockets.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ons_mqtt_models::*;
use ons_mqtt_server::SecretString;
use ons_mqtt_server::gateway::prometheus_client::registry::Registry;
use ons_mqtt_server::gateway::{Clock, Gateway, Listener, Moment, Timeouts, serve};
use ons_mqtt_service::{Api, Context, Failure, Service};
use pop_rpc::{ErrorBody, Format, Method, Parameters, SignatureMethod, SigningKey, signature};
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

pub(crate) const ID: &str = "testid";
pub(crate) const SECRET: &str = "testsecret";

/// 2020-05-18T08:00:00Z, the time of the gateway's clock unless a test changes it.
pub(crate) const NOW: u64 = 1_589_788_800;

/// ID of a group at whose deletion the service panics.
pub(crate) const PANIC: &str = "GID_panic";

/// Record of the calls that the service received.
pub(crate) struct Notes {
    pub(crate) created: AtomicUsize,
    pub(crate) contexts: Mutex<Vec<Context>>,
    /// Creations wait for a permit of this semaphore.
    pub(crate) gate: Semaphore,
}

/// A service that records its calls.
#[derive(Clone)]
pub(crate) struct Notebook(pub(crate) Arc<Notes>);

impl Notebook {
    pub(crate) fn created(&self) -> usize {
        self.0.created.load(Ordering::SeqCst)
    }

    fn note(&self, context: &Context) {
        self.0.contexts.lock().unwrap().push(context.clone());
    }
}

impl Service for Notebook {
    async fn group_id_create(
        &self,
        context: &Context,
        _: GroupIdCreateRequest,
    ) -> Result<GroupIdCreateResponse, Failure> {
        self.note(context);
        self.0.gate.acquire().await.unwrap().forget();
        self.0.gate.add_permits(1);
        self.0.created.fetch_add(1, Ordering::SeqCst);
        Ok(GroupIdCreateResponse::default())
    }

    async fn group_id_delete(
        &self,
        _: &Context,
        request: GroupIdDeleteRequest,
    ) -> Result<GroupIdDeleteResponse, Failure> {
        assert_ne!(request.group_id, PANIC, "told to panic");
        Err(ErrorCode::BizSubscriptionNotFound.into())
    }

    async fn group_id_list(
        &self,
        context: &Context,
        _: GroupIdListRequest,
    ) -> Result<GroupIdListResponse, Failure> {
        self.note(context);
        Ok(GroupIdListResponse::default())
    }

    async fn query_client_by_topic(
        &self,
        context: &Context,
        _: QueryClientByTopicRequest,
    ) -> Result<QueryClientByTopicResponse, Failure> {
        self.note(context);
        Ok(QueryClientByTopicResponse::default())
    }

    async fn query_client_by_group_id(
        &self,
        context: &Context,
        _: QueryClientByGroupIdRequest,
    ) -> Result<QueryClientByGroupIdResponse, Failure> {
        self.note(context);
        Ok(QueryClientByGroupIdResponse::default())
    }

    async fn query_msg_trans_trend(
        &self,
        context: &Context,
        _: QueryMsgTransTrendRequest,
    ) -> Result<QueryMsgTransTrendResponse, Failure> {
        self.note(context);
        Ok(QueryMsgTransTrendResponse::default())
    }

    async fn query_history_online(
        &self,
        context: &Context,
        _: QueryHistoryOnlineRequest,
    ) -> Result<QueryHistoryOnlineResponse, Failure> {
        self.note(context);
        Ok(QueryHistoryOnlineResponse::default())
    }
}

/// A gateway that runs until it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) notes: Notebook,
    pub(crate) stop: CancellationToken,
    /// Time of day, and time that never jumps, in seconds.
    clock: Arc<[AtomicU64; 2]>,
    pub(crate) ended: Option<tokio::task::JoinHandle<()>>,
    pub(crate) runtime: Runtime,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_with(|gateway| gateway)
    }

    /// Starts a gateway that has been running for so long that it refuses no old timestamps.
    pub(crate) fn start_with(
        configure: impl FnOnce(Gateway<Api<Notebook>>) -> Gateway<Api<Notebook>>,
    ) -> Self {
        Self::start_on(|listener| listener, configure)
    }

    pub(crate) fn start_on(
        listen: impl FnOnce(Listener) -> Listener,
        configure: impl FnOnce(Gateway<Api<Notebook>>) -> Gateway<Api<Notebook>>,
    ) -> Self {
        let server = Self::launch(listen, configure);
        server.clock[1].fetch_add(24 * 60 * 60, Ordering::SeqCst);
        server
    }

    /// Starts a gateway at [`NOW`].
    pub(crate) fn start_now() -> Self {
        Self::launch(|listener| listener, |gateway| gateway)
    }

    fn launch(
        listen: impl FnOnce(Listener) -> Listener,
        configure: impl FnOnce(Gateway<Api<Notebook>>) -> Gateway<Api<Notebook>>,
    ) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let notes = Notebook(Arc::new(Notes {
            created: AtomicUsize::new(0),
            contexts: Mutex::default(),
            gate: Semaphore::new(1),
        }));
        let clock = Arc::new([NOW, NOW].map(AtomicU64::new));
        let seconds = Arc::clone(&clock);
        let now = move || {
            let [wall, monotonic] =
                [0, 1].map(|clock| Duration::from_secs(seconds[clock].load(Ordering::SeqCst)));
            let wall = UNIX_EPOCH + wall;
            Moment { wall, monotonic }
        };
        let keys = [(ID, SECRET), ("otherid", "othersecret")];
        let keys = keys.map(|(id, secret)| (id.to_owned(), SecretString::from(secret)));
        let gateway = Gateway::new(Api(notes.clone()), keys)
            .metrics(Registry::with_prefix("ons_mqtt"))
            .clock(Clock::new(now));
        let gateway = Arc::new(configure(gateway));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0");
        let listener = runtime.block_on(listener).unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let ended = runtime.spawn(serve(listen(listener.into()), gateway, stop.clone()));
        Self {
            address,
            notes,
            stop,
            clock,
            ended: Some(ended),
            runtime,
        }
    }

    /// Lets time pass until a time of day.
    pub(crate) fn set_clock(&self, seconds: u64) {
        let before = self.clock[0].swap(seconds, Ordering::SeqCst);
        self.clock[1].fetch_add(seconds - before, Ordering::SeqCst);
    }

    /// Sets the time of day without letting time pass, as someone does who sets a clock.
    pub(crate) fn jump_to(&self, seconds: u64) {
        self.clock[0].store(seconds, Ordering::SeqCst);
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
    }

    /// Sends bytes on a new connection and reads the response.
    pub(crate) fn send(&self, bytes: &[u8]) -> Response {
        let mut stream = self.connect();
        // A server may answer before it has read everything.
        let _ = stream.write_all(bytes);
        Response::read(&mut stream).expect("a response")
    }

    pub(crate) fn call(&self, request: &TestRequest) -> Response {
        self.send(&request.bytes())
    }

    /// Sends a request; returns the error code, or OK.
    pub(crate) fn code(&self, request: &TestRequest) -> String {
        let response = self.call(request);
        match response.status {
            200 => "OK".to_owned(),
            _ => response.error(request.format()).code,
        }
    }
}

/// Returns short timeouts for clients, so that tests need not wait long.
pub(crate) fn impatient() -> Timeouts {
    Timeouts {
        head: Duration::from_millis(500),
        body: Duration::from_millis(500),
        read: Duration::from_secs(1),
        stop: Duration::from_secs(1),
    }
}

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Response {
    /// Reads a response with `Content-Length`. Returns `None` if the connection ends before it.
    pub(crate) fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            if let Some(at) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
                let head = String::from_utf8(bytes[..at].to_vec()).unwrap();
                let length =
                    header(&head, "content-length").map_or(0, |text| text.parse().unwrap());
                while bytes.len() < at + 4 + length {
                    let count = stream.read(&mut buffer).unwrap();
                    assert_ne!(count, 0, "the body ends early");
                    bytes.extend_from_slice(&buffer[..count]);
                }
                return Some(Self {
                    status: head.split(' ').nth(1).unwrap().parse().unwrap(),
                    body: String::from_utf8(bytes[at + 4..at + 4 + length].to_vec()).unwrap(),
                    head,
                });
            }
            match stream.read(&mut buffer) {
                Ok(count) if count > 0 => bytes.extend_from_slice(&buffer[..count]),
                _ => return None,
            }
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    pub(crate) fn error(&self, format: Format) -> ErrorBody {
        ErrorBody::read(format, &self.body).expect(&self.body)
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (other, value) = line.split_once(':')?;
        other.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// A request to send.
#[derive(Clone, Debug)]
pub(crate) struct TestRequest {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) headers: String,
    /// `true` to send the parameters in the body, before `body`.
    pub(crate) form: bool,
    pub(crate) body: String,
    pub(crate) secret: &'static str,
}

impl TestRequest {
    /// Creates a valid request with a fresh nonce.
    pub(crate) fn new(action: &str) -> Self {
        let nonce = format!("{:032x}", fastrand::u128(..));
        let parameters = [
            ("Action", action),
            ("Version", "2019-02-14"),
            ("Format", "JSON"),
            ("AccessKeyId", ID),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureVersion", "1.0"),
            ("SignatureNonce", &nonce),
            ("Timestamp", "2020-05-18T08:00:00Z"),
            ("RegionId", "mq-internet-access"),
        ];
        Self {
            method: "GET",
            path: "/",
            parameters: parameters.map(|(n, v)| (n.to_owned(), v.to_owned())).into(),
            headers: String::new(),
            form: false,
            body: String::new(),
            secret: SECRET,
        }
    }

    pub(crate) fn list() -> Self {
        Self::new("OnsMqttGroupIdList")
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.also(name, value)
    }

    /// Adds a parameter, even if its name already exists.
    pub(crate) fn also(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|(other, _)| other != name);
        self
    }

    pub(crate) fn at(self, time: SystemTime) -> Self {
        let text = humantime::format_rfc3339_seconds(time).to_string();
        self.with("Timestamp", &text)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn format(&self) -> Format {
        Format::from_wire(self.get("Format")).unwrap_or_default()
    }

    pub(crate) fn string_to_sign(&self) -> String {
        let pairs = self.parameters.iter();
        let parameters: Parameters = pairs.map(|(n, v)| (&**n, &**v)).collect();
        let method = match self.method {
            "POST" => Method::Post,
            _ => Method::Get,
        };
        signature::string_to_sign(method, &parameters)
    }

    /// Signs the request unless it already has a signature.
    pub(crate) fn signed(self) -> Self {
        if self.get("Signature").is_some() {
            return self;
        }
        let method = self.get("SignatureMethod").unwrap_or_default();
        let method = SignatureMethod::from_wire(method).unwrap_or_default();
        let signature = SigningKey::new(method, self.secret).sign(&self.string_to_sign());
        self.with("Signature", &signature)
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let encode = pop_rpc::canonical::encode;
        let pairs = self.parameters.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        let pairs = pairs.join("&");
        let (query, body) = if self.form {
            (String::new(), format!("{pairs}{}", self.body))
        } else {
            (format!("?{pairs}"), self.body.clone())
        };
        format!(
            "{} {}{query} HTTP/1.1\r\nHost: ons.example.com\r\nContent-Length: {}\r\n{}\r\n{body}",
            self.method,
            self.path,
            body.len(),
            self.headers
        )
        .into_bytes()
    }
}
