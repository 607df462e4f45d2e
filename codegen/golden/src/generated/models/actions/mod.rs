// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Requests and responses, one module per action.

mod get_thing;
mod put_things;
mod r#type;
mod small;
mod list_names;
mod list_parts;
mod send_text;
mod forget;
mod greet;
mod put_maps;
mod speak;
mod list_all;

use pop_rpc::{Action, ActionInfo};

pub use get_thing::*;
pub use put_things::*;
pub use r#type::*;
pub use small::*;
pub use list_names::*;
pub use list_parts::*;
pub use send_text::*;
pub use forget::*;
pub use greet::*;
pub use put_maps::*;
pub use speak::*;
pub use list_all::*;

/// Facts about every action.
pub const ACTIONS: &[ActionInfo] = &[
    GetThingRequest::INFO,
    PutThingsRequest::INFO,
    TypeRequest::INFO,
    SmallRequest::INFO,
    ListNamesRequest::INFO,
    ListPartsRequest::INFO,
    SendTextRequest::INFO,
    ForgetRequest::INFO,
    GreetRequest::INFO,
    PutMapsRequest::INFO,
    SpeakRequest::INFO,
    ListAllRequest::INFO,
];
