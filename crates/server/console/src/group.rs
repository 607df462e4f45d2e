//! A group: its devices online now and before, its creation and deletion.

use std::sync::Arc;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use ons_mqtt_models::{GroupIdCreateRequest, GroupIdDeleteRequest, QueryHistoryOnlineRequest};
use pop_explorer::{Failed, Guest};

use crate::chart::{About, COLUMNS, Drawn, Rows, Series, on_page};
use crate::clients::Clients;
use crate::console::{Console, overview_path, path};
use crate::period::days;
use crate::range::{Field, Period, Range, query};
use crate::status::{GroupStatus, InstanceStatus};
use crate::texts::{Texts, texts};
use crate::unit::Measure;
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
    let rows = history(console, guest, instance, group, &range).await;
    let chart = rows.map(|rows| on_page(t, &range, &rows));
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

/// Returns the devices online. If that would take several calls of the action, one call checks the parameters and counts within the
/// limit of calls; the values come from the database.
async fn history(
    console: &Console,
    guest: &Guest,
    instance: &InstanceStatus,
    group: &GroupStatus,
    range: &Range,
) -> Result<Rows, Failed> {
    let request = |begin, end| {
        let mut request = QueryHistoryOnlineRequest::new(begin, end, &group.id);
        request.instance_id = Some(instance.id.clone());
        request
    };
    let Range { begin, end, .. } = *range;
    let (name, measure) = (String::new(), Measure::Sample);
    let interval = console.status.interval();
    if days(begin, end).len() <= 1 {
        let chart = guest.call(&request(begin, end)).await?.data;
        return Ok(Rows::of(vec![Series { name, chart }], measure, interval));
    }
    let checked = guest.call(&request(end, end)).await?.data;
    let (owner, request) = (guest.access_key_id(), request(begin, end));
    let trend = console.status.online(owner, &request, COLUMNS);
    let trend = trend.await.map_err(|reason| texts(guest).unread(&reason))?;
    let about = About {
        title: checked.title,
        unit: checked.y_unit,
        measure,
        interval,
    };
    Ok(Rows::of_trend(vec![name], about, trend))
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
