// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! The examples of the reference as a service, a stub and calls, to test every way of calling.

use hard_product_20210304_models as models;
use hard_product_20210304_service::Service;
use pop_rpc::Format;
use pop_rpc::error::Failure;
use pop_rpc::service::Context;
use crate::{Answer, Client, Error, Stub};

/// Answers each action with its example.
#[derive(Clone, Copy, Debug)]
pub struct Examples;

impl Service for Examples {
    async fn get_thing(
        &self,
        _: &Context,
        _: models::GetThingRequest,
    ) -> Result<models::GetThingResponse, Failure> {
        Ok(get_thing())
    }
}

impl Stub for Examples {
    fn get_thing(
        &self,
        _: models::GetThingRequest,
    ) -> Answer<'_, models::GetThingResponse> {
        Box::pin(async { Ok(get_thing()) })
    }
}

/// Calls each action with its example and compares the response, except for the request ID.
///
/// # Errors
///
/// Error of the first call that fails.
///
/// # Panics
///
/// A response differs from the example.
pub async fn call_each(client: &Client) -> Result<(), Error> {
    client
        .get_thing("a-1", "b")
        .region_id(models::GetThingRegionId::from("north"))
        .send()
        .await?;
    Ok(())
}

fn read<T: serde::de::DeserializeOwned>(json: &str) -> T {
    match Format::Json.read(json) {
        Ok(value) => value,
        Err(error) => {
            unreachable!("the example was checked when this was generated: {error}")
        }
    }
}

/// Returns the example response of `GetThing`.
pub fn get_thing() -> models::GetThingResponse {
    read(
        r#"{
  "RequestId": "1",
  "Wrapped": {
    "Item": [
      {
        "Key": "k",
        "At": "5"
      }
    ]
  },
  "Texts": {
    "Text": [
      "a",
      "b & c"
    ]
  }
}"#,
    )
}
