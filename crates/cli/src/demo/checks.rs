//! Compares expected and actual answers.

use std::fmt::Display;

use ons_mqtt_client::models::{MqttClientInfo, MsgType, Qos, StatsChart};
use ons_mqtt_client::{Error, ErrorCode};

use super::fleet::{Counts, TOPIC};

/// Difference between an expected and an actual answer.
#[derive(Debug, PartialEq)]
pub(super) struct Mismatch {
    pub(super) expected: String,
    pub(super) actual: String,
}

/// Result of comparing an answer.
pub(super) type Check = Result<(), Mismatch>;

/// Criteria for the messages to count; `None` matches all.
#[derive(Clone, Default)]
pub(super) struct Criteria {
    pub(super) sub_topic: Option<&'static str>,
    pub(super) msg_type: Option<MsgType>,
    pub(super) qos: Option<Qos>,
}

impl Criteria {
    /// Returns the number of messages that match, as the devices counted them.
    pub(super) fn sum(&self, counts: &Counts) -> u64 {
        let matching = counts.iter().filter(|((topic, qos), _)| {
            let sub_topic = topic.strip_prefix(TOPIC).unwrap_or_default();
            let msg_type = if sub_topic.starts_with("/p2p/") {
                MsgType::PointToPoint
            } else {
                MsgType::PublishSubscribe
            };
            self.sub_topic.is_none_or(|expected| sub_topic == expected)
                && self.msg_type.as_ref().is_none_or(|m| *m == msg_type)
                && self
                    .qos
                    .as_ref()
                    .is_none_or(|q| q.value() == i64::from(*qos))
        });
        matching.map(|(_, count)| count).sum()
    }
}

/// Requires an answer that passes a check.
pub(super) fn answer<T>(actual: &Result<T, Error>, check: impl Fn(&T) -> Check) -> Check {
    match actual {
        Ok(answer) => check(answer),
        Err(error) => Err(Mismatch {
            expected: "an answer".to_owned(),
            actual: error.to_string(),
        }),
    }
}

/// Requires equal values.
pub(super) fn same<T: PartialEq + Display>(expected: T, actual: T) -> Check {
    if expected == actual {
        return Ok(());
    }
    Err(Mismatch {
        expected: expected.to_string(),
        actual: actual.to_string(),
    })
}

/// Requires that the values of a chart add up to `expected`.
pub(super) fn total(expected: u64, chart: &StatsChart) -> Check {
    let actual: f64 = chart.records.iter().map(|point| point.y).sum();
    same(expected as f64, actual)
}

/// Requires the last value of a chart to be `expected`.
pub(super) fn last(expected: u64, chart: &StatsChart) -> Check {
    let actual = chart.records.last().map(|point| point.y);
    let actual = actual.map_or_else(|| "no value".to_owned(), |value| value.to_string());
    same(expected.to_string(), actual)
}

/// Requires that a device is online with this subscription, or, if `None`, that it is offline and
/// has a last-seen time.
pub(super) fn device(subscription: Option<(&str, i32)>, actual: &MqttClientInfo) -> Check {
    let text = |online, seen, subscriptions: String| {
        let state = if online { "online" } else { "offline" };
        let seen = if seen { "seen" } else { "never seen" };
        format!("{state}, {seen}, subscriptions: {subscriptions}")
    };
    let expected = subscription.map(|(topic, qos)| format!("{topic} QoS {qos}"));
    let expected = text(subscription.is_some(), true, expected.unwrap_or_default());
    let subscriptions = actual.subscription_data.iter().map(|subscription| {
        let sub_topic = subscription.sub_topic.as_deref().unwrap_or_default();
        let topic = format!("{}{sub_topic}", subscription.parent_topic);
        format!("{} QoS {}", topic.trim_end_matches('/'), subscription.qos)
    });
    let subscriptions: Vec<String> = subscriptions.collect();
    let seen = actual.last_touch.is_some() && actual.socket_channel.is_some();
    same(
        expected,
        text(actual.online, seen, subscriptions.join(", ")),
    )
}

/// Requires that the service refuses with this error code.
pub(super) fn refused<T>(expected: &ErrorCode, actual: &Result<T, Error>) -> Check {
    let actual = match actual {
        Ok(_) => "an answer".to_owned(),
        Err(error) => match error.code() {
            Some(code) => code.to_string(),
            None => error.to_string(),
        },
    };
    same(expected.to_string(), actual)
}

#[cfg(test)]
mod tests {
    use ons_mqtt_client::models::{StatsData, Subscription};

    use super::*;

    fn mismatch(expected: &str, actual: &str) -> Check {
        let (expected, actual) = (expected.to_owned(), actual.to_owned());
        Err(Mismatch { expected, actual })
    }

    fn chart(values: &[f64]) -> StatsChart {
        let points = (0..).zip(values);
        let records = points.map(|(x, y)| StatsData::new(x, *y)).collect();
        StatsChart::new(records, "", "", "")
    }

    #[test]
    fn a_wrong_number_is_reported_with_the_expected_one() {
        assert_eq!(same(29, 29), Ok(()));
        assert_eq!(same(29, 30), mismatch("29", "30"));
    }

    #[test]
    fn a_chart_is_checked_by_sum_and_by_last_value() {
        let chart = chart(&[1.0, 0.0, 2.0]);
        assert_eq!(total(3, &chart), Ok(()));
        assert_eq!(total(4, &chart), mismatch("4", "3"));
        assert_eq!(last(2, &chart), Ok(()));
        assert_eq!(last(0, &chart), mismatch("0", "2"));
        assert_eq!(last(0, &StatsChart::default()), mismatch("0", "no value"));
    }

    #[test]
    fn a_device_is_checked_by_state_and_subscriptions() {
        let mut info = MqttClientInfo::default();
        let never = "offline, never seen, subscriptions: ";
        assert_eq!(
            device(None, &info),
            mismatch("offline, seen, subscriptions: ", never)
        );
        info.last_touch = Some(1);
        info.socket_channel = Some("/127.0.0.1:1".to_owned());
        assert_eq!(device(None, &info), Ok(()));
        info.online = true;
        let subscription = Subscription::new("test", Qos::AtLeastOnce);
        info.subscription_data = vec![subscription.sub_topic("/a/")];
        assert_eq!(device(Some(("test/a", 1)), &info), Ok(()));
        let (expected, actual) = ("test/a QoS 2", "test/a QoS 1");
        let start = "online, seen, subscriptions: ";
        assert_eq!(
            device(Some(("test/a", 2)), &info),
            mismatch(&format!("{start}{expected}"), &format!("{start}{actual}"))
        );
    }

    #[test]
    fn an_unexpected_answer_is_reported() {
        let code = ErrorCode::BizSubscriptionNotFound;
        let expected = mismatch("BIZ_SUBSCRIPTION_NOT_FOUND", "an answer");
        assert_eq!(refused(&code, &Ok(())), expected);
    }

    #[test]
    fn messages_are_counted_by_sub_topic_kind_and_qos() {
        let counts = Counts::from([
            (("test/a".to_owned(), 0), 1),
            (("test/a".to_owned(), 1), 2),
            (("test/b".to_owned(), 1), 4),
            (("test/p2p/GID_x@@@y".to_owned(), 1), 8),
        ]);
        let all = Criteria::default();
        assert_eq!(all.sum(&counts), 15);
        let sub_topic = Some("/a");
        assert_eq!(
            Criteria {
                sub_topic,
                ..all.clone()
            }
            .sum(&counts),
            3
        );
        let qos = Some(Qos::AtLeastOnce);
        assert_eq!(Criteria { qos, ..all.clone() }.sum(&counts), 14);
        let msg_type = Some(MsgType::PointToPoint);
        assert_eq!(
            Criteria {
                msg_type,
                ..all.clone()
            }
            .sum(&counts),
            8
        );
        let msg_type = Some(MsgType::PublishSubscribe);
        assert_eq!(Criteria { msg_type, ..all }.sum(&counts), 7);
    }
}
