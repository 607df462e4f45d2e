//! Laws of the broker, over random scripts: what clients may rely on whatever connections, disk and broker do.
//!
//! There are no sockets, threads or pauses here, so a script does the same each time. One that breaks a law is reduced to the few steps
//! that it takes, and printed so that it can be pasted into [`found`].

mod broker;
mod bytes;
mod client;
mod disk;
mod found;
mod model;
mod script;
mod world;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

pub(crate) use disk::FullDisk;
use script::Step;

/// Number of scripts, unless the environment says another one.
const SCRIPTS: u32 = 2_000;
/// Environment variable with the number of scripts of a long run.
const VARIABLE: &str = "ONS_MQTT_TEST_SCRIPTS";

#[test]
fn clients_can_rely_on_the_laws_of_mqtt() {
    check(&script::scripts(), SCRIPTS);
}

#[test]
fn clients_can_rely_on_the_laws_of_mqtt_when_the_disk_is_full_at_times() {
    check(&script::scripts_with_full_disk(), SCRIPTS / 3);
}

fn check(scripts: &impl Strategy<Value = Vec<Step>>, number: u32) {
    let wanted = std::env::var(VARIABLE)
        .ok()
        .and_then(|number| number.parse().ok());
    let config = Config {
        cases: wanted.unwrap_or(number),
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let result = TestRunner::new_with_rng(config, rng).run(scripts, |steps| {
        world::run(&steps).map_err(TestCaseError::fail)
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(law, steps)) => {
            let steps: Vec<_> = steps
                .iter()
                .map(|step| format!("    {step:?},\n"))
                .collect();
            panic!("{law}\n\nwith the script\n{}", steps.concat());
        }
        Err(error) => panic!("{error}"),
    }
}
