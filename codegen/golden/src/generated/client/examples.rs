// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! The examples of the reference as a service, a stub and calls, to test every way of calling.

use small_models as models;
use small_service::Service;
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

    async fn send_text(
        &self,
        _: &Context,
        _: models::SendTextRequest,
    ) -> Result<models::SendTextResponse, Failure> {
        Ok(send_text())
    }

    async fn forget(
        &self,
        _: &Context,
        _: models::ForgetRequest,
    ) -> Result<models::ForgetResponse, Failure> {
        Ok(forget())
    }

    async fn greet(
        &self,
        _: &Context,
        _: models::GreetRequest,
    ) -> Result<models::GreetResponse, Failure> {
        Ok(greet())
    }

    async fn speak(
        &self,
        _: &Context,
        _: models::SpeakRequest,
    ) -> Result<models::SpeakResponse, Failure> {
        Ok(speak())
    }
}

impl Stub for Examples {
    fn get_thing(
        &self,
        _: models::GetThingRequest,
    ) -> Answer<'_, models::GetThingResponse> {
        Box::pin(async { Ok(get_thing()) })
    }

    fn send_text(
        &self,
        _: models::SendTextRequest,
    ) -> Answer<'_, models::SendTextResponse> {
        Box::pin(async { Ok(send_text()) })
    }

    fn forget(&self, _: models::ForgetRequest) -> Answer<'_, models::ForgetResponse> {
        Box::pin(async { Ok(forget()) })
    }

    fn greet(&self, _: models::GreetRequest) -> Answer<'_, models::GreetResponse> {
        Box::pin(async { Ok(greet()) })
    }

    fn speak(&self, _: models::SpeakRequest) -> Answer<'_, models::SpeakResponse> {
        Box::pin(async { Ok(speak()) })
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
    client.get_thing("abc").send().await?;
    let mut response = client.send_text("abc", "one & two").send().await?;
    let expected = send_text();
    response.request_id = expected.request_id.clone();
    assert_eq!(response, expected, "SmallSendText");
    let mut response = client.forget("abc").send().await?;
    let expected = forget();
    response.request_id = expected.request_id.clone();
    assert_eq!(response, expected, "SmallForget");
    let mut response = client.greet().name("b c").send().await?;
    let expected = greet();
    response.request_id = expected.request_id.clone();
    assert_eq!(response, expected, "SmallGreet");
    let mut response = client.speak("pcm").version(2).send().await?;
    let expected = speak();
    response.request_id = expected.request_id.clone();
    assert_eq!(response, expected, "SmallSpeak");
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

/// Returns the example response of `SmallGetThing`.
pub fn get_thing() -> models::GetThingResponse {
    read(
        r#"{
  "RequestId": "1",
  "ThingDo": {
    "Text": "a <b> & \"c\"",
    "At": "1570960847101",
    "Exact": 0.5,
    "Level": -1,
    "Parts": [
      {
        "Key": "one"
      },
      {
        "Key": "two"
      }
    ],
    "Names": {
      "Name": [
        "x"
      ]
    }
  }
}"#,
    )
}

/// Returns the example response of `SmallSendText`.
pub fn send_text() -> models::SendTextResponse {
    read(r#"{
  "RequestId": "1"
}"#)
}

/// Returns the example response of `SmallForget`.
pub fn forget() -> models::ForgetResponse {
    read(r#"{
  "RequestId": "1"
}"#)
}

/// Returns the example response of `SmallGreet`.
pub fn greet() -> models::GreetResponse {
    read(r#"{
  "RequestId": "1"
}"#)
}

/// Returns the example response of `SmallSpeak`.
pub fn speak() -> models::SpeakResponse {
    read(r#"{
  "RequestId": "1"
}"#)
}
