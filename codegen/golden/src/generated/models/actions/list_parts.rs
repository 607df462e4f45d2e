// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Request and response of `SmallListParts`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `SmallListParts`.
///
/// Lists parts, in pages with numbers.
///
/// Returns a list in pages: the methods `pages` and `items` of its call read all of it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListPartsRequest {
    /// Region of the parts. `RegionId` on the wire, the client's region if not set.
    pub region_id: String,
    /// Number of the page, from 1. `PageNumber` on the wire.
    pub page_number: Option<i32>,
    /// Number of parts per page. `PageSize` on the wire.
    pub page_size: Option<i64>,
}

impl ListPartsRequest {
    /// Creates a request with the required parameters.
    pub fn new(region_id: impl Into<String>) -> Self {
        Self {
            region_id: region_id.into(),
            page_number: Default::default(),
            page_size: Default::default(),
        }
    }
}

pop_rpc::wire_struct!(
    ListPartsRequest, "RegionId" => needed region_id, "PageNumber" => optional
    page_number, "PageSize" => optional page_size,
);

impl Action for ListPartsRequest {
    const INFO: ActionInfo = ActionInfo::new("SmallListParts", VERSION);
    const SORTED: bool = true;

    type Response = ListPartsResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("PageNumber", &self.page_number);
        sink.flat("PageSize", &self.page_size);
        if !self.region_id.is_empty() {
            sink.flat("RegionId", &self.region_id);
        }
    }
}

impl pop_rpc::Paged for ListPartsRequest {
    type Item = String;

    fn items(page: &mut ListPartsResponse) -> Option<&mut Vec<String>> {
        Some(&mut page.data.as_mut()?.parts)
    }

    fn next(
        &self,
        page: &ListPartsResponse,
        progress: pop_rpc::paging::Progress,
    ) -> Option<Self> {
        let number = self.page_number;
        let size = self.page_size;
        let total = Some(page.data.as_ref()?.total_count);
        let next = pop_rpc::paging::next_number(number, size, total, progress)?;
        Some(Self {
            page_number: Some(next),
            ..self.clone()
        })
    }
}

/// Response of `SmallListParts`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListPartsResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
    /// The page. `Data` on the wire.
    pub data: Option<PartPage>,
}

impl ListPartsResponse {
    /// Creates a response with the members that are always present.
    pub fn new() -> Self {
        Self::default()
    }

    /// ID of the request.
    pub fn request_id(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = request_id.into();
        self
    }

    /// The page.
    pub fn data(mut self, data: PartPage) -> Self {
        self.data = Some(data);
        self
    }
}

pop_rpc::wire_struct!(
    ListPartsResponse, "RequestId" => always request_id, "Data" => optional data,
);

/// A page of parts.
///
/// Type `PartPageDo` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct PartPage {
    /// Parts of the page. `Parts` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<String>)"))]
    pub parts: Vec<String>,
    /// Number of all parts. `TotalCount` on the wire.
    pub total_count: i64,
}

impl PartPage {
    /// Creates a value with the required members.
    pub fn new(total_count: i64) -> Self {
        Self {
            total_count,
            ..Self::default()
        }
    }

    /// Parts of the page.
    pub fn parts(mut self, parts: Vec<String>) -> Self {
        self.parts = parts;
        self
    }
}

pop_rpc::wire_struct!(
    PartPage, "Parts" => optional parts, "TotalCount" => always total_count,
);
