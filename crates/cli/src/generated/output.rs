// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Facts about responses that their output depends on.

use pop_cli::chart::Chart;
use pop_cli::output::Facts;
use serde::Serialize;
use super::models;

/// A response with facts about its value.
pub(crate) trait Shown: Serialize {
    /// Names of the members that are times.
    const TIMES: &[&str] = &[];

    /// Returns the chart in the response, if it has one.
    fn chart(&self) -> Option<Chart<'_>> {
        None
    }

    /// Returns all facts.
    fn facts(&self) -> Facts<'_> {
        Facts {
            times: Self::TIMES,
            chart: self.chart(),
        }
    }
}

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
