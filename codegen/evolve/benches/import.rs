//! Measures time and memory from published metadata to generated files, and how the time grows with
//! the number of actions.

use std::process::ExitCode;
use std::time::Instant;

use codegen_evolve::import::{self, File, Options};
use codegen_spec::Spec;
use serde_json::{Map, Value};

/// Metadata that uses every feature of its format.
const METADATA: &str = include_str!("../tests/metadata/hard.json");

/// Spec that provides the protocol.
const GATEWAY: &str = include_str!("../../spec/tests/small.json");

/// Numbers of actions. The first is that of a large product.
const ACTIONS: [usize; 3] = [400, 1_000, 10_000];

/// Maximum seconds for a large product.
const GOAL_SECONDS: f64 = 2.0;

/// Maximum MiB for a large product.
const GOAL_MIB: f64 = 500.0;

/// Maximum growth of the time per action, relative to the fewest actions.
const GOAL_GROWTH: f64 = 1.3;

fn main() -> ExitCode {
    let gateway = match codegen_spec::load("small.json", GATEWAY) {
        Ok(gateway) => gateway,
        Err(mistakes) => unreachable!("{mistakes}"),
    };
    println!("Import of metadata and generation from it, with its actions repeated");
    let mut missed = false;
    let mut fewest = None;
    for actions in ACTIONS {
        let text = repeated(actions);
        let runs = if actions > 1_000 { 1 } else { 5 };
        let (import, generate) = measure(&text, &gateway, runs);
        let seconds = import + generate;
        let per_action = seconds * 1000.0 / actions as f64;
        let growth = per_action / *fewest.get_or_insert(per_action);
        let memory = peak_mib();
        let mib = memory.map_or_else(|| "?".to_owned(), |mib| format!("{mib:.0}"));
        println!(
            "  {actions:>6} actions: import {import:>6.2} s, generate {generate:>6.2} s, \
             {per_action:>5.2} ms per action, x {growth:.2}; {mib:>5} MiB at most"
        );
        missed |= growth > GOAL_GROWTH;
        if actions == ACTIONS[0] {
            missed |= seconds > GOAL_SECONDS || memory.is_some_and(|mib| mib > GOAL_MIB);
        }
    }
    println!("  goals: the first <= {GOAL_SECONDS} s and {GOAL_MIB} MiB, x <= {GOAL_GROWTH}");
    if missed && std::env::args().any(|argument| argument == "--check") {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Returns the metadata with its actions repeated under numbered names.
fn repeated(actions: usize) -> String {
    let Ok(mut document) = serde_json::from_str::<Value>(METADATA) else {
        unreachable!("the test metadata is JSON")
    };
    let is_action = |(name, value): &(&String, &Value)| !name.contains(' ') && value.is_object();
    let apis = document["apis"].as_object().cloned().unwrap_or_default();
    let originals = apis.iter().filter(is_action).cycle().take(actions);
    let copies = originals.enumerate().map(|(number, (name, value))| {
        let name = format!("{name}{number}");
        (name, value.clone())
    });
    document["apis"] = Value::Object(copies.collect::<Map<_, _>>());
    document.to_string()
}

/// Returns the median seconds of the import and of the generation.
fn measure(text: &str, gateway: &Spec, runs: usize) -> (f64, f64) {
    let mut times: Vec<(f64, f64)> = Vec::new();
    for _ in 0..runs {
        let file = File {
            name: "api-docs.json".to_owned(),
            text: text.to_owned(),
        };
        let options = Options {
            actions: &[],
            from: None,
            gateway,
        };
        let start = Instant::now();
        let spec = import::import(&[file], options).map(|imported| imported.spec);
        let spec = match spec.as_ref().map(codegen_spec::pretty::spec) {
            Ok(Ok(text)) => text,
            Ok(Err(error)) => unreachable!("{error}"),
            Err(error) => unreachable!("{error}"),
        };
        let imported = start.elapsed();
        if let Err(error) = codegen::generate("bench.json", &spec) {
            unreachable!("{error}")
        }
        let generated = start.elapsed() - imported;
        times.push((imported.as_secs_f64(), generated.as_secs_f64()));
    }
    times.sort_by(|a, b| (a.0 + a.1).total_cmp(&(b.0 + b.1)));
    times[times.len() / 2]
}

/// Returns the peak memory of this process, which only Linux reports.
fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}
