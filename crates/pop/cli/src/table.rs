//! Formats responses as tables: single values as pairs of name and value, then each list as rows.

use serde_json::{Map, Value};

use crate::screen::{harmless, width};
use crate::time;

/// Content of a cell for an empty list.
const NOTHING: &str = "–";

/// Space between columns.
const GAP: &str = "  ";

/// Formats a response; `times` holds the names of members that are times.
///
/// A table wider than `max_width` is shown row by row, because a wrapped line is hard to copy.
pub fn show(response: &Value, times: &[&str], max_width: Option<usize>) -> String {
    let mut tables = Tables {
        times,
        pairs: Vec::new(),
        lists: Vec::new(),
    };
    tables.collect("", response);
    let mut blocks = Vec::new();
    if !tables.pairs.is_empty() {
        blocks.push(lines(&tables.pairs));
    }
    for list in &tables.lists {
        let table = lines(&list.rows_with_names());
        let widest = table.lines().map(width).max().unwrap_or_default();
        if max_width.is_some_and(|max| widest > max) {
            blocks.extend(list.records());
        } else {
            blocks.push(table);
        }
    }
    blocks.join("\n")
}

struct Tables<'a> {
    times: &'a [&'a str],
    pairs: Vec<Vec<String>>,
    lists: Vec<List>,
}

/// A list of objects.
struct List {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Tables<'_> {
    fn collect(&mut self, name: &str, value: &Value) {
        match value {
            Value::Object(members) => match items(members) {
                Some(items) => self.list(name, items),
                None => {
                    for (name, value) in members {
                        self.collect(name, value);
                    }
                }
            },
            Value::Array(items) => self.list(name, items),
            value => self.pair(name, self.cell(name, value)),
        }
    }

    fn list(&mut self, name: &str, items: &[Value]) {
        if items.is_empty() {
            return self.pair(name, NOTHING.to_owned());
        }
        let objects: Option<Vec<_>> = items.iter().map(Value::as_object).collect();
        let Some(objects) = objects else {
            let cells: Vec<String> = items.iter().map(|item| self.cell(name, item)).collect();
            return self.pair(name, cells.join(", "));
        };
        let mut names: Vec<String> = Vec::new();
        for name in objects.iter().flat_map(|members| members.keys()) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        let cell = |members: &Map<String, Value>, name: &String| {
            let value = members.get(name);
            value.map_or_else(String::new, |value| self.cell(name, value))
        };
        let rows = objects
            .iter()
            .map(|members| names.iter().map(|name| cell(members, name)).collect())
            .collect();
        self.lists.push(List { names, rows });
    }

    fn pair(&mut self, name: &str, value: String) {
        self.pairs.push(vec![name.to_owned(), value]);
    }

    /// Formats a value on one line.
    fn cell(&self, name: &str, value: &Value) -> String {
        let is_time = self.times.contains(&name);
        match value {
            Value::Null => String::new(),
            Value::String(text) => harmless(&text.replace('\n', " ")).into_owned(),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(time), _) if is_time => time::show(time).unwrap_or_else(|| time.to_string()),
                (None, Some(number)) => number.to_string(),
                _ => number.to_string(),
            },
            value => harmless(&value.to_string()).into_owned(),
        }
    }
}

/// Returns the items of a wrapped list: an object whose only member is a list.
fn items(members: &Map<String, Value>) -> Option<&Vec<Value>> {
    let mut members = members.values();
    match (members.next(), members.next()) {
        (Some(Value::Array(items)), None) => Some(items),
        _ => None,
    }
}

impl List {
    fn rows_with_names(&self) -> Vec<Vec<String>> {
        let mut rows = vec![self.names.clone()];
        rows.extend(self.rows.iter().cloned());
        rows
    }

    /// Formats each row as pairs of name and value.
    fn records(&self) -> impl Iterator<Item = String> {
        self.rows.iter().map(|row| {
            let pairs = self.names.iter().zip(row);
            let pairs: Vec<Vec<String>> = pairs
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, value)| vec![name.clone(), value.clone()])
                .collect();
            lines(&pairs)
        })
    }
}

/// Formats rows as lines with aligned columns.
pub fn lines(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| width(cell)).max().unwrap_or_default()
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, column) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(column - width(cell)));
            line.push_str(GAP);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_is_shown_as_rows_and_a_wide_list_as_records() {
        let response = json!({
            "Id": "1",
            "Data": {"Group": [{"Name": "分组", "At": 1_589_788_800}, {"Name": "b", "Size": 2.0}]},
        });
        let rows = "Id  1\n\nName  At                    Size\n\
                    分组  2020-05-18T08:00:00Z\nb                           2\n";
        assert_eq!(show(&response, &["At"], None), rows);
        assert_eq!(show(&response, &["At"], Some(80)), rows);
        let records = "Id  1\n\nName  分组\nAt    2020-05-18T08:00:00Z\n\nName  b\nSize  2\n";
        assert_eq!(show(&response, &["At"], Some(20)), records);
    }

    #[test]
    fn a_text_of_a_device_is_neutralized_before_columns_are_measured() {
        let response = json!({"Data": {"Topic": [
            {"SubTopic": "/\u{202e}ab\n", "Qos": 1}, {"SubTopic": "/c\u{1b}[1mdef", "Qos": 0},
        ]}});
        let rows = "SubTopic   Qos\n/\u{fffd}ab       1\n/c\u{fffd}[1mdef  0\n";
        assert_eq!(show(&response, &[], Some(80)), rows);
    }

    #[test]
    fn members_of_structs_are_pairs_and_empty_lists_are_dashes() {
        let response = json!({
            "Id": "1",
            "Client": {"Online": true, "Topics": {"Topic": []}, "Names": ["a", "b"]},
        });
        let pairs = "Id      1\nOnline  true\nTopics  –\nNames   a, b\n";
        assert_eq!(show(&response, &[], Some(80)), pairs);
    }
}
