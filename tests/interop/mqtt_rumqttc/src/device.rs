//! A device, whatever its version of MQTT.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::client::{Client, Event, Message};
use crate::fleet::{Fleet, Options, Outcome};
use crate::{v3, v5};

/// Longest wait for an event.
const PATIENCE: Duration = Duration::from_secs(30);

/// The error of a device that the broker refused because of its password.
pub(crate) const WRONG_PASSWORD: &str = "refused: bad user name or password";

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
    /// Connects a device with a session that ends with its connection.
    pub(crate) async fn join(fleet: &Fleet, name: &str, filters: &[&str]) -> Outcome<Self> {
        let options = Options {
            name,
            ..Options::default()
        };
        Self::join_with(fleet, &options, filters).await
    }

    pub(crate) async fn join_with(
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
