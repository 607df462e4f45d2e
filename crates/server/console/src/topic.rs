//! Messages of a topic, with every filter of the action, as a chart and as CSV.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use ons_mqtt_models::{MsgType, Qos, QueryMsgTransTrendRequest, StatsChart, TpsType, TransType};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use pop_explorer::{Failed, Guest};

use crate::chart::svg;
use crate::console::{Console, overview_path, path};
use crate::period::days;
use crate::range::{Choice, Range};
use crate::status::InstanceStatus;
use crate::texts::{Texts, texts};
use crate::view::{number, render};

#[derive(Template)]
#[template(path = "topic.html")]
struct TopicPage<'a> {
    t: &'static Texts,
    overview: &'static str,
    instance: &'a InstanceStatus,
    topic: &'a str,
    path: String,
    csv: String,
    filter: &'a Filter,
    ranges: Vec<Choice>,
    chart: Result<Shown, Failed>,
}

/// A chart with what it adds up to.
struct Shown {
    svg: String,
    total: String,
    largest: String,
}

/// What the person wants to see; texts are those of the form.
struct Filter {
    range: Range,
    kind: String,
    direction: String,
    sub_topic: String,
    mode: String,
    qos: String,
}

impl Filter {
    fn read(guest: &Guest) -> Self {
        let text = |name, default: &str| guest.parameter(name).unwrap_or(default).to_owned();
        Self {
            range: Range::chosen(guest),
            kind: text("kind", TpsType::Sum.as_str()),
            direction: text("direction", TransType::Pub.as_str()),
            sub_topic: text("sub", ""),
            mode: text("mode", ""),
            qos: text("qos", ""),
        }
    }

    fn request(
        &self,
        instance_id: &str,
        topic: &str,
        period: (i64, i64),
    ) -> QueryMsgTransTrendRequest {
        let (kind, direction) = (
            TpsType::from(&*self.kind),
            TransType::from(&*self.direction),
        );
        let mut request =
            QueryMsgTransTrendRequest::new(period.0, period.1, topic, kind, direction);
        request.instance_id = Some(instance_id.to_owned());
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        request.sub_topic = given(&self.sub_topic);
        request.msg_type = given(&self.mode).map(|mode| MsgType::from(&*mode));
        request.qos = self.qos.parse::<i32>().ok().map(Qos::from);
        request
    }

    fn query(&self) -> String {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        format!(
            "minutes={}&kind={}&direction={}&sub={}&mode={}&qos={}",
            self.range.minutes,
            encode(&self.kind),
            encode(&self.direction),
            encode(&self.sub_topic),
            encode(&self.mode),
            encode(&self.qos)
        )
    }
}

/// Answers with the page of a topic.
pub(crate) async fn show(
    console: State<Arc<Console>>,
    Path((instance_id, topic)): Path<(String, String)>,
    parts: Parts,
) -> Response {
    let (guest, instance) = match console.guest_of(&parts, &instance_id) {
        Ok(found) => found,
        Err(response) => return *response,
    };
    if !instance.topics.contains(&topic) {
        return guest.unknown();
    }
    let t = texts(&guest);
    let filter = Filter::read(&guest);
    let chart = trend(&guest, &instance.id, &topic, &filter).await;
    let chart = chart.map(|chart| {
        let values = chart.records.iter().map(|point| point.y);
        Shown {
            total: number(values.clone().sum()),
            largest: number(values.fold(0.0, f64::max)),
            svg: svg(
                &chart,
                t.message_trend,
                filter.range.begin,
                filter.range.end,
            ),
        }
    });
    let page = path(&instance.id, &["topics", &topic]);
    let body = render(&TopicPage {
        t,
        overview: overview_path(),
        instance: &instance,
        topic: &topic,
        csv: format!("{page}/trend.csv?{}", filter.query()),
        path: page,
        filter: &filter,
        ranges: filter.range.choices(),
        chart,
    });
    guest.page(StatusCode::OK, &topic, body)
}

/// Answers with the values of the chart, one per line.
pub(crate) async fn csv(
    console: State<Arc<Console>>,
    Path((instance_id, topic)): Path<(String, String)>,
    parts: Parts,
) -> Response {
    let (guest, instance) = match console.guest_of(&parts, &instance_id) {
        Ok(found) => found,
        Err(response) => return *response,
    };
    if !instance.topics.contains(&topic) {
        return guest.unknown();
    }
    let filter = Filter::read(&guest);
    match trend(&guest, &instance.id, &topic, &filter).await {
        Ok(chart) => {
            let mut lines = String::from("time_ms,value\r\n");
            for point in &chart.records {
                lines.push_str(&format!("{},{}\r\n", point.x, point.y));
            }
            let headers = [
                (CONTENT_TYPE, "text/csv; charset=utf-8"),
                (CONTENT_DISPOSITION, "attachment; filename=\"trend.csv\""),
                (CACHE_CONTROL, "no-store"),
            ];
            (headers, lines).into_response()
        }
        Err(problem) => (StatusCode::BAD_REQUEST, problem.code).into_response(),
    }
}

async fn trend(
    guest: &Guest,
    instance_id: &str,
    topic: &str,
    filter: &Filter,
) -> Result<StatsChart, Failed> {
    let mut chart = StatsChart::default();
    for period in days(filter.range.begin, filter.range.end) {
        let answer = guest
            .call(&filter.request(instance_id, topic, period))
            .await?;
        chart.records.extend(answer.data.records);
    }
    Ok(chart)
}
