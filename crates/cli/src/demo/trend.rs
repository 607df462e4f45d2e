//! How many messages there were: charts, and the sums of each sort of message.

use jiff::Timestamp;
use ons_mqtt_client::models::{
    MsgType, Qos, QueryMsgTransTrendRequest, QueryMsgTransTrendResponse, TpsType, TransType,
};
use ons_mqtt_client::{Call, Client, Error};
use pop_cli::{Given as _, table, time};

use super::checks::{Check, Sort, answer, total};
use super::fleet::{TOPIC, Tally, device_count};
use super::interview::Interview;
use crate::failure::Failure;

/// What the devices counted themselves.
pub(super) fn summary(tally: &Tally) -> String {
    let all = Sort::default();
    format!(
        "{} devices connected, sent {} messages and received {}; then one left.",
        device_count(),
        all.sum(&tally.sent),
        all.sum(&tally.received)
    )
}

/// One question about messages.
struct Trend {
    begin: i64,
    tps_type: TpsType,
    trans_type: TransType,
    sort: Sort,
}

impl Trend {
    /// What follows `ons-mqtt`.
    fn line(&self) -> String {
        let begin = time::show(self.begin).unwrap_or_default();
        let (tps_type, trans_type) = (&self.tps_type, &self.trans_type);
        let options = self.options();
        format!("message trend {begin} now {TOPIC} {tps_type} {trans_type}{options}")
    }

    fn options(&self) -> String {
        let mut options = String::new();
        if let Some(sub_topic) = self.sort.sub_topic {
            options.push_str(&format!(" --sub-topic {sub_topic}"));
        }
        if let Some(msg_type) = &self.sort.msg_type {
            options.push_str(&format!(" --msg-type {msg_type}"));
        }
        if let Some(qos) = &self.sort.qos {
            options.push_str(&format!(" --qos {qos}"));
        }
        options
    }

    fn call(&self, client: &Client) -> Call<QueryMsgTransTrendRequest> {
        let now = Timestamp::now().as_millisecond();
        let (tps_type, trans_type) = (self.tps_type.clone(), self.trans_type.clone());
        client
            .query_msg_trans_trend(self.begin, now, TOPIC, tps_type, trans_type)
            .given(self.sort.sub_topic, |call, value| call.sub_topic(value))
            .given(self.sort.msg_type.clone(), |call, value| {
                call.msg_type(value)
            })
            .given(self.sort.qos.clone(), |call, value| call.qos(value))
    }

    /// What the devices counted.
    fn expected(&self, tally: &Tally) -> u64 {
        match self.trans_type {
            TransType::Pub => self.sort.sum(&tally.sent),
            _ => self.sort.sum(&tally.received),
        }
    }
}

/// Asks for charts of messages, and for their sums.
pub(super) async fn ask(
    interview: &mut Interview<'_>,
    client: &Client,
    begin: i64,
    tally: &Tally,
) -> Result<(), Failure> {
    interview.heading("How many messages there were, second by second")?;
    for (tps_type, trans_type, did) in [
        (TpsType::Sum, TransType::Pub, "sent"),
        (TpsType::Sum, TransType::Sub, "received"),
        (TpsType::Tps, TransType::Sub, "received"),
    ] {
        let trend = Trend {
            begin,
            tps_type,
            trans_type,
            sort: Sort::default(),
        };
        let expected = trend.expected(tally);
        let reason = format!("in all {expected}, which the devices {did}");
        let call = || trend.call(client);
        let check = |came: &_| adds_up(expected, came);
        interview.ask(&trend.line(), call, &reason, check).await?;
    }
    interview.heading("The same by sub topic, kind and QoS: sums of SUM")?;
    let mut rows = vec![["…", "devices", "service"].map(str::to_owned).to_vec()];
    for trans_type in [TransType::Pub, TransType::Sub] {
        for sort in sorts() {
            let trend = Trend {
                begin,
                tps_type: TpsType::Sum,
                trans_type: trans_type.clone(),
                sort,
            };
            rows.push(row(interview, client, &trend, tally).await);
        }
    }
    let begin = time::show(begin).unwrap_or_default();
    let table = table::lines(&rows);
    interview.say(&format!(
        "$ ons-mqtt message trend {begin} now {TOPIC} SUM …\n{table}"
    ))
}

/// Asks for one sum: options, what the devices counted, what the service says.
async fn row(
    interview: &mut Interview<'_>,
    client: &Client,
    trend: &Trend,
    tally: &Tally,
) -> Vec<String> {
    let expected = trend.expected(tally);
    let check = |came: &_| adds_up(expected, came);
    let (_, checked) = interview.settle(|| trend.call(client), check).await;
    let came = match &checked {
        Ok(()) => format!("✓ {expected}"),
        Err(mismatch) => format!("✗ {}", mismatch.came),
    };
    interview.verdict::<QueryMsgTransTrendRequest>(&trend.line(), "a sum", checked);
    let options = format!("{}{}", trend.trans_type, trend.options());
    vec![options, expected.to_string(), came]
}

/// Rates add up to the number of messages too, since an interval of the service is a second.
fn adds_up(expected: u64, came: &Result<QueryMsgTransTrendResponse, Error>) -> Check {
    answer(came, |came| total(expected, &came.data))
}

/// By sub topic, by kind, by QoS, and by all of them.
fn sorts() -> Vec<Sort> {
    let all = Sort::default;
    let sub_topics = ["/switch", "/report"].map(|sub_topic| Sort {
        sub_topic: Some(sub_topic),
        ..all()
    });
    let kinds = [MsgType::PointToPoint, MsgType::PublishSubscribe].map(|msg_type| Sort {
        msg_type: Some(msg_type),
        ..all()
    });
    let levels = Qos::KNOWN.iter().map(|qos| Sort {
        qos: Some(qos.clone()),
        ..all()
    });
    let one = Sort {
        sub_topic: Some("/report"),
        msg_type: Some(MsgType::PublishSubscribe),
        qos: Some(Qos::AtLeastOnce),
    };
    let mut sorts = [sub_topics, kinds].concat();
    sorts.extend(levels);
    sorts.push(one);
    sorts
}
