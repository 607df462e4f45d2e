//! The simulated world: clients, network, disk and clock around a core, all under one script.

mod actions;
mod carry;
mod checks;
mod state;

use state::World;

use super::broker::Law;
use super::script::Step;

/// Runs a script from an empty broker to an empty broker.
pub(super) fn run(steps: &[Step]) -> Law {
    fastrand::seed(1);
    let mut world = World::new();
    for (number, step) in steps.iter().enumerate() {
        let checked = world.step(step).and_then(|()| world.check_presence());
        checked.map_err(|law| format!("step {number}: {law}"))?;
    }
    world
        .come_back()
        .map_err(|law| format!("when all came back: {law}"))?;
    world
        .go_away()
        .map_err(|law| format!("when all went away: {law}"))
}
