//! Devices with MQTT 5.

use rumqttc::Outgoing;
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::{ConnectReturnCode, LastWill, Packet, SubscribeReasonCode};
use rumqttc::v5::{AsyncClient, ConnectionError, Event as Notice, EventLoop, MqttOptions};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

use crate::client::{Client, Event};
use crate::fleet::{Fleet, Options, Outcome};

/// Starts to connect. The task sends the events of the connection.
pub(crate) fn connect(
    fleet: &Fleet,
    client_id: &str,
    options: &Options<'_>,
    events: UnboundedSender<Event>,
) -> Outcome<(Box<dyn Client>, JoinHandle<()>)> {
    let mut settings = MqttOptions::new(client_id, fleet.address(), fleet.port);
    settings.set_transport(fleet.transport());
    settings.set_clean_start(!options.keep);
    settings.set_session_expiry_interval(Some(if options.keep { 3600 } else { 0 }));
    let password = match options.password {
        Some(password) => password.to_owned(),
        None => fleet.password(client_id)?,
    };
    settings.set_credentials(&fleet.user, password);
    if let Some(topic) = &options.will {
        settings.set_last_will(LastWill::new(topic, "gone", QoS::AtLeastOnce, false, None));
    }
    let (client, connection) = AsyncClient::new(settings, 100);
    Ok((Box::new(client), tokio::spawn(run(connection, events))))
}

async fn run(mut connection: EventLoop, events: UnboundedSender<Event>) {
    loop {
        let event = match connection.poll().await {
            Ok(notice) => read(notice),
            Err(ConnectionError::ConnectionRefused(ConnectReturnCode::BadUserNamePassword)) => {
                Some(Event::WrongPassword)
            }
            Err(error) => Some(Event::Failed(error.to_string())),
        };
        let Some(event) = event else { continue };
        let is_last = matches!(event, Event::WrongPassword | Event::Failed(_) | Event::Left);
        if events.send(event).is_err() || is_last {
            return;
        }
    }
}

fn read(notice: Notice) -> Option<Event> {
    Some(match notice {
        Notice::Incoming(Packet::ConnAck(connack)) => Event::Connected {
            session_present: connack.session_present,
        },
        Notice::Incoming(Packet::SubAck(suback)) => match suback.return_codes.as_slice() {
            [SubscribeReasonCode::Success(_)] => Event::Subscribed,
            codes => Event::Failed(format!("SUBACK {codes:?}")),
        },
        Notice::Incoming(Packet::PubAck(_) | Packet::PubComp(_))
        | Notice::Outgoing(Outgoing::Publish(0)) => Event::Published,
        Notice::Incoming(Packet::Publish(publish)) => Event::Message((
            String::from_utf8_lossy(&publish.topic).into_owned(),
            publish.qos as u8,
            publish.retain,
            String::from_utf8_lossy(&publish.payload).into_owned(),
        )),
        Notice::Outgoing(Outgoing::Disconnect) => Event::Left,
        _ => return None,
    })
}

impl Client for AsyncClient {
    fn subscribe(&self, filter: &str) -> Outcome {
        let sent = self.try_subscribe(filter, QoS::ExactlyOnce);
        sent.map_err(|error| error.to_string())
    }

    fn publish(&self, topic: &str, qos: u8, retain: bool, payload: &str) -> Outcome {
        let qos = match qos {
            0 => QoS::AtMostOnce,
            1 => QoS::AtLeastOnce,
            _ => QoS::ExactlyOnce,
        };
        let sent = self.try_publish(topic, qos, retain, payload.to_owned());
        sent.map_err(|error| error.to_string())
    }

    fn disconnect(&self) -> Outcome {
        self.try_disconnect().map_err(|error| error.to_string())
    }
}
