//! A whole service in this process, asked by the generated client and by real devices: each parameter
//! of each action changes the answer as the reference document says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

mod client_by_client_id;
mod client_by_topic;
mod database;
mod error_codes;
mod formats;
mod ghosts;
mod groups;
mod history_online;
mod metrics;
mod msg_trans_trend;
mod namespaces;
mod refusals;
mod restart;
