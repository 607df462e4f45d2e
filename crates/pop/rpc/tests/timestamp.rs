//! Times on the wire.

use std::time::{Duration, SystemTime};

use pop_rpc::timestamp;
use proptest::prelude::*;

proptest! {
    /// humantime has an opinion of its own.
    #[test]
    fn any_second_until_the_year_9999_is_written_as_others_write_it_and_read_back(
        seconds in 0..253_402_300_800_u64
    ) {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let text = timestamp::write(time);
        prop_assert_eq!(&text, &humantime::format_rfc3339_seconds(time).to_string());
        prop_assert_eq!(timestamp::read(&text), Some(time));
    }

    #[test]
    fn no_text_makes_reading_fail_otherwise_than_with_none(text in ".{0,30}") {
        prop_assert_eq!(timestamp::read(&text), None);
    }
}

#[test]
fn the_fraction_of_a_second_is_left_out() {
    let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_589_788_800_999);
    assert_eq!(timestamp::write(time), "2020-05-18T08:00:00Z");
}

#[test]
fn other_forms_and_days_that_there_are_not_are_no_times() {
    for text in [
        "",
        "2020-05-18 08:00:00Z",
        "2020-05-18T08:00:00",
        "2020-05-18T08:00:00.000Z",
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
