//! Values from the environment, which go before those of the file.

use toml::{Table, Value};

use super::report::Mistake;

/// What the text of a variable stands for.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Truth,
    Number,
    /// Texts between commas.
    List,
}

/// The places in the file that a variable can set; of several access keys or instances, the first.
const PLACES: &[(&str, Kind)] = &[
    ("data_dir", Kind::Text),
    ("store", Kind::Text),
    ("api.listen", Kind::Text),
    ("stats.interval", Kind::Text),
    ("stats.retention", Kind::Text),
    ("limits.queries_per_minute", Kind::Number),
    ("access_key.0.id", Kind::Text),
    ("access_key.0.secret", Kind::Text),
    ("instance.0.id", Kind::Text),
    ("instance.0.region", Kind::Text),
    ("instance.0.edition", Kind::Text),
    ("instance.0.independent_naming", Kind::Truth),
    ("instance.0.mqtt_listen", Kind::Text),
    ("instance.0.websocket_listen", Kind::Text),
    ("instance.0.tls.listen", Kind::Text),
    ("instance.0.tls.certificate", Kind::Text),
    ("instance.0.tls.key", Kind::Text),
    ("instance.0.topics", Kind::List),
    ("instance.0.owner", Kind::Text),
];

/// The variable that sets a place, if there is one.
pub(super) fn variable(place: &str) -> Option<String> {
    let (place, _) = PLACES.iter().find(|(other, _)| *other == place)?;
    let name = place.replace(".0", "").replace('.', "_");
    Some(format!("ONS_MQTT_{}", name.to_ascii_uppercase()))
}

/// Puts the values of variables into the file's tree; returns the places that were set.
///
/// An empty variable counts as not set. Variables that are not known are left alone: programs that
/// start this one set some of that prefix themselves.
pub(super) fn apply(
    tree: &mut Table,
    environment: impl Fn(&str) -> Option<String>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<&'static str> {
    let mut set = Vec::new();
    for (place, kind) in PLACES {
        let name = variable(place).unwrap_or_default();
        let Some(text) = environment(&name).filter(|text| !text.is_empty()) else {
            continue;
        };
        set.push(*place);
        match value(&text, *kind) {
            Ok(value) => put(tree, place, value),
            Err(expected) => {
                mistakes.push(Mistake::new(*place, format!("the value is not {expected}")));
            }
        }
    }
    set
}

fn value(text: &str, kind: Kind) -> Result<Value, &'static str> {
    match kind {
        Kind::Text => Ok(Value::String(text.to_owned())),
        Kind::Truth => text
            .parse()
            .map(Value::Boolean)
            .map_err(|_| "`true` or `false`"),
        Kind::Number => text
            .parse::<u32>()
            .map(|number| Value::Integer(number.into()))
            .map_err(|_| "a number from 0 to 4294967295"),
        Kind::List => {
            let items = text.split(',').map(str::trim);
            Ok(Value::Array(
                items.map(|item| Value::String(item.to_owned())).collect(),
            ))
        }
    }
}

/// Sets a place, making the tables and the first item of a list that lead to it.
///
/// The tree has the types of the file, so nothing else is in the way.
fn put(table: &mut Table, place: &str, value: Value) {
    let Some((key, rest)) = place.split_once('.') else {
        table.insert(place.to_owned(), value);
        return;
    };
    if let Some(rest) = rest.strip_prefix("0.") {
        let list = table.entry(key).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(items) = list {
            if items.is_empty() {
                items.push(Value::Table(Table::new()));
            }
            if let Some(Value::Table(first)) = items.first_mut() {
                put(first, rest, value);
            }
        }
    } else if let Value::Table(table) = table
        .entry(key)
        .or_insert_with(|| Value::Table(Table::new()))
    {
        put(table, rest, value);
    }
}
