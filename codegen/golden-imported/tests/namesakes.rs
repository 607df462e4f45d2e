//! Parameters whose names are also those of parts of others, or of lists, are all sent and read.

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
    let query = "Id.1=first&Id.2=second&Tag=plain&Tag.1.Key=k&Tag.1.Key.1=i&Tag.2.Key=l&Id=one";
    assert_eq!(echo(query), format!("{:?}", request()));
}

/// Reads a request as a service does, and returns its debug text.
fn echo(query: &str) -> Value {
    let query = format!("Action=ListOrOne&Version=2021-03-04&Format=JSON&{query}");
    let parameters = read_parameters(&query, b"").unwrap();
    let answer = pollster::block_on(dispatch(&Echo, &Context::default(), &parameters));
    let mut answer: Value = serde_json::from_slice(&answer.body).unwrap();
    answer["Message"].take()
}

/// `Sys.Disk` and `Sys.Data` have other members than the parts of `Sys` with these names.
#[test]
fn a_struct_and_a_parameter_called_like_a_part_of_it_are_read_apart() {
    let mut request = ListOrOneRequest::new();
    request.sys_disk = Some(ListOrOneSysDisk2::new().size(1));
    request.sys_data = [2, 3]
        .map(|size| ListOrOneSysData2::new().size(size))
        .to_vec();
    let query = "Sys.Disk.Size=1&Sys.Data.1.Size=2&Sys.Data.2.Size=3";
    assert_eq!(echo(query), format!("{request:?}"));

    let disk = ListOrOneSysDisk::new().kind("a");
    let data = vec![ListOrOneSysData::new().kind("b")];
    request.sys = Some(ListOrOneSys::new().disk(disk).data(data));
    let both = format!("{query}&Sys.Disk.Kind=a&Sys.Data.1.Kind=b");
    assert_eq!(echo(&both), format!("{request:?}"));

    request.sys_disk = None;
    request.sys_data = Vec::new();
    assert_eq!(
        echo("Sys.Disk.Kind=a&Sys.Data.1.Kind=b"),
        format!("{request:?}")
    );
}
