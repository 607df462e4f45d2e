//! A list and another parameter of the same name are both sent and read.

#![allow(clippy::unwrap_used)]

use golden_imported::*;
use pop_rpc::error::Failure;
use pop_rpc::service::{Context, read_parameters};
use pop_rpc::{Action as _, Parameters};
use serde_json::Value;

/// Fails with the debug text of the request as the message.
struct Echo;

impl Service for Echo {
    async fn list_or_one(
        &self,
        _: &Context,
        request: ListOrOneRequest,
    ) -> Result<ListOrOneResponse, Failure> {
        Err(Failure {
            code: "Echo".to_owned(),
            status: 418,
            message: format!("{request:?}"),
        })
    }
}

fn request() -> ListOrOneRequest {
    let tag = |key: &str| ListOrOneTagN::new().key(key);
    let mut request = ListOrOneRequest::new();
    request.id = Some("one".to_owned());
    request.id_n = vec!["first".to_owned(), "second".to_owned()];
    request.tag = Some("plain".to_owned());
    request.tag_n = vec![tag("k").key_n(vec!["i".to_owned()]), tag("l")];
    request
}

#[test]
fn a_list_and_a_parameter_of_its_name_are_sent_under_the_same_name() {
    let (mut query, mut form) = (Parameters::default(), Parameters::default());
    request().query_parameters(&mut query);
    request().form_parameters(&mut form);
    let expected = [
        ("Id.1", "first"),
        ("Id.2", "second"),
        ("Tag", "plain"),
        ("Tag.1.Key", "k"),
        ("Tag.1.Key.1", "i"),
        ("Tag.2.Key", "l"),
    ];
    assert_eq!(query.iter().collect::<Vec<_>>(), expected);
    assert_eq!(form.iter().collect::<Vec<_>>(), [("Id", "one")]);
}

#[test]
fn a_service_reads_both() {
    let body = "Action=ListOrOne&Version=2021-03-04&Id.1=first&Id.2=second&Tag=plain&Tag.1.Key=k\
        &Tag.1.Key.1=i&Tag.2.Key=l&Id=one&Format=JSON";
    let parameters = read_parameters(body, b"").unwrap();
    let answer = pollster::block_on(dispatch(&Echo, &Context::default(), &parameters));
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(answer["Message"], format!("{:?}", request()));
}
