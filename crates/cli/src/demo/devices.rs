//! Simulated devices: ordinary clients for MQTT 3.1.1 and 5.

use std::net::SocketAddr;

use ons_mqtt_broker::device_password;
use ons_mqtt_server::SecretString;
use rumqttc::v5;
use tokio::sync::mpsc::UnboundedSender;

/// Maximum number of requests that a device queues.
const QUEUE: usize = 100;

/// Maximum number of unacknowledged messages of QoS 1 and 2 per device.
const IN_FLIGHT: u16 = 10;

/// Address and access key that devices connect with.
pub(super) struct Account {
    pub(super) broker: SocketAddr,
    pub(super) instance_id: String,
    pub(super) access_key_id: String,
    pub(super) secret: SecretString,
}

impl Account {
    fn user_name(&self) -> String {
        format!("Signature|{}|{}", self.access_key_id, self.instance_id)
    }

    /// Returns the signature of the client ID, which is the password.
    fn password(&self, client_id: &str) -> String {
        device_password(&self.secret, client_id)
    }
}

/// Version of MQTT.
#[derive(Clone, Copy)]
pub(super) enum Version {
    V311,
    V5,
}

/// Event that a device reports.
pub(super) struct Event {
    pub(super) client_id: String,
    pub(super) kind: EventKind,
}

/// Kind of a device event.
pub(super) enum EventKind {
    Connected,
    Subscribed,
    /// The broker acknowledged a message of QoS 1 or 2.
    Acknowledged,
    Received {
        topic: String,
        qos: u8,
    },
    /// The connection was closed or a subscription was refused, with the reason.
    Closed(String),
}

/// Device that connects on its own and reports events to the channel it was created with.
pub(super) enum Device {
    V311(rumqttc::AsyncClient),
    V5(v5::AsyncClient),
}

impl Device {
    /// Starts connecting to the broker.
    pub(super) fn connect(
        version: Version,
        client_id: String,
        account: &Account,
        events: UnboundedSender<Event>,
    ) -> Self {
        let report = move |client_id: &str, kind| {
            let client_id = client_id.to_owned();
            let _ = events.send(Event { client_id, kind });
        };
        match version {
            Version::V311 => Self::V311(connect_v311(client_id, account, report)),
            Version::V5 => Self::V5(connect_v5(client_id, account, report)),
        }
    }

    /// Requests a subscription; like all requests, returns `false` if the connection is closed.
    pub(super) async fn subscribe(&self, filter: &str, qos: u8) -> bool {
        match self {
            Self::V311(client) => client.subscribe(filter, v311(qos)).await.is_ok(),
            Self::V5(client) => client.subscribe(filter, v5(qos)).await.is_ok(),
        }
    }

    /// Sends a message.
    pub(super) async fn publish(&self, topic: &str, qos: u8) -> bool {
        const TEXT: &str = "hello";
        match self {
            Self::V311(client) => {
                let sent = client.publish(topic, v311(qos), false, TEXT).await;
                sent.is_ok()
            }
            Self::V5(client) => client.publish(topic, v5(qos), false, TEXT).await.is_ok(),
        }
    }

    /// Disconnects from the broker.
    pub(super) async fn disconnect(&self) -> bool {
        match self {
            Self::V311(client) => client.disconnect().await.is_ok(),
            Self::V5(client) => client.disconnect().await.is_ok(),
        }
    }
}

fn v311(qos: u8) -> rumqttc::QoS {
    rumqttc::mqttbytes::qos(qos).unwrap_or(rumqttc::QoS::ExactlyOnce)
}

fn v5(qos: u8) -> v5::mqttbytes::QoS {
    v5::mqttbytes::qos(qos).unwrap_or(v5::mqttbytes::QoS::ExactlyOnce)
}

fn connect_v311(
    client_id: String,
    account: &Account,
    report: impl Fn(&str, EventKind) + Send + 'static,
) -> rumqttc::AsyncClient {
    use rumqttc::{Event, MqttOptions, Packet, SubscribeReasonCode};

    let (host, port) = (account.broker.ip().to_string(), account.broker.port());
    let mut options = MqttOptions::new(&client_id, host, port);
    options
        .set_credentials(account.user_name(), account.password(&client_id))
        .set_inflight(IN_FLIGHT);
    let (client, mut connection) = rumqttc::AsyncClient::new(options, QUEUE);
    tokio::spawn(async move {
        loop {
            let kind = match connection.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(_))) => EventKind::Connected,
                Ok(Event::Incoming(Packet::SubAck(answer))) => {
                    if answer.return_codes.contains(&SubscribeReasonCode::Failure) {
                        EventKind::Closed("the subscription was refused".to_owned())
                    } else {
                        EventKind::Subscribed
                    }
                }
                Ok(Event::Incoming(Packet::PubAck(_) | Packet::PubComp(_))) => {
                    EventKind::Acknowledged
                }
                Ok(Event::Incoming(Packet::Publish(message))) => EventKind::Received {
                    topic: message.topic,
                    qos: message.qos as u8,
                },
                Ok(_) => continue,
                Err(error) => return report(&client_id, EventKind::Closed(error.to_string())),
            };
            report(&client_id, kind);
        }
    });
    client
}

fn connect_v5(
    client_id: String,
    account: &Account,
    report: impl Fn(&str, EventKind) + Send + 'static,
) -> v5::AsyncClient {
    use v5::mqttbytes::v5::{Packet, SubscribeReasonCode};
    use v5::{Event, MqttOptions};

    let (host, port) = (account.broker.ip().to_string(), account.broker.port());
    let mut options = MqttOptions::new(&client_id, host, port);
    options.set_credentials(account.user_name(), account.password(&client_id));
    let (client, mut connection) = v5::AsyncClient::new(options, QUEUE);
    tokio::spawn(async move {
        loop {
            let kind = match connection.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(_))) => EventKind::Connected,
                Ok(Event::Incoming(Packet::SubAck(answer))) => {
                    let granted = |code: &SubscribeReasonCode| {
                        matches!(code, SubscribeReasonCode::Success(_))
                    };
                    if answer.return_codes.iter().all(granted) {
                        EventKind::Subscribed
                    } else {
                        EventKind::Closed("the subscription was refused".to_owned())
                    }
                }
                Ok(Event::Incoming(Packet::PubAck(_) | Packet::PubComp(_))) => {
                    EventKind::Acknowledged
                }
                Ok(Event::Incoming(Packet::Publish(message))) => EventKind::Received {
                    topic: String::from_utf8_lossy(&message.topic).into_owned(),
                    qos: message.qos as u8,
                },
                Ok(_) => continue,
                Err(error) => return report(&client_id, EventKind::Closed(error.to_string())),
            };
            report(&client_id, kind);
        }
    });
    client
}
