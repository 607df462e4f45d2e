//! Values from environment variables, which override those of the file.

use std::ffi::OsString;

use toml::{Table, Value};

use crate::config::mistake::Mistake;

/// Type of the value of a variable.
#[derive(Clone, Copy)]
enum ValueType {
    Text,
    Boolean,
    Integer,
    /// Texts, separated by commas.
    List,
}

/// The keys that a variable can set. Of access keys, instances and receivers of notifications, only the first can be set.
const KEYS: &[(&str, ValueType)] = &[
    ("data_dir", ValueType::Text),
    ("store", ValueType::Text),
    ("api.listen", ValueType::Text),
    ("api.trusted_proxies", ValueType::List),
    ("api.tls.certificate", ValueType::Text),
    ("api.tls.key", ValueType::Text),
    ("admin.listen", ValueType::Text),
    ("console.enabled", ValueType::Boolean),
    ("console.hosts", ValueType::List),
    ("log.level", ValueType::Text),
    ("log.format", ValueType::Text),
    ("stats.interval", ValueType::Text),
    ("stats.retention", ValueType::Text),
    ("limits.queries_per_minute", ValueType::Integer),
    ("limits.groups", ValueType::Integer),
    ("limits.history_rows", ValueType::Integer),
    ("limits.sessions", ValueType::Integer),
    ("limits.session_memory", ValueType::Text),
    ("limits.session_expiry", ValueType::Text),
    ("limits.session_messages", ValueType::Integer),
    ("limits.session_bytes", ValueType::Text),
    ("limits.kept_messages", ValueType::Integer),
    ("limits.kept_bytes", ValueType::Text),
    ("limits.retained_messages", ValueType::Integer),
    ("limits.retained_bytes", ValueType::Text),
    ("limits.message_memory", ValueType::Text),
    ("cluster.node", ValueType::Text),
    ("cluster.nats", ValueType::List),
    ("cluster.certificates", ValueType::Text),
    ("cluster.replicas", ValueType::Integer),
    ("cluster.kept_bytes", ValueType::Text),
    ("access_key.0.id", ValueType::Text),
    ("access_key.0.secret", ValueType::Text),
    ("instance.0.id", ValueType::Text),
    ("instance.0.region", ValueType::Text),
    ("instance.0.edition", ValueType::Text),
    ("instance.0.independent_naming", ValueType::Boolean),
    ("instance.0.mqtt_listen", ValueType::Text),
    ("instance.0.websocket_listen", ValueType::Text),
    ("instance.0.tls.listen", ValueType::Text),
    ("instance.0.tls.websocket_listen", ValueType::Text),
    ("instance.0.tls.certificate", ValueType::Text),
    ("instance.0.tls.key", ValueType::Text),
    ("instance.0.topics", ValueType::List),
    ("instance.0.owner", ValueType::Text),
    ("instance.0.notify.0.groups", ValueType::List),
    ("instance.0.notify.0.url", ValueType::Text),
    ("instance.0.notify.0.secret", ValueType::Text),
    ("instance.0.notify.0.second_secret", ValueType::Text),
    ("instance.0.notify.0.topic", ValueType::Text),
    ("instance.0.notify.0.readers", ValueType::List),
];

/// Begin of the names of all variables.
const PREFIX: &str = "ONS_MQTT_";

/// Returns the variable that sets a key, if there is one.
pub(super) fn variable(key: &str) -> Option<String> {
    let (key, _) = KEYS.iter().find(|(known, _)| *known == key)?;
    let name = key.replace(".0", "").replace('.', "_");
    Some(format!("{PREFIX}{}", name.to_ascii_uppercase()))
}

/// Puts the values of variables into the tree of the file; returns the keys that were set.
///
/// An empty variable counts as not set. Unknown variables are ignored: whatever starts this program
/// may set variables with the same prefix.
pub(super) fn apply(
    tree: &mut Table,
    environment: impl Fn(&str) -> Option<OsString>,
    mistakes: &mut Vec<Mistake>,
    left_out: &mut Vec<String>,
) -> Vec<&'static str> {
    let mut set = Vec::new();
    for (key, value_type) in KEYS {
        let name = variable(key).unwrap_or_default();
        let Some(text) = environment(&name).filter(|text| !text.is_empty()) else {
            continue;
        };
        set.push(*key);
        let text = text.to_str().ok_or("text in UTF-8");
        match text.and_then(|text| value(text, *value_type)) {
            Ok(value) => put(tree, key, value),
            Err(expected) => {
                mistakes.push(Mistake::new(*key, format!("the value is not {expected}")));
                left_out.push((*key).to_owned());
            }
        }
    }
    set
}

/// Returns a warning for each variable that nothing reads, but that is named almost like one that
/// is read, with that name.
///
/// `names` are the names of all variables. `others` are those that other parts of the program read.
/// Other names are left alone: whatever starts this program may set variables with the same prefix.
pub fn unread_variables(names: impl IntoIterator<Item = String>, others: &[&str]) -> Vec<String> {
    let known: Vec<String> = KEYS
        .iter()
        .filter_map(|(key, _)| variable(key))
        .chain(others.iter().map(|name| (*name).to_owned()))
        .collect();
    let mut names: Vec<String> = names.into_iter().collect();
    names.retain(|name| name.starts_with(PREFIX) && !known.contains(name));
    names.sort();
    let warning = |name: String| {
        let distance = |known: &&String| strsim::damerau_levenshtein(&name, known);
        let nearest = known.iter().min_by_key(distance)?;
        let is_near = distance(&nearest) <= (name.len() - PREFIX.len()).div_ceil(5).min(3);
        is_near.then(|| {
            format!("nothing reads the environment variable {name}; did you mean {nearest}?")
        })
    };
    names.into_iter().filter_map(warning).collect()
}

fn value(text: &str, value_type: ValueType) -> Result<Value, &'static str> {
    match value_type {
        ValueType::Text => Ok(Value::String(text.to_owned())),
        ValueType::Boolean => text
            .parse()
            .map(Value::Boolean)
            .map_err(|_| "`true` or `false`"),
        ValueType::Integer => text
            .parse::<u32>()
            .map(|number| Value::Integer(number.into()))
            .map_err(|_| "a number from 0 to 4294967295"),
        ValueType::List => {
            let items = text.split(',').map(str::trim);
            Ok(Value::Array(
                items.map(|item| Value::String(item.to_owned())).collect(),
            ))
        }
    }
}

/// Sets the value of a key, adding missing tables and the first item of a list on the way.
///
/// The tree was checked against the types of the file, so every value on the way is a table or a
/// list of tables.
fn put(table: &mut Table, key: &str, value: Value) {
    let Some((first, rest)) = key.split_once('.') else {
        table.insert(key.to_owned(), value);
        return;
    };
    if let Some(rest) = rest.strip_prefix("0.") {
        let list = table
            .entry(first)
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(items) = list {
            if items.is_empty() {
                items.push(Value::Table(Table::new()));
            }
            if let Some(Value::Table(item)) = items.first_mut() {
                put(item, rest, value);
            }
        }
    } else if let Value::Table(table) = table
        .entry(first)
        .or_insert_with(|| Value::Table(Table::new()))
    {
        put(table, rest, value);
    }
}
