// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Values survive a round trip in both formats; examples decode to the same value in both.

use pop_rpc::Format;
use proptest::arbitrary::{Arbitrary, any};
use proptest::test_runner::{Config, TestRunner};
use serde::Serialize;
use serde::de::DeserializeOwned;
use crate::*;

#[test]
fn alone_round_trip() {
    assert_any_round_trip::<AloneRequest>(Format::Xml);
    assert_any_round_trip::<AloneRequest>(Format::Json);
    assert_any_round_trip::<AloneResponse>(Format::Xml);
    assert_any_round_trip::<AloneResponse>(Format::Json);
}

#[test]
fn get_thing_round_trip() {
    assert_any_round_trip::<GetThingRequest>(Format::Xml);
    assert_any_round_trip::<GetThingRequest>(Format::Json);
    assert_any_round_trip::<GetThingResponse>(Format::Json);
}

#[test]
fn get_thing_example() {
    assert_decodes::<
        GetThingResponse,
    >(
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
        r#"<GetThingResponse><RequestId>1</RequestId><Wrapped><Item><Key>k</Key><At>5</At></Item></Wrapped><Texts><Text>a</Text><Text>b &amp; c</Text></Texts></GetThingResponse>"#,
    );
}

#[test]
fn get_ur_ls_round_trip() {
    assert_any_round_trip::<GetUrLsRequest>(Format::Xml);
    assert_any_round_trip::<GetUrLsRequest>(Format::Json);
    assert_any_round_trip::<GetUrLsResponse>(Format::Xml);
    assert_any_round_trip::<GetUrLsResponse>(Format::Json);
}

#[test]
fn list_or_one_round_trip() {
    assert_any_round_trip::<ListOrOneRequest>(Format::Xml);
    assert_any_round_trip::<ListOrOneRequest>(Format::Json);
    assert_any_round_trip::<ListOrOneResponse>(Format::Xml);
    assert_any_round_trip::<ListOrOneResponse>(Format::Json);
}

#[test]
fn r#type_round_trip() {
    assert_any_round_trip::<TypeRequest>(Format::Xml);
    assert_any_round_trip::<TypeRequest>(Format::Json);
    assert_any_round_trip::<TypeResponse>(Format::Xml);
    assert_any_round_trip::<TypeResponse>(Format::Json);
}

#[test]
fn r#type_2_round_trip() {
    assert_any_round_trip::<TypeRequest2>(Format::Json);
    assert_any_round_trip::<TypeResponse2>(Format::Json);
}

/// Checks only that both examples decode, as XML holds a value of any type as text.
fn assert_decodes<T: DeserializeOwned>(json: &str, xml: &str) {
    let _: T = Format::Json.read(json).expect("the JSON example decodes");
    let _: T = Format::Xml.read(xml).expect("the XML example decodes");
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
