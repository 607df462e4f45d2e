//! Measures the time of one piece of code as a multiple of another's.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Pins this program to the core on which it runs, and prints which one.
///
/// Client and server of one program then share a core. Otherwise the system places their threads on
/// one core or on two, and the ratio of two candidates depends more on that than on the candidates.
/// Threads inherit the pinning, so call this first in a benchmark.
pub fn pin_to_one_core() {
    #[cfg(target_os = "linux")]
    {
        use rustix::thread::{CpuSet, sched_getcpu, sched_setaffinity};

        let core = sched_getcpu();
        let mut cores = CpuSet::new();
        cores.set(core);
        match sched_setaffinity(None, &cores) {
            Ok(()) => println!("Pinned to core {core}"),
            Err(error) => println!("Not pinned to one core: {error}"),
        }
    }
}

/// The required ratio.
#[derive(Clone, Copy)]
pub enum Goal {
    /// Takes at most this many times as long.
    AtMost(f64),
    /// Takes at least this many times as long.
    AtLeast(f64),
}

/// One thing to measure.
pub struct Candidate<'a> {
    /// Name in the table.
    pub name: &'a str,
    /// Goal for its ratio to the first candidate, if any.
    pub goal: Option<Goal>,
    /// The timed code.
    pub run: Box<dyn FnMut() + 'a>,
}

impl<'a> Candidate<'a> {
    /// Times `run`, whose result is dropped.
    pub fn new<T>(name: &'a str, goal: Option<Goal>, mut run: impl FnMut() -> T + 'a) -> Self {
        Self {
            name,
            goal,
            run: Box::new(move || drop(black_box(run()))),
        }
    }
}

/// Measures the candidates against the first of them and prints a table.
///
/// Every round runs all candidates, so a change in the machine's speed affects all of them. The
/// median of the ratios ignores rounds in which it affected only some.
///
/// With `--check` among the program's arguments, a missed goal is a failure.
pub fn compare(title: &str, rounds: usize, mut candidates: Vec<Candidate<'_>>) -> ExitCode {
    let repeats: Vec<u32> = candidates.iter_mut().map(repeats_of_a_round).collect();
    let mut times = vec![Vec::with_capacity(rounds); candidates.len()];
    for round in 0..rounds {
        for turn in 0..candidates.len() {
            let at = (round + turn) % candidates.len();
            times[at].push(time(&mut candidates[at], repeats[at]));
        }
    }

    println!("{title}");
    println!(
        "  {:<44} {:>12} {:>8} {:>8}",
        "", "median ns", "ratio", "goal"
    );
    let mut missed = false;
    for (candidate, own) in candidates.iter().zip(&times) {
        let ratios = own.iter().zip(&times[0]).map(|(own, base)| own / base);
        let ratio = median(ratios.collect());
        let ns = median(own.clone());
        let (met, goal) = match candidate.goal {
            None => (true, String::new()),
            Some(Goal::AtMost(goal)) => (ratio <= goal, format!("<= {goal:.2}")),
            Some(Goal::AtLeast(goal)) => (ratio >= goal, format!(">= {goal:.2}")),
        };
        missed |= !met;
        let verdict = if met { "" } else { " missed" };
        println!(
            "  {:<44} {ns:>12.0} {ratio:>8.2} {goal:>8}{verdict}",
            candidate.name
        );
    }
    if missed && std::env::args().any(|argument| argument == "--check") {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Returns how many times a candidate runs per round: long enough for the clock, short enough to
/// interleave.
fn repeats_of_a_round(candidate: &mut Candidate<'_>) -> u32 {
    const ROUND: Duration = Duration::from_micros(500);
    let start = Instant::now();
    let mut runs = 0;
    while start.elapsed() < 40 * ROUND {
        (candidate.run)();
        runs += 1;
    }
    (runs / 40).max(1)
}

/// Returns the nanoseconds of one run.
fn time(candidate: &mut Candidate<'_>, repeats: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..repeats {
        (candidate.run)();
    }
    start.elapsed().as_nanos() as f64 / f64::from(repeats)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
