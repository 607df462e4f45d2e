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
    /// Only in requests to a webhook; the vendor does not have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
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
    let events = events.map(|(number, notification)| event(Some(*number), notification));
    serde_json::to_string(&Batch {
        instance_id,
        events: events.collect(),
    })
}

/// Returns the payload of a message.
pub(super) fn payload(notification: &Notification) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&event(None, notification))
}

fn event(number: Option<i64>, notification: &Notification) -> Event<'_> {
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
