//! The format of a spec file, key by key.
//!
//! These types define the format. `spec/schema.json` is generated from them, and editors show their
//! docs as descriptions.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Returns `true` if a key can be left out when a spec is written, because it holds its default.
fn is_absent<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// One version of one product's API.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Path of the JSON Schema, used by editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "is_absent")]
    pub schema: Option<String>,
    /// Product code on the wire, such as `Ons`.
    pub product: String,
    /// Version on the wire, such as `2019-02-14`.
    pub version: String,
    /// Prefix of the generated crates, such as `ons-mqtt` in `ons-mqtt-models`.
    pub package: String,
    /// Signature method of requests.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub signature: Signature,
    /// Name of the product.
    pub title: Text,
    /// Purpose of the API.
    pub description: Text,
    /// Languages in which every text must be given.
    pub languages: Vec<Language>,
    /// Affixes that names on the wire lose in Rust.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub naming: Naming,
    /// Error codes with which the gateway rejects a request before an action runs.
    pub dispatch_errors: DispatchErrors,
    /// Released versions, newest first.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub releases: Vec<Release>,
    /// Regions and their endpoints.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub regions: Vec<Region>,
    /// Parameters that every request may carry.
    pub common_parameters: Vec<Field>,
    /// Members that every response carries.
    pub common_response: Vec<Field>,
    /// Error codes of the product and of the gateway.
    pub error_codes: Vec<ErrorCode>,
    /// Types with a list of known values.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub enums: Vec<Enum>,
    /// Types with members.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub structs: Vec<Struct>,
    /// Chapters of the reference, in reading order.
    pub categories: Vec<Category>,
    /// The actions.
    pub actions: Vec<Action>,
    /// Errors of the reference document, and the facts that hold instead.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub errata: Vec<Erratum>,
}

/// Signature method of requests.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Signature {
    /// In parameters: `Signature`, `SignatureMethod` and the other parameters of the RPC style.
    #[default]
    Rpc,
    /// In headers: `Authorization` with ACS3-HMAC-SHA256, and `x-acs-…` for the common parameters.
    Acs3,
}

/// A text for readers, in every language that the spec declares.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Chinese.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub zh: String,
    /// English.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub en: String,
}

/// A language of the texts.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// Affixes that names on the wire lose in Rust.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Naming {
    /// Prefix of action names. Without `OnsMqtt`, `OnsMqttGroupIdCreate` becomes `group_id_create`.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub action_prefix: String,
    /// Suffix of type names. Without `Do`, `MqttGroupIdDo` becomes `MqttGroupId`.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub type_suffix: String,
}

/// Error codes with which the gateway rejects a request before an action runs.
///
/// A placeholder in a code, such as `Missing{Parameter}`, is replaced by the parameter's name.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DispatchErrors {
    /// The request names an action that does not exist.
    pub unknown_action: String,
    /// A required parameter is absent or empty.
    pub missing: String,
    /// A value does not have its parameter's type, or a parameter is sent twice.
    pub malformed: String,
    /// A value is outside the range that its parameter allows.
    pub out_of_range: String,
    /// `Format` names an unknown format.
    pub format: String,
    /// The service itself failed.
    pub internal: String,
    /// `Version` is not the version of the API.
    pub version: String,
    /// The HTTP method is not one that the action accepts.
    pub method: String,
    /// The access key does not exist.
    pub access_key: String,
    /// `SecurityToken` does not belong to the access key.
    pub security_token: String,
    /// `Timestamp` is not a time.
    pub timestamp: String,
    /// `Timestamp` is too far from the time of the service.
    pub expired: String,
    /// `SignatureNonce` was used before.
    pub nonce: String,
    /// `SignatureMethod` names an unknown method.
    pub signature_method: String,
    /// The signature is wrong. A placeholder in its message is replaced by the string to sign.
    pub signature: String,
    /// The signature does not cover every part of the request that it must.
    pub unsigned: String,
    /// The access key calls the action too often.
    pub throttled: String,
    /// The service has too much to do.
    pub unavailable: String,
    /// `RegionId` is not in `regions`. Without this code, every region is accepted.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub unknown_region: Option<String>,
}

/// A released version of the API.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Version number.
    pub version: String,
    /// Date of the release, `YYYY-MM-DD`.
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub date: String,
    /// Changes in the release.
    pub changes: Vec<Text>,
}

/// A region and its endpoints.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Region ID on the wire.
    pub id: String,
    /// Name of the region.
    pub name: Text,
    /// Note on who should use the region.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub note: Option<Text>,
    /// Host name of the public endpoint.
    pub endpoint: String,
    /// Host name of the endpoint inside a virtual private cloud (VPC).
    #[serde(default, skip_serializing_if = "is_absent")]
    pub vpc_endpoint: Option<String>,
}

/// A parameter of a request, or a member of a response or a struct.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Exact name on the wire. A list beside a parameter `Id` is called `Id.N`.
    pub name: String,
    /// Other spellings, accepted when read but never written.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub aliases: Vec<String>,
    /// Name in code, if the name on the wire is unsuitable.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub rename: Option<String>,
    /// Type of the value.
    #[serde(rename = "type")]
    pub type_: Type,
    /// `true` if the parameter must be sent, or the member is always present.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub required: bool,
    /// Condition under which an optional parameter must be sent.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub required_when: Option<Text>,
    /// Value of the parameter if it is absent, written as on the wire.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub default: Option<String>,
    /// Unit of a number.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub unit: Option<Unit>,
    /// Regular expression that the whole string must match.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub pattern: Option<String>,
    /// Minimum number of characters.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub min_length: Option<u32>,
    /// Maximum number of characters.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub max_length: Option<u32>,
    /// Minimum value.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub minimum: Option<i64>,
    /// Maximum value.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub maximum: Option<i64>,
    /// Maximum number of items in a list.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub max_items: Option<u32>,
    /// `true` if values unknown to the enum are accepted.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub accepts_unknown: bool,
    /// Encoding of a list, map, struct or `any` parameter; one parameter per part by default.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub style: Option<ListStyle>,
    /// Part of the request that carries the parameter; the query by default.
    #[serde(rename = "in", default, skip_serializing_if = "is_absent")]
    pub position: Position,
    /// Reason for the deprecation.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub deprecated: Option<Text>,
    /// Example value, written as on the wire.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub example: Option<String>,
    /// Meaning of the parameter or member.
    pub description: Text,
}

/// Type of a value: the name of a scalar, an enum or a struct, a list, or a map.
///
/// Scalars: `string`, `int32`, `int64`, `float`, `double`, `boolean`, `any`.
#[derive(Clone, Debug, Deserialize, Eq, Hash, JsonSchema, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Type {
    /// Name of a scalar, an enum or a struct.
    Name(String),
    /// `{"list": {"of": "string"}}`.
    List {
        /// Items of the list.
        list: Box<List>,
    },
    /// `{"map": "string"}`: an object with any keys and values of the named type.
    Map {
        /// Type of the values.
        map: Box<Type>,
    },
}

/// A list.
#[derive(Clone, Debug, Deserialize, Eq, Hash, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Type of the items.
    pub of: Type,
    /// Name of the member that holds the list, if a response wraps the list in an object.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub item: Option<String>,
}

/// Unit of a number.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    EpochMilliseconds,
    /// Seconds since 1970-01-01T00:00:00Z.
    EpochSeconds,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
}

/// Encoding of a list, map, struct or `any` parameter.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ListStyle {
    /// One parameter per item: `Name.1=a&Name.2=b`, or `Name.1.Key=a` for structs.
    Repeat,
    /// One parameter with JSON: `Name=["a","b"]`.
    Json,
    /// One parameter with the items of a list: `Name=a,b`.
    Simple,
}

/// Part of a request that carries a parameter.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// The query of the URL.
    #[default]
    Query,
    /// A body of type `application/x-www-form-urlencoded`.
    Form,
}

/// An error code.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorCode {
    /// Code on the wire, with a variable part in braces: `Missing{Parameter}`.
    pub code: String,
    /// Component that answers with the code.
    pub origin: Origin,
    /// HTTP status.
    pub status: u16,
    /// `true` if the same request may succeed when it is sent again.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub retryable: bool,
    /// Message on the wire, with the same placeholder as the code.
    pub message: String,
    /// Cause of the error.
    pub cause: Text,
    /// Remedy for the error.
    pub remedy: Text,
}

/// Component that answers with an error code.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The service. The reference document lists the code.
    Document,
    /// The gateway in front of the service, before any action runs.
    Gateway,
}

/// A type with a list of known values. Unknown values are kept as received.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Enum {
    /// Name of the type.
    pub name: String,
    /// Type of the values on the wire.
    pub base: EnumBase,
    /// Meaning of the type.
    pub description: Text,
    /// The known values.
    pub values: Vec<EnumValue>,
}

/// Type of an enum's values on the wire.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EnumBase {
    /// Text.
    String,
    /// 32-bit integers.
    Int32,
}

/// A known value of an enum.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EnumValue {
    /// Value on the wire.
    pub value: String,
    /// Name in code, if the value is unsuitable.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub rename: Option<String>,
    /// Other spellings, accepted when read but never written.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub aliases: Vec<String>,
    /// Meaning of the value.
    pub description: Text,
}

/// A type with members.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Struct {
    /// Name of the type.
    pub name: String,
    /// Content of the type.
    pub description: Text,
    /// Members of the type.
    pub members: Vec<Field>,
}

/// A chapter of the reference.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// ID by which actions refer to the chapter.
    pub id: String,
    /// Heading of the chapter.
    pub title: Text,
}

/// Pages in which an action returns a list. The next page has a token or a number.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Pages {
    /// Path of the list from the top of the response, such as `Data.Things`.
    pub items: String,
    /// Parameter that takes the token of a page.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub token: Option<String>,
    /// Path of the token of the next page.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub next: Option<String>,
    /// Parameter that takes the number of a page; the first is 1.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub number: Option<String>,
    /// Parameter that takes the number of items per page.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub size: Option<String>,
    /// Path of the number of all items.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub total: Option<String>,
}

/// An action.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Name on the wire: the value of `Action`.
    pub name: String,
    /// ID of the chapter that contains the action.
    pub category: String,
    /// Subcommand of the command line, such as `group create`; derived from the name by default.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub command: Option<String>,
    /// Summary in one sentence.
    pub summary: Text,
    /// Situations in which to use the action.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub scenario: Option<Text>,
    /// Restriction to some editions of the product.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub restriction: Option<Restriction>,
    /// Limit on the call rate for each access key.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub rate_limit: Option<RateLimit>,
    /// Pages in which the action returns a list.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub pages: Option<Pages>,
    /// Kind of operation: read or write.
    pub operation: Operation,
    /// `true` if calling it twice has the same effect as calling it once.
    pub idempotent: bool,
    /// HTTP methods that the action accepts; GET and POST by default.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub methods: Vec<HttpMethod>,
    /// `true` if the action needs no access key, so that its requests are not signed.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub anonymous: bool,
    /// Reason for the deprecation.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub deprecated: Option<Text>,
    /// Parameters in addition to the common ones.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub parameters: Vec<Field>,
    /// Members of the response in addition to the common ones.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub response: Vec<Field>,
    /// `true` if the response is the value of its only member, without an object around it and
    /// without the common members. Only JSON can hold it.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub bare: bool,
    /// Error codes that the reference lists for the action. Every action can also answer with those
    /// of the gateway, listed or not.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub errors: Vec<String>,
    /// HTTP statuses of those error codes that this action answers with another status than the
    /// declared one.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub statuses: BTreeMap<String, u16>,
    /// Example request, and its response in both formats.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub examples: Option<Examples>,
}

/// An HTTP method.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum HttpMethod {
    /// GET.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// DELETE.
    Delete,
}

/// Kind of operation of an action.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// The action only reads.
    Read,
    /// The action changes something.
    Write,
}

/// Restriction of an action to some editions of the product.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Restriction {
    /// Editions that offer the action.
    pub editions: Vec<String>,
    /// Error code for the other editions.
    pub error: String,
    /// The restriction in words.
    pub description: Text,
}

/// Limit on the calls of an action for each access key.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Number of calls allowed per period.
    pub requests: u32,
    /// Length of the period in seconds.
    pub seconds: u32,
}

/// An example request, and its response in both formats.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    /// Parameters of the request, except the common ones.
    pub request: BTreeMap<String, String>,
    /// Response in JSON.
    pub json: Value,
    /// Response in XML.
    pub xml: String,
}

/// A place where the reference document is wrong or contradicts itself.
///
/// An erratum must apply: `at` must exist, must hold `spec` if that is given, and must not hold
/// `document`.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Erratum {
    /// ID of the erratum.
    pub id: String,
    /// Section of the reference document.
    pub section: String,
    /// Path of names to the fact in this spec, such as
    /// `actions/OnsMqttGroupIdList/parameters/InstanceId/required`.
    pub at: String,
    /// Value of the fact according to the document.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub document: Option<Value>,
    /// Value of the fact in this spec.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub spec: Option<Value>,
    /// Statement of the document.
    pub says: Text,
    /// Behavior on the wire.
    pub wire: Text,
    /// Decision of this project.
    pub decision: Text,
}
