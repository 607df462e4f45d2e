//! Data for the templates, after every decision has been made.
//!
//! Names and types are Rust, doc comments are lines, and texts inside code are literals. Lists are
//! in the order of the output. [`crate::lower`] creates the IR, and [`crate::render`] prints it.

pub mod command_line;
pub mod forms;
pub mod pages;
pub mod reference;

use serde::Serialize;

/// One version of one product's API.
#[derive(Clone, Debug, Serialize)]
pub struct Api {
    /// Product code on the wire.
    pub product: String,
    /// Version on the wire.
    pub version: String,
    /// Name of the product, on one line.
    pub title: String,
    /// Prefix of the packages, such as `ons-mqtt`.
    pub package: String,
    /// `true` if requests are signed in headers, with ACS3.
    pub is_acs3: bool,
    /// Name of the client crate in Rust.
    pub client: String,
    /// Name of the models crate in Rust, such as `ons_mqtt_models`.
    pub models: String,
    /// Name of the service crate in Rust.
    pub service: String,
    /// Name of the crate with the reference in Rust.
    pub docs_crate: String,
    /// Actions in the order of the spec.
    pub actions: Vec<Action>,
    /// Enums in the order of the spec.
    pub enums: Vec<Enum>,
    /// Structs that more than one action uses.
    pub shared: Structs,
    /// Error codes in the order of the spec.
    pub errors: Vec<ErrorCode>,
    /// Error codes with a placeholder, most specific first.
    pub error_patterns: Vec<ErrorPattern>,
    /// Codes with which dispatch answers.
    pub dispatch: Dispatch,
    /// Regions in the order of the spec.
    pub regions: Vec<Region>,
    /// Releases, newest first.
    pub releases: Vec<Release>,
    /// Rules for the text of parameters, without duplicates.
    pub rules: Vec<Rule>,
    /// `true` if a call need not pass a parameter.
    pub has_settable: bool,
    /// `true` if an item is deprecated.
    pub has_deprecated: bool,
    /// `true` if an action returns a list in pages.
    pub has_pages: bool,
    /// `true` if an action has a sample request.
    pub has_samples: bool,
    /// `true` if both formats hold the example response of an action.
    pub has_exact_examples: bool,
    /// `true` if XML cannot hold the example response of an action exactly.
    pub has_inexact_examples: bool,
    /// The command line.
    pub command_line: command_line::CommandLine,
    /// Forms of the actions.
    #[serde(skip)]
    pub forms: forms::Forms,
    /// The reference, the only part that its templates see.
    #[serde(skip)]
    pub reference: reference::Reference,
}

/// An action.
#[derive(Clone, Debug, Serialize)]
pub struct Action {
    /// Name on the wire.
    pub name: String,
    /// Name of the method and the module.
    pub method: String,
    /// Prefix of the names of its tests.
    pub test: String,
    /// Words of the subcommand.
    pub command: Vec<String>,
    /// Name of the request struct.
    pub request: String,
    /// Name of the response struct.
    pub response: String,
    /// Summary, on one line.
    pub summary: String,
    /// Documentation with limits and errors.
    pub docs: Vec<String>,
    /// Calls that complete `ActionInfo::new(…)`, such as `.limit(30, 60)`.
    pub info: String,
    /// Error codes that this action answers with a status of its own.
    pub statuses: Vec<ErrorStatus>,
    /// Variants of `Method` that it accepts, unless they are `Get` and `Post`.
    pub methods: Vec<String>,
    /// `true` if it needs no access key.
    pub is_anonymous: bool,
    /// `true` if each parameter of the query is sent under one name.
    pub sorted: bool,
    /// `true` if the names of its parameters are valid names of XML elements.
    pub is_xml_request: bool,
    /// `true` if the response is the value of its only member.
    pub is_bare: bool,
    /// `true` if XML can hold the response, with the names of all its members.
    pub is_xml_response: bool,
    /// Reason for the deprecation, as a literal.
    pub deprecated: Option<String>,
    /// Parameters in the order of the spec.
    pub parameters: Fields,
    /// Values of the parameters that a call need not pass.
    pub settable: Vec<Value>,
    /// Values of the parameters of the query, in the order of their names.
    pub query: Vec<Value>,
    /// Values of the parameters of the form body, in the order of their names.
    pub form: Vec<Value>,
    /// Members of the response, the common ones first.
    pub members: Fields,
    /// Member of the response that repeats the ID of the request.
    pub request_id: Option<RequestId>,
    /// Structs that only this action uses.
    pub own: Structs,
    /// Example response, if the spec has one.
    pub example: Option<Example>,
    /// Pages of the list that it returns.
    pub pages: Option<pages::Pages>,
    /// The request with every parameter set, if each required parameter has a value.
    pub sample: Option<Sample>,
}

/// A request with every parameter set, for tests.
#[derive(Clone, Debug, Serialize)]
pub struct Sample {
    /// Arguments of the client's method.
    pub arguments: Vec<String>,
    /// Calls that set the optional parameters.
    pub setters: Vec<String>,
    /// Names of the parameters on the wire, sorted.
    pub names: Vec<String>,
    /// Options of the command line.
    pub options: Vec<String>,
    /// Arguments after the options on the command line.
    pub words: Vec<String>,
}

/// Member of a response that repeats the ID of the request.
#[derive(Clone, Debug, Serialize)]
pub struct RequestId {
    /// Name of the field.
    pub field: String,
    /// Expression of its value, with `context` in scope.
    pub value: String,
}

/// Structs of one module, with the items that they need.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Structs {
    /// The structs.
    pub structs: Vec<Struct>,
    /// Names of list items that the module's fields refer to.
    pub item_names: Vec<ItemName>,
    /// `true` if a field is an enum.
    pub has_enums: bool,
}

/// A struct.
#[derive(Clone, Debug, Serialize)]
pub struct Struct {
    /// Name in Rust.
    pub name: String,
    /// Documentation.
    pub docs: Vec<String>,
    /// Members in the order of the spec.
    pub members: Fields,
    /// `true` if its members are sent as separate parameters.
    pub is_parameter: bool,
}

/// Fields of a request, a response or a struct.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Fields {
    /// The fields in the order of the spec.
    pub all: Vec<Field>,
    /// Values of the required fields, which the constructor takes.
    pub required: Vec<Value>,
    /// Values of the other fields.
    pub optional: Vec<Value>,
    /// `true` if there is no value without the required fields, not even as a default.
    pub is_strict: bool,
    /// `true` if clippy would report too many arguments of a method that takes the required values.
    pub has_many_required: bool,
}

/// A field of a request, a response or a struct.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// Its value.
    #[serde(flatten)]
    pub value: Value,
    /// Type of the field, with its `Option` and `Box`.
    pub type_: String,
    /// Documentation.
    pub docs: Vec<String>,
    /// `true` if tests with random values leave it empty, as XML cannot hold every value, or a
    /// value could be endless.
    pub is_default_in_tests: bool,
    /// `true` if the field is a list, which is never optional.
    pub is_list: bool,
    /// Literals of other names on the wire that are read.
    pub aliases: Vec<String>,
    /// Presence on the wire.
    pub mode: Mode,
    /// Marker type that names the items of a list inside an object.
    pub item: Option<String>,
}

/// Presence of a member on the wire; each is a mode of `pop_rpc::wire_struct`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Written always; reading fails without it.
    Needed,
    /// Written always.
    Always,
    /// Written if there is a value.
    Optional,
}

/// The value of a field: how it is named, sent, read and checked.
#[derive(Clone, Debug, Serialize)]
pub struct Value {
    /// Name of the field.
    pub name: String,
    /// Name on the wire, as a member of an object.
    pub wire: String,
    /// Key as a parameter, or what the keys of its parts begin with.
    pub key: String,
    /// Type of the value.
    pub value_type: String,
    /// `true` if the value is text.
    pub is_text: bool,
    /// Encoding as a parameter.
    pub style: Style,
    /// Presence of the value.
    pub presence: Presence,
    /// `true` if the field holds the value in a box.
    pub is_boxed: bool,
    /// Rules for the value of a parameter.
    pub rules: ValueRules,
    /// `true` if the client passes its own region.
    pub is_region: bool,
    /// Name of the method that sets it.
    pub setter: String,
    /// Meaning, on one line.
    pub summary: String,
    /// Reason for the deprecation, as a literal.
    pub deprecated: Option<String>,
}

/// Encoding of a parameter; each is a method of sinks and readers in `pop_rpc::parameter`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// One parameter, or one per item, key or member.
    Flat,
    /// JSON text.
    Json,
    /// Text joined by commas.
    Simple,
}

/// Presence of a value; each is a method of `pop_rpc::parameter::Read`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Always present.
    Required,
    /// An `Option` that the constructor takes, as a response may lack the value.
    Given,
    /// An `Option`.
    Optional,
    /// A list or a map, which is empty if it is absent.
    OrDefault,
}

impl Presence {
    /// Returns `true` if the field is an `Option`.
    pub fn is_option(self) -> bool {
        matches!(self, Self::Given | Self::Optional)
    }

    /// Returns `true` if constructors take the value.
    pub fn is_required(self) -> bool {
        matches!(self, Self::Required | Self::Given)
    }
}

/// Rules for the value of a parameter.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ValueRules {
    /// Name of the rule for its text.
    pub rule: Option<String>,
    /// `true` if the number has a bound.
    pub has_range: bool,
    /// Smallest number.
    pub minimum: Option<i64>,
    /// Greatest number.
    pub maximum: Option<i64>,
    /// Greatest number of items.
    pub max_items: Option<u32>,
    /// `true` if the value must be a known one of its enum.
    pub is_known: bool,
    /// `true` if the value is a time in milliseconds, which some clients send in seconds.
    pub is_time: bool,
    /// Value of an absent parameter as on the wire, as a literal.
    pub default: Option<String>,
}

/// Name of a list's items on the wire.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct ItemName {
    /// Name of the marker type.
    pub marker: String,
    /// Name on the wire.
    pub name: String,
}

/// An enum.
#[derive(Clone, Debug, Serialize)]
pub struct Enum {
    /// Name in Rust.
    pub name: String,
    /// Documentation.
    pub docs: Vec<String>,
    /// `true` if the values are integers, not text.
    pub is_integer: bool,
    /// Known values.
    pub variants: Vec<Variant>,
}

/// A known value of an enum.
#[derive(Clone, Debug, Serialize)]
pub struct Variant {
    /// Name in Rust.
    pub name: String,
    /// Documentation.
    pub docs: Vec<String>,
    /// Value on the wire, as a literal.
    pub literal: String,
    /// Pattern that matches the value and its other spellings.
    pub pattern: String,
}

/// An error code.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorCode {
    /// Name of the variant.
    pub name: String,
    /// Documentation.
    pub docs: Vec<String>,
    /// Code on the wire.
    pub code: String,
    /// HTTP status.
    pub status: u16,
    /// `true` if the same request may succeed later.
    pub retryable: bool,
    /// Message on the wire, with a placeholder in braces.
    pub message: String,
    /// `true` if the variant holds the text of the placeholder.
    pub has_placeholder: bool,
    /// `true` if the gateway answers with it, not the service.
    pub is_gateway: bool,
}

/// Status of an error code in one action.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorStatus {
    /// Code on the wire, as a literal, with a placeholder in braces.
    pub code: String,
    /// HTTP status.
    pub status: u16,
}

/// Pattern that recognizes a code with a placeholder.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorPattern {
    /// Name of the variant.
    pub name: String,
    /// Text before the placeholder.
    pub prefix: String,
    /// Text after the placeholder.
    pub suffix: String,
}

/// Codes of requests that reach no action.
#[derive(Clone, Debug, Serialize)]
pub struct Dispatch {
    /// Missing parameter.
    pub missing: DispatchCode,
    /// Malformed parameter.
    pub malformed: DispatchCode,
    /// Value out of range.
    pub out_of_range: DispatchCode,
    /// Unknown region, if the spec has a code for it.
    pub unknown_region: Option<DispatchCode>,
    /// `true` if one of the codes contains the name of a parameter.
    pub names_parameter: bool,
    /// All other reasons.
    pub refusals: Vec<DispatchRefusal>,
    /// Unknown action, which is also the answer of a method that a service does not implement.
    pub unknown_action: DispatchCode,
}

/// Code of a request that reaches no action.
#[derive(Clone, Debug, Serialize)]
pub struct DispatchCode {
    /// Name of the variant.
    pub name: String,
    /// `true` if it contains the name of a parameter.
    pub names_parameter: bool,
}

/// Reason why a request reaches no action, other than a parameter or the region.
#[derive(Clone, Debug, Serialize)]
pub struct DispatchRefusal {
    /// Name of the variant of `Refusal`.
    pub reason: String,
    /// Name of the variant of the error code.
    pub code: String,
}

/// A region.
#[derive(Clone, Debug, Serialize)]
pub struct Region {
    /// Region ID.
    pub id: String,
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// Host of the public endpoint.
    pub endpoint: String,
    /// Host of the endpoint inside a virtual private cloud.
    pub vpc_endpoint: Option<String>,
}

/// A release.
#[derive(Clone, Debug, Serialize)]
pub struct Release {
    /// Version number.
    pub version: String,
    /// Day, `YYYY-MM-DD`.
    pub date: String,
    /// Changes in English, as literals.
    pub changes: Vec<String>,
}

/// A rule for the text of a parameter.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Rule {
    /// Name of the constant.
    pub name: String,
    /// Regular expression for the whole text, as a literal.
    pub pattern: Option<String>,
    /// Least number of characters.
    pub min_length: u32,
    /// Greatest number of characters.
    pub max_length: Option<u32>,
}

/// An example response.
#[derive(Clone, Debug, Serialize)]
pub struct Example {
    /// The JSON, as a literal.
    pub json: String,
    /// The XML, as a literal.
    pub xml: String,
    /// `true` if both formats hold the same value: no part has the type `any`, which XML holds
    /// as text.
    pub is_exact: bool,
    /// Arguments of the client's method.
    pub arguments: Vec<String>,
    /// Calls that set the optional parameters.
    pub setters: Vec<String>,
}
