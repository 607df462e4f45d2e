//! Scripts that broke a law once.

use super::harness::{KEPT, run};
use super::script::Step::{Advance, Commit, Connect, Crash, Ping, Settle};
use super::script::{Options, Step, WillOptions};

fn check(steps: &[Step]) {
    if let Err(law) = run(steps) {
        panic!("{law}");
    }
}

#[test]
fn a_connection_that_is_taken_over_before_connack_is_closed_without_disconnect() {
    check(&[Connect(0, KEPT), Connect(0, KEPT)]);
}

#[test]
fn pingresp_comes_after_connack() {
    check(&[Connect(0, KEPT), Ping(0), Step::Carry]);
}

#[test]
fn a_will_that_was_published_is_not_published_again_after_a_crash() {
    let will = Some(WillOptions::default());
    check(&[
        Connect(0, Options { will, ..KEPT }),
        Settle,
        Crash,
        Advance(1),
        Commit,
        Crash,
    ]);
}

#[test]
fn a_restart_does_not_prolong_a_session_whose_client_was_offline_at_an_earlier_restart() {
    let connect = Connect(0, Options { expiry: 10, ..KEPT });
    check(&[connect, Settle, Crash, Commit, Advance(15), Crash]);
}
