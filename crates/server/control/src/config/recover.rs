//! Reads a configuration file around its mistakes, so that all of them are reported at once.

use std::ops::Range;

use serde::Deserialize;
use toml::de::{DeTable, DeValue};
use toml::{Deserializer, Spanned, Table};

use crate::config::file::File;
use crate::config::mistake::Mistake;

/// A file without the parts that cannot be read.
#[derive(Default)]
pub(super) struct Recovered {
    pub(super) table: Table,
    pub(super) mistakes: Vec<Mistake>,
    /// Keys of the parts that were left out, such as `instance.0.region`.
    pub(super) left_out: Vec<String>,
}

/// Reads a file.
///
/// # Errors
///
/// All mistakes of its syntax. Nothing is known about its keys then.
pub(super) fn read(text: &str) -> Result<Recovered, Vec<Mistake>> {
    let (mut rest, errors) = DeTable::parse_recoverable(text);
    let mistake = |error: &toml::de::Error| Mistake::unreadable(text, error);
    if !errors.is_empty() {
        return Err(errors.iter().map(mistake).collect());
    }
    let mut recovered = Recovered::default();
    while let Err(error) = File::deserialize(Deserializer::from(rest.clone())) {
        recovered.mistakes.push(mistake(&error));
        let left_out = error.span().and_then(|span| remove(rest.get_mut(), &span));
        match left_out {
            Some(key) => recovered.left_out.push(key),
            None => return Err(recovered.mistakes),
        }
    }
    recovered.table =
        Table::deserialize(Deserializer::from(rest)).map_err(|error| vec![mistake(&error)])?;
    Ok(recovered)
}

/// Removes the entry whose key or value is at `span`. Returns its key, with those around it.
fn remove(table: &mut DeTable<'_>, span: &Range<usize>) -> Option<String> {
    let is_at = |at: Range<usize>| at == *span;
    let mut entries = table.iter();
    let found = entries.find(|(key, value)| is_at(key.span()) || is_at(value.span()));
    let found = found.map(|(key, _)| key.get_ref().to_string());
    if let Some(key) = found {
        table.remove(key.as_str());
        return Some(key);
    }
    let mut whole = None;
    for (key, value) in table.iter_mut() {
        let key = key.get_ref();
        match inside(value, span) {
            Inside::Removed(rest) => return Some(format!("{key}.{rest}")),
            Inside::Whole => whole = Some(key.to_string()),
            Inside::Nothing => {}
        }
    }
    table.remove(whole.as_deref()?);
    whole
}

/// Place of a span in a value.
enum Inside {
    Nothing,
    /// In an entry, which is removed.
    Removed(String),
    /// In the value itself, which has no entries.
    Whole,
}

fn inside(value: &mut Spanned<DeValue<'_>>, span: &Range<usize>) -> Inside {
    match value.get_mut() {
        DeValue::Table(table) => remove(table, span).map_or(Inside::Nothing, Inside::Removed),
        DeValue::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                if item.span() == *span {
                    return Inside::Whole;
                }
                if let Inside::Removed(key) = inside(item, span) {
                    return Inside::Removed(format!("{index}.{key}"));
                }
            }
            Inside::Nothing
        }
        _ => Inside::Nothing,
    }
}
