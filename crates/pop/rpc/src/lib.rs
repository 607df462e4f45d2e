//! The RPC protocol of Alibaba Cloud's API gateway (POP), without I/O and for any product.
//!
//! Client and server stand on the same code: what one writes and signs, the other reads and
//! verifies.
//!
//! | question | where |
//! |---|---|
//! | How is a request signed, how is a signature verified? | [`signature`]; with the feature `acs3`, `acs3` |
//! | How do typed values become parameters and come back? | [`parameter`] |
//! | How are bodies written and read, as JSON or XML? | [`format`](mod@format), [`wire`], [`xml`] |
//! | What does an error look like? | [`error`] |
//! | How is a time written? | [`timestamp`] |
//! | What is known of an action? | [`action`] |
//! | How does a service read and check a request? | `service`, with the feature of that name |
//!
//! The facts behind it stand in `docs/PROTOCOL.md` of the repository.

#[cfg(feature = "acs3")]
pub mod acs3;
pub mod action;
pub mod canonical;
pub mod error;
pub mod format;
mod open_enum;
pub mod parameter;
#[cfg(feature = "service")]
pub mod service;
pub mod signature;
pub mod timestamp;
pub mod window;
pub mod wire;
pub mod xml;

pub use action::{Action, ActionInfo, Operation, RateLimit};
pub use error::ErrorBody;
pub use format::Format;
pub use parameter::{Parameter, ParameterSink, Parameters};
pub use serde_json::Value as Json;
pub use signature::{Method, SignatureMethod, SigningKey};

/// What generated code and macros name; not for other use.
#[doc(hidden)]
pub mod private {
    pub use serde;
    pub use serde_json;
}
