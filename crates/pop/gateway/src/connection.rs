//! Serves one connection: TLS if there is any, then HTTP requests until it ends.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use pop_listen::{Encryption, close};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::connections::Connection;
use crate::refusals::{Refuse, Refusing};
use crate::timeouts::Timeouts;

/// Length of the longest request head in bytes; most of a head is its query.
const HEAD: usize = 128 * 1024;

/// Longest time that a client has to take a last answer.
const LAST_ANSWER: Duration = Duration::from_secs(5);

/// State that all connections of a listening socket share.
#[derive(Clone)]
pub(super) struct Serving {
    pub(super) router: Router,
    pub(super) encryption: Option<Encryption>,
    pub(super) timeouts: Timeouts,
    pub(super) refuse: Refuse,
    pub(super) stop: CancellationToken,
}

impl Serving {
    /// Serves a connection until it ends.
    pub(super) async fn connection(self, stream: TcpStream, connection: Arc<Connection>) {
        let Some(encryption) = &self.encryption else {
            return self.requests(stream, connection).await;
        };
        match timeout(self.timeouts.head, encryption.handshake(stream)).await {
            Ok(Ok(stream)) => Box::pin(self.requests(stream, connection)).await,
            Ok(Err(error)) => tracing::debug!(%error, peer = %connection.peer, "handshake failed"),
            Err(_) => tracing::debug!(peer = %connection.peer, "no handshake in time"),
        }
    }

    /// Answers the requests of a connection until it ends, or until the current one if the service
    /// stops.
    async fn requests<S>(&self, stream: S, connection: Arc<Connection>)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let peer = connection.peer;
        let router = TowerToHyperService::new(self.router.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Arc::clone(&connection));
            router.call(request)
        });
        let stream = TokioIo::new(Refusing::new(stream, Arc::clone(&self.refuse)));
        let mut http = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.timeouts.head)
            .max_buf_size(HEAD)
            .serve_connection(stream, service);
        let ended = match self.stop.run_until_cancelled(&mut http).await {
            Some(ended) => ended,
            None => {
                Pin::new(&mut http).graceful_shutdown();
                (&mut http).await
            }
        };
        let Err(error) = ended else { return };
        tracing::debug!(%error, %peer, "a connection failed");
        let rest = http.into_parts();
        let stream = rest.io.into_inner();
        let status = if error.is_parse_version_h2() {
            Some(StatusCode::HTTP_VERSION_NOT_SUPPORTED)
        } else if error.is_timeout() && !rest.read_buf.is_empty() {
            Some(StatusCode::REQUEST_TIMEOUT)
        } else {
            None
        };
        if let Some(status) = status {
            let (answer, mut stream) = stream.refuse(status);
            // The connection ends whether or not the client takes the answer.
            let _ = timeout(LAST_ANSWER, stream.write_all(&answer)).await;
            close(&mut stream).await;
        } else if error.is_parse() {
            close(&mut stream.into_inner()).await;
        }
    }
}
