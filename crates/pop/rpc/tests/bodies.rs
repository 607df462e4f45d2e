//! Bodies of responses and errors: reading is lenient, and writing loses nothing.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;

use pop_rpc::{
    ErrorBody, Format,
    format::BodyError,
    wire::{self, ItemName},
    xml,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A response like a generated one, with a member of every kind.
#[derive(Clone, Debug, Default, PartialEq)]
struct Response {
    text: String,
    short: i32,
    long: i64,
    number: f64,
    truth: bool,
    maybe: Option<i64>,
    plain: Vec<String>,
    data: Vec<Row>,
    labels: BTreeMap<String, i32>,
    next: Option<Box<Response>>,
    state: State,
    level: Level,
}

pop_rpc::wire_struct!(
    Response,
    "Text" => always text,
    "Short" => always short,
    "Long" => always long,
    "Number" => always number,
    "Truth" => always truth,
    "Maybe" => optional maybe,
    "Plain" => always plain,
    "Data" => always(ItemRow) data,
    "Labels" => always labels,
    "Next" => optional next,
    "State" => always state,
    "Level" => always level,
);

struct ItemRow;

impl ItemName for ItemRow {
    const NAME: &'static str = "Row";
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Row {
    x: i64,
    y: f64,
    tags: Vec<String>,
}

pop_rpc::wire_struct!(
    Row,
    "X" => always x,
    "Y" => always y,
    "Tags" => always(ItemTag) tags,
);

struct ItemTag;

impl ItemName for ItemTag {
    const NAME: &'static str = "Tag";
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum State {
    Online,
    Unknown(String),
}

impl State {
    const KNOWN: &[Self] = &[Self::Online];

    fn as_str(&self) -> &str {
        match self {
            Self::Online => "ONLINE",
            Self::Unknown(text) => text,
        }
    }
}

impl From<&str> for State {
    fn from(text: &str) -> Self {
        match text {
            "ONLINE" => Self::Online,
            _ => Self::Unknown(text.to_owned()),
        }
    }
}

pop_rpc::text_enum!(State);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Level {
    AtMostOnce,
    Unknown(i64),
}

impl Level {
    const KNOWN: &[Self] = &[Self::AtMostOnce];

    fn value(self) -> i64 {
        match self {
            Self::AtMostOnce => 0,
            Self::Unknown(value) => value,
        }
    }
}

impl From<i64> for Level {
    fn from(value: i64) -> Self {
        match value {
            0 => Self::AtMostOnce,
            _ => Self::Unknown(value),
        }
    }
}

pop_rpc::integer_enum!(Level);

fn json(members: &str) -> Result<Response, BodyError> {
    Format::Json.read(&format!("{{{members}}}"))
}

fn xml(members: &str) -> Result<Response, BodyError> {
    Format::Xml.read(&format!("<Response>{members}</Response>"))
}

/// Returns the default response with one change.
fn with(change: impl FnOnce(&mut Response)) -> Response {
    let mut response = Response::default();
    change(&mut response);
    response
}

#[track_caller]
fn reads(read: fn(&str) -> Result<Response, BodyError>, members: &str, expected: &Response) {
    match read(members) {
        Ok(response) => assert_eq!(&response, expected, "{members}"),
        Err(error) => panic!("{members}: {error}"),
    }
}

#[test]
fn scalars_are_read_from_any_json_type_that_holds_them() {
    for (members, expected) in [
        (
            r#""Long": 1570957261000"#,
            with(|r| r.long = 1_570_957_261_000),
        ),
        (
            r#""Long": "1570957261000""#,
            with(|r| r.long = 1_570_957_261_000),
        ),
        (r#""Long": 1.57E12"#, with(|r| r.long = 1_570_000_000_000)),
        (r#""Long": "1.57E12""#, with(|r| r.long = 1_570_000_000_000)),
        (
            r#""Long": -9223372036854775808"#,
            with(|r| r.long = i64::MIN),
        ),
        (
            r#""Long": "9223372036854775807""#,
            with(|r| r.long = i64::MAX),
        ),
        (
            r#""Long": 9007199254740991.0"#,
            with(|r| r.long = (1 << 53) - 1),
        ),
        (r#""Short": "-7""#, with(|r| r.short = -7)),
        (r#""Short": 7.0"#, with(|r| r.short = 7)),
        (r#""Short": " 7 ""#, with(|r| r.short = 7)),
        (r#""Number": 7"#, with(|r| r.number = 7.0)),
        (r#""Number": "0.1""#, with(|r| r.number = 0.1)),
        (
            r#""Number": 18446744073709551615"#,
            with(|r| r.number = 18_446_744_073_709_551_615.0),
        ),
        (r#""Truth": true"#, with(|r| r.truth = true)),
        (r#""Truth": "True""#, with(|r| r.truth = true)),
        (r#""Truth": "FALSE""#, with(|_| ())),
        (r#""Text": "a""#, with(|r| r.text = "a".to_owned())),
        (r#""Text": 12"#, with(|r| r.text = "12".to_owned())),
        (r#""Text": -12"#, with(|r| r.text = "-12".to_owned())),
        (
            r#""Text": 18446744073709551615"#,
            with(|r| r.text = "18446744073709551615".to_owned()),
        ),
        (r#""Text": 1.5"#, with(|r| r.text = "1.5".to_owned())),
        (r#""Text": true"#, with(|r| r.text = "true".to_owned())),
        (r#""Maybe": "5""#, with(|r| r.maybe = Some(5))),
        (r#""State": "ONLINE""#, with(|r| r.state = State::Online)),
        (
            r#""State": "online""#,
            with(|r| r.state = State::Unknown("online".to_owned())),
        ),
        (
            r#""State": 3"#,
            with(|r| r.state = State::Unknown("3".to_owned())),
        ),
        (r#""Level": "2""#, with(|r| r.level = Level::Unknown(2))),
        (r#""Level": 0.0"#, with(|_| ())),
        (
            r#""Labels": {"a": "1", "b": null, "c": 3}"#,
            with(|r| {
                r.labels = [("a", 1), ("b", 0), ("c", 3)]
                    .map(|(k, v)| (k.to_owned(), v))
                    .into();
            }),
        ),
    ] {
        reads(json, members, &expected);
    }
}

#[test]
fn scalars_are_read_from_xml_text() {
    for (members, expected) in [
        (
            "<Long>1570957261000</Long>",
            with(|r| r.long = 1_570_957_261_000),
        ),
        ("<Long>1.57E12</Long>", with(|r| r.long = 1_570_000_000_000)),
        ("<Short>\n  7\n</Short>", with(|r| r.short = 7)),
        ("<Number>1e-3</Number>", with(|r| r.number = 0.001)),
        ("<Truth>TRUE</Truth>", with(|r| r.truth = true)),
        ("<Text>12</Text>", with(|r| r.text = "12".to_owned())),
        (
            "<Text> a  b\t</Text>",
            with(|r| r.text = " a  b\t".to_owned()),
        ),
        ("<Maybe>5</Maybe>", with(|r| r.maybe = Some(5))),
        (
            "<State>AWAY</State>",
            with(|r| r.state = State::Unknown("AWAY".to_owned())),
        ),
        ("<Level>2</Level>", with(|r| r.level = Level::Unknown(2))),
        (
            "<Labels><a>1</a><b/></Labels>",
            with(|r| {
                r.labels = [("a", 1), ("b", 0)].map(|(k, v)| (k.to_owned(), v)).into();
            }),
        ),
    ] {
        reads(xml, members, &expected);
    }
}

#[test]
fn absent_null_and_empty_members_are_defaults() {
    let names = [
        "Text", "Short", "Long", "Number", "Truth", "Maybe", "Plain", "Data", "Labels", "Next",
        "State", "Level",
    ];
    let default = Response::default();
    reads(json, "", &default);
    reads(xml, "", &default);
    for name in names {
        reads(json, &format!(r#""{name}": null"#), &default);
    }
    for name in [
        "Text", "Short", "Long", "Number", "Truth", "Maybe", "Data", "State", "Level",
    ] {
        reads(json, &format!(r#""{name}": """#), &default);
    }
    for name in [
        "Text", "Short", "Long", "Number", "Truth", "Maybe", "Data", "Labels", "State", "Level",
    ] {
        reads(xml, &format!("<{name}/>"), &default);
        reads(xml, &format!("<{name}></{name}>"), &default);
        reads(xml, &format!("<{name}><!-- nothing --></{name}>"), &default);
    }
    for name in [
        "Short", "Long", "Number", "Truth", "Maybe", "Data", "Labels", "Level",
    ] {
        reads(xml, &format!("<{name}>\n</{name}>"), &default);
    }
}

#[test]
fn unknown_members_are_skipped() {
    let expected = with(|r| r.long = 1);
    reads(json, r#""HelpUrl": {"a": [1, {}]}, "Long": 1"#, &expected);
    reads(
        xml,
        "<HelpUrl><a><a>1</a></a>text<b/></HelpUrl><Long>1</Long>",
        &expected,
    );
}

#[test]
fn values_of_a_different_kind_are_errors() {
    for members in [
        r#""Long": "1x""#,
        r#""Long": 1.5"#,
        r#""Long": true"#,
        r#""Long": []"#,
        r#""Long": {}"#,
        r#""Long": 9223372036854775808"#,
        r#""Long": "9223372036854775808""#,
        r#""Long": 1e300"#,
        r#""Long": "NaN""#,
        r#""Short": 2147483648"#,
        r#""Short": "-2147483649""#,
        r#""Number": "a""#,
        r#""Number": true"#,
        r#""Truth": "yes""#,
        r#""Truth": 1"#,
        r#""Text": []"#,
        r#""Text": {}"#,
        r#""Plain": "a""#,
        r#""Data": "a""#,
        r#""Data": 1"#,
        r#""Level": "high""#,
        r#""Labels": []"#,
    ] {
        assert!(json(members).is_err(), "{members}");
    }
    for members in [
        "<Long>1x</Long>",
        "<Long>9223372036854775808</Long>",
        "<Long><a/></Long>",
        "<Long>1<a/></Long>",
        "<Text><a/></Text>",
        "<Text>a<b/></Text>",
        "<Text> <b/>c</Text>",
        "<Data>a</Data>",
        "<Labels>a</Labels>",
        "<Next>a</Next>",
        "a<Long>1</Long>",
        "<Long>1</Long>a",
    ] {
        assert!(xml(members).is_err(), "{members}");
    }
}

/// Beyond 2^53, conversion to `f64` would silently change an integer.
#[test]
fn an_integer_is_never_rounded() {
    for text in [
        "9007199254740993.0",
        "9007199254740992.5",
        "-9007199254740993e0",
        "1e16",
    ] {
        assert!(json(&format!(r#""Long": {text}"#)).is_err(), "{text}");
        assert!(json(&format!(r#""Long": "{text}""#)).is_err(), "{text}");
        assert!(xml(&format!("<Long>{text}</Long>")).is_err(), "{text}");
    }
}

#[test]
fn an_error_names_the_value_and_what_was_expected() {
    let message = json(r#""Long": "soon""#).unwrap_err().to_string();
    assert!(
        message.contains(r#""soon", expected a 64-bit integer"#),
        "{message}"
    );
    let message = xml("<Truth>soon</Truth>").unwrap_err().to_string();
    assert!(
        message.contains(r#""soon", expected true or false"#),
        "{message}"
    );
}

fn rows(xs: &[i64]) -> Response {
    let row = |&x| Row {
        x,
        ..Row::default()
    };
    with(|r| r.data = xs.iter().map(row).collect())
}

#[test]
fn wrapped_lists_of_any_length_are_read() {
    for (members, xs) in [
        (r#""Data": {"Row": []}"#, &[][..]),
        (r#""Data": {}"#, &[]),
        (r#""Data": {"Row": null}"#, &[]),
        (r#""Data": {"Row": [{"X": 1}]}"#, &[1]),
        (
            r#""Data": {"Row": [{"X": "1"}, {"X": 2}, {"X": 3}]}"#,
            &[1, 2, 3],
        ),
        (r#""Data": {"Other": [], "Row": [{"X": 1}]}"#, &[1]),
        (r#""Data": [{"X": 1}, {"X": 2}]"#, &[1, 2]),
        (r#""Data": {"Row": [null, {"X": 2}]}"#, &[0, 2]),
    ] {
        reads(json, members, &rows(xs));
    }
    for (members, xs) in [
        ("<Data/>", &[][..]),
        ("<Data>\n</Data>", &[]),
        ("<Data><Other/></Data>", &[]),
        ("<Data><Row><X>1</X></Row></Data>", &[1]),
        ("<Data><Row/></Data>", &[0]),
        (
            "<Data>\n  <Row><X>1</X></Row>\n  <!-- c -->\n  <Row><X>2</X></Row>\n  <Row><X>3</X></Row>\n</Data>",
            &[1, 2, 3],
        ),
        (
            "<Data><Row><X>1</X></Row><Other/><Row><X>2</X></Row></Data>",
            &[1, 2],
        ),
    ] {
        reads(xml, members, &rows(xs));
    }
}

#[test]
fn empty_wrapped_lists_are_written_with_their_wrapper() {
    let value = serde_json::to_value(Row::default()).unwrap();
    assert_eq!(value["Tags"], serde_json::json!({"Tag": []}));
    let row = xml::to_string("Row", &Row::default()).unwrap();
    assert_eq!(row, "<Row><X>0</X><Y>0</Y><Tags></Tags></Row>");
}

#[test]
fn absent_members_are_not_written() {
    let response = Response::default();
    let value = serde_json::to_value(&response).unwrap();
    assert_eq!((value.get("Maybe"), value.get("Next")), (None, None));
    let document = xml::to_string("R", &response).unwrap();
    assert!(
        !document.contains("Maybe") && !document.contains("Next"),
        "{document}"
    );
}

#[test]
fn plain_lists_repeat_their_element() {
    let plain = |items: &[&str]| with(|r| r.plain = items.iter().map(|&i| i.to_owned()).collect());
    reads(xml, "", &plain(&[]));
    reads(xml, "<Plain>a</Plain>", &plain(&["a"]));
    reads(xml, "<Plain/>", &plain(&[""]));
    reads(
        xml,
        " <Plain>a</Plain>\n <Plain/> <Plain>c</Plain>",
        &plain(&["a", "", "c"]),
    );
    reads(json, r#""Plain": ["a", 2, null]"#, &plain(&["a", "2", ""]));
}

/// A reader reports values that it cannot assign instead of dropping them.
#[test]
fn a_repeated_member_is_an_error() {
    assert!(xml("<Long>1</Long><Long>2</Long>").is_err());
    assert!(xml("<Plain>a</Plain><Long>1</Long><Plain>b</Plain>").is_err());
    assert!(json(r#""Long": 1, "Long": 2"#).is_err());
}

#[test]
fn structs_and_lists_nest() {
    let expected = with(|r| {
        r.data = ["a", "b"]
            .map(|tag| Row {
                tags: vec![tag.to_owned(), "c".to_owned()],
                ..Row::default()
            })
            .into();
        r.next = Some(Box::new(with(|r| {
            r.next = Some(Box::new(rows(&[1])));
        })));
    });
    for format in [Format::Json, Format::Xml] {
        let body = String::from_utf8(format.write("Response", &expected).unwrap()).unwrap();
        let read: Response = format.read(&body).unwrap();
        assert_eq!(read, expected, "{body}");
    }
}

#[test]
fn a_list_without_an_object_around_it_is_not_an_xml_document() {
    let error = xml::to_string("Root", &["a", "b"]).unwrap_err().to_string();
    assert!(
        error.contains("a list without an object around it"),
        "{error}"
    );
    assert_eq!(xml::to_string("Root", "a").unwrap(), "<Root>a</Root>");
}

#[test]
fn xml_text_is_joined_from_its_pieces() {
    for (content, expected) in [
        ("<![CDATA[https://a?b=c&d=<e>]]>", "https://a?b=c&d=<e>"),
        ("a<![CDATA[ b ]]>c", "a b c"),
        ("<![CDATA[]]>", ""),
        ("<![CDATA[ \n ]]>", " \n "),
        ("a<!-- no -->b<?no no?>c", "abc"),
        ("&lt;&gt;&amp;&apos;&quot;", "<>&'\""),
        ("&#65;&#x4e2d;&#x1F600;&#13;", "A\u{4e2d}\u{1f600}\r"),
        ("&amp;lt;", "&lt;"),
        (" &#32; ", "   "),
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("中文", "中文"),
    ] {
        let text = with(|r| r.text = expected.to_owned());
        reads(xml, &format!("<Text>{content}</Text>"), &text);
    }
}

#[test]
fn content_around_the_outermost_element_is_ignored() {
    for document in [
        "<R><Long>1</Long></R>",
        "<?xml version='1.0' encoding='UTF-8'?><R><Long>1</Long></R>",
        "\u{feff}<?xml version=\"1.0\"?>\n<!-- c -->\n<R>\n<Long>1</Long></R>\n<!-- c -->\n",
        "<!DOCTYPE R><R><Long>1</Long></R>",
        "<R a='1' xmlns=\"urn:x\"><Long b='2'>1</Long></R>",
    ] {
        let response: Response = xml::from_str(document).unwrap();
        assert_eq!(response.long, 1, "{document}");
    }
}

#[test]
fn a_truncated_document_is_an_error() {
    let document =
        "<R><Long>1</Long><Data><Row><X>1</X></Row></Data><Text>a&amp;<![CDATA[b]]></Text></R>";
    assert!(xml::from_str::<Response>(document).is_ok());
    for end in 0..document.len() {
        let cut = &document[..end];
        assert!(xml::from_str::<Response>(cut).is_err(), "{cut}");
        assert!(xml::from_str::<ErrorBody>(cut).is_err(), "{cut}");
    }
    let document = r#"{"Long": 1, "Data": {"Row": [{"X": 1}]}, "Text": "a\u0041"}"#;
    assert!(Format::Json.read::<Response>(document).is_ok());
    for end in 0..document.len() {
        let cut = &document[..end];
        assert!(Format::Json.read::<Response>(cut).is_err(), "{cut}");
    }
}

#[test]
fn a_malformed_document_is_an_error() {
    for document in [
        "",
        " ",
        "text",
        "text<R/>",
        "</R>",
        "<R></S>",
        "<R><Long>1</R></Long>",
        "<R><Unknown><a></b></Unknown></R>",
        "<R>&unknown;</R>",
        "<R><Text>&unknown;</Text></R>",
        "<R><Text>&nbsp;</Text></R>",
        "<R><Unknown>&unknown;</Unknown></R>",
        "<R><Text>a & b</Text></R>",
        "<R><Text>&#0;</Text></R>",
        "<R><Text>&#xD800;</Text></R>",
        "<R><Text>&#x110000;</Text></R>",
        "<R><Text>&;</Text></R>",
        "<R><!-- </R>",
        "<R><![CDATA[ </R>",
        "<R/><R/>",
        "<R/>text",
        "<R/></R>",
        "<R/><S",
        "<!DOCTYPE R [<!ENTITY a \"b\">]><R><Text>&a;</Text></R>",
    ] {
        assert!(xml::from_str::<Response>(document).is_err(), "{document}");
    }
}

#[test]
fn an_unknown_entity_is_named() {
    match xml::from_str::<Response>("<R><Text>a&nbsp;b</Text></R>") {
        Err(xml::Error::Entity { name, .. }) => assert_eq!(name, "nbsp"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn extremely_deep_nesting_is_refused() {
    let deep = 1_000_000;
    let members = ["<Next>".repeat(deep), "</Next>".repeat(deep)].concat();
    assert!(matches!(
        xml(&members),
        Err(BodyError::Xml(xml::Error::TooDeep))
    ));
    let unknown = ["<x>".repeat(deep), "</x>".repeat(deep)].concat();
    assert!(matches!(
        xml(&unknown),
        Err(BodyError::Xml(xml::Error::TooDeep))
    ));
    let value: Result<serde_json::Value, _> = xml::from_str(&unknown);
    assert!(matches!(value, Err(xml::Error::TooDeep)));

    let next = [r#"{"Next":"#.repeat(deep), "}".repeat(deep)].concat();
    assert!(Format::Json.read::<Response>(&next).is_err());
    assert!(
        Format::Json
            .read::<serde_json::Value>(&"[".repeat(deep))
            .is_err()
    );
}

#[test]
fn a_recursive_struct_is_read_deeper_than_any_real_response() {
    let depth = 100;
    let members = ["<Next>".repeat(depth), "</Next>".repeat(depth)].concat();
    let mut response = xml(&members).unwrap();
    let mut found = 0;
    while let Some(next) = response.next {
        response = *next;
        found += 1;
    }
    assert_eq!(found, depth);
}

#[test]
fn characters_that_xml_cannot_hold_are_replaced() {
    for (text, expected) in [
        (
            "a\0b\u{1}c\u{8}\u{b}\u{c}\u{1f}",
            "a\u{fffd}b\u{fffd}c\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
        ),
        ("\u{fffe}\u{ffff}", "\u{fffd}\u{fffd}"),
        ("\t\n\r\u{7f}\u{85}\u{2028}", "\t\n\r\u{7f}\u{85}\u{2028}"),
    ] {
        let document = xml::to_string("R", &with(|r| r.text = text.to_owned())).unwrap();
        let read: Response = xml::from_str(&document).unwrap();
        assert_eq!(read.text, expected, "{document}");
    }
}

#[test]
fn a_key_that_cannot_name_an_element_is_an_error() {
    for key in ["", "a b", "1", "a>", "<a", "a/", "-a", "a&b", "a:b"] {
        let response = with(|r| {
            r.labels.insert(key.to_owned(), 1);
        });
        match xml::to_string("R", &response) {
            Err(xml::Error::Name(name)) => assert_eq!(name, key),
            other => panic!("{key}: {other:?}"),
        }
        assert!(Format::Json.write("R", &response).is_ok());
    }
    assert!(matches!(
        xml::to_string("a b", &1),
        Err(xml::Error::Name(_))
    ));
}

fn error() -> ErrorBody {
    ErrorBody {
        request_id: "9A5E2A4B".to_owned(),
        host_id: "ons.mq-internet-access.aliyuncs.com".to_owned(),
        code: "InvalidAccessKeyId.NotFound".to_owned(),
        message: "Specified access key is not found.".to_owned(),
        recommend: Some("https://a.example/status/search?Keyword=x&source=PopGw".to_owned()),
    }
}

#[test]
fn errors_are_read_in_every_form_that_services_write() {
    for (format, body) in [
        (
            Format::Json,
            r#"{"RequestId":"9A5E2A4B","Message":"Specified access key is not found.",
                "Recommend":"https://a.example/status/search?Keyword=x&source=PopGw",
                "HostId":"ons.mq-internet-access.aliyuncs.com",
                "Code":"InvalidAccessKeyId.NotFound","AccessDeniedDetail":{"PolicyType":"x"}}"#,
        ),
        (
            Format::Json,
            r#"{"requestId":"9A5E2A4B","message":"Specified access key is not found.",
                "recommend":"https://a.example/status/search?Keyword=x&source=PopGw",
                "hostId":"ons.mq-internet-access.aliyuncs.com",
                "code":"InvalidAccessKeyId.NotFound"}"#,
        ),
        (
            Format::Xml,
            "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>9A5E2A4B</RequestId>\
             <HostId>ons.mq-internet-access.aliyuncs.com</HostId>\
             <Code>InvalidAccessKeyId.NotFound</Code>\
             <Message>Specified access key is not found.</Message>\
             <Recommend><![CDATA[https://a.example/status/search?Keyword=x&source=PopGw]]>\
             </Recommend></Error>",
        ),
        (
            Format::Xml,
            "<OnsMqttGroupIdListResponse><requestId>9A5E2A4B</requestId>\
             <hostId>ons.mq-internet-access.aliyuncs.com</hostId>\
             <code>InvalidAccessKeyId.NotFound</code>\
             <message>Specified access key is not found.</message>\
             <recommend>https://a.example/status/search?Keyword=x&amp;source=PopGw</recommend>\
             </OnsMqttGroupIdListResponse>",
        ),
    ] {
        assert_eq!(ErrorBody::read(format, body).unwrap(), error(), "{body}");
    }
}

#[test]
fn an_error_may_lack_members_and_have_a_numeric_code() {
    let read = ErrorBody::read(Format::Json, r#"{"Code": 404, "Message": null}"#).unwrap();
    let expected = ErrorBody {
        code: "404".to_owned(),
        ..ErrorBody::default()
    };
    assert_eq!(read, expected);
    assert_eq!(
        ErrorBody::read(Format::Json, "{}").unwrap(),
        ErrorBody::default()
    );
    assert_eq!(
        ErrorBody::read(Format::Xml, "<Error/>").unwrap(),
        ErrorBody::default()
    );
    assert!(ErrorBody::read(Format::Json, "<Error/>").is_err());
    assert!(ErrorBody::read(Format::Xml, "{}").is_err());
    assert!(ErrorBody::read(Format::Json, "").is_err());
}

#[test]
fn errors_are_written_as_the_gateway_writes_them() {
    let body = ErrorBody {
        recommend: None,
        ..error()
    };
    let text = |format| String::from_utf8(body.write(format).unwrap()).unwrap();
    assert_eq!(
        text(Format::Xml),
        "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>9A5E2A4B</RequestId>\
         <HostId>ons.mq-internet-access.aliyuncs.com</HostId>\
         <Code>InvalidAccessKeyId.NotFound</Code>\
         <Message>Specified access key is not found.</Message></Error>"
    );
    assert_eq!(
        text(Format::Json),
        r#"{"RequestId":"9A5E2A4B","HostId":"ons.mq-internet-access.aliyuncs.com","Code":"InvalidAccessKeyId.NotFound","Message":"Specified access key is not found."}"#
    );
}

/// Generates text of characters that XML can hold.
fn xml_text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        prop::char::range('\u{20}', '\u{d7ff}'),
        prop::char::range('\u{e000}', '\u{fffd}'),
        prop::char::range('\u{10000}', '\u{10ffff}'),
        prop::sample::select(vec![
            '\t', '\n', '\r', ' ', '<', '>', '&', ']', ';', '\u{85}', '\u{feff}'
        ]),
    ];
    vec(character, 0..16).prop_map(String::from_iter)
}

fn finite() -> impl Strategy<Value = f64> {
    use prop::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    NORMAL | SUBNORMAL | ZERO | POSITIVE | NEGATIVE
}

prop_compose! {
    fn row()(x: i64, y in finite(), tags in vec(xml_text(), 0..4)) -> Row {
        Row { x, y, tags }
    }
}

prop_compose! {
    fn response()(
        text in xml_text(),
        (short, long, truth, maybe) in any::<(i32, i64, bool, Option<i64>)>(),
        number in finite(),
        plain in vec(xml_text(), 0..4),
        data in vec(row(), 0..4),
        labels in prop::collection::btree_map("[a-zA-Z_][-a-z0-9._]{0,4}", any::<i32>(), 0..4),
        state in xml_text(),
        level: i32,
    ) -> Response {
        Response {
            text, short, long, number, truth, maybe, plain, data, labels,
            next: None,
            state: State::from(&*state),
            level: Level::from(level),
        }
    }
}

/// A struct like that of a request: it has no value unless what it needs is given.
#[derive(Clone, Debug, PartialEq)]
struct Strict {
    id: String,
    rows: Vec<Row>,
    note: Option<String>,
}

pop_rpc::wire_struct!(
    Strict,
    "Id" | "ID" => needed id,
    "Rows" => optional(ItemRow) rows,
    "Note" => optional note,
);

#[test]
fn a_struct_needs_its_needed_members_once() {
    let read = |body: &str| Format::Json.read::<Strict>(body);
    let id = |body: &str| read(body).map(|strict| strict.id);
    assert_eq!(id(r#"{"Id": "a"}"#).unwrap(), "a");
    assert_eq!(id(r#"{"Other": [{}], "ID": 1, "Rows": []}"#).unwrap(), "1");
    for (body, expected) in [
        ("{}", "missing field `Id`"),
        ("[]", "missing field `Id`"),
        (r#"{"Id": null}"#, "null in place of a required value"),
        (r#"{"Id": "a", "ID": "b"}"#, "duplicate field `Id`"),
        (
            r#"{"Id": "a", "Note": "b", "Note": "c"}"#,
            "duplicate field `Note`",
        ),
        (r#"["a"]"#, "invalid type: sequence, expected struct Strict"),
        ("1", "invalid type: integer `1`, expected struct Strict"),
    ] {
        let error = id(body).unwrap_err().to_string();
        assert!(error.contains(expected), "{body}: {error}");
    }
}

#[test]
fn an_empty_list_in_place_of_an_object_is_one_without_members() {
    assert_eq!(Format::Json.read::<Response>("[]").unwrap(), with(|_| {}));
}

#[test]
fn absent_members_of_a_strict_struct_are_not_written() {
    let mut strict = Strict {
        id: "a".to_owned(),
        rows: Vec::new(),
        note: None,
    };
    let written = |strict: &Strict| {
        let body = Format::Json.write("Strict", strict).unwrap();
        String::from_utf8(body).unwrap()
    };
    assert_eq!(written(&strict), r#"{"Id":"a"}"#);
    strict.rows.push(Row::default());
    strict.note = Some(String::new());
    let rows = r#"{"Row":[{"X":0,"Y":0.0,"Tags":{"Tag":[]}}]}"#;
    let expected = format!(r#"{{"Id":"a","Rows":{rows},"Note":""}}"#);
    assert_eq!(written(&strict), expected);
}

fn assert_round_trip<T>(format: Format, value: &T) -> Result<(), TestCaseError>
where
    T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let body = String::from_utf8(format.write("Response", value).unwrap()).unwrap();
    match format.read::<T>(&body) {
        Ok(read) => prop_assert_eq!(&read, value, "{}", body),
        Err(error) => return Err(TestCaseError::fail(format!("{error}: {body}"))),
    }
    Ok(())
}

proptest! {
    #[test]
    fn lists_of_lists_round_trip(cells in vec(vec(xml_text(), 0..4), 0..4)) {
        #[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
        struct Table {
            #[serde(default, with = "wire")]
            cells: Vec<Vec<String>>,
        }

        let table = Table { cells };
        assert_round_trip(Format::Json, &table)?;
        assert_round_trip(Format::Xml, &table)?;
    }

    #[test]
    fn responses_round_trip(
        mut response in response(),
        next in option::of(response()),
    ) {
        response.next = next.map(Box::new);
        assert_round_trip(Format::Json, &response)?;
        assert_round_trip(Format::Xml, &response)?;
    }

    #[test]
    fn json_keeps_characters_that_xml_cannot_hold(text in vec(any::<char>(), 0..16)) {
        assert_round_trip(Format::Json, &with(|r| r.text = text.into_iter().collect()))?;
    }

    #[test]
    fn written_xml_is_well_formed_for_any_text(text in vec(any::<char>(), 0..16)) {
        let text: String = text.into_iter().collect();
        let document = xml::to_string("R", &with(|r| r.text.clone_from(&text))).unwrap();
        let read: Response = xml::from_str(&document).unwrap();
        prop_assert_eq!(read.text.chars().count(), text.chars().count());
    }

    #[test]
    fn numbers_are_exact(number in finite()) {
        let body = serde_json::to_string(&number).unwrap();
        let quoted = serde_json::to_string(&number.to_string()).unwrap();
        for number_text in [&body, &quoted] {
            let read = json(&format!(r#""Number": {number_text}"#)).unwrap().number;
            prop_assert_eq!(read.to_bits(), number.to_bits());
        }
        let read = xml(&format!("<Number>{body}</Number>")).unwrap().number;
        prop_assert_eq!(read.to_bits(), number.to_bits());
    }

    #[test]
    fn readers_never_panic_on_random_bytes(bytes in vec(any::<u8>(), 0..64)) {
        let text = String::from_utf8_lossy(&bytes);
        let _ = xml::from_str::<Response>(&text);
        let _ = xml::from_str::<serde_json::Value>(&text);
        for format in [Format::Json, Format::Xml] {
            let _ = format.read::<Response>(&text);
            let _ = ErrorBody::read(format, &text);
        }
    }

    /// Random sequences of document pieces reach more edge cases than random text.
    #[test]
    fn readers_never_panic_on_random_tags(
        pieces in vec(
            prop::sample::select(vec![
                "<R>", "</R>", "<R/>", "<Data>", "</Data>", "<Row>", "</Row>", "<Row/>", "<Next>",
                "</Next>", "<Plain>", "</Plain>", "<Long>", "</Long>", "1", " ", "a", "&", "&amp;",
                "&a;", "&#0;", "<![CDATA[", "]]>", "<!--", "-->", "<?", "?>", "<!DOCTYPE", ">",
                "<", "/", "\r", "{", "}", "[", "]", "\"Data\":", "\"Long\":", ",",
            ]),
            0..24,
        ),
    ) {
        let text = pieces.concat();
        for document in [text.clone(), format!("<R>{text}"), format!("<R>{text}</R>")] {
            let _ = xml::from_str::<Response>(&document);
            let _ = xml::from_str::<serde_json::Value>(&document);
        }
        let _ = Format::Json.read::<Response>(&text);
    }
}
