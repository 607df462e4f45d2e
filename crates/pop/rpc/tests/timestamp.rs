//! Timestamps of the protocol.

use std::time::{Duration, SystemTime};

use pop_rpc::timestamp;
use proptest::prelude::*;

proptest! {
    #[test]
    fn any_second_until_the_end_of_9999_is_read_back(seconds in 0..253_402_300_800_u64) {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        prop_assert_eq!(timestamp::read(&timestamp::write(time)), Some(time));
    }

    #[test]
    fn random_text_is_read_as_none(text in ".{0,30}") {
        prop_assert_eq!(timestamp::read(&text), None);
    }
}

#[test]
fn known_times_are_written_and_read() {
    for (seconds, text) in [
        (0, "1970-01-01T00:00:00Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (1_589_788_800, "2020-05-18T08:00:00Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"),
    ] {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(timestamp::write(time), text);
        assert_eq!(timestamp::read(text), Some(time));
    }
}

#[test]
fn times_out_of_range_are_written_as_the_nearest_in_range() {
    let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    assert_eq!(timestamp::write(before), "1970-01-01T00:00:00Z");
    let after = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_800);
    assert_eq!(timestamp::write(after), "9999-12-31T23:59:59Z");
}

#[test]
fn fractions_of_a_second_are_not_written() {
    let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_589_788_800_999);
    assert_eq!(timestamp::write(time), "2020-05-18T08:00:00Z");
}

#[test]
fn other_forms_and_impossible_dates_are_rejected() {
    for text in [
        "",
        "2020-05-18 08:00:00Z",
        "2020-05-18T08:00:00",
        "2020-05-18T08:00:00.000Z",
        "2020-05-18T08:00:00+00:00",
        "2020-05-18T08:00:00+08:00",
        "2020-5-18T08:00:00Z",
        "+020-05-18T08:00:00Z",
        "1969-12-31T23:59:59Z",
        "1970-00-01T00:00:00Z",
        "2020-13-01T00:00:00Z",
        "2020-05-00T00:00:00Z",
        "2021-02-29T00:00:00Z",
        "2020-04-31T00:00:00Z",
        "2020-05-18T24:00:00Z",
        "2020-05-18T08:60:00Z",
        "2020-05-18T08:00:60Z",
    ] {
        assert_eq!(timestamp::read(text), None, "{text}");
    }
    assert!(timestamp::read("2020-02-29T23:59:59Z").is_some());
}
