// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Request and response of `SmallListNames`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `SmallListNames`.
///
/// Lists names, in pages with tokens.
///
/// Returns a list in pages: the methods `pages` and `items` of its call read all of it.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListNamesRequest {
    /// Token of the page. `NextToken` on the wire.
    pub next_token: Option<String>,
    /// Number of names per page. `MaxResults` on the wire.
    pub max_results: Option<i32>,
}

impl ListNamesRequest {
    /// Creates a request with the required parameters.
    pub fn new() -> Self {
        Self::default()
    }
}

pop_rpc::wire_struct!(
    ListNamesRequest, "NextToken" => optional next_token, "MaxResults" => optional
    max_results,
);

impl Action for ListNamesRequest {
    const INFO: ActionInfo = ActionInfo::new("SmallListNames", VERSION);
    const SORTED: bool = true;

    type Response = ListNamesResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("MaxResults", &self.max_results);
        sink.flat("NextToken", &self.next_token);
    }
}

impl pop_rpc::Paged for ListNamesRequest {
    type Item = String;

    fn items(page: &mut ListNamesResponse) -> Option<&mut Vec<String>> {
        Some(&mut page.names)
    }

    fn next(
        &self,
        page: &ListNamesResponse,
        _: pop_rpc::paging::Progress,
    ) -> Option<Self> {
        let sent = self.next_token.as_deref();
        let received = page.next_token.as_deref()?;
        let token = pop_rpc::paging::next_token(sent, received)?;
        Some(Self {
            next_token: Some(token),
            ..self.clone()
        })
    }
}

/// Response of `SmallListNames`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListNamesResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
    /// Names of the page. `Names` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<String>)"))]
    pub names: Vec<String>,
    /// Token of the next page. `NextToken` on the wire.
    pub next_token: Option<String>,
}

impl ListNamesResponse {
    /// Creates a response with the members that are always present.
    pub fn new() -> Self {
        Self::default()
    }

    /// ID of the request.
    pub fn request_id(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = request_id.into();
        self
    }

    /// Names of the page.
    pub fn names(mut self, names: Vec<String>) -> Self {
        self.names = names;
        self
    }

    /// Token of the next page.
    pub fn next_token(mut self, next_token: impl Into<String>) -> Self {
        self.next_token = Some(next_token.into());
        self
    }
}

pop_rpc::wire_struct!(
    ListNamesResponse, "RequestId" => always request_id, "Names" => optional(NameItem)
    names, "NextToken" => optional next_token,
);

/// Name of list items on the wire: `Name`.
struct NameItem;

impl pop_rpc::wire::ItemName for NameItem {
    const NAME: &'static str = "Name";
}
