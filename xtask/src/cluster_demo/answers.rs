//! The eight actions, asked at several nodes.

use serde_json::Value;

use crate::error::{Error, same};
use crate::program::until;
use crate::service::{Service, last_minutes};

/// Creates the group of the devices on the first node, and waits until all nodes list it.
pub(super) fn create_group(nodes: &[Service]) -> Result<(), Error> {
    nodes[0].call(&["group", "create", "GID_demo"])?;
    Service::wait_for_groups(nodes, &["GID_demo"])
}

/// Checks that all nodes give the same answers to all actions.
pub(super) fn compare(nodes: &[Service]) -> Result<(), Error> {
    let (begin, end) = last_minutes(10);
    let questions: [&[&str]; 6] = [
        &["group", "list"],
        &["client", "get", "GID_demo@@@7"],
        &["online", "group", "GID_demo"],
        &["online", "topic", "test"],
        &["online", "history", &begin, &end, "GID_demo"],
        &["message", "trend", &begin, &end, "test", "SUM", "PUB"],
    ];
    for question in questions {
        // A chart grows when an interval ends between the two calls.
        let are_equal = until(|| Ok(ask(&nodes[1], question)? == ask(&nodes[0], question)?))?;
        if !are_equal {
            let expected = ask(&nodes[0], question)?;
            same(&question.join(" "), ask(&nodes[1], question)?, expected)?;
        }
        println!("  {}: the same on both", question[..2].join(" "));
    }
    nodes[0].call(&["group", "create", "GID_other"])?;
    Service::wait_for_groups(nodes, &["GID_demo", "GID_other"])?;
    nodes[1].call(&["group", "delete", "GID_other"])?;
    Service::wait_for_groups(nodes, &["GID_demo"])?;
    println!("  group create, group delete: seen by both");
    Ok(())
}

/// Returns an answer without what differs between two calls.
fn ask(node: &Service, question: &[&str]) -> Result<Value, Error> {
    let mut answer = node.call(question)?;
    if let Some(answer) = answer.as_object_mut() {
        answer.remove("RequestId");
    }
    Ok(answer)
}
