// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! What the output knows of responses.

use ons_mqtt_client::models;
use crate::chart::Chart;
use crate::output::Shown;

impl Shown for models::GroupIdCreateResponse {}

impl Shown for models::GroupIdDeleteResponse {}

impl Shown for models::GroupIdListResponse {
    const TIMES: &[&str] = &["CreateTime", "UpdateTime"];
}

impl Shown for models::QueryHistoryOnlineResponse {
    const TIMES: &[&str] = &["X"];

    fn chart(&self) -> Option<Chart<'_>> {
        let chart = &self.data;
        Some(Chart {
            texts: Vec::from([
                chart.title.as_str(),
                chart.x_unit.as_str(),
                chart.y_unit.as_str(),
            ]),
            points: chart.records.iter().map(|point| (point.x, point.y)).collect(),
        })
    }
}

impl Shown for models::QueryClientByTopicResponse {}

impl Shown for models::QueryClientByGroupIdResponse {}

impl Shown for models::QueryClientByClientIdResponse {
    const TIMES: &[&str] = &["LastTouch"];
}

impl Shown for models::QueryMsgTransTrendResponse {
    const TIMES: &[&str] = &["X"];

    fn chart(&self) -> Option<Chart<'_>> {
        let chart = &self.data;
        Some(Chart {
            texts: Vec::from([
                chart.title.as_str(),
                chart.x_unit.as_str(),
                chart.y_unit.as_str(),
            ]),
            points: chart.records.iter().map(|point| (point.x, point.y)).collect(),
        })
    }
}
