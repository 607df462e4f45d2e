//! Tests nodes of a cluster with real servers of NATS, which PyPI has as a package, and of PostgreSQL.
//! One check kills PostgreSQL.

use std::path::Path;

use super::killed_database;
use super::tally::Tally;
use crate::cargo::cargo;
use crate::error::Error;
use crate::folders::root;
use crate::postgres::Server;
use crate::prepare::{self, timed};
use crate::program::finish;

pub(super) fn run(binary: &Path, tally: &mut Tally) -> Result<(), Error> {
    let nats = prepare::nats()?;
    let mut database = timed("started PostgreSQL", Server::start)?;
    let mut test = |what, tests: &[&str]| {
        tally.check(what, || {
            let mut cargo = cargo();
            cargo.current_dir(root());
            cargo.env("ONS_MQTT_TEST_NATS", &nats);
            cargo.env("ONS_MQTT_TEST_STORE", database.url());
            // In the whole workspace, so that little is compiled again.
            cargo.args(["test", "--quiet", "--workspace"]);
            for test in tests {
                cargo.args(["--test", test]);
            }
            // Each test has servers and nodes of its own, and mostly waits for them.
            finish(cargo.args(["--", "--test-threads=4"])).map(|_| ())
        });
    };
    test("brokers of several nodes", &["cluster"]);
    test("each connection on a random node", &["conformance"]);
    test("programs that are nodes", &["nodes"]);
    database.stop()?;
    tally.check("nodes whose database is killed", || {
        killed_database::check(binary, &nats)
    });
    Ok(())
}
