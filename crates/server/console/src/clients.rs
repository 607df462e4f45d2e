//! Clients of a group, a page at a time.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use pop_explorer::{Failed, Guest};

use crate::console::{Console, path};
use crate::status::{ClientQuery, ClientStatus};
use crate::texts::texts;
use crate::view::time;

/// Clients on a page.
const ROWS: usize = 50;

/// Longest text to look for: that of the longest client ID.
const LONGEST: usize = 64;

/// Part of a page that lists clients.
pub(crate) struct Clients {
    pub(crate) contains: String,
    pub(crate) only_online: bool,
    /// `true` unless the list begins with the first client.
    pub(crate) is_continued: bool,
    pub(crate) rows: Vec<Row>,
    /// Query of the next page; empty on the last one.
    pub(crate) next: String,
    /// Query of the first page.
    pub(crate) first: String,
}

/// A client as it is shown.
pub(crate) struct Row {
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) is_online: bool,
    pub(crate) last_seen: String,
    pub(crate) address: String,
}

impl Clients {
    /// Returns the clients that the query of a page asks for; `range` is the query of its chart.
    ///
    /// # Errors
    ///
    /// The session made too many calls, or the database or a node does not answer.
    pub(crate) async fn listed(
        console: &Console,
        guest: &Guest,
        instance_id: &str,
        group_id: &str,
        range: &str,
    ) -> Result<Self, Failed> {
        guest.count()?;
        let text = |name| guest.parameter(name).unwrap_or_default();
        let contains: String = text("q").trim().chars().take(LONGEST).collect();
        let after: String = text("after").chars().take(LONGEST).collect();
        let only_online = text("online") == "1";
        let query = ClientQuery {
            group_id: group_id.to_owned(),
            contains: contains.clone(),
            after: after.clone(),
            only_online,
            most: ROWS + 1,
        };
        let listed = console
            .status
            .clients(guest.access_key_id(), instance_id, query);
        let t = texts(guest);
        let mut listed = listed.await.map_err(|reason| t.unread(&reason))?;
        let has_more = listed.len() > ROWS;
        listed.truncate(ROWS);
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let online = if only_online { "&online=1" } else { "" };
        let first = format!("?{range}&q={}{online}", encoded(&contains));
        let last = listed.last().filter(|_| has_more);
        let next = last.map(|last| format!("{first}&after={}", encoded(&last.id)));
        Ok(Self {
            contains,
            only_online,
            is_continued: !after.is_empty(),
            rows: listed.into_iter().map(|it| row(it, instance_id)).collect(),
            next: next.unwrap_or_default(),
            first,
        })
    }
}

fn row(client: ClientStatus, instance_id: &str) -> Row {
    let id = utf8_percent_encode(&client.id, NON_ALPHANUMERIC);
    Row {
        path: format!("{}?id={id}", path(instance_id, &["clients"])),
        last_seen: time(client.last_seen),
        id: client.id,
        is_online: client.is_online,
        address: client.address,
    }
}
