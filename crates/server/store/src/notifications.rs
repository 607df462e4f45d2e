//! Connections that were reported, and notifications about them that wait to be delivered.

use std::collections::HashSet;

use sqlx::AnyConnection;

use crate::error::Error;
use crate::lives;
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

/// An event in the life of a connection, with its instance and group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusEvent {
    /// Instance ID.
    pub instance_id: String,
    /// Group of the client.
    pub group_id: String,
    /// The event, as receivers are told.
    pub notification: Notification,
}

/// Events that are written at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Greater than that of each earlier report of the process. With it, the report can be repeated if its outcome is unknown.
    pub number: i64,
    /// Events in the order in which they happened.
    pub events: Vec<StatusEvent>,
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
    before: "INSERT INTO channels \
        (instance_id, group_id, channel_id, client_id, time, address, node, epoch)",
    after: "ON CONFLICT (instance_id, group_id, channel_id) DO NOTHING RETURNING channel_id",
};
const CLOSE: RowsStatement = RowsStatement {
    before: "DELETE FROM channels WHERE (instance_id, group_id, channel_id) IN (",
    after: ") RETURNING channel_id",
};
const QUEUE: RowsStatement = RowsStatement {
    before: "INSERT INTO notifications \
        (receiver, number, client_id, kind, time, channel_id, address)",
    after: "",
};
pub(crate) const OF_LIFE: &str = "SELECT instance_id, group_id, channel_id, client_id, address \
    FROM channels WHERE node = $1 AND epoch = $2 LIMIT $3";
const RECEIVERS: &str = "SELECT receiver, instance_id, groups, number FROM receivers";
const LAST: &str = "UPDATE receivers SET number = $2 WHERE receiver = $1";
pub(crate) const WAITING: &str = "SELECT number, client_id, kind, time, channel_id, address \
    FROM notifications WHERE receiver = $1 AND number > $2 ORDER BY number LIMIT $3";
pub(crate) const DELETE: &str = "DELETE FROM notifications WHERE receiver = $1 AND number <= $2";

impl Store {
    /// Writes events of a life in one transaction, and notifications about them for each receiver that is told about their groups.
    /// A connection that is known, or not known any more, begins or ends for nobody. Of a receiver's notifications, the last
    /// [`MAX_WAITING`] are kept; returns how many made room. Writing a report twice has no further effect.
    ///
    /// # Errors
    ///
    /// [`Error::LifeOver`], and those of [`flush`](Self::flush).
    pub async fn report(&self, epoch: i64, report: &Report) -> Result<Vec<Dropped>, Error> {
        let attempt = "write notifications";
        let life = (self.node_name(), epoch);
        let mut transaction = self.begin_telling(attempt).await?;
        let noted = lives::note(&mut transaction, life, report.number).await;
        match noted.map_err(self.failed(attempt))? {
            Some(true) => {}
            known => {
                transaction.rollback().await.map_err(self.failed(attempt))?;
                return known.map(|_| Vec::new()).ok_or(Error::LifeOver);
            }
        }
        let dropped = write(&mut transaction, life, &report.events).await;
        let dropped = dropped.map_err(self.failed(attempt))?;
        transaction.commit().await.map_err(self.failed(attempt))?;
        Ok(dropped)
    }

    /// Reports the end of connections of a life that is over, at most `most`, and of the life itself if no further ones are left: then
    /// it can report nothing more. Returns how many connections that were, and what made room for their notifications.
    ///
    /// # Errors
    ///
    /// As of [`flush`](Self::flush).
    pub async fn end_life(
        &self,
        node: &str,
        epoch: i64,
        time: i64,
        most: u32,
    ) -> Result<(u32, Vec<Dropped>), Error> {
        let attempt = "report the end of connections";
        let mut transaction = self.begin_telling(attempt).await?;
        let ended = end(&mut transaction, (node, epoch), time, most).await;
        let ended = ended.map_err(self.failed(attempt))?;
        transaction.commit().await.map_err(self.failed(attempt))?;
        Ok(ended)
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

async fn end(
    connection: &mut AnyConnection,
    life: (&str, i64),
    time: i64,
    most: u32,
) -> Result<(u32, Vec<Dropped>), sqlx::Error> {
    type Row = (String, String, String, String, String);
    let query = sqlx::query_as::<_, Row>(OF_LIFE).bind(life.0).bind(life.1);
    let rows = query.bind(i64::from(most)).fetch_all(&mut *connection);
    let ended = |(instance_id, group_id, channel_id, client_id, address): Row| StatusEvent {
        instance_id,
        group_id,
        notification: Notification {
            client_id,
            kind: NotificationKind::TcpClean,
            time,
            channel_id,
            address,
        },
    };
    let events: Vec<_> = rows.await?.into_iter().map(ended).collect();
    let count = u32::try_from(events.len()).unwrap_or(u32::MAX);
    if count < most {
        lives::end(connection, life).await?;
    }
    Ok((count, write(connection, life, &events).await?))
}

/// Writes events of a life, and notifications about them.
async fn write(
    connection: &mut AnyConnection,
    life: (&str, i64),
    events: &[StatusEvent],
) -> Result<Vec<Dropped>, sqlx::Error> {
    let of_kind = |kind| {
        let is_of_kind = move |event: &&StatusEvent| event.notification.kind == kind;
        events.iter().filter(is_of_kind)
    };
    let begun = of_kind(NotificationKind::Connect);
    let begun: Vec<_> = begun.map(|event| opened(event, life)).collect();
    let mut begun: HashSet<_> = OPEN.fetch(connection, &begun).await?.into_iter().collect();
    let over: Vec<_> = of_kind(NotificationKind::TcpClean).map(closed).collect();
    let ended: HashSet<_> = CLOSE.fetch(connection, &over).await?.into_iter().collect();
    let unknown: HashSet<&str> = of_kind(NotificationKind::TcpClean)
        .map(|event| event.notification.channel_id.as_str())
        .filter(|channel| !ended.contains(*channel))
        .collect();
    let mut receivers = receivers(connection).await?;
    let before: Vec<i64> = receivers.iter().map(|receiver| receiver.number).collect();
    let mut queue = Vec::new();
    for event in events {
        let notification = &event.notification;
        let is_known = match notification.kind {
            // The first of several.
            NotificationKind::Connect => begun.remove(&notification.channel_id),
            _ => !unknown.contains(&*notification.channel_id),
        };
        if !is_known {
            continue;
        }
        for (at, receiver) in receivers.iter_mut().enumerate() {
            if receiver.is_told_about(event) {
                receiver.number += 1;
                queue.push((at, receiver.number, notification));
            }
        }
    }
    let rows: Vec<_> = queue
        .iter()
        .map(|(at, number, notification)| queued(&receivers[*at].id, *number, notification))
        .collect();
    QUEUE.run(connection, &rows).await?;
    let mut dropped = Vec::new();
    for (receiver, before) in receivers.iter().zip(before) {
        if receiver.number == before {
            continue;
        }
        let update = sqlx::query(LAST).bind(&receiver.id).bind(receiver.number);
        update.execute(&mut *connection).await?;
        dropped.extend(trim(connection, &receiver.id, receiver.number).await?);
    }
    Ok(dropped)
}

/// A receiver, as far as an event concerns it.
struct Told {
    id: String,
    instance_id: String,
    groups: HashSet<String>,
    number: i64,
}

impl Told {
    fn is_told_about(&self, event: &StatusEvent) -> bool {
        self.instance_id == event.instance_id && self.groups.contains(&event.group_id)
    }
}

async fn receivers(connection: &mut AnyConnection) -> sqlx::Result<Vec<Told>> {
    type Row = (String, String, String, i64);
    let rows = sqlx::query_as::<_, Row>(RECEIVERS).fetch_all(connection);
    let told = |(id, instance_id, groups, number): Row| Told {
        id,
        instance_id,
        groups: groups.split_whitespace().map(str::to_owned).collect(),
        number,
    };
    Ok(rows.await?.into_iter().map(told).collect())
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

fn opened<'a>(event: &'a StatusEvent, (node, epoch): (&'a str, i64)) -> [Value<'a>; 8] {
    let notification = &event.notification;
    [
        event.instance_id.as_str().into(),
        event.group_id.as_str().into(),
        notification.channel_id.as_str().into(),
        notification.client_id.as_str().into(),
        notification.time.into(),
        notification.address.as_str().into(),
        node.into(),
        epoch.into(),
    ]
}

fn closed(event: &StatusEvent) -> [Value<'_>; 3] {
    [
        event.instance_id.as_str().into(),
        event.group_id.as_str().into(),
        event.notification.channel_id.as_str().into(),
    ]
}

fn queued<'a>(receiver: &'a str, number: i64, notification: &'a Notification) -> [Value<'a>; 7] {
    [
        receiver.into(),
        number.into(),
        notification.client_id.as_str().into(),
        notification.kind.text().into(),
        notification.time.into(),
        notification.channel_id.as_str().into(),
        notification.address.as_str().into(),
    ]
}
