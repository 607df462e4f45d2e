//! Subjects of NATS for rows of the tables of [`Disk`](crate::keep::Disk).
//!
//! All rows of a session begin with its number, so that one filter matches them, whatever table they are in.

use std::fmt::Write as _;

use super::subject::{Subjects, word};
use crate::keep::Table;

/// Begins the subjects of all rows, of all instances.
pub(crate) const ROWS: &str = "ons_kept";

/// Subjects of the rows of an instance.
#[derive(Clone, Debug)]
pub(crate) struct RowSubjects {
    prefix: String,
}

impl RowSubjects {
    pub(crate) fn new(instance_id: &str) -> Self {
        Self {
            prefix: format!("{ROWS}.{}", word(instance_id)),
        }
    }

    /// Returns the subject of a row.
    pub(crate) fn row(&self, table: Table, key: &[u8]) -> String {
        let prefix = &self.prefix;
        if let (Some(name), Some((number, rest))) = (of_sessions(table), key.split_first_chunk()) {
            let number = u64::from_be_bytes(*number);
            return format!("{prefix}.{number}.{name}.{}", hexadecimal(rest));
        }
        match (table, std::str::from_utf8(key)) {
            (Table::Retained, Ok(topic)) => self.retained().topic(topic),
            _ => format!("{prefix}.{table:?}.{}", hexadecimal(key)),
        }
    }

    /// Returns the subjects of retained messages, which are those of their topics with another beginning.
    pub(crate) fn retained(&self) -> Subjects {
        Subjects::below(format!("{}.retained", self.prefix))
    }

    /// Returns the filter for all rows of a session.
    pub(crate) fn session(&self, number: u64) -> String {
        format!("{}.{number}.>", self.prefix)
    }
}

/// Returns the session that a change of a row or of all rows of a session concerns.
pub(crate) fn session_of(table: Table, key: &[u8]) -> Option<u64> {
    of_sessions(table)?;
    let (number, _) = key.split_first_chunk()?;
    Some(u64::from_be_bytes(*number))
}

/// Returns the word for a table whose keys begin with the number of a session.
fn of_sessions(table: Table) -> Option<&'static str> {
    match table {
        Table::Sessions => Some("session"),
        Table::Queues => Some("queue"),
        Table::Meta | Table::Messages | Table::Retained => None,
    }
}

/// Returns bytes in hexadecimal, `=` if there are none.
fn hexadecimal(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "=".to_owned();
    }
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing to a string does not fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_instances_do_not_share_rows() {
        let rows = RowSubjects::new("i");
        assert_eq!(
            rows.row(Table::Retained, b"t/a.b"),
            "ons_kept.i.retained.t.a=2Eb"
        );
        assert_eq!(rows.row(Table::Meta, b"t"), "ons_kept.i.Meta.74");
        assert_eq!(rows.row(Table::Sessions, &[0; 8]), "ons_kept.i.0.session.=");
        assert_ne!(
            rows.row(Table::Sessions, &[0; 8]),
            RowSubjects::new("I").row(Table::Sessions, &[0; 8])
        );
    }
}
