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

    /// Returns the subject of a row that says nothing. Whoever writes it learns what the stream has by then.
    pub(crate) fn mark(&self) -> String {
        format!("{}.mark", self.prefix)
    }

    /// Returns the filter for all rows of the table of facts.
    pub(crate) fn facts(&self) -> String {
        format!("{}.{:?}.*", self.prefix, Table::Meta)
    }

    /// Returns the same filter for all instances.
    pub(crate) fn facts_of_all() -> String {
        format!("{ROWS}.*.{:?}.*", Table::Meta)
    }

    /// Returns the key of a row of the table of facts, of whatever instance.
    pub(crate) fn fact(subject: &str) -> Option<Vec<u8>> {
        let word = subject.rsplit('.').next()?;
        let mut key = Vec::new();
        push_bytes(&mut key, word)?;
        Some(key)
    }

    /// Returns table and key of a row of a session.
    pub(crate) fn key(&self, subject: &str) -> Option<(Table, Box<[u8]>)> {
        let rest = subject.strip_prefix(&*self.prefix)?.strip_prefix('.')?;
        let mut words = rest.split('.');
        let number: u64 = words.next()?.parse().ok()?;
        let table = match words.next()? {
            "session" => Table::Sessions,
            "queue" => Table::Queues,
            _ => return None,
        };
        let mut key = number.to_be_bytes().to_vec();
        push_bytes(&mut key, words.next()?)?;
        Some((table, key.into()))
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

/// Appends bytes that [`hexadecimal`] wrote.
fn push_bytes(out: &mut Vec<u8>, text: &str) -> Option<()> {
    if text == "=" {
        return Some(());
    }
    for at in (0..text.len()).step_by(2) {
        out.push(u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_row_of_a_session_gives_its_key_back(
            number: u64,
            rest in prop::collection::vec(any::<u8>(), 0..9),
            is_queued: bool,
        ) {
            let rows = RowSubjects::new("post.cn *");
            let table = if is_queued { Table::Queues } else { Table::Sessions };
            let key = [&number.to_be_bytes()[..], &rest].concat();
            let subject = rows.row(table, &key);
            prop_assert!(subject.starts_with(rows.session(number).trim_end_matches('>')));
            prop_assert_eq!(rows.key(&subject), Some((table, key.clone().into())));
            prop_assert_eq!(session_of(table, &key), Some(number));
        }

        #[test]
        fn what_is_not_a_row_of_a_session_has_no_key(text in "[a0-9=.]{0,12}") {
            let subject = format!("ons_kept.i.{text}");
            if let Some((table, key)) = RowSubjects::new("i").key(&subject) {
                prop_assert!(session_of(table, &key).is_some());
            }
        }
    }

    #[test]
    fn tables_and_instances_do_not_share_rows() {
        let rows = RowSubjects::new("i");
        assert_eq!(
            rows.row(Table::Retained, b"t/a.b"),
            "ons_kept.i.retained.t.a=2Eb"
        );
        assert_eq!(rows.row(Table::Meta, b"t"), "ons_kept.i.Meta.74");
        assert_eq!(rows.facts(), "ons_kept.i.Meta.*");
        assert_eq!(RowSubjects::facts_of_all(), "ons_kept.*.Meta.*");
        assert_eq!(RowSubjects::fact("ons_kept.i.Meta.74"), Some(b"t".to_vec()));
        assert_eq!(rows.row(Table::Sessions, &[0; 8]), "ons_kept.i.0.session.=");
        assert_ne!(
            rows.row(Table::Sessions, &[0; 8]),
            RowSubjects::new("I").row(Table::Sessions, &[0; 8])
        );
    }
}
