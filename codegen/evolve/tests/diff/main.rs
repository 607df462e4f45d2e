//! Every difference between two specs is found once, with the effects that the table states.

#![allow(clippy::expect_used, clippy::panic)]

mod cases;

use codegen_evolve::diff::{Change, ChangeKind, Class, Comparison, diff};
use codegen_spec::Spec;
use serde_json::{Value, json};

use cases::{cases, edited};

const OWN: &str = include_str!("../../../../spec/ons-2019-02-14.json");

fn small() -> Value {
    serde_json::from_str(include_str!("../../../spec/tests/small.json")).expect("JSON")
}

fn load(value: &Value) -> Result<Spec, codegen_spec::Mistakes> {
    codegen_spec::load("small.json", &value.to_string())
}

fn letter(class: Class) -> char {
    match class {
        Class::Breaking => 'B',
        Class::Additive => 'A',
        Class::Documentation => 'D',
        Class::None => '-',
    }
}

/// Returns the name of a kind in JSON.
fn name(kind: ChangeKind) -> String {
    let name = serde_json::to_value(kind).expect("a kind");
    name.as_str().expect("a name").to_owned()
}

fn row(change: &Change) -> String {
    format!(
        "{}{}{} {} {}",
        letter(change.callers),
        letter(change.implementers),
        letter(change.wire),
        name(change.kind),
        change.pointer
    )
}

#[test]
fn every_change_has_the_kind_and_effects_of_the_table() {
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
fn every_kind_of_change_is_in_the_table() {
    let rows: Vec<&str> = cases().into_iter().flat_map(|case| case.changes).collect();
    // Needs a spec with two languages.
    let elsewhere = [ChangeKind::LanguagesChanged];
    for kind in ChangeKind::ALL
        .iter()
        .filter(|kind| !elsewhere.contains(kind))
    {
        let name = name(*kind);
        let is_kind = |row: &&&str| row.split(' ').nth(1) == Some(&*name);
        assert!(rows.iter().any(|row| is_kind(&row)), "{name}");
    }
}

#[test]
fn changes_unseen_by_the_reference_break_callers_or_implementers() {
    for case in cases().iter().filter(|case| case.unseen.is_some()) {
        let breaks = |row: &&str| row[..2].contains('B');
        assert!(case.changes.iter().any(breaks), "{}", case.what);
    }
}

#[test]
fn a_removed_language_only_affects_readers() {
    let old = codegen_spec::load("own", OWN).expect("the spec has no mistakes");
    let mut new = old.clone();
    new.languages.pop();
    let rows: Vec<String> = diff(&old, &new).iter().map(row).collect();
    assert_eq!(rows, ["DD- languages_changed /languages"]);
}

#[test]
fn a_struct_that_now_contains_itself_puts_its_fields_into_boxes() {
    let member = |name: &str, type_: Value| json!({"name": name, "type": type_, "description": {"en": "New."}});
    let mut spec = small();
    let mut add = |index: usize, member: Value| {
        let members = spec["structs"][index]["members"].as_array_mut();
        members.expect("a list").push(member);
        load(&spec).expect("the spec has no mistakes")
    };
    let old = add(0, member("Page", json!("PartPageDo")));
    let new = add(2, member("Whole", json!({"list": {"of": "ThingDo"}})));
    let rows: Vec<String> = diff(&old, &new).iter().map(row).collect();
    let wanted = [
        "BB- retyped_in_code /structs/ThingDo/members/Page/type",
        "AAA member_added /structs/PartPageDo/members/Whole",
    ];
    assert_eq!(rows, wanted);
}

#[test]
fn the_version_called_for_follows_cargo() {
    let small = load(&small()).expect("the small spec has no mistakes");
    let mut texts = small.clone();
    texts.title.en.push('.');
    let mut more = small.clone();
    more.regions[0].vpc_endpoint = Some("vpc.example.com".to_owned());
    let mut less = more.clone();
    less.actions.pop();
    #[rustfmt::skip] // A table: one line per case.
    let cases = [
        (&small, "0.1.2", "0.1.2"), (&small, "1.2.3", "1.2.3"),
        (&texts, "0.1.2", "0.1.3"), (&texts, "1.2.3", "1.2.4"),
        (&more, "0.1.2", "0.1.3"), (&more, "1.2.3", "1.3.0"),
        (&less, "0.1.2", "0.2.0"), (&less, "1.2.3", "2.0.0"),
    ];
    for (new, current, wanted) in cases {
        let comparison = Comparison::new(&small, new, current).expect("a version");
        assert_eq!(comparison.called_for, wanted);
        assert!(Comparison::new(&small, new, &format!("{current}-rc.1")).is_err());
        assert_eq!(
            comparison.is_breaking,
            new.actions.len() < small.actions.len()
        );
    }
}

#[test]
fn each_report_shows_location_sentence_and_version() {
    let old = load(&small()).expect("the small spec has no mistakes");
    let mut new = old.clone();
    new.actions[0].parameters.pop();
    let comparison = Comparison::new(&old, &new, "0.1.0").expect("a version");
    let json = comparison.json().expect("JSON");
    for report in [comparison.terminal(), comparison.markdown(), json.clone()] {
        for part in [
            "/actions/SmallGetThing/parameters/Since",
            "Parameter `Since` is removed.",
            "0.2.0",
        ] {
            assert!(report.contains(part), "{part} is not in {report}");
        }
    }
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["changes"][0]["kind"], "parameter_removed");
    assert_eq!(json["changes"][0]["wire"], "breaking");
}

#[test]
fn a_terminal_shows_one_screen_however_much_changed() {
    let small = load(&small()).expect("the small spec has no mistakes");
    let own = codegen_spec::load("own", OWN).expect("the spec has no mistakes");
    let comparison = Comparison::new(&small, &own, "0.1.0").expect("a version");
    let lines = comparison.terminal().lines().count();
    assert!(comparison.changes.len() > 60 && lines < 90, "{lines} lines");
}

#[test]
fn a_spec_does_not_differ_from_itself() {
    for text in [include_str!("../../../spec/tests/small.json"), OWN] {
        let spec = codegen_spec::load("spec", text).expect("the spec has no mistakes");
        assert_eq!(diff(&spec, &spec), []);
    }
}

/// Returns the specs that differ by one small edit: another value, a removed one, or another order.
fn neighbours(spec: &Value) -> Vec<(String, Value)> {
    let mut pointers = Vec::new();
    collect(spec, String::new(), &mut pointers);
    let mut found = Vec::new();
    for pointer in pointers {
        let at = spec.pointer(&pointer).expect("it was collected");
        let key = pointer.rsplit('/').next().unwrap_or_default();
        for other in others(key, at) {
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

/// Returns other values for a key.
fn others(key: &str, value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![],
        Value::Bool(truth) => vec![json!(!truth)],
        Value::Number(number) => vec![json!(number.as_f64().unwrap_or_default() as i64 + 1)],
        Value::String(text) => {
            let words: &[&str] = match key {
                "type" | "of" => &["string", "int64"],
                "operation" => &["read", "write"],
                "style" => &["repeat", "json", "simple"],
                "origin" => &["document", "gateway"],
                "unit" => &["seconds", "milliseconds"],
                "base" => &["string", "int32"],
                _ => return vec![json!(format!("{text}a"))],
            };
            words.iter().map(|word| json!(word)).collect()
        }
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

/// Returns `false` if an edit gives no spec, or the same one.
fn is_found(old: &Spec, (pointer, edited): &(String, Value)) -> bool {
    // Deserialization is faster than all checks, and sorts out most edits that are not a spec.
    let shape = serde_json::from_value::<Spec>(edited.clone());
    if shape.map_or(true, |new| new == *old) {
        return false;
    }
    let Ok(new) = load(edited) else { return false };
    let changes = diff(old, &new);
    assert!(!changes.is_empty(), "the edit at {pointer} is silent");
    assert_eq!(places(&changes), places(&diff(&new, old)), "{pointer}");
    true
}

#[test]
fn every_edit_is_found_at_the_same_locations_in_both_directions() {
    let old = load(&small()).expect("the small spec has no mistakes");
    let all = neighbours(&small());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    // Every so many, because edits of one place take equally long.
    let count = &|first| {
        let part = all.iter().skip(first).step_by(threads);
        part.filter(|edit| is_found(&old, edit)).count()
    };
    let edits: usize = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|first| scope.spawn(move || count(first)))
            .collect();
        let counts = parts.into_iter().map(|part| part.join().expect("no panic"));
        counts.sum()
    });
    assert!(
        edits > 300,
        "only {edits} edits give a spec without mistakes"
    );
}

#[test]
fn differences_have_the_same_locations_in_both_directions() {
    let old = load(&small()).expect("the small spec has no mistakes");
    let own = codegen_spec::load("own", OWN).expect("the spec has no mistakes");
    assert_eq!(places(&diff(&old, &own)), places(&diff(&own, &old)));
    for case in cases() {
        let new = load(&edited(&small(), &case)).expect("the case gives a spec");
        let (there, back) = (diff(&old, &new), diff(&new, &old));
        assert_eq!(places(&there), places(&back), "{}", case.what);
    }
}

/// Returns the locations of changes, independent of the direction.
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
