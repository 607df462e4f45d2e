//! Kills the database of two nodes while messages pass them, and starts it again.

use std::path::Path;

use super::device::Way;
use crate::error::{Error, contains, same};
use crate::nats::Nats;
use crate::postgres::Server;
use crate::program::until;
use crate::service::{Service, Settings};

/// Checks that messages go on without the database, and that nothing that was counted or changed is lost.
pub(super) fn check(binary: &Path, nats: &Path) -> Result<(), Error> {
    let nats = Nats::start(nats, &[], 3)?;
    let mut database = Server::start()?;
    let store = database.url();
    let settings = Settings {
        store: Some(&store),
        ..Settings::default()
    };
    let nodes = Service::start_nodes(binary, &["a", "b"], nats.urls(), &settings)?;
    let [first, second] = [0, 1].map(|at| Way {
        service: &nodes[at],
        version: "mqttv5",
        tls: None,
    });
    let create = |group: &str| first.service.call(&["group", "create", group]);
    create("GID_test")?;
    Service::wait_for_groups(&nodes, &["GID_test"])?;
    let mut receiver = second
        .device("receiver")
        .subscribe(&["-t", "test/#", "-q", "1"])?;
    let publish = |payload| first.device("sender").publish("test/a", "1", payload, &[]);
    publish("before")?;
    receiver.wait_for("before")?;

    database.kill()?;
    publish("meanwhile")?;
    receiver.wait_for("meanwhile")?;
    let refused = create("GID_other").err().map(|error| error.to_string());
    let refused = refused.unwrap_or_default();
    contains(
        "the answer without a database",
        &refused,
        "ONS_SYSTEM_ERROR",
    )?;

    database.start_again()?;
    let is_created = until(|| Ok(create("GID_other").is_ok()))?;
    same("a group is created once it is back", is_created, true)?;
    publish("after")?;
    receiver.wait_for("after")?;
    Service::wait_for_groups(&nodes, &["GID_other", "GID_test"])?;
    for node in &nodes {
        let count = || node.messages("PUB", &[]);
        let are_counted = until(|| Ok(count().is_ok_and(|count| count == 3)))?;
        same("all messages are counted", are_counted, true)?;
    }
    // `stop` expects logs without errors, but these have those of the database.
    nodes.into_iter().try_for_each(Service::kill)?;
    database.stop()
}
