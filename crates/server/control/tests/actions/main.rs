//! Tests a complete service in this process with the generated client and real devices. Each
//! parameter of each action must change the answer as the reference document specifies.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

mod client_by_client_id;
mod client_by_topic;
mod clock;
mod console;
mod consumers;
mod database;
mod error_codes;
mod explorer;
mod formats;
mod ghosts;
mod groups;
mod history_online;
mod https;
mod long_range;
mod metrics;
mod msg_trans_trend;
mod namespaces;
mod notifications;
mod pages;
mod refusals;
mod restart;
mod sign_in;
