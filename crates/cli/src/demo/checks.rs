//! What is expected against what is answered.

use std::fmt::Display;

use ons_mqtt_client::models::{MqttClientInfo, MsgType, Qos, StatsChart};
use ons_mqtt_client::{Error, ErrorCode};

use super::fleet::{Counts, TOPIC};

/// An answer that is not the expected one.
#[derive(Debug, PartialEq)]
pub(super) struct Mismatch {
    pub(super) expected: String,
    pub(super) came: String,
}

/// Whether an answer is as expected.
pub(super) type Check = Result<(), Mismatch>;

/// Which messages are counted; `None` for all.
#[derive(Clone, Default)]
pub(super) struct Sort {
    pub(super) sub_topic: Option<&'static str>,
    pub(super) msg_type: Option<MsgType>,
    pub(super) qos: Option<Qos>,
}

impl Sort {
    /// How many messages of this sort the devices counted.
    pub(super) fn sum(&self, counts: &Counts) -> u64 {
        let of_sort = counts.iter().filter(|((topic, qos), _)| {
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
                    .is_none_or(|q| q.value() == i32::from(*qos))
        });
        of_sort.map(|(_, count)| count).sum()
    }
}

/// There has to be an answer, and it has to pass.
pub(super) fn answer<T>(came: &Result<T, Error>, check: impl Fn(&T) -> Check) -> Check {
    match came {
        Ok(answer) => check(answer),
        Err(error) => Err(Mismatch {
            expected: "an answer".to_owned(),
            came: error.to_string(),
        }),
    }
}

/// The values have to be equal.
pub(super) fn same<T: PartialEq + Display>(expected: T, came: T) -> Check {
    if expected == came {
        return Ok(());
    }
    Err(Mismatch {
        expected: expected.to_string(),
        came: came.to_string(),
    })
}

/// The values of a chart have to have this sum.
pub(super) fn total(expected: u64, chart: &StatsChart) -> Check {
    let came: f64 = chart.records.iter().map(|point| point.y).sum();
    same(expected as f64, came)
}

/// The last value of a chart has to be this one.
pub(super) fn last(expected: u64, chart: &StatsChart) -> Check {
    let came = chart.records.last().map(|point| point.y);
    let came = came.map_or_else(|| "no value".to_owned(), |value| value.to_string());
    same(expected.to_string(), came)
}

/// A device has to be online with one subscription, or to have been seen and to be offline.
pub(super) fn device(subscription: Option<(&str, i32)>, came: &MqttClientInfo) -> Check {
    let text = |online, seen, subscriptions: String| {
        let state = if online { "online" } else { "offline" };
        let seen = if seen { "seen" } else { "never seen" };
        format!("{state}, {seen}, subscriptions: {subscriptions}")
    };
    let expected = subscription.map(|(topic, qos)| format!("{topic} QoS {qos}"));
    let expected = text(subscription.is_some(), true, expected.unwrap_or_default());
    let subscriptions = came.subscription_data.iter().map(|subscription| {
        let sub_topic = subscription.sub_topic.as_deref().unwrap_or_default();
        let topic = format!("{}{sub_topic}", subscription.parent_topic);
        format!("{} QoS {}", topic.trim_end_matches('/'), subscription.qos)
    });
    let subscriptions: Vec<String> = subscriptions.collect();
    let seen = came.last_touch.is_some() && came.socket_channel.is_some();
    same(expected, text(came.online, seen, subscriptions.join(", ")))
}

/// The service has to refuse with this code.
pub(super) fn refused<T>(expected: &ErrorCode, came: &Result<T, Error>) -> Check {
    let came = match came {
        Ok(_) => "an answer".to_owned(),
        Err(error) => match error.code() {
            Some(code) => code.to_string(),
            None => error.to_string(),
        },
    };
    same(expected.to_string(), came)
}

#[cfg(test)]
mod tests {
    use ons_mqtt_client::models::{StatsData, Subscription};

    use super::*;

    fn mismatch(expected: &str, came: &str) -> Check {
        let (expected, came) = (expected.to_owned(), came.to_owned());
        Err(Mismatch { expected, came })
    }

    fn chart(values: &[f64]) -> StatsChart {
        let mut chart = StatsChart::default();
        chart.records = (0..)
            .zip(values)
            .map(|(x, y)| {
                let mut point = StatsData::default();
                (point.x, point.y) = (x, *y);
                point
            })
            .collect();
        chart
    }

    #[test]
    fn a_wrong_number_is_reported_with_what_was_expected() {
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
        let mut subscription = Subscription::default();
        subscription.parent_topic = "home".to_owned();
        subscription.sub_topic = Some("/a/".to_owned());
        subscription.qos = Qos::AtLeastOnce;
        info.subscription_data = vec![subscription];
        assert_eq!(device(Some(("home/a", 1)), &info), Ok(()));
        let (expected, came) = ("home/a QoS 2", "home/a QoS 1");
        let start = "online, seen, subscriptions: ";
        assert_eq!(
            device(Some(("home/a", 2)), &info),
            mismatch(&format!("{start}{expected}"), &format!("{start}{came}"))
        );
    }

    #[test]
    fn an_answer_where_none_may_be_is_reported() {
        let code = ErrorCode::BizSubscriptionNotFound;
        let expected = mismatch("BIZ_SUBSCRIPTION_NOT_FOUND", "an answer");
        assert_eq!(refused(&code, &Ok(())), expected);
    }

    #[test]
    fn messages_are_summed_by_sub_topic_kind_and_qos() {
        let counts = Counts::from([
            (("home/a".to_owned(), 0), 1),
            (("home/a".to_owned(), 1), 2),
            (("home/b".to_owned(), 1), 4),
            (("home/p2p/GID_x@@@y".to_owned(), 1), 8),
        ]);
        let all = Sort::default();
        assert_eq!(all.sum(&counts), 15);
        let sub_topic = Some("/a");
        assert_eq!(
            Sort {
                sub_topic,
                ..all.clone()
            }
            .sum(&counts),
            3
        );
        let qos = Some(Qos::AtLeastOnce);
        assert_eq!(Sort { qos, ..all.clone() }.sum(&counts), 14);
        let msg_type = Some(MsgType::PointToPoint);
        assert_eq!(
            Sort {
                msg_type,
                ..all.clone()
            }
            .sum(&counts),
            8
        );
        let msg_type = Some(MsgType::PublishSubscribe);
        assert_eq!(Sort { msg_type, ..all }.sum(&counts), 7);
    }
}
