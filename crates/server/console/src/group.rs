//! A group: its devices online now and before, its creation and deletion.

use std::sync::Arc;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use ons_mqtt_models::{
    GroupIdCreateRequest, GroupIdDeleteRequest, QueryHistoryOnlineRequest, StatsChart,
};
use pop_explorer::{Failed, Guest};

use crate::chart::{Drawn, Rows, Series, joined, on_page};
use crate::clients::Clients;
use crate::console::{Console, overview_path, path};
use crate::period::days;
use crate::range::{Field, Period, Range, query};
use crate::status::{GroupStatus, InstanceStatus};
use crate::texts::{Texts, texts};
use crate::view::{render, time};

#[derive(Template)]
#[template(path = "group.html")]
struct GroupPage<'a> {
    t: &'static Texts,
    overview: &'static str,
    instance: &'a InstanceStatus,
    group: &'a GroupStatus,
    access_key_id: &'a str,
    created: String,
    path: String,
    token: (&'static str, &'a str),
    period: Period,
    range_fields: Vec<Field>,
    chart: Result<Drawn, Failed>,
    clients: Result<Clients, Failed>,
    problem: Option<Failed>,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Problem<'a> {
    t: &'static Texts,
    overview: &'static str,
    title: &'a str,
    problem: Failed,
}

/// Answers with the page of a group.
pub(crate) async fn show(
    console: State<Arc<Console>>,
    Path((instance_id, group_id)): Path<(String, String)>,
    parts: Parts,
) -> Response {
    let (guest, instance) = match console.guest_of(&parts, &instance_id).await {
        Ok(found) => found,
        Err(response) => return *response,
    };
    let owner = guest.access_key_id();
    let group = console.status.group(owner, &instance.id, &group_id);
    let Some(group) = group.await else {
        return guest.unknown();
    };
    page(&console, &guest, &instance, &group, None).await
}

async fn page(
    console: &Console,
    guest: &Guest,
    instance: &InstanceStatus,
    group: &GroupStatus,
    problem: Option<Failed>,
) -> Response {
    let t = texts(guest);
    let range = Range::chosen(guest);
    let chart = history(guest, instance, group, &range).await;
    let chart = chart.map(|chart| {
        let name = String::new();
        let rows = Rows::of(vec![Series { name, chart }]);
        on_page(t, &range, &rows)
    });
    let range_fields = range.fields();
    let query = query(&range_fields);
    let clients = Clients::listed(console, guest, &instance.id, &group.id, &query).await;
    let body = render(&GroupPage {
        t,
        clients,
        overview: overview_path(),
        instance,
        group,
        access_key_id: guest.access_key_id(),
        created: time(group.created),
        path: path(&instance.id, &["groups", &group.id]),
        token: guest.form_token(),
        period: range.period(guest, Vec::new()),
        range_fields,
        chart,
        problem,
    });
    guest.page(StatusCode::OK, &group.id, body)
}

async fn history(
    guest: &Guest,
    instance: &InstanceStatus,
    group: &GroupStatus,
    range: &Range,
) -> Result<StatsChart, Failed> {
    let days = days(range.begin, range.end).into_iter();
    joined(days.map(async |(begin, end)| {
        let mut query = QueryHistoryOnlineRequest::new(begin, end, &group.id);
        query.instance_id = Some(instance.id.clone());
        Ok(guest.call(&query).await?.data)
    }))
    .await
}

/// Creates a group.
pub(crate) async fn create(
    console: State<Arc<Console>>,
    Path(instance_id): Path<String>,
    parts: Parts,
    body: Bytes,
) -> Response {
    let (guest, instance) = match console.guest_of(&parts, &instance_id).await {
        Ok(found) => found,
        Err(response) => return *response,
    };
    let fields = match guest.form(&body) {
        Ok(fields) => fields,
        Err(response) => return *response,
    };
    let group_id = fields.get("group").unwrap_or_default().trim();
    let mut request = GroupIdCreateRequest::new(group_id);
    request.instance_id = Some(instance.id.clone());
    match guest.call(&request).await {
        Ok(_) => Redirect::to(&path(&instance.id, &["groups", group_id])).into_response(),
        Err(problem) => {
            let t = texts(&guest);
            let body = render(&Problem {
                t,
                overview: overview_path(),
                title: t.not_created,
                problem,
            });
            guest.page(StatusCode::BAD_REQUEST, t.not_created, body)
        }
    }
}

/// Deletes a group if its ID was entered once more.
pub(crate) async fn delete(
    console: State<Arc<Console>>,
    Path((instance_id, group_id)): Path<(String, String)>,
    parts: Parts,
    body: Bytes,
) -> Response {
    let (guest, instance) = match console.guest_of(&parts, &instance_id).await {
        Ok(found) => found,
        Err(response) => return *response,
    };
    let fields = match guest.form(&body) {
        Ok(fields) => fields,
        Err(response) => return *response,
    };
    let owner = guest.access_key_id();
    let group = console.status.group(owner, &instance.id, &group_id);
    let Some(group) = group.await else {
        return guest.unknown();
    };
    if fields.get("confirmed").map(str::trim) != Some(&group.id) {
        let problem = Failed {
            code: String::new(),
            remedy: texts(&guest).not_confirmed.to_owned(),
        };
        return page(&console, &guest, &instance, &group, Some(problem)).await;
    }
    let mut request = GroupIdDeleteRequest::new(&group.id);
    request.instance_id = Some(instance.id.clone());
    match guest.call(&request).await {
        Ok(_) => Redirect::to(overview_path()).into_response(),
        Err(problem) => page(&console, &guest, &instance, &group, Some(problem)).await,
    }
}
