//! Published and computed signatures; the crate must reproduce all of them.

#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use pop_rpc::{
    Method, ParameterSink, Parameters, SignatureMethod, SigningKey,
    canonical::{self, Query},
    signature,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vector {
    id: String,
    method: String,
    secret: String,
    params: HashMap<String, String>,
    canonical: String,
    string_to_sign: String,
    /// Correct signature. The file also has `expected`, the printed one or null: some pages print a
    /// wrong signature.
    signature: String,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("vectors/rpc-signature.json")).unwrap()
}

fn method(text: &str) -> Method {
    [Method::Get, Method::Post]
        .into_iter()
        .find(|method| method.as_str() == text)
        .unwrap()
}

#[test]
fn every_vector_is_reproduced_and_verified() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 27);
    for vector in vectors {
        let id = &vector.id;
        let parameters: Parameters = vector.params.into_iter().collect();

        let mut query = Query::default();
        for (name, value) in parameters.iter() {
            query.parameter(name, value);
        }
        assert_eq!(query.into_string(), vector.canonical, "{id}");

        let to_sign = signature::string_to_sign(method(&vector.method), &parameters);
        assert_eq!(to_sign, vector.string_to_sign, "{id}");

        let key = SigningKey::new(SignatureMethod::HmacSha1, &vector.secret);
        assert_eq!(key.sign(&to_sign), vector.signature, "{id}");
        assert!(key.verify(&to_sign, &vector.signature), "{id}");
        assert!(!key.verify(&to_sign, ""), "{id}");
    }
}

#[test]
fn the_parameter_signature_is_not_signed() {
    for vector in vectors() {
        let mut parameters: Parameters = vector.params.into_iter().collect();
        parameters.insert(signature::name::SIGNATURE, &vector.signature);
        let to_sign = signature::string_to_sign(method(&vector.method), &parameters);
        assert_eq!(to_sign, vector.string_to_sign, "{}", vector.id);
    }
}

/// The first request on the signature page of the product documentation.
#[test]
fn the_documented_example() {
    let parameters: Parameters = [
        ("Timestamp", "2016-02-23T12:46:24Z"),
        ("Format", "XML"),
        ("AccessKeyId", "testid"),
        ("Action", "DescribeRegions"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"),
        ("Version", "2014-05-26"),
        ("SignatureVersion", "1.0"),
    ]
    .into_iter()
    .collect();
    let to_sign = signature::string_to_sign(Method::Get, &parameters);
    assert_eq!(
        to_sign,
        "GET&%2F&AccessKeyId%3Dtestid%26Action%3DDescribeRegions%26Format%3DXML\
         %26SignatureMethod%3DHMAC-SHA1\
         %26SignatureNonce%3D3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf%26SignatureVersion%3D1.0\
         %26Timestamp%3D2016-02-23T12%253A46%253A24Z%26Version%3D2014-05-26"
    );
    let key = SigningKey::new(SignatureMethod::HmacSha1, "testsecret");
    assert_eq!(key.sign(&to_sign), "OLeaidS1JvxuMvnyHOwuJ+uX5qY=");
}

/// From the tests of the official Java core.
#[test]
fn percent_encoding_of_the_java_sdk() {
    assert_eq!(
        canonical::encode("123abc!@#$%^&*()-=_+ ~|\\/"),
        "123abc%21%40%23%24%25%5E%26%2A%28%29-%3D_%2B%20~%7C%5C%2F"
    );
}

/// From the tests of the official Go SDK.
#[test]
fn string_to_sign_of_the_go_sdk() {
    let parameters: Parameters = [("key", "value"), ("q", "http://domain/?q=value&q2=value2")]
        .into_iter()
        .collect();
    assert_eq!(
        signature::string_to_sign(Method::Get, &parameters),
        "GET&%2F&key%3Dvalue%26q%3Dhttp%253A%252F%252Fdomain%252F%253Fq%253Dvalue\
         %2526q2%253Dvalue2"
    );
}

#[test]
fn signature_methods_are_read_in_any_case() {
    for (text, expected) in [
        ("HMAC-SHA1", Some(SignatureMethod::HmacSha1)),
        ("Hmac-SHA1", Some(SignatureMethod::HmacSha1)),
        ("hmac-sha256", Some(SignatureMethod::HmacSha256)),
        ("SHA256withRSA", None),
        ("", None),
    ] {
        assert_eq!(SignatureMethod::from_wire(text), expected, "{text}");
    }
}

#[test]
fn a_printed_key_does_not_show_its_secret() {
    let key = SigningKey::new(SignatureMethod::HmacSha256, "testsecret");
    assert_eq!(format!("{key:?}"), "SigningKey(HmacSha256)");
}

#[test]
fn printed_parameters_do_not_show_their_values() {
    let parameters: Parameters = [("SecurityToken", "CAIS+token")].into_iter().collect();
    assert_eq!(format!("{parameters:?}"), r#"{"SecurityToken"}"#);
}
