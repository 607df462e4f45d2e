// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Values survive a round trip in both formats; examples decode to the same value in both.

use pop_rpc::Format;
use proptest::arbitrary::{Arbitrary, any};
use proptest::test_runner::{Config, TestRunner};
use serde::Serialize;
use serde::de::DeserializeOwned;
use crate::*;

#[test]
fn get_thing_round_trip() {
    assert_any_round_trip::<GetThingRequest>(Format::Xml);
    assert_any_round_trip::<GetThingRequest>(Format::Json);
    assert_any_round_trip::<GetThingResponse>(Format::Xml);
    assert_any_round_trip::<GetThingResponse>(Format::Json);
}

#[test]
fn get_thing_example() {
    assert_decodes::<
        GetThingResponse,
    >(
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
        r#"<SmallGetThingResponse><RequestId>1</RequestId><ThingDo><Text>a &lt;b&gt; &amp; "c"</Text><At>1570960847101</At><Exact>0.5</Exact><Level>-1</Level><Parts><Key>one</Key></Parts><Parts><Key>two</Key></Parts><Names><Name>x</Name></Names></ThingDo></SmallGetThingResponse>"#,
    );
}

#[test]
fn put_things_round_trip() {
    assert_any_round_trip::<PutThingsRequest>(Format::Xml);
    assert_any_round_trip::<PutThingsRequest>(Format::Json);
    assert_any_round_trip::<PutThingsResponse>(Format::Xml);
    assert_any_round_trip::<PutThingsResponse>(Format::Json);
}

#[test]
fn r#type_round_trip() {
    assert_any_round_trip::<TypeRequest>(Format::Json);
    assert_any_round_trip::<TypeResponse>(Format::Json);
}

#[test]
fn small_round_trip() {
    assert_any_round_trip::<SmallRequest>(Format::Xml);
    assert_any_round_trip::<SmallRequest>(Format::Json);
    assert_any_round_trip::<SmallResponse>(Format::Xml);
    assert_any_round_trip::<SmallResponse>(Format::Json);
}

#[test]
fn list_names_round_trip() {
    assert_any_round_trip::<ListNamesRequest>(Format::Xml);
    assert_any_round_trip::<ListNamesRequest>(Format::Json);
    assert_any_round_trip::<ListNamesResponse>(Format::Xml);
    assert_any_round_trip::<ListNamesResponse>(Format::Json);
}

#[test]
fn list_parts_round_trip() {
    assert_any_round_trip::<ListPartsRequest>(Format::Xml);
    assert_any_round_trip::<ListPartsRequest>(Format::Json);
    assert_any_round_trip::<ListPartsResponse>(Format::Xml);
    assert_any_round_trip::<ListPartsResponse>(Format::Json);
}

#[test]
fn send_text_round_trip() {
    assert_any_round_trip::<SendTextRequest>(Format::Xml);
    assert_any_round_trip::<SendTextRequest>(Format::Json);
    assert_any_round_trip::<SendTextResponse>(Format::Xml);
    assert_any_round_trip::<SendTextResponse>(Format::Json);
}

#[test]
fn send_text_example() {
    assert_example::<
        SendTextResponse,
    >(
        r#"{
  "RequestId": "1"
}"#,
        r#"<SmallSendTextResponse><RequestId>1</RequestId></SmallSendTextResponse>"#,
    );
}

#[test]
fn forget_round_trip() {
    assert_any_round_trip::<ForgetRequest>(Format::Xml);
    assert_any_round_trip::<ForgetRequest>(Format::Json);
    assert_any_round_trip::<ForgetResponse>(Format::Xml);
    assert_any_round_trip::<ForgetResponse>(Format::Json);
}

#[test]
fn forget_example() {
    assert_example::<
        ForgetResponse,
    >(
        r#"{
  "RequestId": "1"
}"#,
        r#"<SmallForgetResponse><RequestId>1</RequestId></SmallForgetResponse>"#,
    );
}

#[test]
fn greet_round_trip() {
    assert_any_round_trip::<GreetRequest>(Format::Xml);
    assert_any_round_trip::<GreetRequest>(Format::Json);
    assert_any_round_trip::<GreetResponse>(Format::Xml);
    assert_any_round_trip::<GreetResponse>(Format::Json);
}

#[test]
fn greet_example() {
    assert_example::<
        GreetResponse,
    >(
        r#"{
  "RequestId": "1"
}"#,
        r#"<SmallGreetResponse><RequestId>1</RequestId></SmallGreetResponse>"#,
    );
}

#[test]
fn put_maps_round_trip() {
    assert_any_round_trip::<PutMapsRequest>(Format::Xml);
    assert_any_round_trip::<PutMapsRequest>(Format::Json);
    assert_any_round_trip::<PutMapsResponse>(Format::Xml);
    assert_any_round_trip::<PutMapsResponse>(Format::Json);
}

#[test]
fn speak_round_trip() {
    assert_any_round_trip::<SpeakRequest>(Format::Xml);
    assert_any_round_trip::<SpeakRequest>(Format::Json);
    assert_any_round_trip::<SpeakResponse>(Format::Xml);
    assert_any_round_trip::<SpeakResponse>(Format::Json);
}

#[test]
fn speak_example() {
    assert_example::<
        SpeakResponse,
    >(
        r#"{
  "RequestId": "1"
}"#,
        r#"<SmallSpeakResponse><RequestId>1</RequestId></SmallSpeakResponse>"#,
    );
}

#[test]
fn list_all_round_trip() {
    assert_any_round_trip::<ListAllRequest>(Format::Xml);
    assert_any_round_trip::<ListAllRequest>(Format::Json);
    assert_any_round_trip::<ListAllResponse>(Format::Json);
}

/// Checks only that both examples decode, as XML holds a value of any type as text.
fn assert_decodes<T: DeserializeOwned>(json: &str, xml: &str) {
    let _: T = Format::Json.read(json).expect("the JSON example decodes");
    let _: T = Format::Xml.read(xml).expect("the XML example decodes");
}

fn assert_example<T>(json: &str, xml: &str)
where
    T: std::fmt::Debug + PartialEq + Serialize + DeserializeOwned,
{
    let value: T = Format::Json.read(json).expect("the JSON example decodes");
    assert_eq!(value, Format::Xml.read(xml).expect("the XML example decodes"));
    assert_round_trip(Format::Json, &value);
    assert_round_trip(Format::Xml, &value);
}

/// Stack of a test. Without optimization, a strategy for dozens of fields does not fit the usual one.
const STACK: usize = 64 << 20;

fn assert_any_round_trip<T>(format: Format)
where
    T: Arbitrary + Clone + PartialEq + Serialize + DeserializeOwned,
{
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(64)
    };
    let run = move || {
        TestRunner::new(config)
            .run(
                &any::<T>(),
                |value| {
                    assert_round_trip(format, &value);
                    Ok(())
                },
            )
            .expect("every value survives a round trip");
    };
    let thread = std::thread::Builder::new().stack_size(STACK);
    let thread = thread.spawn(run).expect("a thread starts");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

fn assert_round_trip<T>(format: Format, value: &T)
where
    T: std::fmt::Debug + PartialEq + Serialize + DeserializeOwned,
{
    let body = format.write("Value", value).expect("the value can be written");
    let body = String::from_utf8(body).expect("the body is UTF-8");
    let read: T = format.read(&body).expect("the body can be read");
    assert_eq!(* value, read, "{body}");
}
