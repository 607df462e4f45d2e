//! The RPC protocol of Alibaba Cloud's API gateway (POP), without I/O and for any product.
//!
//! Client and server share this code: one side reads and verifies exactly what the other writes
//! and signs.
//!
//! | task | module |
//! |---|---|
//! | sign a request, verify a signature | [`signature`]; `acs3` with the feature of that name |
//! | convert typed values to parameters and back | [`parameter`] |
//! | write and read bodies as JSON or XML | [`format`](mod@format), [`members`], [`wire`], [`xml`] |
//! | describe an error | [`error`] |
//! | write and read a time | [`timestamp`] |
//! | describe an action, and a list that it returns in pages | [`action`], [`paging`] |
//! | read and check a request in a service | `service`, with the feature of that name |
//!
//! `docs/PROTOCOL.md` in the repository specifies the protocol and names its sources.

#[cfg(feature = "acs3")]
pub mod acs3;
pub mod action;
mod arbitrary;
pub mod canonical;
pub mod error;
pub mod excerpt;
pub mod format;
pub mod members;
mod method;
mod open_enum;
pub mod paging;
pub mod parameter;
#[cfg(feature = "service")]
mod request;
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
pub use method::Method;
pub use open_enum::OpenEnum;
pub use paging::Paged;
pub use parameter::{
    Member, Parameter, ParameterError, ParameterSink, ParameterStruct, Parameters, Reader, member,
};
pub use serde_json::Value as Json;
pub use signature::{SignatureMethod, SigningKey};

/// Crates that generated code and macros refer to; not for other use.
#[doc(hidden)]
pub mod private {
    pub use serde;
    pub use serde_json;
}
