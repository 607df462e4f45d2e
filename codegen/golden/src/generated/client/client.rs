// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! The client, whose calls a service or a stub answers.

use std::fmt;
use std::sync::Arc;
use small_models::{ErrorCode, Region};
use pop_client::{Builder, Product, Settings};
use super::stub::Stub;

/// Client of A product that has everything, version 2020-01-02; cheap to clone.
#[derive(Clone)]
pub struct Client(pub(super) Inner);

/// Source of the answers.
#[derive(Clone)]
pub(super) enum Inner {
    Service(pop_client::Client<ErrorCode>),
    Stub(Arc<dyn Stub>),
}

impl Client {
    /// Returns a builder of a client.
    pub fn builder() -> Builder<Self> {
        Builder::default()
    }

    /// Creates a client whose calls a stub answers, for tests.
    pub fn from_stub(stub: impl Stub + 'static) -> Self {
        Self(Inner::Stub(Arc::new(stub)))
    }

    /// Returns the region of the client, if it has one.
    pub fn region(&self) -> Option<&str> {
        self.settings()?.region_id.as_deref()
    }

    /// Returns the settings of the client, unless a stub answers its calls.
    pub fn settings(&self) -> Option<&Settings> {
        match &self.0 {
            Inner::Service(client) => Some(client.settings()),
            Inner::Stub(_) => None,
        }
    }
}

impl Product for Client {
    type Code = ErrorCode;
    const SIGNATURE: pop_client::Signature = pop_client::Signature::Acs3;
    const VARIABLES: &'static str = "SMALL";

    fn regions() -> Vec<(&'static str, &'static str)> {
        Region::ALL.iter().map(|region| (region.id, region.endpoint)).collect()
    }
}

impl From<pop_client::Client<ErrorCode>> for Client {
    fn from(client: pop_client::Client<ErrorCode>) -> Self {
        Self(Inner::Service(client))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Service(client) => client.fmt(f),
            Inner::Stub(_) => f.write_str("Client(stub)"),
        }
    }
}
