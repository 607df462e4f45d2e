//! Every difference of two specs is found, once, and means what the table says.

#![allow(clippy::expect_used, clippy::panic)]

mod cases;

use codegen::diff::{Change, Class, diff};
use codegen::spec::Spec;
use serde_json::{Value, json};

use cases::{cases, edited};

const OWN: &str = include_str!("../../../spec/ons-2019-02-14.json");

fn small() -> Value {
    serde_json::from_str(include_str!("../small.json")).expect("JSON")
}

fn load(value: &Value) -> Result<Spec, codegen::mistake::Report> {
    codegen::load::load("small.json", &value.to_string())
}

fn letter(class: Class) -> char {
    match class {
        Class::Breaking => 'B',
        Class::Additive => 'A',
        Class::Documentation => 'D',
        Class::None => '-',
    }
}

fn row(change: &Change) -> String {
    let kind = serde_json::to_value(change.kind).expect("a kind");
    format!(
        "{}{}{} {} {}",
        letter(change.callers),
        letter(change.implementers),
        letter(change.wire),
        kind.as_str().expect("a name"),
        change.pointer
    )
}

#[test]
fn every_kind_of_change_means_what_the_table_says() {
    let old = load(&small()).expect("the small spec has no mistakes");
    let mut wrong = Vec::new();
    for case in cases() {
        let new = match load(&edited(&small(), &case)) {
            Ok(new) => new,
            Err(report) => {
                wrong.push(format!("{}: {report}", case.what));
                continue;
            }
        };
        let mut found: Vec<String> = diff(&old, &new).iter().map(row).collect();
        let mut wanted = case.changes.clone();
        found.sort();
        wanted.sort_unstable();
        if found != wanted {
            let found = found.join("\n  ");
            wrong.push(format!("{}:\n  {found}", case.what));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_spec_does_not_differ_from_itself() {
    for text in [include_str!("../small.json"), OWN] {
        let spec = codegen::load::load("spec", text).expect("the spec has no mistakes");
        assert_eq!(diff(&spec, &spec), []);
    }
}

/// Every spec that one small edit at one place gives: another value, one less, another order.
fn neighbours(spec: &Value) -> Vec<(String, Value)> {
    let mut pointers = Vec::new();
    collect(spec, String::new(), &mut pointers);
    let mut found = Vec::new();
    for pointer in pointers {
        let at = spec.pointer(&pointer).expect("it was collected");
        for other in others(at) {
            let mut edited = spec.clone();
            *edited.pointer_mut(&pointer).expect("it was collected") = other;
            found.push((pointer.clone(), edited));
        }
    }
    found
}

fn collect(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    let escape = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                collect(value, format!("{pointer}/{}", escape(key)), pointers);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                collect(value, format!("{pointer}/{index}"), pointers);
            }
        }
        _ => {}
    }
    pointers.push(pointer);
}

fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![],
        Value::Bool(truth) => vec![json!(!truth)],
        Value::Number(number) => vec![json!(number.as_f64().unwrap_or_default() as i64 + 1)],
        Value::String(text) => vec![json!(format!("{text}a")), json!("string"), json!("write")],
        Value::Array(items) => {
            let without = |at: usize| {
                let mut items = items.clone();
                items.remove(at);
                json!(items)
            };
            let mut reversed = items.clone();
            reversed.reverse();
            (0..items.len())
                .map(without)
                .chain([json!(reversed)])
                .collect()
        }
        Value::Object(object) => {
            let without = |key: &String| {
                let mut object = object.clone();
                object.remove(key);
                json!(object)
            };
            object.keys().map(without).collect()
        }
    }
}

#[test]
fn no_edit_of_a_spec_is_silent_and_it_is_at_the_same_places_the_other_way() {
    let old = load(&small()).expect("the small spec has no mistakes");
    let mut edits = 0;
    for (pointer, edited) in neighbours(&small()) {
        let Ok(new) = load(&edited) else { continue };
        if new == old {
            continue;
        }
        edits += 1;
        let changes = diff(&old, &new);
        assert!(!changes.is_empty(), "the edit at {pointer} is silent");
        assert_eq!(places(&changes), places(&diff(&new, &old)), "{pointer}");
    }
    assert!(
        edits > 300,
        "only {edits} edits give a spec without mistakes"
    );
}

/// Where changes are, in whichever direction one looks.
fn places(changes: &[Change]) -> Vec<(String, String)> {
    let both = |change: &Change| {
        let was = change.was.clone().unwrap_or_else(|| change.pointer.clone());
        let now = change.pointer.clone();
        if was < now { (was, now) } else { (now, was) }
    };
    let mut places: Vec<_> = changes.iter().map(both).collect();
    places.sort();
    places
}
