//! Lives of processes that report connections.

use sqlx::AnyConnection;

use crate::error::Error;
use crate::store::Store;

/// A life of a process that reports connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// Name of the node, empty if the server is alone.
    pub node: String,
    /// Number of the life.
    pub epoch: i64,
    /// Receivers that its configuration names.
    pub wanted: Vec<WantedReceiver>,
}

/// A receiver that a configuration names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedReceiver {
    /// ID without white space.
    pub id: String,
    /// IDs of the groups that it is told about, without white space.
    pub groups: Vec<String>,
}

const BEGIN: &str = "INSERT INTO lives (node, epoch, number, wanted) VALUES ($1, $2, 0, '') \
    ON CONFLICT (node, epoch) DO NOTHING";
const WANT: &str = "UPDATE lives SET wanted = $3 WHERE node = $1 AND epoch = $2";
const ALL: &str = "SELECT node, epoch, wanted FROM lives ORDER BY node, epoch";
/// Notes a report. Changes nothing if it was noted before, or if the life is over.
const NOTE: &str = "UPDATE lives SET number = $3 WHERE node = $1 AND epoch = $2 AND number < $3";
const ONE: &str = "SELECT number FROM lives WHERE node = $1 AND epoch = $2";
const END: &str = "DELETE FROM lives WHERE node = $1 AND epoch = $2";
/// Removes a batch, so that no other writer waits long.
pub(crate) const FORGET: &str = "DELETE FROM channels WHERE (instance_id, group_id, channel_id) IN \
    (SELECT instance_id, group_id, channel_id FROM channels \
        WHERE instance_id = $3 AND group_id = $4 AND node = $1 AND epoch = $2 LIMIT 5000)";

impl Store {
    /// Begins a life, unless it has begun. Once it is over, it must not be begun again.
    ///
    /// # Errors
    ///
    /// As of [`flush`](Self::flush).
    pub async fn begin_life(&self, epoch: i64) -> Result<(), Error> {
        let begin = sqlx::query(BEGIN).bind(self.node_name()).bind(epoch);
        self.write("begin to report connections", begin).await?;
        Ok(())
    }

    /// Lets other nodes know which receivers this process is configured with.
    ///
    /// # Errors
    ///
    /// [`Error::LifeOver`], and those of [`flush`](Self::flush).
    pub async fn want(&self, epoch: i64, wanted: &[WantedReceiver]) -> Result<(), Error> {
        let text = write_wanted(wanted);
        let want = sqlx::query(WANT).bind(self.node_name()).bind(epoch);
        let written = self.write("write which receivers are wanted", want.bind(text));
        match written.await? {
            0 => Err(Error::LifeOver),
            _ => Ok(()),
        }
    }

    /// Returns the lives whose end was not reported, of all nodes.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub async fn lives(&self) -> Result<Vec<Life>, Error> {
        let query = sqlx::query_as::<_, (String, i64, String)>(ALL);
        let rows = query.fetch_all(&self.reader).await;
        let life = |(node, epoch, wanted): (String, i64, String)| Life {
            node,
            epoch,
            wanted: wanted.lines().filter_map(read_wanted).collect(),
        };
        let rows = rows.map_err(self.failed("read which processes report connections"))?;
        Ok(rows.into_iter().map(life).collect())
    }

    /// Forgets the connections of a group, as this process does not report their ends any more.
    ///
    /// # Errors
    ///
    /// As of [`flush`](Self::flush).
    pub async fn forget_channels(
        &self,
        epoch: i64,
        instance_id: &str,
        group_id: &str,
    ) -> Result<(), Error> {
        loop {
            let forget = sqlx::query(FORGET).bind(self.node_name()).bind(epoch);
            let forget = forget.bind(instance_id).bind(group_id);
            if self.write("forget connections", forget).await? == 0 {
                return Ok(());
            }
        }
    }
}

/// Notes a report of a life. Returns `None` if the life is over, `false` if the report was noted before.
pub(crate) async fn note(
    connection: &mut AnyConnection,
    (node, epoch): (&str, i64),
    number: i64,
) -> sqlx::Result<Option<bool>> {
    let note = sqlx::query(NOTE).bind(node).bind(epoch).bind(number);
    if note.execute(&mut *connection).await?.rows_affected() > 0 {
        return Ok(Some(true));
    }
    let one = sqlx::query_scalar::<_, i64>(ONE).bind(node).bind(epoch);
    let known = one.fetch_optional(connection).await?;
    Ok(known.map(|_| false))
}

/// Notes that a life is over.
pub(crate) async fn end(
    connection: &mut AnyConnection,
    (node, epoch): (&str, i64),
) -> sqlx::Result<()> {
    let end = sqlx::query(END).bind(node).bind(epoch);
    end.execute(connection).await.map(drop)
}

/// Returns a line per receiver: its ID and its groups, separated by spaces.
fn write_wanted(wanted: &[WantedReceiver]) -> String {
    let lines = wanted.iter().map(|receiver| {
        let id = receiver.id.as_str();
        let words: Vec<&str> = std::iter::once(id)
            .chain(receiver.groups.iter().map(String::as_str))
            .collect();
        words.join(" ") + "\n"
    });
    lines.collect()
}

fn read_wanted(line: &str) -> Option<WantedReceiver> {
    let mut words = line.split_whitespace().map(str::to_owned);
    Some(WantedReceiver {
        id: words.next()?,
        groups: words.collect(),
    })
}
