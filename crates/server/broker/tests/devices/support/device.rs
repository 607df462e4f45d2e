//! A device as people build them: the client library rumqttc, for MQTT 3.1.1 and 5.

use std::time::Duration;

use ons_mqtt_broker::Broker;
use rumqttc::v5;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{PATIENCE, password, user_name};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V311,
    V5,
}

pub(crate) const VERSIONS: [Version; 2] = [Version::V311, Version::V5];

/// Options with which a device connects.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) client_id: String,
    pub(crate) user_name: String,
    pub(crate) password: String,
    pub(crate) version: Version,
    pub(crate) clean: bool,
    /// Of MQTT 5, in seconds.
    pub(crate) session_expiry: u32,
    pub(crate) keep_alive: Duration,
    /// Topic, payload and QoS.
    pub(crate) will: Option<(String, String, u8)>,
}

pub(crate) fn options(version: Version, client_id: &str) -> Options {
    Options {
        client_id: client_id.to_owned(),
        user_name: user_name(),
        password: password(client_id),
        version,
        clean: true,
        session_expiry: 0,
        keep_alive: Duration::from_secs(30),
        will: None,
    }
}

/// [`options`] with a session that survives the connection.
pub(crate) fn persistent(version: Version, client_id: &str) -> Options {
    Options {
        clean: false,
        session_expiry: 3600,
        ..options(version, client_id)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) topic: String,
    pub(crate) payload: String,
    pub(crate) qos: u8,
    pub(crate) retain: bool,
}

pub(crate) fn message(topic: &str, payload: &str, qos: u8) -> Message {
    Message {
        topic: topic.to_owned(),
        payload: payload.to_owned(),
        qos,
        retain: false,
    }
}

#[derive(Debug)]
enum Event {
    Connected { session_present: bool },
    Subscribed(bool),
    Unsubscribed,
    Published,
    Closed(#[allow(dead_code, reason = "shown when a test fails")] String),
}

enum Client {
    V311(rumqttc::AsyncClient),
    V5(v5::AsyncClient),
}

pub(crate) struct Device {
    client: Client,
    events: UnboundedReceiver<Event>,
    messages: UnboundedReceiver<Message>,
    task: JoinHandle<()>,
    pub(crate) session_present: bool,
}

impl Device {
    /// Connects, or says why not.
    pub(crate) async fn try_connect(broker: &Broker, options: Options) -> Result<Self, String> {
        Self::try_connect_to(broker.local_addr().port(), options).await
    }

    pub(crate) async fn try_connect_to(port: u16, options: Options) -> Result<Self, String> {
        let (events, mut seen) = unbounded_channel();
        let (deliver, messages) = unbounded_channel();
        let (client, task) = match options.version {
            Version::V311 => connect_v311(port, options, events, deliver),
            Version::V5 => connect_v5(port, options, events, deliver),
        };
        match timeout(PATIENCE, seen.recv())
            .await
            .expect("an answer to CONNECT")
        {
            Some(Event::Connected { session_present }) => Ok(Self {
                client,
                events: seen,
                messages,
                task,
                session_present,
            }),
            other => Err(format!("{other:?}")),
        }
    }

    pub(crate) async fn connect(broker: &Broker, options: Options) -> Self {
        Self::try_connect(broker, options).await.unwrap()
    }

    /// Subscribes, and returns whether it was granted.
    pub(crate) async fn subscribe(&mut self, filter: &str, qos: u8) -> bool {
        match &self.client {
            Client::V311(client) => client.subscribe(filter, qos_v311(qos)).await.unwrap(),
            Client::V5(client) => client.subscribe(filter, qos_v5(qos)).await.unwrap(),
        }
        match self.event().await {
            Event::Subscribed(granted) => granted,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn unsubscribe(&mut self, filter: &str) {
        match &self.client {
            Client::V311(client) => client.unsubscribe(filter).await.unwrap(),
            Client::V5(client) => client.unsubscribe(filter).await.unwrap(),
        }
        assert!(matches!(self.event().await, Event::Unsubscribed));
    }

    /// Publishes, and with a QoS above 0 waits until the broker has taken responsibility.
    pub(crate) async fn publish(&mut self, topic: &str, payload: &str, qos: u8) {
        self.publish_with(topic, payload, qos, false).await;
    }

    pub(crate) async fn publish_retained(&mut self, topic: &str, payload: &str, qos: u8) {
        self.publish_with(topic, payload, qos, true).await;
    }

    async fn publish_with(&mut self, topic: &str, payload: &str, qos: u8, retain: bool) {
        match &self.client {
            Client::V311(client) => client
                .publish(topic, qos_v311(qos), retain, payload)
                .await
                .unwrap(),
            Client::V5(client) => client
                .publish(topic, qos_v5(qos), retain, payload.to_owned())
                .await
                .unwrap(),
        }
        if qos > 0 {
            let event = self.event().await;
            assert!(matches!(event, Event::Published), "{event:?}");
        }
    }

    /// Publishes, and expects that the broker closes the connection.
    pub(crate) async fn publish_and_be_closed(mut self, topic: &str, payload: &str, qos: u8) {
        match &self.client {
            Client::V311(client) => client
                .publish(topic, qos_v311(qos), false, payload)
                .await
                .unwrap(),
            Client::V5(client) => client
                .publish(topic, qos_v5(qos), false, payload.to_owned())
                .await
                .unwrap(),
        }
        self.closed().await;
    }

    /// The next message.
    pub(crate) async fn next(&mut self) -> Message {
        self.try_next().await.expect("a connection")
    }

    /// The next message, unless the connection ends first.
    pub(crate) async fn try_next(&mut self) -> Option<Message> {
        timeout(PATIENCE, self.messages.recv())
            .await
            .expect("a message")
    }

    /// Waits until the broker closes the connection.
    pub(crate) async fn closed(&mut self) {
        while !matches!(self.event().await, Event::Closed(_)) {}
    }

    pub(crate) async fn disconnect(mut self) {
        self.leave().await;
    }

    /// Sends DISCONNECT, and waits until the broker closes the connection.
    pub(crate) async fn leave(&mut self) {
        match &self.client {
            Client::V311(client) => client.disconnect().await.unwrap(),
            Client::V5(client) => client.disconnect().await.unwrap(),
        }
        self.closed().await;
    }

    /// Closes the socket without a word.
    pub(crate) async fn drop_connection(self) {
        self.task.abort();
        let _ = self.task.await;
    }

    /// Closes the socket without a word, unless it is closed. Returns messages that came before and were not taken.
    #[allow(dead_code, reason = "not all tests do")]
    pub(crate) async fn rest(mut self) -> Vec<Message> {
        self.task.abort();
        let _ = (&mut self.task).await;
        std::iter::from_fn(|| self.messages.try_recv().ok()).collect()
    }

    async fn event(&mut self) -> Event {
        timeout(PATIENCE, self.events.recv())
            .await
            .expect("an event")
            .unwrap_or(Event::Closed(String::new()))
    }
}

fn qos_v311(qos: u8) -> rumqttc::QoS {
    rumqttc::mqttbytes::qos(qos).unwrap()
}

fn qos_v5(qos: u8) -> v5::mqttbytes::QoS {
    v5::mqttbytes::qos(qos).unwrap()
}

type Started = (Client, JoinHandle<()>);

fn connect_v311(
    port: u16,
    options: Options,
    events: UnboundedSender<Event>,
    messages: UnboundedSender<Message>,
) -> Started {
    use rumqttc::{Event as Polled, LastWill, MqttOptions, Packet, SubscribeReasonCode};

    let mut settings = MqttOptions::new(options.client_id, "127.0.0.1", port);
    settings
        .set_credentials(options.user_name, options.password)
        .set_clean_session(options.clean)
        .set_keep_alive(options.keep_alive)
        .set_max_packet_size(200_000, 200_000);
    if let Some((topic, payload, qos)) = options.will {
        settings.set_last_will(LastWill::new(topic, payload, qos_v311(qos), false));
    }
    let (client, mut polling) = rumqttc::AsyncClient::new(settings, 100);
    let task = tokio::spawn(async move {
        loop {
            let event = match polling.poll().await {
                Ok(Polled::Incoming(Packet::ConnAck(ack))) => Event::Connected {
                    session_present: ack.session_present,
                },
                Ok(Polled::Incoming(Packet::SubAck(ack))) => Event::Subscribed(
                    ack.return_codes
                        .iter()
                        .all(|code| *code != SubscribeReasonCode::Failure),
                ),
                Ok(Polled::Incoming(Packet::UnsubAck(_))) => Event::Unsubscribed,
                Ok(Polled::Incoming(Packet::PubAck(_) | Packet::PubComp(_))) => Event::Published,
                Ok(Polled::Incoming(Packet::Publish(publish))) => {
                    let _ = messages.send(Message {
                        topic: publish.topic,
                        payload: String::from_utf8_lossy(&publish.payload).into_owned(),
                        qos: publish.qos as u8,
                        retain: publish.retain,
                    });
                    continue;
                }
                Ok(_) => continue,
                Err(error) => {
                    let _ = events.send(Event::Closed(error.to_string()));
                    return;
                }
            };
            let _ = events.send(event);
        }
    });
    (Client::V311(client), task)
}

fn connect_v5(
    port: u16,
    options: Options,
    events: UnboundedSender<Event>,
    messages: UnboundedSender<Message>,
) -> Started {
    use v5::mqttbytes::v5::{LastWill, Packet, SubscribeReasonCode};
    use v5::{Event as Polled, MqttOptions};

    let mut settings = MqttOptions::new(options.client_id, "127.0.0.1", port);
    settings
        .set_credentials(options.user_name, options.password)
        .set_clean_start(options.clean)
        .set_session_expiry_interval(Some(options.session_expiry))
        .set_keep_alive(options.keep_alive);
    if let Some((topic, payload, qos)) = options.will {
        settings.set_last_will(LastWill::new(topic, payload, qos_v5(qos), false, None));
    }
    let (client, mut polling) = v5::AsyncClient::new(settings, 100);
    let task = tokio::spawn(async move {
        loop {
            let event = match polling.poll().await {
                Ok(Polled::Incoming(Packet::ConnAck(ack))) => Event::Connected {
                    session_present: ack.session_present,
                },
                Ok(Polled::Incoming(Packet::SubAck(ack))) => {
                    let granted = |code: &SubscribeReasonCode| {
                        matches!(code, SubscribeReasonCode::Success(_))
                    };
                    Event::Subscribed(ack.return_codes.iter().all(granted))
                }
                Ok(Polled::Incoming(Packet::UnsubAck(_))) => Event::Unsubscribed,
                Ok(Polled::Incoming(Packet::PubAck(_) | Packet::PubComp(_))) => Event::Published,
                Ok(Polled::Incoming(Packet::Publish(publish))) => {
                    let _ = messages.send(Message {
                        topic: String::from_utf8_lossy(&publish.topic).into_owned(),
                        payload: String::from_utf8_lossy(&publish.payload).into_owned(),
                        qos: publish.qos as u8,
                        retain: publish.retain,
                    });
                    continue;
                }
                Ok(_) => continue,
                Err(error) => {
                    let _ = events.send(Event::Closed(error.to_string()));
                    return;
                }
            };
            let _ = events.send(event);
        }
    });
    (Client::V5(client), task)
}
