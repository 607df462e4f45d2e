//! An action answers codes of the gateway with its own status.

#![allow(clippy::unwrap_used)]

use golden_imported::*;
use pop_rpc::error::Failure;
use pop_rpc::service::{Context, read_parameters};

/// Denies every request.
struct Denial;

impl Service for Denial {
    async fn get_thing(
        &self,
        _: &Context,
        _: GetThingRequest,
    ) -> Result<GetThingResponse, Failure> {
        Err(ErrorCode::Denied.into())
    }

    async fn list_or_one(
        &self,
        _: &Context,
        _: ListOrOneRequest,
    ) -> Result<ListOrOneResponse, Failure> {
        Err(ErrorCode::Denied.into())
    }
}

#[test]
fn an_action_answers_codes_of_the_gateway_with_its_own_status() {
    let thing = "Action=GetThing&Id=a-1&Bad=b&RegionId=north&Level=1";
    for (query, code, status) in [
        (thing, "Denied", 429),
        ("Action=GetThing", "MissingId", 429),
        ("Action=ListOrOne", "Denied", 403),
    ] {
        let body = format!("{query}&Version=2021-03-04&Format=JSON");
        let parameters = read_parameters(&body, b"").unwrap();
        let answer = pollster::block_on(dispatch(&Denial, &Context::default(), &parameters));
        assert_eq!(answer.error_code.as_deref(), Some(code), "{query}");
        assert_eq!(answer.status, status, "{query}");
    }
}
