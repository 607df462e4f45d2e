//! Measures how many times longer one thing takes than another.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Which ratios are good enough.
#[derive(Clone, Copy)]
pub enum Goal {
    /// No slower than this.
    AtMost(f64),
    /// No faster than this.
    AtLeast(f64),
}

/// Something to measure.
pub struct Candidate<'a> {
    /// Name in the table.
    pub name: &'a str,
    /// `None` for what is there to compare with.
    pub goal: Option<Goal>,
    /// What is timed.
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
/// All of them run in every round, so a change of the machine's speed meets all alike; the median
/// of the rounds' ratios leaves out those in which it did not.
///
/// With `--check` among the program's arguments a missed goal is a failure.
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
    match missed && std::env::args().any(|argument| argument == "--check") {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

/// How often a candidate runs in a round: long enough for the clock, short enough to interleave.
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

/// Nanoseconds that one run takes.
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
