//! Tests nodes of a cluster with real servers of NATS, which PyPI has as a package.

use super::tally::Tally;
use crate::error::Error;
use crate::folders::root;
use crate::prepare;
use crate::program::{cargo, finish};

pub(super) fn run(tally: &mut Tally) -> Result<(), Error> {
    let nats = prepare::python()?.with_file_name("nats-server");
    tally.check("nodes of a cluster", || {
        let mut cargo = cargo();
        cargo.current_dir(root()).env("ONS_MQTT_TEST_NATS", &nats);
        // In the whole workspace, so that little is compiled again.
        cargo.args(["test", "--quiet", "--workspace"]);
        cargo.args(["--features", "ons-mqtt-broker/cluster", "--test", "cluster"]);
        // Each test has servers and nodes of its own.
        finish(cargo.args(["--", "--test-threads=2"])).map(|_| ())
    });
    Ok(())
}
