//! Requests to a webhook, signed as Standard Webhooks says.

use std::error::Error;
use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use pop_gateway::ExposeSecret;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use sha2::Sha256;

use crate::config::{self, webhook_key};

/// Longest times that a receiver may take.
#[derive(Clone, Copy)]
struct Limits {
    /// To connect, with the handshake of TLS.
    connect: Duration,
    /// For a request and the head of its answer, the connection included.
    whole: Duration,
}

const LIMITS: Limits = Limits {
    connect: Duration::from_secs(5),
    whole: Duration::from_secs(10),
};

/// A webhook with an HTTP client of its own.
pub(super) struct Webhook {
    client: Client,
    url: Url,
    keys: Vec<Vec<u8>>,
}

impl Webhook {
    /// Sets up the HTTP client.
    ///
    /// # Errors
    ///
    /// Says why that is impossible, for example because there are no root certificates.
    pub(super) fn new(webhook: &config::Webhook) -> Result<Self, String> {
        Self::within(LIMITS, webhook)
    }

    fn within(limits: Limits, webhook: &config::Webhook) -> Result<Self, String> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // It fails if another thread was first, which has the same effect.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let url = Url::parse(webhook.url.expose_secret()).map_err(|error| error.to_string())?;
        let client = Client::builder()
            .connect_timeout(limits.connect)
            .timeout(limits.whole)
            // Followed, it would send events and credentials elsewhere.
            .redirect(Policy::none())
            .referer(false)
            .user_agent(concat!("ons-mqtt/", env!("CARGO_PKG_VERSION")));
        let client = match is_loopback(&url) {
            // A proxy would look for the webhook on its own machine.
            true => client.no_proxy(),
            false => client,
        };
        let keys = webhook.secrets.iter().map(webhook_key);
        Ok(Self {
            client: client.build().map_err(reasons)?,
            url,
            keys: keys.collect::<Result<_, _>>()?,
        })
    }

    /// Sends a message with an ID.
    ///
    /// # Errors
    ///
    /// Says why it did not arrive, without the URL, which may contain credentials.
    pub(super) async fn send(&self, id: &str, body: String) -> Result<(), String> {
        let time = SystemTime::now().duration_since(UNIX_EPOCH);
        let time = time.unwrap_or_default().as_secs().to_string();
        let signatures: Vec<String> = (self.keys.iter())
            .map(|key| signature(key, id, &time, &body))
            .collect();
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", time)
            .header("webhook-signature", signatures.join(" "))
            .body(body);
        let status = request.send().await.map_err(reasons)?.status();
        if status.is_success() {
            Ok(())
        } else {
            Err(format!("it answered {status}"))
        }
    }
}

/// Returns `true` if a URL leads to the machine itself.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

/// Returns the signature of a message: HMAC-SHA256 over its ID, time and body.
fn signature(key: &[u8], id: &str, time: &str, body: &str) -> String {
    let mut mac = match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes keys of any length"),
    };
    for part in [id, ".", time, ".", body] {
        mac.update(part.as_bytes());
    }
    format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
}

/// Returns an error and its causes on one line, without the URL.
fn reasons(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::thread;
    use std::time::Instant;

    use super::*;

    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        // The vector of its reference implementations.
        let key = BASE64_STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let body = r#"{"test": 2432232314}"#;
        assert_eq!(
            signature(&key.unwrap(), id, "1614265330", body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    /// Starts a receiver that treats each connection like this; returns its address.
    fn receiver(scheme: &str, treat: impl Fn(TcpStream) + Send + 'static) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        // It ends with the process.
        thread::spawn(move || listener.incoming().flatten().for_each(treat));
        format!("{scheme}://{address}/secret")
    }

    /// Reads until the other side gives up.
    fn wait(mut stream: TcpStream) {
        let _ = stream.read_to_end(&mut Vec::new());
    }

    fn trickle(mut stream: TcpStream) {
        let mut request = [0; 1];
        let _ = stream.read(&mut request);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nx: ");
        while stream.write_all(b"y").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    }

    #[tokio::test]
    async fn a_receiver_that_is_too_slow_is_given_up_without_its_secrets() {
        let short = Duration::from_millis(300);
        let long = Duration::from_secs(60);
        let both = |connect, whole| Limits { connect, whole };
        for (case, url, limits) in [
            ("no answer", receiver("http", wait), both(long, short)),
            (
                "an endless head",
                receiver("http", trickle),
                both(long, short),
            ),
            ("no handshake", receiver("https", wait), both(short, long)),
        ] {
            let webhook = config::Webhook {
                url: url.as_str().into(),
                secrets: Vec::new(),
            };
            let webhook = Webhook::within(limits, &webhook).unwrap();
            let begin = Instant::now();
            let error = webhook.send("1", "{}".to_owned()).await.unwrap_err();
            let took = begin.elapsed();
            assert!((short..long / 4).contains(&took), "{case}: {took:?}");
            assert!(error.contains("timed out"), "{case}: {error}");
            assert!(!error.contains("secret"), "{case}: {error}");
        }
    }

    #[test]
    fn the_limits_are_those_of_the_documents() {
        let documents = include_str!("../../../../../docs/CONFIGURATION.md");
        let Limits { connect, whole } = LIMITS;
        let seconds = format!("{} and {} seconds", connect.as_secs(), whole.as_secs());
        let row =
            format!("| time to connect to a webhook, and for the whole request | {seconds} |");
        assert!(documents.contains(&row), "{row}");
    }
}
