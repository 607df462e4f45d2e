//! `docs/CONFORMANCE.md` names a case that exists for each statement.

use std::collections::BTreeMap;

const DOCUMENT: &str = include_str!("../../../../../docs/CONFORMANCE.md");

/// Source of each module with cases.
const SOURCES: [(&str, &str); 15] = [
    ("connect", include_str!("connect.rs")),
    ("disconnect", include_str!("disconnect.rs")),
    ("flow", include_str!("flow.rs")),
    ("limits", include_str!("limits.rs")),
    ("malformed", include_str!("malformed.rs")),
    ("malformed_connect", include_str!("malformed_connect.rs")),
    ("publish", include_str!("publish.rs")),
    ("quality_of_service", include_str!("quality_of_service.rs")),
    ("retained", include_str!("retained.rs")),
    ("session", include_str!("session.rs")),
    ("shared", include_str!("shared.rs")),
    ("subscribe", include_str!("subscribe.rs")),
    ("topics", include_str!("topics.rs")),
    ("websocket", include_str!("websocket.rs")),
    ("wills", include_str!("wills.rs")),
];

struct Row {
    chapter: &'static str,
    statement: &'static str,
    shown_by: &'static str,
}

fn rows() -> Vec<Row> {
    let mut chapter = "";
    let mut rows = Vec::new();
    for line in DOCUMENT.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            chapter = title;
        }
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [statement, _, shown_by] = cells[..] else {
            continue;
        };
        if statement != "statement" && statement != "promise" && !statement.starts_with("---") {
            rows.push(Row {
                chapter,
                statement,
                shown_by,
            });
        }
    }
    rows
}

/// Returns what is wrong with the last cell of a row.
fn fault(shown_by: &str) -> Option<String> {
    if shown_by == "client" {
        return None;
    }
    if let Some(reason) = shown_by.strip_prefix("cannot arise:") {
        return reason
            .trim()
            .is_empty()
            .then(|| "a reason is missing".to_owned());
    }
    shown_by.split("; ").find_map(unknown_case)
}

/// Returns what is wrong with `` `module::test` `` or `` `module::test` (name of a case) ``.
fn unknown_case(case: &str) -> Option<String> {
    let mut parts = case.split('`');
    let (before, path, rest) = (parts.next(), parts.next(), parts.next());
    let (Some(""), Some(path), Some(rest)) = (before, path, rest) else {
        return Some(format!("not the name of a test: {case}"));
    };
    let Some((module, test)) = path.split_once("::") else {
        return Some(format!("no module: {path}"));
    };
    let Some((_, source)) = SOURCES.iter().find(|(name, _)| *name == module) else {
        return Some(format!("unknown module: {module}"));
    };
    if !source.contains(&format!("#[test]\nfn {test}()")) {
        return Some(format!("unknown test: {path}"));
    }
    let name = rest.trim().trim_matches(['(', ')']);
    let is_known = name.is_empty() || source.contains(&format!("\"{name}\""));
    (!is_known).then(|| format!("unknown case of {path}: {name}"))
}

#[test]
fn each_statement_is_shown_by_a_case_or_says_why_not() {
    let faults: Vec<String> = rows()
        .iter()
        .filter_map(|row| Some(format!("{}: {}", row.statement, fault(row.shown_by)?)))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_case_is_named() {
    for (module, source) in SOURCES {
        for rest in source.split("#[test]\nfn ").skip(1) {
            let (test, _) = rest.split_once("()").unwrap();
            let name = format!("`{module}::{test}`");
            assert!(DOCUMENT.contains(&name), "{name} shows nothing");
        }
    }
}

#[test]
fn each_statement_has_one_row() {
    let statements = |chapter| {
        let rows = rows().into_iter().filter(move |row| row.chapter == chapter);
        rows.map(|row| row.statement).collect::<Vec<_>>()
    };
    for (chapter, count) in [("MQTT 3.1.1", 141), ("MQTT 5.0", 251)] {
        let statements = statements(chapter);
        // By section, the numbers run from 1 without a gap.
        let mut sections: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for statement in &statements {
            let (section, number) = statement.rsplit_once('-').unwrap();
            assert!(section.starts_with("MQTT-"), "{statement}");
            sections
                .entry(section)
                .or_default()
                .push(number.parse().unwrap());
        }
        for (section, mut numbers) in sections {
            numbers.sort_unstable();
            // MQTT 5 has no 2.2.1-1.
            let first = if (chapter, section) == ("MQTT 5.0", "MQTT-2.2.1") {
                2
            } else {
                1
            };
            let expected: Vec<u32> = (first..).take(numbers.len()).collect();
            assert_eq!(numbers, expected, "{chapter}, {section}");
        }
        assert_eq!(statements.len(), count, "{chapter}");
    }
}
