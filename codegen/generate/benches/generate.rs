//! Measures the time of generation, and its growth with the number of actions.

use std::process::ExitCode;
use std::time::Instant;

use serde_json::{Value, json};

const SPEC: &str = include_str!("../../../spec/ons-2019-02-14.json");

/// Milliseconds allowed for the real spec.
const GOAL_MS: f64 = 100.0;

/// Allowed growth of the time per action with ten times as many actions.
const GOAL_GROWTH: f64 = 1.3;

fn main() -> ExitCode {
    let mut missed = false;
    let mut before = None;
    println!("Generating from the real spec, with its actions repeated");
    for repeats in [1, 10, 100] {
        let text = repeated(repeats);
        let (ms, actions) = measure(&text);
        let per_action = ms / actions as f64;
        let growth = before.map_or(1.0, |before| per_action / before);
        println!(
            "  {actions:>4} actions {ms:>9.1} ms {per_action:>6.2} ms per action, x {growth:.2}"
        );
        missed |= growth > GOAL_GROWTH || (repeats == 1 && ms > GOAL_MS);
        before = Some(per_action);
    }
    println!("  goals: first row <= {GOAL_MS} ms, x <= {GOAL_GROWTH} in each row");
    if missed && std::env::args().any(|argument| argument == "--check") {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Returns the real spec with `repeats` copies of each action and struct, under different names.
fn repeated(repeats: usize) -> String {
    let Ok(mut spec) = serde_json::from_str::<Value>(SPEC) else {
        unreachable!("the spec of the repository is JSON")
    };
    let mut repeat = |key: &str, rename: &dyn Fn(&mut Value, usize)| {
        let originals = spec[key].as_array().cloned().unwrap_or_default();
        let copies = (0..repeats).flat_map(|copy| {
            originals.iter().cloned().map(move |mut value| {
                rename(&mut value, copy);
                value
            })
        });
        spec[key] = copies.collect();
    };
    repeat("actions", &|action, copy| {
        if copy > 0 {
            suffix(&mut action["name"], copy);
            action["command"] = Value::Null;
            action["examples"] = Value::Null;
            rename_members(action.get_mut("response"), copy);
        }
    });
    repeat("structs", &|value, copy| {
        if copy > 0 {
            suffix(&mut value["name"], copy);
            rename_members(value.get_mut("members"), copy);
        }
    });
    spec["errata"] = json!([]);
    spec.to_string()
}

fn suffix(name: &mut Value, copy: usize) {
    if let Some(text) = name.as_str() {
        *name = json!(format!("{text}Copy{copy}"));
    }
}

fn rename_members(members: Option<&mut Value>, copy: usize) {
    for member in members.and_then(Value::as_array_mut).into_iter().flatten() {
        rename_types(&mut member["type"], copy);
    }
}

/// Renames structs, which are copied with the actions, but not enums and scalars.
fn rename_types(type_: &mut Value, copy: usize) {
    match type_ {
        Value::String(name) if name.ends_with("Do") || name.starts_with("Stats") => {
            suffix(type_, copy);
        }
        Value::Object(object) => {
            if let Some(list) = object.get_mut("list") {
                rename_types(&mut list["of"], copy);
            }
        }
        _ => {}
    }
}

/// Returns the median milliseconds of a generation, and the number of actions.
fn measure(text: &str) -> (f64, usize) {
    let mut times = Vec::new();
    let mut actions = 0;
    for _ in 0..9 {
        let start = Instant::now();
        actions = match codegen::generate("bench.json", text) {
            Ok(generated) => generated.actions,
            Err(error) => unreachable!("{error}"),
        };
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], actions)
}
