//! Connections that were reported, and notifications about them that wait to be delivered.

use std::collections::BTreeMap;

use sqlx::AnyConnection;

use crate::error::Error;
use crate::rows::{RowsStatement, Value};
use crate::store::Store;

/// Most notifications that wait for a receiver; the oldest make room.
pub const MAX_WAITING: i64 = 100_000;

/// An event in the life of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NotificationKind {
    /// It began.
    Connect,
    /// Its client said that it ends.
    Disconnect,
    /// It ended.
    TcpClean,
}

impl NotificationKind {
    const ALL: [Self; 3] = [Self::Connect, Self::Disconnect, Self::TcpClean];

    fn text(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Disconnect => "disconnect",
            Self::TcpClean => "tcpclean",
        }
    }
}

/// A notification about a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Client ID.
    pub client_id: String,
    /// Event in the life of the connection.
    pub kind: NotificationKind,
    /// Time of the event.
    pub time: i64,
    /// ID of the connection.
    pub channel_id: String,
    /// Address that the client is connected from.
    pub address: String,
}

/// A notification for a receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// ID of the receiver.
    pub receiver: String,
    /// Number of the notification: that of the receiver's last one, and one more.
    pub number: i64,
    /// The notification.
    pub notification: Notification,
}

/// A connection that was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Instance ID.
    pub instance_id: String,
    /// Group of the client.
    pub group_id: String,
    /// ID of the connection.
    pub channel_id: String,
    /// Client ID.
    pub client_id: String,
    /// Time at which it began.
    pub time: i64,
    /// Address that the client is connected from.
    pub address: String,
}

/// Connections that began and ended, and the notifications about them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Connections that began.
    pub opened: Vec<Channel>,
    /// Connections that ended.
    pub closed: Vec<Channel>,
    /// Notifications, in the order of their numbers.
    pub deliveries: Vec<Delivery>,
}

/// Notifications that made room for others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// ID of the receiver.
    pub receiver: String,
    /// Number of notifications.
    pub count: u64,
}

const OPEN: RowsStatement = RowsStatement {
    before: "INSERT INTO channels (instance_id, group_id, channel_id, client_id, time, address)",
    after: "ON CONFLICT (instance_id, group_id, channel_id) DO NOTHING",
};
const CLOSE: RowsStatement = RowsStatement {
    before: "DELETE FROM channels WHERE (instance_id, group_id, channel_id) IN (",
    after: ")",
};
const QUEUE: RowsStatement = RowsStatement {
    before: "INSERT INTO notifications \
        (receiver, number, client_id, kind, time, channel_id, address)",
    after: "ON CONFLICT (receiver, number) DO NOTHING",
};
const CHANNELS: &str = "SELECT instance_id, group_id, channel_id, client_id, time, address \
    FROM channels ORDER BY instance_id, group_id, channel_id LIMIT $1";
const LAST: &str = "UPDATE receivers SET number = $2 WHERE receiver = $1";
pub(crate) const WAITING: &str = "SELECT number, client_id, kind, time, channel_id, address \
    FROM notifications WHERE receiver = $1 AND number > $2 ORDER BY number LIMIT $3";
pub(crate) const DELETE: &str = "DELETE FROM notifications WHERE receiver = $1 AND number <= $2";

impl Store {
    /// Writes connections and notifications in one transaction. Of a receiver's notifications, the
    /// last [`MAX_WAITING`] are kept; returns how many made room. Writing a report twice has no
    /// further effect.
    ///
    /// # Errors
    ///
    /// As of [`flush`](Self::flush).
    pub async fn report(&self, report: &Report) -> Result<Vec<Dropped>, Error> {
        let attempt = "write notifications";
        let mut transaction = self.begin(attempt).await?;
        let dropped = write(&mut transaction, report).await;
        let dropped = dropped.map_err(self.failed(attempt))?;
        transaction.commit().await.map_err(self.failed(attempt))?;
        Ok(dropped)
    }

    /// Returns connections that were reported and have not ended, at most `most`.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub async fn channels(&self, most: u32) -> Result<Vec<Channel>, Error> {
        type Row = (String, String, String, String, i64, String);
        let query = sqlx::query_as::<_, Row>(CHANNELS).bind(i64::from(most));
        let rows = query.fetch_all(&self.reader).await;
        let channel = |(instance_id, group_id, channel_id, client_id, time, address)| Channel {
            instance_id,
            group_id,
            channel_id,
            client_id,
            time,
            address,
        };
        let rows = rows.map_err(self.failed("read connections"))?;
        Ok(rows.into_iter().map(channel).collect())
    }

    /// Returns the notifications of a receiver after a number, the oldest first, at most `most`.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub async fn waiting(
        &self,
        receiver: &str,
        after: i64,
        most: u32,
    ) -> Result<Vec<(i64, Notification)>, Error> {
        type Row = (i64, String, String, i64, String, String);
        let query = sqlx::query_as::<_, Row>(WAITING)
            .bind(receiver)
            .bind(after)
            .bind(i64::from(most));
        let rows = query.fetch_all(&self.reader).await;
        let notification = |(number, client_id, kind, time, channel_id, address): Row| {
            let kind = NotificationKind::ALL
                .into_iter()
                .find(|known| known.text() == kind);
            let notification = Notification {
                client_id,
                kind: kind.unwrap_or(NotificationKind::TcpClean),
                time,
                channel_id,
                address,
            };
            (number, notification)
        };
        let rows = rows.map_err(self.failed("read notifications"))?;
        Ok(rows.into_iter().map(notification).collect())
    }

    /// Deletes the notifications of a receiver up to a number.
    ///
    /// # Errors
    ///
    /// As of [`flush`](Self::flush).
    pub async fn delivered(&self, receiver: &str, number: i64) -> Result<(), Error> {
        let delete = sqlx::query(DELETE).bind(receiver).bind(number);
        self.write("delete notifications", delete).await?;
        Ok(())
    }
}

async fn write(
    connection: &mut AnyConnection,
    report: &Report,
) -> Result<Vec<Dropped>, sqlx::Error> {
    let opened: Vec<_> = report.opened.iter().map(opened).collect();
    OPEN.run(connection, &opened).await?;
    let closed: Vec<_> = report.closed.iter().map(closed).collect();
    CLOSE.run(connection, &closed).await?;
    let queued: Vec<_> = report.deliveries.iter().map(queued).collect();
    QUEUE.run(connection, &queued).await?;
    let numbers = report.deliveries.iter();
    let last: BTreeMap<&str, i64> = numbers
        .map(|delivery| (delivery.receiver.as_str(), delivery.number))
        .collect();
    let mut dropped = Vec::new();
    for (receiver, number) in last {
        let update = sqlx::query(LAST).bind(receiver).bind(number);
        update.execute(&mut *connection).await?;
        dropped.extend(trim(connection, receiver, number).await?);
    }
    Ok(dropped)
}

/// Deletes the oldest notifications of a receiver beyond those that may wait.
pub(crate) async fn trim(
    connection: &mut AnyConnection,
    receiver: &str,
    last: i64,
) -> Result<Option<Dropped>, sqlx::Error> {
    let delete = sqlx::query(DELETE).bind(receiver).bind(last - MAX_WAITING);
    let count = delete.execute(connection).await?.rows_affected();
    Ok((count > 0).then(|| Dropped {
        receiver: receiver.to_owned(),
        count,
    }))
}

fn opened(channel: &Channel) -> [Value<'_>; 6] {
    [
        channel.instance_id.as_str().into(),
        channel.group_id.as_str().into(),
        channel.channel_id.as_str().into(),
        channel.client_id.as_str().into(),
        channel.time.into(),
        channel.address.as_str().into(),
    ]
}

fn closed(channel: &Channel) -> [Value<'_>; 3] {
    [
        channel.instance_id.as_str().into(),
        channel.group_id.as_str().into(),
        channel.channel_id.as_str().into(),
    ]
}

fn queued(delivery: &Delivery) -> [Value<'_>; 7] {
    let notification = &delivery.notification;
    [
        delivery.receiver.as_str().into(),
        delivery.number.into(),
        notification.client_id.as_str().into(),
        notification.kind.text().into(),
        notification.time.into(),
        notification.channel_id.as_str().into(),
        notification.address.as_str().into(),
    ]
}
