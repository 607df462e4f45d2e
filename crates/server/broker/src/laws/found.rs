//! Scripts that broke a law once.

use super::script::Step::{
    Acknowledge, AcknowledgeAtOnce, Advance, Carry, Commit, Connect, Crash, Delete, Full, Lose,
    Ping, Publish, Settle, Subscribe, Unsubscribe,
};
use super::script::{KEPT, Options, Payload, Publication, Step, Subscription, WillOptions};
use super::world::run;

fn check(steps: &[Step]) {
    if let Err(law) = run(steps) {
        panic!("{law}");
    }
}

/// A subscription to the topic of [`message`].
fn subscription(qos: u8) -> Subscription {
    Subscription {
        qos,
        ..Subscription::default()
    }
}

fn message(qos: u8) -> Publication {
    Publication {
        qos,
        ..Publication::default()
    }
}

#[test]
fn a_connection_that_is_taken_over_before_connack_is_closed_without_disconnect() {
    check(&[Connect(0, KEPT), Connect(0, KEPT)]);
}

#[test]
fn pingresp_comes_after_connack() {
    check(&[Connect(0, KEPT), Ping(0), Carry]);
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

#[test]
fn a_release_that_is_due_after_a_crash_does_not_take_a_later_message_with_it() {
    check(&[
        Subscribe(0, subscription(2)),
        Settle,
        AcknowledgeAtOnce(0, false),
        Publish(1, message(2)),
        Carry,
        Commit,
        Carry,
        Acknowledge(0),
        Carry,
        Commit,
        Crash,
        Publish(2, message(2)),
        Settle,
        Connect(0, KEPT),
        Settle,
        Acknowledge(0),
        Settle,
        Commit,
        Crash,
    ]);
}

#[test]
fn a_will_for_a_kept_session_is_not_lost_while_the_disk_is_full() {
    let will = Some(WillOptions {
        qos: 1,
        ..WillOptions::default()
    });
    check(&[
        Subscribe(0, subscription(1)),
        Connect(1, Options { will, ..KEPT }),
        Settle,
        Full(true),
        Commit,
        Lose(1),
        Settle,
    ]);
}

#[test]
fn a_release_that_comes_again_is_completed_when_the_first_one_is_on_disk() {
    check(&[
        Publish(0, message(2)),
        Carry,
        Commit,
        Carry,
        Full(true),
        Subscribe(0, subscription(0)),
        Commit,
        Connect(0, KEPT),
    ]);
}

#[test]
fn a_message_that_is_published_again_comes_after_both_copies_of_the_first_one() {
    let shared = |qos| Subscription {
        filter: 5,
        ..subscription(qos)
    };
    let identified = |subscription| Subscription {
        id: 1,
        ..subscription
    };
    check(&[
        Subscribe(0, shared(1)),
        Settle,
        Subscribe(1, shared(0)),
        Publish(0, message(0)),
        Publish(3, message(0)),
        Settle,
        Publish(3, message(1)),
        Publish(3, message(1)),
        Subscribe(0, identified(subscription(1))),
        Subscribe(0, identified(shared(1))),
        Carry,
    ]);
}

#[test]
fn a_connection_goes_on_if_the_disk_had_room_in_time() {
    check(&[
        Full(true),
        Connect(0, KEPT),
        Carry,
        Commit,
        Carry,
        Full(false),
        Commit,
        Advance(15),
    ]);
}

#[test]
fn copies_that_are_sent_again_after_a_crash_come_in_their_order_those_of_shares_too() {
    let shared = Subscription {
        filter: 5,
        ..subscription(1)
    };
    check(&[
        Subscribe(2, subscription(1)),
        Subscribe(2, Subscription { id: 1, ..shared }),
        Subscribe(
            1,
            Subscription {
                filter: 8,
                ..subscription(0)
            },
        ),
        Subscribe(0, Subscription { qos: 0, ..shared }),
        Settle,
        Publish(0, message(1)),
        Publish(1, message(0)),
        Carry,
        Commit,
        Crash,
        Publish(0, message(0)),
        Settle,
        Crash,
    ]);
}

#[test]
fn a_retained_copy_that_looks_the_same_may_be_the_message_that_is_due() {
    let retained = Publication {
        retain: true,
        ..message(1)
    };
    check(&[
        Subscribe(
            2,
            Subscription {
                retain_as_published: true,
                ..subscription(0)
            },
        ),
        Settle,
        Publish(0, message(0)),
        Lose(2),
        Settle,
        Subscribe(
            2,
            Subscription {
                filter: 1,
                ..subscription(1)
            },
        ),
        Publish(0, retained),
        Connect(0, Options { v5: false, ..KEPT }),
        Carry,
        Lose(2),
        Commit,
        Publish(2, message(0)),
        Carry,
        Commit,
        Crash,
    ]);
}

#[test]
fn a_copy_that_is_sent_again_may_be_that_of_a_share_or_another_that_looks_the_same() {
    let shared = Subscription {
        filter: 5,
        ..subscription(1)
    };
    let empty = Publication {
        payload: Payload::Empty,
        ..message(1)
    };
    check(&[
        Subscribe(3, shared),
        Subscribe(3, subscription(1)),
        Subscribe(0, shared),
        Settle,
        Publish(3, empty),
        Unsubscribe(0, 0),
        Publish(3, message(0)),
        Publish(2, message(0)),
        Publish(0, empty),
        Connect(0, Options { v5: false, ..KEPT }),
        Carry,
        Commit,
        Crash,
    ]);
}

#[test]
fn a_client_that_wanted_to_begin_anew_may_get_a_message_again_after_a_crash() {
    let begin = Options {
        v5: false,
        clean: true,
        ..KEPT
    };
    check(&[
        Subscribe(1, subscription(2)),
        Settle,
        AcknowledgeAtOnce(1, false),
        Publish(0, message(2)),
        Settle,
        Connect(1, begin),
        Delete(0),
        Carry,
        Crash,
    ]);
}

#[test]
fn many_new_subscriptions_have_got_what_is_retained_when_all_is_quiet() {
    let subscribe = |filter| {
        let subscription = Subscription {
            filter,
            ..subscription(0)
        };
        Subscribe(1, subscription)
    };
    let retained = Publication {
        retain: true,
        ..message(0)
    };
    check(&[
        subscribe(0),
        subscribe(3),
        subscribe(1),
        subscribe(2),
        subscribe(4),
        Settle,
        Publish(0, retained),
        Settle,
    ]);
}

#[test]
fn copies_of_a_shared_message_with_different_expiry_look_the_same_over_mqtt_3() {
    let shared = Subscription {
        filter: 5,
        ..subscription(1)
    };
    let connect = Options {
        v5: false,
        expiry: u32::MAX,
        ..KEPT
    };
    let expiring = Publication {
        expiry: 30,
        ..message(1)
    };
    check(&[
        Subscribe(3, shared),
        Settle,
        Connect(1, connect),
        Subscribe(1, shared),
        Publish(1, message(0)),
        Publish(0, message(0)),
        Connect(3, connect),
        Settle,
        Crash,
        Publish(3, message(0)),
        Subscribe(1, subscription(1)),
        Publish(0, expiring),
        Carry,
        Advance(1),
        Lose(0),
        Publish(0, message(0)),
        Publish(1, message(0)),
        Carry,
        Commit,
        Publish(1, message(0)),
        Publish(1, message(0)),
        Carry,
        AcknowledgeAtOnce(3, false),
        Commit,
        Carry,
    ]);
}

#[test]
fn a_retained_message_is_sent_again_after_a_crash_between_two_subscriptions() {
    let retained = Publication {
        retain: true,
        ..message(2)
    };
    check(&[
        Subscribe(1, subscription(2)),
        Publish(0, retained),
        Carry,
        Commit,
        Carry,
        Commit,
        Subscribe(1, subscription(2)),
        Carry,
        Crash,
    ]);
}

#[test]
fn a_client_that_was_told_to_begin_anew_may_get_a_message_again_after_a_crash() {
    let connect = Options { expiry: 0, ..KEPT };
    check(&[
        Subscribe(3, subscription(2)),
        Publish(0, message(2)),
        Carry,
        Commit,
        Carry,
        Connect(3, connect),
        Delete(1),
        Carry,
        Crash,
    ]);
}

#[test]
fn a_retained_copy_that_is_sent_again_is_told_from_the_message_by_its_identifiers() {
    let with_id = Subscription {
        id: 1,
        ..subscription(0)
    };
    let retained_as_published = Subscription {
        filter: 1,
        retain_as_published: true,
        ..subscription(1)
    };
    let retained = Publication {
        retain: true,
        ..message(1)
    };
    check(&[
        Subscribe(0, with_id),
        Subscribe(2, subscription(0)),
        Settle,
        Subscribe(0, retained_as_published),
        Publish(2, retained),
        Carry,
        Commit,
        Crash,
        Publish(2, message(0)),
        Settle,
        Crash,
    ]);
}
