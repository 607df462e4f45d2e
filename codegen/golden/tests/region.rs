//! A required region is that of the client, unless the call sets another one.

#![allow(clippy::expect_used, clippy::panic)]

use golden::*;
use pop_rpc::error::Failure;
use pop_rpc::service::Context;
use pop_rpc::{Action as _, Parameters};

/// Answers with the region of the request.
struct Echo;

impl Service for Echo {
    async fn list_parts(
        &self,
        _: &Context,
        request: ListPartsRequest,
    ) -> Result<ListPartsResponse, Failure> {
        let mut page = PartPage::default();
        page.parts = vec![request.region_id];
        let mut response = ListPartsResponse::default();
        response.data = Some(page);
        Ok(response)
    }
}

#[test]
fn a_required_region_is_that_of_the_client() {
    let builder = || {
        let builder = Client::builder().endpoint("in-process");
        let builder = builder.credentials(Credentials::new("testid", "testsecret"));
        builder.transport(InProcess(Echo))
    };
    let client = builder().region("north").build().expect("a client");
    let region = |call: Call<ListPartsRequest>| {
        let data = call.send_blocking().expect("a response").data;
        data.expect("data").parts.remove(0)
    };
    assert_eq!(region(client.list_parts()), "north");
    assert_eq!(region(client.list_parts().region_id("south")), "south");
    let client = builder().build().expect("a client");
    let error = client.list_parts().send_blocking().expect_err("no region");
    assert!(error.to_string().contains("MissingRegionId"), "{error}");
}

#[test]
fn an_empty_region_is_not_sent() {
    for (region, expected) in [("", None), ("north", Some("north"))] {
        let mut sent = Parameters::default();
        ListPartsRequest::new(region).query_parameters(&mut sent);
        assert_eq!(sent.get("RegionId"), expected);
    }
}
