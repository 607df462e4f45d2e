//! Properties of encoding, signing and parameters, tested with random text.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use pop_rpc::{
    Action, ActionInfo, Format, Json, Method, Parameter, ParameterSink, Parameters,
    SignatureMethod, SigningKey,
    canonical::{self, Query, query_of},
    parameter::{Member, ParameterError, ParameterStruct, Reader, member},
    service::read_parameters,
    signature::{self, CommonParameters, Signer, Stamp},
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::{Deserialize, Serialize};

/// Generates text with any characters, including control characters.
fn text() -> impl Strategy<Value = String> {
    vec(any::<char>(), 0..12).prop_map(String::from_iter)
}

fn some_text() -> impl Strategy<Value = String> {
    text().prop_filter("empty means absent", |text| !text.is_empty())
}

fn pairs() -> impl Strategy<Value = BTreeMap<String, String>> {
    btree_map(text(), text(), 0..8).prop_filter("not signed", |pairs| {
        !pairs.contains_key(signature::name::SIGNATURE)
    })
}

fn http_method() -> impl Strategy<Value = Method> {
    select(vec![Method::Get, Method::Post])
}

fn signature_method() -> impl Strategy<Value = SignatureMethod> {
    select(vec![SignatureMethod::HmacSha1, SignatureMethod::HmacSha256])
}

fn query<'a>(pairs: impl IntoIterator<Item = (&'a String, &'a String)>) -> String {
    let mut query = Query::default();
    for (name, value) in pairs {
        query.parameter(name, value);
    }
    query.into_string()
}

/// Returns `true` if `text` contains only unreserved characters and `%XX`.
fn is_encoded(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let upper_hex = |byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F');
        let fine = match byte {
            b'%' => bytes.next().is_some_and(upper_hex) && bytes.next().is_some_and(upper_hex),
            _ => byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte),
        };
        if !fine {
            return false;
        }
    }
    true
}

proptest! {
    #[test]
    fn encoded_text_is_unreserved_characters_and_upper_case_escapes(text in text()) {
        let encoded = canonical::encode(&text);
        prop_assert!(is_encoded(&encoded), "{}", encoded);
        prop_assert_eq!(encoded, reference::encode(&text));
    }

    #[test]
    fn order_of_insertion_does_not_matter(
        pairs in pairs().prop_map(Vec::from_iter),
        order in any::<[Index; 8]>(),
    ) {
        let mut shuffled = pairs.clone();
        for (at, index) in order.iter().enumerate().take(pairs.len()) {
            shuffled.swap(at, index.index(pairs.len()));
        }
        let one: Parameters = pairs.into_iter().collect();
        let mut other = Parameters::default();
        for (name, value) in shuffled {
            other.insert(name, value);
        }
        prop_assert_eq!(
            signature::string_to_sign(Method::Get, &one),
            signature::string_to_sign(Method::Get, &other)
        );
    }

    /// The parameters are in the query, in the form body, or split between both.
    #[test]
    fn a_service_reads_what_a_client_writes(pairs in pairs(), split in any::<Index>()) {
        let written: Parameters = pairs.clone().into_iter().collect();
        let at = split.index(pairs.len() + 1);
        let whole = query(&pairs);
        let (head, tail) = (query(pairs.iter().take(at)), query(pairs.iter().skip(at)));
        for (query, form) in [(&*whole, ""), ("", &*whole), (&*head, &*tail), (&*tail, &*head)] {
            prop_assert!(read_parameters(query, form.as_bytes()) == Ok(written.clone()));
        }
    }

    #[test]
    fn a_signature_verifies_and_equals_the_reference(
        pairs in pairs(),
        http in http_method(),
        method in signature_method(),
        secret in text(),
    ) {
        let parameters: Parameters = pairs.clone().into_iter().collect();
        let to_sign = signature::string_to_sign(http, &parameters);
        prop_assert_eq!(&to_sign, &reference::string_to_sign(http, &pairs));
        let signature = SigningKey::new(method, &secret).sign(&to_sign);
        prop_assert_eq!(&signature, &reference::signature(method, &secret, &to_sign));
        prop_assert!(SigningKey::new(method, &secret).verify(&to_sign, &signature));
    }

    #[test]
    fn any_change_breaks_the_signature(
        pairs in pairs().prop_filter("one to change", |pairs| !pairs.is_empty()),
        http in http_method(),
        method in signature_method(),
        secret in some_text(),
        victim in any::<Index>(),
        position in any::<Index>(),
        replacement in any::<char>(),
    ) {
        let parameters: Parameters = pairs.clone().into_iter().collect();
        let key = SigningKey::new(method, &secret);
        let to_sign = signature::string_to_sign(http, &parameters);
        let signature = key.sign(&to_sign);

        let other_secret = SigningKey::new(method, &change(&secret, position, replacement));
        prop_assert!(!other_secret.verify(&to_sign, &signature), "secret");

        let other_http = match http {
            Method::Get => Method::Post,
            _ => Method::Get,
        };
        let other = signature::string_to_sign(other_http, &parameters);
        prop_assert!(!key.verify(&other, &signature), "HTTP method");

        let (name, value) = pairs.iter().nth(victim.index(pairs.len())).unwrap();
        let mut other = parameters.clone();
        other.insert(name, change(value, position, replacement));
        let other = signature::string_to_sign(http, &other);
        prop_assert!(!key.verify(&other, &signature), "value");

        let mut other = pairs.clone();
        let value = other.remove(name).unwrap();
        other.insert(change(name, position, replacement), value);
        let other = signature::string_to_sign(http, &other.into_iter().collect());
        prop_assert!(!key.verify(&other, &signature), "name");

        let wrong = change(&signature, position, replacement);
        prop_assert!(!key.verify(&to_sign, &wrong), "signature");
        prop_assert!(!key.verify(&to_sign, &signature[1..]), "shorter");
        prop_assert!(!key.verify(&to_sign, &format!("{signature}{replacement}")), "longer");
    }
}

/// Replaces one character of `text` by a different one; empty text becomes one character.
fn change(text: &str, position: Index, replacement: char) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    if characters.is_empty() {
        return replacement.to_string();
    }
    let at = position.index(characters.len());
    characters[at] = match replacement {
        same if same == characters[at] => char::from_u32(u32::from(same) ^ 1).unwrap_or('x'),
        other => other,
    };
    characters.into_iter().collect()
}

/// A second, simple implementation of the protocol: sort, encode byte by byte, hash.
mod reference {
    use super::*;

    pub(crate) fn encode(text: &str) -> String {
        text.bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                    char::from(byte).to_string()
                }
                _ => format!("%{byte:02X}"),
            })
            .collect()
    }

    pub(crate) fn canonical(pairs: &BTreeMap<String, String>) -> String {
        pairs
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect::<Vec<_>>()
            .join("&")
    }

    pub(crate) fn string_to_sign(http: Method, pairs: &BTreeMap<String, String>) -> String {
        [http.as_str(), "%2F", &encode(&canonical(pairs))].join("&")
    }

    pub(crate) fn signature(method: SignatureMethod, secret: &str, to_sign: &str) -> String {
        let key = format!("{secret}&");
        match method {
            SignatureMethod::HmacSha1 => mac::<Hmac<sha1::Sha1>>(&key, to_sign),
            SignatureMethod::HmacSha256 => mac::<Hmac<sha2::Sha256>>(&key, to_sign),
        }
    }

    fn mac<M: Mac + KeyInit>(key: &str, text: &str) -> String {
        let mut mac = <M as KeyInit>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        BASE64_STANDARD.encode(mac.finalize().into_bytes())
    }
}

/// An action like a generated one: sorted names, with absent optional parameters omitted.
#[derive(Clone, Debug)]
struct QueryTrend {
    aa_first: Option<String>,
    begin_time: i64,
    qos: Option<i32>,
    sub_topic: Option<String>,
    zone: Option<String>,
}

impl QueryTrend {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let pairs = [
            ("AAFirst", self.aa_first.clone()),
            ("BeginTime", Some(self.begin_time.to_string())),
            ("Qos", self.qos.map(|qos| qos.to_string())),
            ("SubTopic", self.sub_topic.clone()),
            ("Zone", self.zone.clone()),
        ];
        let pairs = pairs.into_iter();
        pairs
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}

impl Action for QueryTrend {
    const INFO: ActionInfo = ActionInfo::new("QueryTrend", "2019-02-14");
    const SORTED: bool = true;
    type Response = ();

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("AAFirst", &self.aa_first);
        sink.flat("BeginTime", &self.begin_time);
        sink.flat("Qos", &self.qos);
        sink.flat("SubTopic", &self.sub_topic);
        sink.flat("Zone", &self.zone);
    }
}

/// An action with a list, whose tenth item sorts before its second.
#[derive(Clone, Debug)]
struct BatchQuery {
    client_id_list: Vec<String>,
    instance_id: Option<String>,
}

impl Action for BatchQuery {
    const INFO: ActionInfo = ActionInfo::new("BatchQuery", "2020-04-20");
    const SORTED: bool = false;
    type Response = ();

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("ClientIdList", &self.client_id_list);
        sink.flat("InstanceId", &self.instance_id);
    }
}

/// An action with a map, whose keys nobody knows beforehand.
#[derive(Clone, Debug)]
struct Labelled {
    labels: BTreeMap<String, String>,
}

impl Action for Labelled {
    const INFO: ActionInfo = ActionInfo::new("Labelled", "2020-04-20");
    const SORTED: bool = false;
    type Response = ();

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("Labels", &self.labels);
    }
}

#[derive(Clone, Debug)]
struct Common {
    format: Format,
    region_id: Option<String>,
    security_token: Option<String>,
    nonce: String,
    http: Method,
    method: SignatureMethod,
    secret: String,
}

fn common() -> impl Strategy<Value = Common> {
    let parts = (
        select(vec![Format::Json, Format::Xml]),
        option::of(text()),
        option::of(text()),
        text(),
        http_method(),
        signature_method(),
        text(),
    );
    parts.prop_map(
        |(format, region_id, security_token, nonce, http, method, secret)| Common {
            format,
            region_id,
            security_token,
            nonce,
            http,
            method,
            secret,
        },
    )
}

/// Signs an action with the crate and with the reference implementation, and compares the results.
fn check_signed<A: Action>(
    action: &A,
    own: Vec<(String, String)>,
    common: &Common,
) -> Result<(), TestCaseError> {
    let signer = Signer::new(
        SigningKey::new(common.method, &common.secret),
        &CommonParameters {
            access_key_id: "testid",
            format: common.format,
            region_id: common.region_id.as_deref(),
            security_token: common.security_token.as_deref(),
        },
    );
    let stamp = Stamp {
        nonce: &common.nonce,
        timestamp: "2026-11-23T01:46:17Z",
    };
    let signed = signer.sign(action, common.http, stamp);

    let mut pairs: BTreeMap<String, String> = own.into_iter().collect();
    for (name, value) in [
        ("AccessKeyId", Some("testid")),
        ("Action", Some(A::INFO.name)),
        ("Format", Some(common.format.as_str())),
        ("RegionId", common.region_id.as_deref()),
        ("SecurityToken", common.security_token.as_deref()),
        ("SignatureMethod", Some(common.method.as_str())),
        ("SignatureNonce", Some(&*common.nonce)),
        ("SignatureVersion", Some("1.0")),
        ("Timestamp", Some("2026-11-23T01:46:17Z")),
        ("Version", Some(A::INFO.version)),
    ] {
        if let Some(value) = value {
            pairs.insert(name.to_owned(), value.to_owned());
        }
    }
    let to_sign = reference::string_to_sign(common.http, &pairs);
    let expected = reference::signature(common.method, &common.secret, &to_sign);
    prop_assert_eq!(&signed.string_to_sign, &to_sign);
    prop_assert_eq!(
        &signed.query,
        &format!(
            "{}&Signature={}",
            reference::canonical(&pairs),
            reference::encode(&expected)
        )
    );

    let read = read_parameters(&signed.query, b"").unwrap();
    prop_assert_eq!(read.get(signature::name::SIGNATURE), Some(&*expected));
    prop_assert_eq!(signature::string_to_sign(common.http, &read), to_sign);
    Ok(())
}

proptest! {
    #[test]
    fn a_signed_action_equals_the_reference(
        aa_first in option::of(text()),
        begin_time: i64,
        qos: Option<i32>,
        sub_topic in option::of(text()),
        zone in option::of(text()),
        common in common(),
    ) {
        let action = QueryTrend { aa_first, begin_time, qos, sub_topic, zone };
        let own = action.pairs().into_iter().map(|(name, value)| (name.to_owned(), value));
        check_signed(&action, own.collect(), &common)?;
    }

    #[test]
    fn a_signed_action_with_a_list_equals_the_reference(
        client_id_list in vec(text(), 0..13),
        instance_id in option::of(text()),
        common in common(),
    ) {
        let items = client_id_list.iter().enumerate();
        let mut own: Vec<_> = items
            .map(|(index, item)| (format!("ClientIdList.{}", index + 1), item.clone()))
            .collect();
        own.extend(instance_id.clone().map(|value| ("InstanceId".to_owned(), value)));
        check_signed(&BatchQuery { client_id_list, instance_id }, own, &common)?;
    }

    /// Names with the keys of maps may need escapes.
    #[test]
    fn a_signed_action_with_a_map_equals_the_reference(
        labels in btree_map(text(), text(), 0..9),
        common in common(),
    ) {
        let own = labels.iter().map(|(key, value)| (format!("Labels.{key}"), value.clone()));
        check_signed(&Labelled { labels: labels.clone() }, own.collect(), &common)?;
    }
}

#[test]
fn the_tenth_item_of_a_list_is_signed_before_the_second() {
    let action = BatchQuery {
        client_id_list: (1..=12).map(|item| item.to_string()).collect(),
        instance_id: None,
    };
    let common = CommonParameters {
        access_key_id: "testid",
        format: Format::Json,
        region_id: None,
        security_token: None,
    };
    let stamp = Stamp {
        nonce: "n",
        timestamp: "t",
    };
    let key = SigningKey::new(SignatureMethod::HmacSha1, "testsecret");
    let signed = Signer::new(key, &common).sign(&action, Method::Get, stamp);
    let names = signed.query.split('&').filter_map(|pair| {
        let (name, _) = pair.split_once('=')?;
        name.strip_prefix("ClientIdList.")
    });
    let expected = [
        "1", "10", "11", "12", "2", "3", "4", "5", "6", "7", "8", "9",
    ];
    assert!(names.eq(expected), "{}", signed.query);
}

/// An action may itself define a parameter that SDKs send with every request.
#[test]
fn an_action_parameter_replaces_the_common_one_of_the_same_name() {
    struct Own;

    impl Action for Own {
        const INFO: ActionInfo = ActionInfo::new("Own", "2019-02-14");
        const SORTED: bool = true;
        type Response = ();

        fn query_parameters(&self, sink: &mut dyn ParameterSink) {
            sink.parameter("RegionId", "own");
        }
    }

    let common = CommonParameters {
        access_key_id: "testid",
        format: Format::Json,
        region_id: Some("common"),
        security_token: None,
    };
    let stamp = Stamp {
        nonce: "n",
        timestamp: "t",
    };
    let key = SigningKey::new(SignatureMethod::HmacSha1, "testsecret");
    let signed = Signer::new(key, &common).sign(&Own, Method::Get, stamp);
    let read = read_parameters(&signed.query, b"").unwrap();
    assert_eq!(read.get("RegionId"), Some("own"));
    let to_sign = signature::string_to_sign(Method::Get, &read);
    assert_eq!(to_sign, signed.string_to_sign);
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
struct Tag {
    key: String,
    values: Vec<String>,
    weight: Option<i32>,
    notes: BTreeMap<String, String>,
}

impl pop_rpc::wire::WireStruct for Tag {}

impl ParameterStruct for Tag {
    const MEMBERS: &'static [Member] = &[
        member::<String>("Key"),
        member::<Vec<String>>("Values"),
        member::<i32>("Weight"),
        member::<BTreeMap<String, String>>("Notes"),
    ];

    fn write_members(&self, sink: &mut dyn ParameterSink) {
        sink.flat("Key", &self.key);
        sink.flat("Values", &self.values);
        sink.flat("Weight", &self.weight);
        sink.flat("Notes", &self.notes);
    }

    fn read_members(reader: &mut Reader<'_>) -> Result<Self, ParameterError> {
        Ok(Self {
            key: reader.flat("Key").required()?,
            values: reader.flat("Values").or_default()?,
            weight: reader.flat("Weight").optional()?,
            notes: reader.flat("Notes").or_default()?,
        })
    }
}

fn tag() -> impl Strategy<Value = Tag> {
    (
        some_text(),
        vec(some_text(), 0..12),
        any::<Option<i32>>(),
        btree_map(text(), text(), 0..5),
    )
        .prop_map(|(key, values, weight, notes)| Tag {
            key,
            values,
            weight,
            notes,
        })
}

/// Keys of maps whose values have parts: the first dot ends such a key.
fn key() -> impl Strategy<Value = String> {
    text().prop_map(|text| text.replace('.', "-"))
}

/// Values of any type, with scalars as they are read back: as text.
fn any_value() -> impl Strategy<Value = Json> {
    some_text()
        .prop_map(Json::from)
        .prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                vec(inner.clone(), 1..12).prop_map(Json::from),
                // Keys with a letter, as a map with the keys of a list is one.
                btree_map(key().prop_map(|key| format!("{key}k")), inner, 1..4)
                    .prop_map(|members| Json::Object(members.into_iter().collect())),
            ]
        })
}

/// Encodes a value as a query and reads it back.
fn send<T: Parameter>(value: &T) -> Result<Option<T>, ParameterError> {
    Reader::new(&through_a_query(|sink| sink.flat("Name", value)))
        .flat("Name")
        .optional()
}

fn through_a_query(write: impl FnOnce(&mut dyn ParameterSink)) -> Parameters {
    let mut parameters = Parameters::default();
    write(&mut parameters);
    read_parameters(&query_of(&parameters), b"").unwrap()
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

proptest! {
    #[test]
    fn scalars_round_trip(
        text in some_text(),
        short: i32,
        long: i64,
        number in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL | proptest::num::f64::ZERO,
        truth: bool,
    ) {
        prop_assert_eq!(send(&text), Ok(Some(text)));
        prop_assert_eq!(send(&short), Ok(Some(short)));
        prop_assert_eq!(send(&long), Ok(Some(long)));
        prop_assert_eq!(send(&number), Ok(Some(number)));
        prop_assert_eq!(send(&truth), Ok(Some(truth)));
        prop_assert_eq!(send(&Some(truth)), Ok(Some(Some(truth))));
    }

    #[test]
    fn lists_round_trip(texts in vec(some_text(), 0..13), numbers: Vec<i64>) {
        prop_assert_eq!(send(&texts), Ok(some(texts)));
        prop_assert_eq!(send(&numbers), Ok(some(numbers)));
    }

    #[test]
    fn lists_of_structs_round_trip(tags in vec(tag(), 0..13)) {
        prop_assert_eq!(send(&tags), Ok(some(tags)));
    }

    #[test]
    fn lists_of_lists_round_trip(lists in vec(vec(some_text(), 1..12), 0..12)) {
        prop_assert_eq!(send(&lists), Ok(some(lists)));
    }

    /// Keys are not escaped, so they may contain dots, spaces and text of any language.
    #[test]
    fn maps_round_trip(texts in btree_map(text(), text(), 0..9), numbers in btree_map(text(), any::<i32>(), 0..9)) {
        prop_assert_eq!(send(&texts), Ok((!texts.is_empty()).then_some(texts)));
        prop_assert_eq!(send(&numbers), Ok((!numbers.is_empty()).then_some(numbers)));
    }

    #[test]
    fn maps_of_structs_lists_and_maps_round_trip(
        tags in btree_map(key(), tag(), 1..5),
        lists in btree_map(key(), vec(some_text(), 1..12), 1..5),
        maps in btree_map(key(), btree_map(text(), some_text(), 1..5), 1..5),
        list_of_maps in vec(btree_map(text(), some_text(), 1..5), 1..12),
    ) {
        prop_assert_eq!(send(&tags), Ok(Some(tags)));
        prop_assert_eq!(send(&lists), Ok(Some(lists)));
        prop_assert_eq!(send(&maps), Ok(Some(maps)));
        prop_assert_eq!(send(&list_of_maps), Ok(Some(list_of_maps)));
    }

    #[test]
    fn values_of_any_type_round_trip(value in any_value()) {
        prop_assert_eq!(send(&value), Ok(Some(value)));
    }

    #[test]
    fn json_values_round_trip(tags in vec(tag(), 0..5)) {
        let parameters = through_a_query(|sink| sink.json("Name", &tags));
        prop_assert_eq!(parameters.iter().count(), usize::from(!tags.is_empty()));
        prop_assert_eq!(Reader::new(&parameters).json("Name").or_default(), Ok(tags));
    }

    /// Items contain no comma, because this style cannot escape one.
    #[test]
    fn comma_lists_round_trip(
        texts in vec(some_text().prop_map(|text| text.replace(',', ";")), 0..13),
        numbers: Vec<i32>,
    ) {
        let parameters = through_a_query(|sink| sink.simple("Name", &texts));
        prop_assert!(parameters.iter().count() <= 1);
        prop_assert_eq!(simple(&parameters, "Name"), Ok(some(texts)));
        let parameters = through_a_query(|sink| sink.simple("Name", &numbers));
        prop_assert_eq!(simple(&parameters, "Name"), Ok(some(numbers)));
    }
}

fn simple<T: Parameter>(
    parameters: &Parameters,
    name: &str,
) -> Result<Option<Vec<T>>, ParameterError> {
    Reader::new(parameters).simple(name).optional()
}

#[test]
fn absent_values_are_not_sent() {
    let mut parameters = Parameters::default();
    let sink: &mut dyn ParameterSink = &mut parameters;
    sink.flat("A", &None::<String>);
    sink.flat("B", &Vec::<String>::new());
    sink.flat("C", &BTreeMap::<String, String>::new());
    sink.flat("D", &Json::Null);
    sink.json("E", &None::<Tag>);
    sink.simple::<String>("F", &[]);
    assert_eq!(parameters.iter().count(), 0);
}

#[test]
fn a_list_of_structs_is_sent_as_numbered_members() {
    let tag = |key: &str, values: &[&str]| Tag {
        key: key.to_owned(),
        values: values.iter().map(|&value| value.to_owned()).collect(),
        weight: None,
        notes: BTreeMap::from([("a.b c".to_owned(), key.to_owned())]),
    };
    let mut parameters = Parameters::default();
    vec![tag("k", &["v", "w"]), tag("l", &[])].write("Tag", &mut parameters);
    let expected = [
        ("Tag.1.Key", "k"),
        ("Tag.1.Notes.a.b c", "k"),
        ("Tag.1.Values.1", "v"),
        ("Tag.1.Values.2", "w"),
        ("Tag.2.Key", "l"),
        ("Tag.2.Notes.a.b c", "l"),
    ];
    assert!(parameters.iter().eq(expected), "{parameters:?}");
}

/// SDKs send an empty value for an item that their user left out.
#[test]
fn an_empty_item_does_not_end_a_list() {
    let parameters: Parameters = [("X.1", "a"), ("X.2", ""), ("X.3", "b")]
        .into_iter()
        .collect();
    let expected = Ok(Some(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(Parameter::read(&parameters, "X"), expected);

    let parameters: Parameters = [("X", "a,,b")].into_iter().collect();
    assert_eq!(simple(&parameters, "X"), expected);
}

#[test]
fn a_list_with_only_empty_items_is_absent() {
    let parameters: Parameters = [("X.1", ""), ("Y", ","), ("Z", "")].into_iter().collect();
    assert_eq!(Vec::<String>::read(&parameters, "X"), Ok(None));
    assert_eq!(simple::<String>(&parameters, "Y"), Ok(None));
    assert_eq!(simple::<String>(&parameters, "Z"), Ok(None));
}

/// `Disk.Size` may be a parameter of its own beside a struct `Disk` without that member.
#[test]
fn a_struct_is_absent_unless_one_of_its_members_was_sent() {
    let read = |query| Tag::read(&read_parameters(query, b"").unwrap(), "Tag");
    assert_eq!(read("Tag.Size=1&Tagged=1&Tag=1"), Ok(None));
    assert_eq!(
        read("Tag.Size=1&Tag.Weight=1"),
        Err(ParameterError::Missing("Tag.Key".to_owned()))
    );
    let tag = read("Tag.Size=1&Tag.Key=k").unwrap().unwrap();
    assert_eq!((&*tag.key, tag.notes.len()), ("k", 0));
}

/// A struct whose members have parts.
#[derive(Clone, Debug, Default, PartialEq)]
struct Disk {
    tag: Option<Tag>,
    tags: Vec<Tag>,
    rows: Vec<Vec<String>>,
    extra: Option<Json>,
}

impl ParameterStruct for Disk {
    const MEMBERS: &'static [Member] = &[
        member::<Tag>("Tag"),
        member::<Vec<Tag>>("Tags"),
        member::<Vec<Vec<String>>>("Rows"),
        member::<Json>("Extra"),
    ];

    fn write_members(&self, sink: &mut dyn ParameterSink) {
        sink.flat("Tag", &self.tag);
        sink.flat("Tags", &self.tags);
        sink.flat("Rows", &self.rows);
        sink.flat("Extra", &self.extra);
    }

    fn read_members(reader: &mut Reader<'_>) -> Result<Self, ParameterError> {
        Ok(Self {
            tag: reader.flat("Tag").optional()?,
            tags: reader.flat("Tags").or_default()?,
            rows: reader.flat("Rows").or_default()?,
            extra: reader.flat("Extra").optional()?,
        })
    }
}

/// A parameter `Disk.Tag` or `Disk.Tags.N` may have other members than the struct of that name.
#[test]
fn a_struct_is_absent_if_only_a_sibling_of_its_parts_was_sent() {
    let read = |query: &str| Disk::read(&read_parameters(query, b"").unwrap(), "Disk");
    let siblings = [
        "Disk.Tag.Size",
        "Disk.Tag",
        "Disk.Tag.Key.Size",
        "Disk.Tag.Notes",
        "Disk.Tag.Values.First",
        "Disk.Tags.1.Size",
        "Disk.Tags.1",
        "Disk.Tags.Key",
        "Disk.Rows.1",
        "Disk.Rows.1.1.Size",
    ];
    for key in siblings {
        assert_eq!(read(&format!("{key}=1")), Ok(None), "{key}");
    }
    let own = [
        "Disk.Tag.Notes.any",
        "Disk.Tag.Values.1",
        "Disk.Tags.1.Weight",
        "Disk.Rows.1.1",
        "Disk.Extra",
        "Disk.Extra.any",
    ];
    for key in own {
        assert_ne!(read(&format!("{key}=1")), Ok(None), "{key}");
    }
}

#[test]
fn a_list_of_structs_ends_where_only_a_sibling_was_sent() {
    let read = |query| Vec::<Disk>::read(&read_parameters(query, b"").unwrap(), "Disk");
    let disks = read("Disk.1.Tag.Key=k&Disk.1.Tag.Size=1&Disk.2.Tag.Size=2")
        .unwrap()
        .unwrap();
    assert_eq!(disks.len(), 1);
    assert_eq!(disks[0].tag.as_ref().map(|tag| &*tag.key), Some("k"));
    let disks = read("Disk.1.Tags.1.Key=k&Disk.1.Tags.2.Size=1")
        .unwrap()
        .unwrap();
    assert_eq!(disks[0].tags.len(), 1);
    assert_eq!(read("Disk.1.Tag.Size=1"), Ok(None));
}

/// Without these bounds, a request could make the server hold or nest more than it was sent.
#[test]
fn the_keys_of_a_map_and_the_depth_of_a_value_are_bounded() {
    let keys = |count| {
        let pairs = (0..count).map(|key| (format!("M.{key:04}"), "v"));
        BTreeMap::<String, String>::read(&Parameters::from_iter(pairs), "M")
    };
    assert_eq!(keys(1000).unwrap().unwrap().len(), 1000);
    let refused = keys(1001).unwrap_err().to_string();
    assert_eq!(refused, "parameter M: more than 1000 keys");

    let deep = |depth| {
        let name = format!("M{}", ".k".repeat(depth));
        Json::read(&Parameters::from_iter([(name, "v")]), "M")
    };
    assert!(deep(16).is_ok());
    let refused = deep(17).unwrap_err().to_string();
    assert!(refused.ends_with("nested more than 16 deep"), "{refused}");
}
