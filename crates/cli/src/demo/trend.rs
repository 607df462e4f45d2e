//! Questions about numbers of messages: charts, and sums by sub topic, kind and QoS.

use jiff::Timestamp;
use ons_mqtt_client::models::{
    MsgType, Qos, QueryMsgTransTrendRequest, QueryMsgTransTrendResponse, TpsType, TransType,
};
use ons_mqtt_client::{Call, Client, Error};
use pop_cli::{Given as _, table, time};

use super::checks::{Check, Criteria, answer, total};
use super::fleet::{TOPIC, Tally, device_count};
use super::interview::Interview;
use crate::failure::Failure;

/// Returns a summary of what the devices counted.
pub(super) fn summary(tally: &Tally) -> String {
    let all = Criteria::default();
    format!(
        "{} devices connected, sent {} messages and received {}; then one left.",
        device_count(),
        all.sum(&tally.sent),
        all.sum(&tally.received)
    )
}

/// Question about messages.
struct Trend {
    begin: i64,
    tps_type: TpsType,
    trans_type: TransType,
    criteria: Criteria,
}

impl Trend {
    /// Returns the command line after `ons-mqtt`.
    fn line(&self) -> String {
        let begin = time::show(self.begin).unwrap_or_default();
        let (tps_type, trans_type) = (&self.tps_type, &self.trans_type);
        let options = self.options();
        format!("message trend {begin} now {TOPIC} {tps_type} {trans_type}{options}")
    }

    fn options(&self) -> String {
        let mut options = String::new();
        if let Some(sub_topic) = self.criteria.sub_topic {
            options.push_str(&format!(" --sub-topic {sub_topic}"));
        }
        if let Some(msg_type) = &self.criteria.msg_type {
            options.push_str(&format!(" --msg-type {msg_type}"));
        }
        if let Some(qos) = &self.criteria.qos {
            options.push_str(&format!(" --qos {qos}"));
        }
        options
    }

    fn call(&self, client: &Client) -> Call<QueryMsgTransTrendRequest> {
        let now = Timestamp::now().as_millisecond();
        let (tps_type, trans_type) = (self.tps_type.clone(), self.trans_type.clone());
        client
            .query_msg_trans_trend(self.begin, now, TOPIC, tps_type, trans_type)
            .given(self.criteria.sub_topic, |call, value| call.sub_topic(value))
            .given(self.criteria.msg_type.clone(), |call, value| {
                call.msg_type(value)
            })
            .given(self.criteria.qos.clone(), |call, value| call.qos(value))
    }

    /// Returns the number of messages that the devices counted.
    fn expected(&self, tally: &Tally) -> u64 {
        match self.trans_type {
            TransType::Pub => self.criteria.sum(&tally.sent),
            _ => self.criteria.sum(&tally.received),
        }
    }
}

/// Asks for charts of messages and for their sums.
pub(super) async fn ask(
    interview: &mut Interview<'_>,
    client: &Client,
    begin: i64,
    tally: &Tally,
) -> Result<(), Failure> {
    interview.heading("Number of messages per second")?;
    for (tps_type, trans_type, did) in [
        (TpsType::Sum, TransType::Pub, "sent"),
        (TpsType::Tps, TransType::Sub, "received"),
    ] {
        let trend = Trend {
            begin,
            tps_type,
            trans_type,
            criteria: Criteria::default(),
        };
        let expected = trend.expected(tally);
        let reason = format!("{expected} in total, as many as the devices {did}");
        let call = || trend.call(client);
        let check = |actual: &_| adds_up(expected, actual);
        interview.ask(&trend.line(), call, &reason, check).await?;
    }
    interview.heading("The same by sub topic, kind and QoS")?;
    let titles = ["options", "devices counted", "service counted"];
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    let mut line = String::new();
    for trans_type in [TransType::Pub, TransType::Sub] {
        for criteria in criteria_of_sums() {
            let trend = Trend {
                begin,
                tps_type: TpsType::Sum,
                trans_type: trans_type.clone(),
                criteria,
            };
            line = trend.line();
            rows.push(row(interview, client, &trend, tally).await);
        }
    }
    let table = table::lines(&rows);
    let lines = table.lines().map(|row| {
        if row.contains(['✓', '✗']) {
            interview.paint.verdict(row)
        } else {
            row.to_owned()
        }
    });
    let lines: Vec<String> = lines.collect();
    let command = interview.paint.command(&format!("$ ons-mqtt {line}"));
    interview.say(&format!(
        "Each row is the sum of a chart. The command of the last one is\n{command}\n\n{}",
        lines.join("\n")
    ))
}

/// Asks for one sum; returns options, the devices' count, and the service's count as a table row.
async fn row(
    interview: &mut Interview<'_>,
    client: &Client,
    trend: &Trend,
    tally: &Tally,
) -> Vec<String> {
    let expected = trend.expected(tally);
    let check = |actual: &_| adds_up(expected, actual);
    let (_, checked) = interview.settle(|| trend.call(client), check).await;
    let actual = match &checked {
        Ok(()) => format!("✓ {expected}"),
        Err(mismatch) => format!("✗ {}", mismatch.actual),
    };
    interview.verdict::<QueryMsgTransTrendRequest>(&trend.line(), "a sum", checked);
    let options = format!("{}{}", trend.trans_type, trend.options());
    vec![options, expected.to_string(), actual]
}

/// Checks the sum of a chart. Rates add up to it, too, because the service's interval is one
/// second.
fn adds_up(expected: u64, actual: &Result<QueryMsgTransTrendResponse, Error>) -> Check {
    answer(actual, |actual| total(expected, &actual.data))
}

/// Returns criteria by sub topic, by kind, by QoS, and by all three.
fn criteria_of_sums() -> Vec<Criteria> {
    let all = Criteria::default;
    let sub_topics = ["/switch", "/report"].map(|sub_topic| Criteria {
        sub_topic: Some(sub_topic),
        ..all()
    });
    let kinds = [MsgType::PointToPoint, MsgType::PublishSubscribe].map(|msg_type| Criteria {
        msg_type: Some(msg_type),
        ..all()
    });
    let levels = Qos::KNOWN.iter().map(|qos| Criteria {
        qos: Some(qos.clone()),
        ..all()
    });
    let one = Criteria {
        sub_topic: Some("/report"),
        msg_type: Some(MsgType::PublishSubscribe),
        qos: Some(Qos::AtLeastOnce),
    };
    let mut criteria = [sub_topics, kinds].concat();
    criteria.extend(levels);
    criteria.push(one);
    criteria
}
