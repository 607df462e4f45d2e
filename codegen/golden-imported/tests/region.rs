//! A required region is that of the client even if its type is an enum.

#![allow(clippy::unwrap_used)]

use golden_imported::*;
use pop_rpc::{Action as _, Parameters};

#[test]
fn a_region_of_an_enum_is_that_of_the_client() {
    let client = |region: &str| {
        let builder = Client::builder().endpoint("localhost").region(region);
        builder.credentials(Credentials::new("testid", "testsecret"))
    };
    let client = |region: &str| client(region).build().unwrap();
    let region = |client: &Client| client.get_thing("a-1", "b").request().region_id.clone();
    assert_eq!(region(&client("north")), GetThingRegionId::North);
    let other = GetThingRegionId::Unknown("other".to_owned());
    assert_eq!(region(&client("other")), other);
    let call = client("north").get_thing("a-1", "b");
    let call = call.region_id(GetThingRegionId::South);
    assert_eq!(call.request().region_id, GetThingRegionId::South);
}

#[test]
fn an_empty_region_of_an_enum_is_not_sent() {
    for region in ["", "north"] {
        let mut sent = Parameters::default();
        GetThingRequest::new("a-1", "b", region.into()).query_parameters(&mut sent);
        let expected = Some(region).filter(|region| !region.is_empty());
        assert_eq!(sent.get("RegionId"), expected);
    }
}
