//! Charts of counts and samples, with the titles and units of the reference document.

use std::ops::Add;

use ons_mqtt_models::{
    MsgType, QueryMsgTransTrendRequest, StatsChart, StatsData, TpsType, TransType,
};
use ons_mqtt_store::{Direction, MessageKind, MessageQuery, Point};

use crate::config::Instance;
use crate::period::Period;
use crate::topic::sub_topic;

/// Returns the chart of online devices. Of several samples in an interval, the last one counts.
pub(crate) fn online(period: Period, samples: &[Point]) -> StatsChart {
    let values = period.fill(&pairs(samples), |_, last| last);
    chart(
        "客户端连接数",
        "数量",
        values.into_iter().map(|(x, y)| (x, y as f64)),
    )
}

/// Returns the chart of messages, as a sum per interval or as a rate per second.
pub(crate) fn messages(
    period: Period,
    counts: &[Point],
    tps_type: &TpsType,
    trans_type: &TransType,
) -> StatsChart {
    let values = period.fill(&pairs(counts), Add::add).into_iter();
    let is_rate = *tps_type == TpsType::Tps;
    let title = match (trans_type, is_rate) {
        (TransType::Sub, true) => "消息消费TPS",
        (TransType::Sub, false) => "消息消费总量",
        (_, true) => "消息生产TPS",
        (_, false) => "消息生产总量",
    };
    let seconds = divisor(tps_type, period.interval);
    let unit = if is_rate { "条/秒" } else { "条" };
    chart(title, unit, values.map(|(x, y)| (x, y as f64 / seconds)))
}

/// Returns the number that turns a number of messages in an interval into what a request asks for: for a rate, the seconds of
/// the interval.
pub(crate) fn divisor(tps_type: &TpsType, interval: i64) -> f64 {
    match tps_type {
        TpsType::Tps => interval as f64 / 1000.0,
        _ => 1.0,
    }
}

/// Returns the query for the messages of a request, whose topic the instance has.
pub(crate) fn message_query(
    instance: &Instance,
    request: &QueryMsgTransTrendRequest,
    period: Period,
) -> MessageQuery {
    MessageQuery {
        instance_id: instance.id.clone(),
        parent_topic: request.parent_topic.clone(),
        sub_topic: request.sub_topic.as_deref().map(sub_topic),
        kind: request.msg_type.as_ref().and_then(kind),
        direction: direction(&request.trans_type),
        qos: request
            .qos
            .as_ref()
            .filter(|qos| qos.is_known())
            .and_then(|qos| qos.value().try_into().ok()),
        begin: period.begin,
        end: period.end,
    }
}

/// Returns the kind of messages that a request asks for; `None` for both kinds.
fn kind(msg_type: &MsgType) -> Option<MessageKind> {
    match msg_type {
        MsgType::PointToPoint => Some(MessageKind::P2p),
        MsgType::PublishSubscribe => Some(MessageKind::Sub),
        _ => None,
    }
}

/// Returns the direction of the messages that a request asks for.
fn direction(trans_type: &TransType) -> Direction {
    match trans_type {
        TransType::Sub => Direction::Sub,
        _ => Direction::Pub,
    }
}

fn pairs(points: &[Point]) -> Vec<(i64, i64)> {
    points
        .iter()
        .map(|point| (point.time, point.count))
        .collect()
}

fn chart(title: &str, unit: &str, points: impl Iterator<Item = (i64, f64)>) -> StatsChart {
    let records = points.map(|(x, y)| StatsData::new(x, y)).collect();
    StatsChart::new(records, title, "时间", unit)
}
