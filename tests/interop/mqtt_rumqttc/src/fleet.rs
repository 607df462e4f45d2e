//! Settings of all devices of a run, and those of one.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use rumqttc::{TlsConfiguration, Transport};
use sha1::Sha1;

/// The result of a check, or why it failed.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// Settings of all devices of a run.
pub(crate) struct Fleet {
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) transport: String,
    pub(crate) is_v5: bool,
    pub(crate) user: String,
    pub(crate) secret: String,
    /// PEM of the certificate to trust.
    pub(crate) certificate: Vec<u8>,
}

impl Fleet {
    pub(crate) fn client_id(&self, name: &str) -> String {
        format!("GID_test@@@{}-{name}", self.name)
    }

    pub(crate) fn topic(&self, rest: &str) -> String {
        format!("test/{}/{rest}", self.name)
    }

    /// Returns the host, or the URL for WebSocket.
    pub(crate) fn address(&self) -> String {
        match self.transport.as_str() {
            "ws" | "wss" => format!("{}://{}:{}/mqtt", self.transport, self.host, self.port),
            _ => self.host.clone(),
        }
    }

    pub(crate) fn transport(&self) -> Transport {
        let trust = || TlsConfiguration::Simple {
            ca: self.certificate.clone(),
            alpn: None,
            client_auth: None,
        };
        match self.transport.as_str() {
            "tls" => Transport::tls_with_config(trust()),
            "ws" => Transport::Ws,
            "wss" => Transport::wss_with_config(trust()),
            _ => Transport::Tcp,
        }
    }

    pub(crate) fn password(&self, client_id: &str) -> Outcome<String> {
        let mac = Hmac::<Sha1>::new_from_slice(self.secret.as_bytes());
        let mut mac = mac.map_err(|error| error.to_string())?;
        mac.update(client_id.as_bytes());
        Ok(BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// Settings of one device.
#[derive(Default)]
pub(crate) struct Options<'a> {
    pub(crate) name: &'a str,
    /// `true` if the session outlives the connection.
    pub(crate) keep: bool,
    /// Topic of a will.
    pub(crate) will: Option<String>,
    /// A password other than the right one.
    pub(crate) password: Option<&'a str>,
}
