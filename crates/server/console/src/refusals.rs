//! Devices that were refused lately.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use pop_explorer::Guest;

use crate::console::{Console, overview_path, path};
use crate::status::{Bilingual, InstanceStatus, NoAnswer, RefusedDevice};
use crate::texts::{Texts, texts};
use crate::view::{render, time};

/// Largest number of refusals on a page.
const ROWS: usize = 200;

#[derive(Template)]
#[template(path = "refusals.html")]
struct RefusalsPage<'a> {
    t: &'static Texts,
    overview: &'static str,
    instance: &'a InstanceStatus,
    rows: Result<Vec<Row>, String>,
}

/// A refusal as it is shown.
pub(crate) struct Row {
    /// Page of the device.
    pub(crate) path: String,
    pub(crate) time: String,
    pub(crate) client_id: String,
    pub(crate) address: String,
    pub(crate) reason: String,
    pub(crate) remedy: Vec<Piece>,
}

/// A piece of a sentence.
pub(crate) struct Piece {
    pub(crate) text: String,
    /// `true` if it was between backquotes.
    pub(crate) is_code: bool,
}

impl Row {
    /// Returns what a page shows: refusals, or the sentence that says why they are unknown.
    pub(crate) fn all(
        refusals: Result<Vec<RefusedDevice>, NoAnswer>,
        instance_id: &str,
        guest: &Guest,
    ) -> Result<Vec<Self>, String> {
        let refusals = refusals.map_err(|problem| texts(guest).no_answer(&problem))?;
        let rows = refusals.into_iter().take(ROWS);
        Ok(rows.map(|it| Self::of(it, instance_id, guest)).collect())
    }

    fn of(device: RefusedDevice, instance_id: &str, guest: &Guest) -> Self {
        let id = utf8_percent_encode(&device.client_id, NON_ALPHANUMERIC);
        let of = |text: Bilingual| match guest.reads_chinese() {
            true => text.zh,
            false => text.en,
        };
        Self {
            path: format!("{}?id={id}", path(instance_id, &["clients"])),
            time: time(device.time),
            client_id: device.client_id,
            address: device.address.to_string(),
            reason: of(device.reason),
            remedy: pieces(&of(device.remedy)),
        }
    }
}

/// Answers with the refusals of an instance.
pub(crate) async fn show(
    console: State<Arc<Console>>,
    Path(instance_id): Path<String>,
    parts: Parts,
) -> Response {
    let (guest, instance) = match console.guest_of(&parts, &instance_id).await {
        Ok(found) => found,
        Err(response) => return *response,
    };
    let t = texts(&guest);
    let refusals = console
        .status
        .refusals(guest.access_key_id(), &instance.id, None)
        .await;
    let rows = Row::all(refusals, &instance.id, &guest);
    let body = render(&RefusalsPage {
        t,
        overview: overview_path(),
        instance: &instance,
        rows,
    });
    guest.page(StatusCode::OK, t.refusals, body)
}

/// Splits a sentence at backquotes. It may repeat texts of strangers, so it is not Markdown.
fn pieces(text: &str) -> Vec<Piece> {
    let piece = |(number, text): (usize, &str)| Piece {
        text: text.to_owned(),
        is_code: number % 2 == 1,
    };
    text.split('`').enumerate().map(piece).collect()
}
