// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

#![allow(
    clippy::doc_lazy_continuation,
    clippy::doc_overindented_list_items,
    missing_docs,
    rustdoc::all,
    reason = "doc comments are help texts: plain, not Markdown"
)]
#![allow(clippy::large_enum_variant, reason = "a run has one command")]

mod command;
pub(crate) mod output;
pub(crate) mod program;
mod run;
mod session;
mod tools;
mod values;

use ons_mqtt_client::models;
pub(crate) use program::main;
pub(crate) use session::Failure;
