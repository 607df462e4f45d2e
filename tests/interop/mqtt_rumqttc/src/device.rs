//! A device, whatever its version of MQTT.

use std::collections::VecDeque;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use rumqttc::{TlsConfiguration, Transport};
use sha1::Sha1;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::{v3, v5};

/// Longest wait for an event.
const PATIENCE: Duration = Duration::from_secs(30);

/// The error of a device that the broker refused because of its password.
pub(crate) const WRONG_PASSWORD: &str = "refused: bad user name or password";

/// The result of a check, or why it failed.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// What all devices of a run have in common.
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

    /// Connects a device with a session that ends with its connection.
    pub(crate) async fn join(&self, name: &str, filters: &[&str]) -> Outcome<Device> {
        let options = Options {
            name,
            ..Options::default()
        };
        Device::join(self, &options, filters).await
    }

    pub(crate) fn password(&self, client_id: &str) -> Outcome<String> {
        let mac = Hmac::<Sha1>::new_from_slice(self.secret.as_bytes());
        let mut mac = mac.map_err(|error| error.to_string())?;
        mac.update(client_id.as_bytes());
        Ok(BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// How a device connects.
#[derive(Default)]
pub(crate) struct Options<'a> {
    pub(crate) name: &'a str,
    /// Whether the session outlives the connection.
    pub(crate) keep: bool,
    /// Topic of a will.
    pub(crate) will: Option<String>,
    /// A password other than the right one.
    pub(crate) password: Option<&'a str>,
}

/// An event of either version of MQTT.
#[derive(Debug)]
pub(crate) enum Event {
    Connected {
        session_present: bool,
    },
    Subscribed,
    /// A message of QoS 0 was sent, or one of QoS 1 or 2 acknowledged.
    Published,
    Message(Message),
    /// DISCONNECT was sent.
    Left,
    WrongPassword,
    Failed(String),
}

/// A message: topic, QoS, retained or not, payload.
pub(crate) type Message = (String, u8, bool, String);

/// Requests to a client of either version.
pub(crate) trait Client {
    fn subscribe(&self, filter: &str) -> Outcome;
    fn publish(&self, topic: &str, qos: u8, retain: bool, payload: &str) -> Outcome;
    fn disconnect(&self) -> Outcome;
}

/// A device that is online until `leave` or `lose`.
pub(crate) struct Device {
    pub(crate) client_id: String,
    pub(crate) session_present: bool,
    client: Box<dyn Client>,
    /// Task that owns the connection.
    connection: JoinHandle<()>,
    events: UnboundedReceiver<Event>,
    messages: VecDeque<Message>,
}

impl Device {
    pub(crate) async fn join(
        fleet: &Fleet,
        options: &Options<'_>,
        filters: &[&str],
    ) -> Outcome<Self> {
        let client_id = fleet.client_id(options.name);
        let (sender, events) = unbounded_channel();
        let connect = if fleet.is_v5 {
            v5::connect
        } else {
            v3::connect
        };
        let (client, connection) = connect(fleet, &client_id, options, sender)?;
        let mut device = Self {
            client_id,
            session_present: false,
            client,
            connection,
            events,
            messages: VecDeque::new(),
        };
        device.session_present = device
            .wait("CONNACK", |event| match event {
                Event::Connected { session_present } => Some(*session_present),
                _ => None,
            })
            .await?;
        for filter in filters {
            device.client.subscribe(filter)?;
            device
                .wait("SUBACK", |event| {
                    matches!(event, Event::Subscribed).then_some(())
                })
                .await?;
        }
        Ok(device)
    }

    pub(crate) async fn publish(&mut self, topic: &str, payload: &str) -> Outcome {
        self.publish_with(topic, 1, false, payload).await
    }

    pub(crate) async fn publish_with(
        &mut self,
        topic: &str,
        qos: u8,
        retain: bool,
        payload: &str,
    ) -> Outcome {
        self.client.publish(topic, qos, retain, payload)?;
        self.wait("acknowledgement", |event| {
            matches!(event, Event::Published).then_some(())
        })
        .await
    }

    /// Returns the next message.
    pub(crate) async fn receive(&mut self) -> Outcome<Message> {
        while self.messages.is_empty() {
            self.wait("message", |event| {
                matches!(event, Event::Message(_)).then_some(())
            })
            .await?;
        }
        self.messages
            .pop_front()
            .ok_or_else(|| "no message".to_owned())
    }

    pub(crate) async fn receives(
        &mut self,
        topic: &str,
        qos: u8,
        retain: bool,
        payload: &str,
    ) -> Outcome {
        let expected = (topic.to_owned(), qos, retain, payload.to_owned());
        same("message", self.receive().await?, expected)
    }

    /// Closes the connection without DISCONNECT.
    pub(crate) async fn lose(self) {
        self.connection.abort();
        // It ends with an error that says that it was aborted.
        let _ = self.connection.await;
    }

    pub(crate) async fn leave(mut self) -> Outcome {
        self.client.disconnect()?;
        self.wait("DISCONNECT", |event| {
            matches!(event, Event::Left).then_some(())
        })
        .await?;
        self.lose().await;
        Ok(())
    }

    /// Waits for an event, and keeps messages that come before it.
    async fn wait<T>(&mut self, what: &str, wanted: impl Fn(&Event) -> Option<T>) -> Outcome<T> {
        loop {
            let event = timeout(PATIENCE, self.events.recv()).await;
            let event = event.map_err(|_| format!("{what} is late"))?;
            let event = event.ok_or_else(|| format!("connection closed before {what}"))?;
            let found = wanted(&event);
            match event {
                Event::Message(message) => self.messages.push_back(message),
                Event::WrongPassword => return Err(WRONG_PASSWORD.to_owned()),
                Event::Failed(error) => return Err(error),
                _ => {}
            }
            if let Some(found) = found {
                return Ok(found);
            }
        }
    }
}

pub(crate) fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Outcome {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: expected {expected:?}, found {found:?}"))
}
