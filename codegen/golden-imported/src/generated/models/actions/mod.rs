// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Requests and responses, one module per action.

mod alone;
mod get_thing;
mod get_ur_ls;
mod list_or_one;
mod r#type;
mod r#type_2;

use pop_rpc::{Action, ActionInfo};

pub use alone::*;
pub use get_thing::*;
pub use get_ur_ls::*;
pub use list_or_one::*;
pub use r#type::*;
pub use r#type_2::*;

/// Facts about every action.
pub const ACTIONS: &[ActionInfo] = &[
    AloneRequest::INFO,
    GetThingRequest::INFO,
    GetUrLsRequest::INFO,
    ListOrOneRequest::INFO,
    TypeRequest::INFO,
    TypeRequest2::INFO,
];
