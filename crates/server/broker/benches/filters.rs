//! Whether counting who holds a filter takes longer for more clients than a machine may have open sockets for.

#[allow(dead_code, reason = "the unit tests of the module come along")]
#[path = "../src/filters.rs"]
mod filters;

use std::cell::RefCell;
use std::process::ExitCode;

use filters::{Filters, HolderNumbers};
use harness::{Candidate, Goal, compare};

/// Half of the clients hold the topic, half a filter with a wildcard that matches it.
struct Held {
    filters: Filters,
    numbers: HolderNumbers,
}

impl Held {
    fn by(clients: u32) -> Self {
        let mut held = Self {
            filters: Filters::default(),
            numbers: HolderNumbers::default(),
        };
        for client in 0..clients {
            let filter = match client % 2 {
                0 => "test/lamps/all",
                _ => "test/lamps/+",
            };
            held.filters.insert(filter, held.numbers.take());
        }
        held
    }

    fn come_and_go(&mut self) {
        let number = self.numbers.take();
        self.filters.insert("test/lamps/all", number);
        self.filters.remove("test/lamps/all", number);
        self.numbers.give_back(number);
    }
}

fn main() -> ExitCode {
    harness::pin_to_one_core();
    let few = RefCell::new(Held::by(1_000));
    let many = RefCell::new(Held::by(200_000));
    let matching = |held: &RefCell<Held>| held.borrow().filters.matching("test/lamps/all");
    let holding = |held: &RefCell<Held>| held.borrow().filters.holders_of("test/lamps/+");
    let pair = |title, run: &dyn Fn(&RefCell<Held>) -> u64, goal| {
        compare(
            title,
            60,
            vec![
                Candidate::new("1 000 clients", None, || run(&few)),
                Candidate::new("200 000 clients", goal, || run(&many)),
            ],
        )
    };
    let codes = [
        pair("Clients on a topic", &matching, Some(Goal::AtMost(2.0))),
        pair(
            "Clients that hold a filter",
            &holding,
            Some(Goal::AtMost(2.0)),
        ),
        pair(
            "A client that comes and goes",
            &|held| {
                held.borrow_mut().come_and_go();
                0
            },
            Some(Goal::AtMost(2.0)),
        ),
    ];
    match codes.iter().all(|code| *code == ExitCode::SUCCESS) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
