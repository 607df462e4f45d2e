//! The format of a spec file, key by key.
//!
//! These types are the format: `spec/schema.json` is made from them, and their docs become the
//! descriptions that an editor shows.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Whether a key is left out when a spec is written: it holds what its absence means.
fn is_absent<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// One version of one product's API.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Path of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "is_absent")]
    pub schema: Option<String>,
    /// Product code on the wire, such as `Ons`.
    pub product: String,
    /// Version on the wire, such as `2019-02-14`.
    pub version: String,
    /// Prefix of the generated crates: `ons-mqtt` gives `ons-mqtt-models`.
    pub package: String,
    /// How requests are signed.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub signature: Signature,
    /// Name of the product.
    pub title: Text,
    /// What the API is for.
    pub description: Text,
    /// Languages that every text has to have.
    pub languages: Vec<Language>,
    /// What names lose on their way from the wire into Rust.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub naming: Naming,
    /// Which error codes the gateway answers before an action runs.
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
    /// Error codes, the product's and the gateway's.
    pub error_codes: Vec<ErrorCode>,
    /// Types with a closed list of known values.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub enums: Vec<Enum>,
    /// Types with members.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub structs: Vec<Struct>,
    /// Chapters of the reference, in reading order.
    pub categories: Vec<Category>,
    /// The actions.
    pub actions: Vec<Action>,
    /// Where the reference document is wrong, and what holds instead.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub errata: Vec<Erratum>,
}

/// How requests are signed.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Signature {
    /// In parameters: `Signature`, `SignatureMethod` and the others of the RPC style.
    #[default]
    Rpc,
    /// In headers: `Authorization` with ACS3-HMAC-SHA256, and `x-acs-…` for the common parameters.
    Acs3,
}

/// A text for people, in the languages that the spec declares.
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

impl Text {
    /// The text for code: English, or Chinese where there is no English.
    pub fn for_code(&self) -> &str {
        match self.en.trim() {
            "" => &self.zh,
            _ => &self.en,
        }
    }
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

/// What names lose on their way from the wire into Rust.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Naming {
    /// Prefix of action names: without `OnsMqtt`, `OnsMqttGroupIdCreate` is `group_id_create`.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub action_prefix: String,
    /// Suffix of type names: without `Do`, `MqttGroupIdDo` is `MqttGroupId`.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub type_suffix: String,
}

/// Which error codes the gateway answers before an action runs.
///
/// A code with a placeholder, such as `Missing{Parameter}`, receives the parameter's name.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DispatchErrors {
    /// No action has the name that the request asks for.
    pub unknown_action: String,
    /// A required parameter is absent or empty.
    pub missing: String,
    /// A value is not of its parameter's type, or a parameter came twice.
    pub malformed: String,
    /// A value is outside what its parameter allows.
    pub out_of_range: String,
    /// `Format` names no format.
    pub format: String,
    /// The service itself failed.
    pub internal: String,
    /// `RegionId` is none of `regions`; without a code, any region is taken.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub unknown_region: Option<String>,
}

/// A released version of the API.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Version number.
    pub version: String,
    /// Day of the release, `YYYY-MM-DD`.
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub date: String,
    /// What changed.
    pub changes: Vec<Text>,
}

/// A region and its endpoints.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Region id on the wire.
    pub id: String,
    /// Name of the region.
    pub name: Text,
    /// Who should use it.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub note: Option<Text>,
    /// Host of the public endpoint.
    pub endpoint: String,
    /// Host of the endpoint inside a virtual private cloud.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub vpc_endpoint: Option<String>,
}

/// A parameter of a request, or a member of a response or a struct.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Name on the wire, exactly.
    pub name: String,
    /// Other spellings that are understood when read and never written.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub aliases: Vec<String>,
    /// Name in code, where the name on the wire makes no good one.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub rename: Option<String>,
    /// Type of the value.
    #[serde(rename = "type")]
    pub type_: Type,
    /// A parameter that must be sent, a member that is always sent.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub required: bool,
    /// Under which condition an optional parameter must be sent.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub required_when: Option<Text>,
    /// Value that stands for an absent parameter, as sent on the wire.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub default: Option<String>,
    /// Unit of a number.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub unit: Option<Unit>,
    /// Regular expression that a whole string has to match.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub pattern: Option<String>,
    /// Least number of characters.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub min_length: Option<u32>,
    /// Greatest number of characters.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub max_length: Option<u32>,
    /// Least value.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub minimum: Option<i64>,
    /// Greatest value.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub maximum: Option<i64>,
    /// Greatest number of items of a list.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub max_items: Option<u32>,
    /// A value that the enum does not know is accepted, not refused.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub accepts_unknown: bool,
    /// How a list parameter travels; `repeat` unless said otherwise.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub style: Option<ListStyle>,
    /// Why not to use it any more.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub deprecated: Option<Text>,
    /// An example value, as sent on the wire.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub example: Option<String>,
    /// What it means.
    pub description: Text,
}

/// Type of a value: the name of a scalar, an enum or a struct, a list, or a map.
///
/// Scalars: `string`, `int32`, `int64`, `float`, `double`, `boolean`, `any`.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Type {
    /// A scalar, an enum or a struct by name.
    Name(String),
    /// `{"list": {"of": "string"}}`.
    List {
        /// What is listed.
        list: Box<List>,
    },
    /// `{"map": "string"}`: string keys, values of the named type.
    Map {
        /// Type of the values.
        map: Box<Type>,
    },
}

/// A list.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Type of the items.
    pub of: Type,
    /// Name of the items in a response whose list is an object with this one member.
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

/// How a list parameter travels.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ListStyle {
    /// `Name.1=a&Name.2=b`; a struct adds its members' names: `Name.1.Key=a`.
    Repeat,
    /// `Name=["a","b"]`.
    Json,
    /// `Name=a,b`.
    Simple,
}

/// An error code.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorCode {
    /// Code on the wire; a part that varies stands in braces: `Missing{Parameter}`.
    pub code: String,
    /// Who answers it.
    pub origin: Origin,
    /// HTTP status.
    pub status: u16,
    /// The same request may succeed when it is sent again.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub retryable: bool,
    /// Message on the wire; placeholders as in the code.
    pub message: String,
    /// What happened.
    pub cause: Text,
    /// What to do.
    pub remedy: Text,
}

/// Who answers an error code.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The service; the reference document lists the code.
    Document,
    /// The gateway in front of the service, before any action runs.
    Gateway,
}

/// A type with a list of known values; other values are kept as they came.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Enum {
    /// Name of the type.
    pub name: String,
    /// Type of the values on the wire.
    pub base: EnumBase,
    /// What the type says.
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
    /// 32-bit integer.
    Int32,
}

/// A known value of an enum.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EnumValue {
    /// Value on the wire.
    pub value: String,
    /// Name in code, where the value makes no good one.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub rename: Option<String>,
    /// Other spellings that are understood when read and never written.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub aliases: Vec<String>,
    /// What the value means.
    pub description: Text,
}

/// A type with members.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Struct {
    /// Name of the type.
    pub name: String,
    /// What the type holds.
    pub description: Text,
    /// Its members.
    pub members: Vec<Field>,
}

/// A chapter of the reference.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Name that actions refer to.
    pub id: String,
    /// Heading.
    pub title: Text,
}

/// An action.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Name on the wire, the value of `Action`.
    pub name: String,
    /// Id of the category that it belongs to.
    pub category: String,
    /// Subcommand, such as `group create`; made from the name unless said.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub command: Option<String>,
    /// What it does, in one sentence.
    pub summary: Text,
    /// When to use it.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub scenario: Option<Text>,
    /// Who may use it.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub restriction: Option<Restriction>,
    /// How often it may be called.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub rate_limit: Option<RateLimit>,
    /// Whether it changes anything.
    pub operation: Operation,
    /// Calling it twice leaves what calling it once leaves.
    pub idempotent: bool,
    /// Why not to use it any more.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub deprecated: Option<Text>,
    /// Parameters of its own, beside the common ones.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub parameters: Vec<Field>,
    /// Members of its response, beside the common ones.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub response: Vec<Field>,
    /// Codes that it can answer itself, beside those of the gateway.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub errors: Vec<String>,
    /// A request and its response in both formats.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub examples: Option<Examples>,
}

/// Whether an action changes anything.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// It only reads.
    Read,
    /// It changes something.
    Write,
}

/// Who may use an action.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Restriction {
    /// Editions of the product that have it.
    pub editions: Vec<String>,
    /// Code that the others get.
    pub error: String,
    /// The restriction in words.
    pub description: Text,
}

/// How often an action may be called with one access key.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Calls allowed in the period.
    pub requests: u32,
    /// Length of the period in seconds.
    pub seconds: u32,
}

/// A request and its response in both formats.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    /// Parameters of the request, without the common ones.
    pub request: BTreeMap<String, String>,
    /// Response in JSON.
    pub json: Value,
    /// Response in XML.
    pub xml: String,
}

/// A place where the reference document is wrong or contradicts itself.
///
/// It has to apply: `at` must exist, hold `spec` where that is given, and not hold `document`.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Erratum {
    /// Number of the erratum.
    pub id: String,
    /// Section of the reference document.
    pub section: String,
    /// The place in this spec, by names: `actions/OnsMqttGroupIdList/parameters/InstanceId/required`.
    pub at: String,
    /// Value of that place if the document were followed.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub document: Option<Value>,
    /// Value of that place here.
    #[serde(default, skip_serializing_if = "is_absent")]
    pub spec: Option<Value>,
    /// What the document says.
    pub says: Text,
    /// What the wire does.
    pub wire: Text,
    /// What we do.
    pub decision: Text,
}

impl Spec {
    /// The enum with this name.
    pub fn enum_named(&self, name: &str) -> Option<&Enum> {
        self.enums.iter().find(|e| e.name == name)
    }

    /// The struct with this name.
    pub fn struct_named(&self, name: &str) -> Option<&Struct> {
        self.structs.iter().find(|s| s.name == name)
    }
}

impl Language {
    /// The text in this language.
    pub fn of(self, text: &Text) -> &str {
        match self {
            Self::Zh => &text.zh,
            Self::En => &text.en,
        }
    }
}
