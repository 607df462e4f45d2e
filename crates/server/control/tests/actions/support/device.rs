//! A typical device, built with the client library rumqttc for MQTT 3.1.1 and 5.

use std::net::SocketAddr;
use std::time::Duration;

use rumqttc::v5;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::support::credentials::{INSTANCE, KEY, password, user_name};
use crate::support::wait::PATIENCE;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V311,
    V5,
}

pub(crate) const VERSIONS: [Version; 2] = [Version::V311, Version::V5];

/// Connection options of a device.
pub(crate) struct Options {
    pub(crate) address: SocketAddr,
    pub(crate) version: Version,
    pub(crate) client_id: String,
    pub(crate) user_name: String,
    pub(crate) password: String,
    pub(crate) clean: bool,
}

impl Options {
    pub(crate) fn new(address: SocketAddr, version: Version, client_id: &str) -> Self {
        Self {
            address,
            version,
            client_id: client_id.to_owned(),
            user_name: user_name(KEY.0, INSTANCE),
            password: password(KEY.1, client_id),
            clean: true,
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Event {
    Connected,
    Subscribed,
    Unsubscribed,
    Published,
    /// A message arrived on this topic.
    Message(String),
    Closed,
}

enum Client {
    V311(rumqttc::AsyncClient),
    V5(v5::AsyncClient),
}

#[derive(Debug)]
pub(crate) struct Device {
    client: Client,
    events: UnboundedReceiver<Event>,
    task: JoinHandle<()>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

impl Device {
    /// Connects; returns the reason if that fails.
    pub(crate) async fn connect(options: Options) -> Result<Self, String> {
        let (sender, events) = unbounded_channel();
        let (client, task) = match options.version {
            Version::V311 => connect_v311(options, sender),
            Version::V5 => connect_v5(options, sender),
        };
        let mut device = Self {
            client,
            events,
            task,
        };
        match device.event().await {
            Event::Connected => Ok(device),
            other => Err(format!("{other:?}")),
        }
    }

    pub(crate) async fn subscribe(&mut self, filter: &str, qos: u8) {
        match &self.client {
            Client::V311(client) => client.subscribe(filter, qos_v311(qos)).await.unwrap(),
            Client::V5(client) => client.subscribe(filter, qos_v5(qos)).await.unwrap(),
        }
        assert_eq!(self.event().await, Event::Subscribed);
    }

    pub(crate) async fn unsubscribe(&mut self, filter: &str) {
        match &self.client {
            Client::V311(client) => client.unsubscribe(filter).await.unwrap(),
            Client::V5(client) => client.unsubscribe(filter).await.unwrap(),
        }
        assert_eq!(self.event().await, Event::Unsubscribed);
    }

    /// Publishes a message. With a QoS above 0, waits until the service has acknowledged it.
    pub(crate) async fn publish(&mut self, topic: &str, qos: u8) {
        match &self.client {
            Client::V311(client) => client
                .publish(topic, qos_v311(qos), false, "payload")
                .await
                .unwrap(),
            Client::V5(client) => client
                .publish(topic, qos_v5(qos), false, "payload")
                .await
                .unwrap(),
        }
        if qos > 0 {
            assert_eq!(self.event().await, Event::Published);
        }
    }

    /// Waits for the next message and returns its topic.
    pub(crate) async fn message(&mut self) -> String {
        match self.event().await {
            Event::Message(topic) => topic,
            other => panic!("{other:?}"),
        }
    }

    /// Waits until the service closes the connection.
    pub(crate) async fn closed(&mut self) {
        while self.event().await != Event::Closed {}
    }

    pub(crate) async fn disconnect(mut self) {
        match &self.client {
            Client::V311(client) => client.disconnect().await.unwrap(),
            Client::V5(client) => client.disconnect().await.unwrap(),
        }
        self.closed().await;
    }

    async fn event(&mut self) -> Event {
        let event = timeout(PATIENCE, self.events.recv()).await;
        event.expect("an event in time").unwrap_or(Event::Closed)
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn qos_v311(qos: u8) -> rumqttc::QoS {
    rumqttc::mqttbytes::qos(qos).unwrap()
}

fn qos_v5(qos: u8) -> v5::mqttbytes::QoS {
    v5::mqttbytes::qos(qos).unwrap()
}

/// Polls an event loop of either version until it fails, and reports its events.
macro_rules! poll {
    ($polling:ident, $events:ident, $event:path, $packet:path) => {
        tokio::spawn(async move {
            use {$event as Polled, $packet as Packet};
            loop {
                let event = match $polling.poll().await {
                    Ok(Polled::Incoming(Packet::ConnAck(_))) => Event::Connected,
                    Ok(Polled::Incoming(Packet::SubAck(_))) => Event::Subscribed,
                    Ok(Polled::Incoming(Packet::UnsubAck(_))) => Event::Unsubscribed,
                    Ok(Polled::Incoming(Packet::PubAck(_) | Packet::PubComp(_))) => {
                        Event::Published
                    }
                    Ok(Polled::Incoming(Packet::Publish(publish))) => {
                        let topic: &[u8] = publish.topic.as_ref();
                        Event::Message(String::from_utf8_lossy(topic).into_owned())
                    }
                    Ok(_) => continue,
                    Err(_) => Event::Closed,
                };
                let ends = event == Event::Closed;
                if $events.send(event).is_err() || ends {
                    return;
                }
            }
        })
    };
}

fn connect_v311(options: Options, events: UnboundedSender<Event>) -> (Client, JoinHandle<()>) {
    let host = options.address.ip().to_string();
    let mut settings = rumqttc::MqttOptions::new(options.client_id, host, options.address.port());
    settings
        .set_credentials(options.user_name, options.password)
        .set_clean_session(options.clean)
        .set_keep_alive(Duration::from_secs(30));
    let (client, mut polling) = rumqttc::AsyncClient::new(settings, 100);
    let task = poll!(polling, events, rumqttc::Event, rumqttc::Packet);
    (Client::V311(client), task)
}

fn connect_v5(options: Options, events: UnboundedSender<Event>) -> (Client, JoinHandle<()>) {
    let host = options.address.ip().to_string();
    let mut settings = v5::MqttOptions::new(options.client_id, host, options.address.port());
    settings
        .set_credentials(options.user_name, options.password)
        .set_clean_start(options.clean)
        .set_session_expiry_interval(Some(if options.clean { 0 } else { 3600 }))
        .set_keep_alive(Duration::from_secs(30));
    let (client, mut polling) = v5::AsyncClient::new(settings, 100);
    let task = poll!(polling, events, v5::Event, v5::mqttbytes::v5::Packet);
    (Client::V5(client), task)
}
