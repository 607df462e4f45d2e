//! Rust: the snapshots are compiled with the tests, and run against the service.

use std::collections::BTreeMap;
use std::error::Error;
use std::process::Command;

use crate::example::examples;
use crate::page::Visit;
use crate::snapshot;

/// Variable with the action whose snapshot a process runs.
const ACTION: &str = "EXPLORER_ACTION";

/// Variable with the address of its service.
const ADDRESS: &str = "EXPLORER_ADDRESS";

/// Expression that replaces the address of the service in snapshots.
const ADDRESS_IN_SNAPSHOTS: &str = "crate::rust::address()";

type Run = fn() -> Result<(), Box<dyn Error>>;

/// Compiles snapshots, and returns what runs each of them.
macro_rules! snapshots {
    ($($module:ident: $action:literal),* $(,)?) => {
        $(
            mod $module {
                include!(concat!("snapshots/", $action, ".rs"));

                pub(super) fn run() -> Result<(), Box<dyn std::error::Error>> {
                    main()
                }
            }
        )*

        fn snapshots() -> BTreeMap<&'static str, Run> {
            BTreeMap::from([$(($action, $module::run as Run)),*])
        }
    };
}

snapshots! {
    group_id_create: "OnsMqttGroupIdCreate",
    group_id_list: "OnsMqttGroupIdList",
    group_id_delete: "OnsMqttGroupIdDelete",
    query_history_online: "OnsMqttQueryHistoryOnline",
    query_client_by_topic: "OnsMqttQueryClientByTopic",
    query_client_by_group_id: "OnsMqttQueryClientByGroupId",
    query_client_by_client_id: "OnsMqttQueryClientByClientId",
    query_msg_trans_trend: "OnsMqttQueryMsgTransTrend",
}

/// Returns the address of the service.
pub(crate) fn address() -> String {
    std::env::var(ADDRESS).expect("an address")
}

#[test]
fn the_code_in_rust_is_its_snapshot_which_compiles_and_runs() {
    let visit = Visit::begin();
    let snapshots = snapshots();
    for example in examples() {
        let literal = format!("{:?}", visit.address());
        let code = visit.snippet(&example, "Rust");
        let code = code.replace(&literal, ADDRESS_IN_SNAPSHOTS);
        snapshot::check(&format!("{}.rs", example.action), &code);
    }
    if snapshot::are_replaced() {
        // This program was compiled with those before.
        return visit.end();
    }
    for example in examples() {
        let action = example.action.as_str();
        assert!(snapshots.contains_key(action), "{action}");
        let output = Command::new(std::env::current_exe().expect("this program"))
            .args([
                "rust::the_snapshot_of_a_process_runs",
                "--exact",
                "--nocapture",
            ])
            .env(ACTION, action)
            .env(ADDRESS, visit.address())
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", &visit.service.key_id)
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", &visit.service.secret)
            .output()
            .expect("this program runs");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{action}: {output:?}");
        // Names on the wire are other names in Rust.
        let answer = match example.answer.as_str() {
            "RequestId" => "request_id",
            "OnlineCount" => "online_count",
            "Title" => "title",
            value => value,
        };
        assert!(printed.contains(answer), "{action}: {printed}");
    }
    visit.end();
}

/// Runs a snapshot in a process of its own, whose environment has the access key. The test above
/// starts these processes and reads what they print; without it, there is nothing to run.
#[test]
fn the_snapshot_of_a_process_runs() {
    if let Ok(action) = std::env::var(ACTION) {
        let run = snapshots()[action.as_str()];
        run().expect("an answer");
    }
}
