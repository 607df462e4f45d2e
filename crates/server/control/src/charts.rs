//! Charts of counts and samples, with the titles and units of the reference document.

use std::ops::Add;

use ons_mqtt_models::{MsgType, StatsChart, StatsData, TpsType, TransType};
use ons_mqtt_store::{Direction, MessageKind, Point};

use crate::period::Period;

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
    let seconds = period.interval as f64 / 1000.0;
    if is_rate {
        chart(title, "条/秒", values.map(|(x, y)| (x, y as f64 / seconds)))
    } else {
        chart(title, "条", values.map(|(x, y)| (x, y as f64)))
    }
}

/// Returns the kind of messages that a request asks for; `None` for both kinds.
pub(crate) fn kind(msg_type: &MsgType) -> Option<MessageKind> {
    match msg_type {
        MsgType::PointToPoint => Some(MessageKind::P2p),
        MsgType::PublishSubscribe => Some(MessageKind::Sub),
        _ => None,
    }
}

/// Returns the direction of the messages that a request asks for.
pub(crate) fn direction(trans_type: &TransType) -> Direction {
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
