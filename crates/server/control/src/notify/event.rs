//! Notifications as receivers read them: in the vendor's JSON.

use ons_mqtt_store::{Notification, NotificationKind};
use serde::Serialize;

/// Body of a request to a webhook.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Batch<'a> {
    instance_id: &'a str,
    events: Vec<Event<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    /// The only member that the vendor does not have.
    id: i64,
    client_id: &'a str,
    time: i64,
    event_type: &'static str,
    channel_id: &'a str,
    client_ip: &'a str,
}

/// Returns the body of a request with numbered notifications.
pub(super) fn batch(
    instance_id: &str,
    notifications: &[(i64, Notification)],
) -> serde_json::Result<String> {
    let events = notifications.iter();
    let events = events.map(|(number, notification)| event(*number, notification));
    serde_json::to_string(&Batch {
        instance_id,
        events: events.collect(),
    })
}

fn event(number: i64, notification: &Notification) -> Event<'_> {
    Event {
        id: number,
        client_id: &notification.client_id,
        time: notification.time,
        event_type: match notification.kind {
            NotificationKind::Connect => "connect",
            NotificationKind::Disconnect => "disconnect",
            NotificationKind::TcpClean => "tcpclean",
        },
        channel_id: &notification.channel_id,
        client_ip: &notification.address,
    }
}
