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
    let is_known = until(|| Ok(groups(second.service)?.contains(&"GID_test".to_owned())))?;
    same("the other node knows the group", is_known, true)?;
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
    for node in &nodes {
        let all = ["GID_other", "GID_test"];
        let has_all = until(|| Ok(groups(node).is_ok_and(|groups| groups == all)))?;
        same("all groups are known", has_all, true)?;
        let count = || node.messages("PUB", &[]);
        let are_counted = until(|| Ok(count().is_ok_and(|count| count == 3)))?;
        same("all messages are counted", are_counted, true)?;
    }
    // `stop` expects logs without errors, but these have those of the database.
    nodes.into_iter().try_for_each(Service::kill)?;
    database.stop()
}

/// Returns the groups that a node knows, sorted.
fn groups(node: &Service) -> Result<Vec<String>, Error> {
    let answer = node.call(&["group", "list"])?;
    let groups = answer["Data"]["MqttGroupIdDo"].as_array();
    let groups = groups.into_iter().flatten();
    let ids = groups.filter_map(|group| group["GroupId"].as_str());
    let mut ids: Vec<_> = ids.map(str::to_owned).collect();
    ids.sort();
    Ok(ids)
}
