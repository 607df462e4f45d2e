//! Behavior that users of generated code rely on, tested with the spec that has every feature.

#![allow(clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use golden::*;
use pop_rpc::error::Failure;
use pop_rpc::service::{Answer, Context, Dispatch, ParameterError, Refusal, read_parameters};
use pop_rpc::{Action, Format, ParameterSink, Parameters};

/// Answers with the debug text of the request.
struct Echo;

impl Service for Echo {
    async fn put_things(
        &self,
        _: &Context,
        request: PutThingsRequest,
    ) -> Result<PutThingsResponse, Failure> {
        Err(echo(&request))
    }

    async fn put_maps(
        &self,
        _: &Context,
        request: PutMapsRequest,
    ) -> Result<PutMapsResponse, Failure> {
        Err(echo(&request))
    }

    async fn list_all(&self, _: &Context, _: ListAllRequest) -> Result<ListAllResponse, Failure> {
        let mut response = ListAllResponse::default();
        response.body = vec!["one".to_owned(), "two".to_owned()];
        Ok(response)
    }

    async fn speak(&self, _: &Context, request: SpeakRequest) -> Result<SpeakResponse, Failure> {
        Err(echo(&request))
    }

    async fn get_thing(
        &self,
        _: &Context,
        request: GetThingRequest,
    ) -> Result<GetThingResponse, Failure> {
        if request.id == "taken" {
            return Err(ErrorCode::OutOfRange.into());
        }
        let mut response = GetThingResponse::default();
        response.thing.text = format!("{:?} {:?}", request.depth, request.since);
        Ok(response)
    }
}

/// Returns a failure whose message is the request, for which the responses have no member.
fn echo(request: &impl std::fmt::Debug) -> Failure {
    Failure {
        code: "Echo".to_owned(),
        status: 418,
        message: format!("{request:?}"),
    }
}

fn answer(query: &str) -> Answer {
    let parameters = read_parameters(query, b"").expect("no parameter is repeated");
    pollster::block_on(dispatch(&Echo, &Context::default(), &parameters))
}

fn body(query: &str) -> String {
    String::from_utf8(answer(query).body).expect("UTF-8")
}

fn code(query: &str) -> String {
    answer(query).error_code.expect("an error")
}

#[test]
#[allow(deprecated)]
fn a_member_that_xml_cannot_name_is_read_in_json_and_writing_xml_says_why_not() {
    let json = r#"{"RequestId": "1", "405Pv": 7}"#;
    let response: TypeResponse = Format::Json.read(json).expect("JSON holds it");
    assert_eq!(response._405pv, Some(7));
    let refused = Format::Xml.write_response::<TypeRequest>(&response);
    let message = refused.expect_err("XML has no such name").to_string();
    assert!(
        message.contains("`405Pv` cannot be the name of an element"),
        "{message}"
    );
}

#[test]
fn a_response_without_an_object_is_read_in_json_and_writing_xml_says_why_not() {
    let client = |format| {
        let builder = Client::builder().endpoint("in-process").format(format);
        let builder = builder.credentials(Credentials::new("testid", "testsecret"));
        builder.transport(InProcess(Echo)).build()
    };
    let client_of = |format| client(format).expect("a client");
    let response = client_of(Format::Json).list_all().send_blocking();
    let response = response.expect("JSON holds it");
    assert_eq!(response.body, ["one", "two"]);
    let json = serde_json::to_string(&response).expect("JSON");
    assert_eq!(json, r#"["one","two"]"#);
    let empty: ListAllResponse = Format::Json.read("null").expect("no list is an empty one");
    assert_eq!(empty, ListAllResponse::default());

    let refused = client_of(Format::Xml).list_all().send_blocking();
    let error = refused.expect_err("XML cannot hold it").to_string();
    assert!(
        error.contains("cannot hold a list without an object around it"),
        "{error}"
    );
}

#[test]
fn an_action_answers_a_code_with_its_own_status() {
    assert_eq!(Failure::from(ErrorCode::OutOfRange).status, 400);
    let answer = answer("Action=SmallGetThing&Id=taken");
    assert_eq!(answer.error_code.as_deref(), Some("OutOfRange"));
    assert_eq!(answer.status, 409);
    let refused = self::answer("Action=SmallGetThing&Id=a");
    assert_eq!(refused.error_code.as_deref(), Some("OutOfRange"));
    assert_eq!(refused.status, 409, "also if a parameter is refused");
}

#[test]
fn lists_survive_a_round_trip_in_every_style() {
    let mut sent = PutThingsRequest::new(vec!["a".to_owned(); 11]);
    let part = Part::new("k & v").count(-3);
    sent.parts = vec![part.clone(), part];
    sent.levels = vec![Level::Low, Level::_0];
    sent.numbers = vec![1, -2];
    sent.options = BTreeMap::from([("a".to_owned(), "\u{4e2d}\"".to_owned())]);
    sent.colour = Some(Colour::Reddish);

    let mut parameters = Parameters::default();
    sent.parameters(&mut parameters);
    let names: Vec<&str> = parameters.iter().map(|(name, _)| name).collect();
    assert_eq!(names[..4], ["Colour", "Ids.1", "Ids.10", "Ids.11"]);
    assert_eq!(parameters.get("Levels"), Some("-1,0"));
    assert_eq!(parameters.get("Numbers"), Some("[1,-2]"));
    assert_eq!(parameters.get("Parts.2.Key"), Some("k & v"));

    parameters.insert("Action", "SmallPutThings");
    let answer = pollster::block_on(dispatch(&Echo, &Context::default(), &parameters));
    let body = String::from_utf8(answer.body).expect("UTF-8");
    let error = pop_rpc::ErrorBody::read(Format::Xml, &body).expect("an error");
    assert_eq!(error.message, format!("{sent:?}"));
}

#[test]
fn maps_and_structs_are_sent_as_one_parameter_per_key_and_member() {
    let map = |key: &str, value: &str| BTreeMap::from([(key.to_owned(), value.to_owned())]);
    let source = Source::new("OSS")
        .options(map("path.style", "true"))
        .rows(vec![BTreeMap::from([("k".to_owned(), 2)])]);
    let mut sent = PutMapsRequest::new(source.clone());
    sent.source_size = Some(3);
    sent.labels = map("owner", "");
    sent.sources = BTreeMap::from([("first".to_owned(), source)]);
    sent.rows = vec![BTreeMap::from([("a".to_owned(), 1)])];
    sent.extra = Some(pop_rpc::Json::from_iter([("x", vec!["y"])]));
    sent.extra_text = Some(pop_rpc::Json::from(vec![1]));

    let mut parameters = Parameters::default();
    sent.parameters(&mut parameters);
    let expected = [
        ("Extra.x.1", "y"),
        ("ExtraText", "[1]"),
        ("Labels.owner", ""),
        ("Rows.1.a", "1"),
        ("Source.Options.path.style", "true"),
        ("Source.Rows.1.k", "2"),
        ("Source.Size", "3"),
        ("Source.Type", "OSS"),
        ("Sources.first.Options.path.style", "true"),
        ("Sources.first.Rows.1.k", "2"),
        ("Sources.first.Type", "OSS"),
    ];
    assert!(parameters.iter().eq(expected), "{parameters:?}");

    parameters.insert("Action", "SmallPutMaps");
    let answer = pollster::block_on(dispatch(&Echo, &Context::default(), &parameters));
    let body = String::from_utf8(answer.body).expect("UTF-8");
    let error = pop_rpc::ErrorBody::read(Format::Xml, &body).expect("an error");
    assert_eq!(error.message, format!("{sent:?}"));
    assert_eq!(code("Action=SmallPutMaps&Source.Size=3"), "MissingSource");
}

/// Returns the parameters of a request.
fn sent(request: &impl Action) -> Parameters {
    let mut parameters = Parameters::default();
    request.parameters(&mut parameters);
    parameters
}

#[test]
fn a_struct_of_requests_sends_nothing_that_was_not_given() {
    let parameters = sent(&PutMapsRequest::new(Source::new("OSS").weight(0.5)));
    let expected = [("Source.Type", "OSS"), ("Source.Weight", "0.5")];
    assert!(parameters.iter().eq(expected), "{parameters:?}");
}

#[test]
fn a_struct_of_requests_has_no_value_without_its_required_members() {
    let source: Source = serde_json::from_str(r#"{"Type": "OSS", "Options": null}"#).expect("JSON");
    assert_eq!(source, Source::new("OSS"));
    for json in ["{}", r#"{"Type": null}"#, r#"{"Weight": 1}"#] {
        assert!(serde_json::from_str::<Source>(json).is_err(), "{json}");
    }
    for json in [
        r#"{"Source": null}"#,
        r#"{"Source": {"Type": "OSS"}, "Sources": {"a": null}}"#,
    ] {
        assert!(
            serde_json::from_str::<PutMapsRequest>(json).is_err(),
            "{json}"
        );
    }
}

#[test]
fn a_struct_of_requests_and_responses_may_lack_its_required_members() {
    let mut request = PutThingsRequest::new(vec!["a".to_owned()]);
    request.parts = vec![Part::default().count(1), Part::new("k")];
    let parameters = sent(&request);
    let expected = [("Ids.1", "a"), ("Parts.1.Count", "1"), ("Parts.2.Key", "k")];
    assert!(parameters.iter().eq(expected), "{parameters:?}");
    let part: Part = serde_json::from_str(r#"{"Count": 1}"#).expect("responses may lack it");
    assert_eq!(part, Part::default().count(1));
    assert_eq!(
        code("Action=SmallPutThings&Ids.1=a&Parts.1.Count=1"),
        "MissingParts.1.Key"
    );
}

#[test]
fn a_response_is_made_with_what_is_always_present() {
    let thing = Thing::new("a", 1, 0.5, Level::Low, vec!["x".to_owned()])
        .parent(Thing::new("b", 2, 1.5, Level::_0, Vec::new()))
        .colour(Colour::Red);
    let response = GetThingResponse::new(thing.clone()).extra(1.into());
    assert_eq!(
        (response.thing, response.extra),
        (thing.clone(), Some(1.into()))
    );
    assert_eq!(response.request_id, "", "the dispatcher sets it");
    let parent = thing.parent.expect("it was set");
    assert_eq!(
        (&*parent.text, parent.at, thing.colour),
        ("b", 2, Some(Colour::Red))
    );
}

#[test]
fn parameters_are_sorted_by_name_if_the_action_says_so() {
    struct Names(Vec<String>);

    impl ParameterSink for Names {
        fn parameter(&mut self, name: &str, _: &str) {
            self.0.push(name.to_owned());
        }
    }

    const { assert!(GetThingRequest::SORTED && !PutThingsRequest::SORTED) };
    let mut request = GetThingRequest::new("abc");
    request.since = Some(1);
    request.depth = Some(2);
    let mut names = Names(Vec::new());
    request.parameters(&mut names);
    assert_eq!(names.0, ["Depth", "Id", "Since"]);
}

#[test]
fn each_parameter_is_written_at_its_position() {
    let mut request = SendTextRequest::new("abc", "a text");
    request.lines = vec!["one".to_owned(), "two".to_owned()];
    request.marks = vec![3, 4];
    request.tags = BTreeMap::from([("a".to_owned(), "b".to_owned())]);
    let (mut query, mut form) = (Parameters::default(), Parameters::default());
    request.query_parameters(&mut query);
    request.form_parameters(&mut form);
    assert_eq!(query.iter().collect::<Vec<_>>(), [("Id", "abc")]);
    let expected = [
        ("Lines.1", "one"),
        ("Lines.2", "two"),
        ("Marks", "3,4"),
        ("Tags.a", "b"),
        ("Text", "a text"),
    ];
    assert_eq!(form.iter().collect::<Vec<_>>(), expected);
    const { assert!(SendTextRequest::INFO.has_form && !PutThingsRequest::INFO.has_form) };
}

#[test]
fn parameters_named_like_common_ones_are_not_taken_for_what_headers_carry() {
    for format in [Format::Json, Format::Xml] {
        let client = Client::builder()
            .endpoint("in-process")
            .format(format)
            .credentials(Credentials::new("testid", "testsecret"))
            .transport(InProcess(Echo))
            .build()
            .expect("a client");
        let call = client
            .speak("pcm")
            .version(2)
            .timestamp(1_600_000_000)
            .action("SmallGreet")
            .access_key_id("other")
            .security_token("door")
            .signature("me")
            .signature_nonce("again");
        let sent = call.request().clone();
        let signed = pollster::block_on(call.sign()).expect("signed");
        assert_eq!(
            signed.query,
            "AccessKeyId=other&Action=SmallGreet&Format=pcm&Signature=me&SignatureNonce=again&\
             Timestamp=1600000000&Version=2"
        );
        assert_eq!(signed.form.as_deref(), Some("SecurityToken=door"));
        let error = call.send_blocking().expect_err("the echo");
        let Problem::Service { body, .. } = error.problem() else {
            panic!("{error}");
        };
        assert_eq!(body.message, format!("{sent:?}"), "{format:?}");
    }
}

#[test]
fn bounds_are_checked_before_a_method_runs() {
    for (query, expected) in [
        ("Action=SmallGetThing", "MissingId"),
        ("Action=SmallGetThing&Id=", "MissingId"),
        ("Action=SmallGetThing&Id=a", "OutOfRange"),
        ("Action=SmallGetThing&Id=abcdefghi", "OutOfRange"),
        ("Action=SmallGetThing&Id=ABC", "OutOfRange"),
        ("Action=SmallGetThing&Id=abc&Depth=0", "OutOfRange"),
        ("Action=SmallGetThing&Id=abc&Depth=10", "OutOfRange"),
        ("Action=SmallGetThing&Id=abc&Depth=1.5", "InvalidDepth"),
        ("Action=SmallPutThings", "MissingIds"),
        ("Action=SmallPutThings&Ids.1=a&Colour=blue", "OutOfRange"),
        ("Action=SmallPutThings&Ids.1=a&Numbers=[1", "InvalidNumbers"),
        ("Action=SmallPutThings&Ids.1=a&Levels=1,x", "InvalidLevels"),
        (
            "Action=SmallPutThings&Ids.1=a&Parts.1.Count=x",
            "MissingParts.1.Key",
        ),
        (
            "Action=SmallPutThings&Ids.1=a&Parts.1.Key=k&Parts.1.Count=x",
            "InvalidParts.1.Count",
        ),
        ("Action=SmallPutThing", "NoSuchAction"),
        ("Action=type&self=a&match=b", "NoSuchAction"),
        ("", "MissingAction"),
        ("Action=Small&Format=YAML", "NoSuchFormat"),
    ] {
        assert_eq!(code(query), expected, "{query}");
    }
    let too_many: String = (1..=13).map(|index| format!("&Ids.{index}=a")).collect();
    assert_eq!(
        code(&format!("Action=SmallPutThings{too_many}")),
        "OutOfRange"
    );
}

#[test]
fn absent_parameters_have_defaults_and_open_enums_accept_unknown_values() {
    let body_of = |query| body(query);
    assert!(body_of("Action=SmallGetThing&Id=abc").contains("Some(3) None"));
    assert!(
        body_of("Action=SmallGetThing&Id=abc&Since=1600000000").contains("Some(1600000000000)")
    );
    assert!(body("Action=SmallPutThings&Ids.1=a&AnyLevel=7").contains("Some(Unknown(7))"));
    assert!(body("Action=SmallPutThings&Ids.1=a&Colour=RED").contains("Some(Red)"));
}

#[test]
fn maps_nested_lists_and_recursion_survive_a_round_trip_in_both_formats() {
    let mut inner = Thing::default();
    inner.text = " blanks stay ".to_owned();
    let mut response = GetThingResponse::default();
    response.thing.tags = BTreeMap::from([("Key".to_owned(), "value".to_owned())]);
    response.thing.rows = vec![vec![1, 2], vec![], vec![3]];
    response.thing.parent = Some(Box::new(inner));
    for format in [Format::Json, Format::Xml] {
        let body = format
            .write("SmallGetThingResponse", &response)
            .expect("written");
        let body = String::from_utf8(body).expect("UTF-8");
        assert_eq!(
            format.read::<GetThingResponse>(&body).expect(&body),
            response,
            "{body}"
        );
    }
}

#[test]
fn a_request_that_reaches_no_action_is_answered_with_the_code_of_the_spec() {
    let missing = ParameterError::Missing("Id".to_owned());
    for (refusal, status, code) in [
        (Refusal::Parameter(missing), 400, "MissingId"),
        (Refusal::Format, 400, "NoSuchFormat"),
        (Refusal::Version, 404, "NoSuchAction"),
        (Refusal::Signature, 403, "Denied"),
        (Refusal::Throttled, 403, "Denied"),
        (Refusal::Internal, 500, "Internal"),
    ] {
        let failure = <Api<Echo> as Dispatch>::refuse(refusal.clone());
        assert_eq!(
            (failure.status, &*failure.code),
            (status, code),
            "{refusal:?}"
        );
    }
}

#[test]
fn error_codes_are_recognized_with_their_variable_parts() {
    for (code, expected) in [
        ("THING_NOT_FOUND", ErrorCode::ThingNotFound),
        ("MissingId", ErrorCode::Missing("Id".to_owned())),
        ("InvalidIds.3", ErrorCode::Invalid("Ids.3".to_owned())),
        ("Missing", ErrorCode::Unknown("Missing".to_owned())),
        (
            "Missing.Thing",
            ErrorCode::Unknown("Missing.Thing".to_owned()),
        ),
    ] {
        assert_eq!(ErrorCode::from(code), expected);
        assert_eq!(expected.to_string(), code);
    }
    assert_eq!(
        ErrorCode::Missing("Id".to_owned()).message(),
        "Id is missing."
    );
    assert!(ErrorCode::Internal.facts().is_retryable && ErrorCode::Internal.facts().is_gateway);
}
