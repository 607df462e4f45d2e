//! What templates see: every decision taken, nothing left to think about.
//!
//! Names are Rust's, types are text, doc comments are lines, texts that stand in code are literals,
//! lists are in the order in which they are printed. Made by [`crate::lower`], printed by [`crate::render`].

pub mod command_line;
pub mod reference;

use serde::Serialize;

/// One version of one product's API.
#[derive(Clone, Debug, Serialize)]
pub struct Api {
    /// Product code on the wire.
    pub product: String,
    /// Version on the wire.
    pub version: String,
    /// Name of the product, one line.
    pub title: String,
    /// Prefix of the packages, such as `ons-mqtt`.
    pub package: String,
    /// Requests are signed in headers, with ACS3.
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
    /// Error codes without placeholder, then those with one.
    pub errors: Vec<ErrorCode>,
    /// Error codes with a placeholder, most specific first.
    pub error_patterns: Vec<ErrorPattern>,
    /// Codes that dispatch answers.
    pub dispatch: Dispatch,
    /// Regions in the order of the spec.
    pub regions: Vec<Region>,
    /// Releases, newest first.
    pub releases: Vec<Release>,
    /// Rules for the text of parameters, each once.
    pub rules: Vec<Rule>,
    /// What the code that reads requests uses of `pop_rpc::service`.
    pub read_uses: Vec<&'static str>,
    /// Some required parameter is a map.
    pub has_map_arguments: bool,
    /// Some parameter is optional.
    pub has_setters: bool,
    /// Some optional parameter is a map.
    pub has_map_setters: bool,
    /// Some item is deprecated.
    pub has_deprecated: bool,
    /// Some action has values for a request with every parameter.
    pub has_samples: bool,
    /// Some action has an example response that both formats hold.
    pub has_exact_examples: bool,
    /// Some action has an example response that XML does not hold as it is.
    pub has_inexact_examples: bool,
    /// The command line.
    pub command_line: command_line::CommandLine,
    /// The reference, for people; its templates see nothing else.
    #[serde(skip)]
    pub reference: reference::Reference,
}

/// An action.
#[derive(Clone, Debug, Serialize)]
pub struct Action {
    /// Name on the wire.
    pub name: String,
    /// Method and module.
    pub method: String,
    /// What the names of its tests begin with.
    pub test: String,
    /// Words of the subcommand.
    pub command: Vec<String>,
    /// Name of the request struct.
    pub request: String,
    /// Name of the response struct.
    pub response: String,
    /// What it does, in one line.
    pub summary: String,
    /// What it does, its limits and its errors.
    pub docs: Vec<String>,
    /// Calls that complete `ActionInfo::new(…)`, such as `.limit(30, 60)`.
    pub info: String,
    /// No parameter is sent under several names.
    pub sorted: bool,
    /// The names of its parameters can be names of XML elements.
    pub is_xml_request: bool,
    /// Why not to use it any more.
    pub deprecated: Option<String>,
    /// Parameters in the order of the spec.
    pub parameters: Vec<Field>,
    /// Statements that hand over the parameters, in the order of their names.
    pub writes: Vec<String>,
    /// Statements that read and check the parameters, in the order of the spec.
    pub reads: Vec<String>,
    /// So many required parameters that clippy finds the client's method has too many.
    pub has_many_arguments: bool,
    /// Arguments of the constructor: the required parameters.
    pub arguments: Vec<Argument>,
    /// Methods that set the optional parameters.
    pub setters: Vec<Setter>,
    /// Members of the response, the common ones first.
    pub members: Vec<Field>,
    /// Where the response repeats the id of its request.
    pub request_id: Option<RequestId>,
    /// Structs that only this action uses.
    pub own: Structs,
    /// Traits of `pop_rpc` that its module uses.
    pub uses: Vec<&'static str>,
    /// Example response, if the spec has one.
    pub example: Option<Example>,
    /// The request with every parameter set, if there are values for all that it requires.
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
    /// What follows the options on the command line.
    pub words: Vec<String>,
}

/// Where a response repeats the id of its request.
#[derive(Clone, Debug, Serialize)]
pub struct RequestId {
    /// Name of the field.
    pub field: String,
    /// Its value, where `context` is in scope.
    pub value: String,
}

/// Structs of one module, with what they need.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Structs {
    /// The structs.
    pub structs: Vec<Struct>,
    /// Names of list items that the module's fields refer to.
    pub item_names: Vec<ItemName>,
    /// Some field is a map.
    pub has_maps: bool,
    /// Some field is an enum.
    pub has_enums: bool,
    /// Some struct is a parameter.
    pub has_parameters: bool,
}

/// A struct.
#[derive(Clone, Debug, Serialize)]
pub struct Struct {
    /// Name in Rust.
    pub name: String,
    /// Documentation.
    pub docs: Vec<String>,
    /// Members in the order of the spec.
    pub members: Vec<Field>,
    /// It is sent as a parameter.
    pub is_parameter: bool,
    /// Statements that hand over its members as parameters.
    pub writes: Vec<String>,
    /// Initializers that read its members from parameters.
    pub reads: Vec<String>,
}

/// A field of a request, a response or a struct.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// Name in Rust.
    pub name: String,
    /// Type in Rust.
    pub type_: String,
    /// Documentation.
    pub docs: Vec<String>,
    /// Tests of random values leave it empty: it has no general form in XML, or no end.
    pub is_default_in_tests: bool,
    /// What stands in `#[serde(…)]`.
    pub serde: String,
    /// Why not to use it any more.
    pub deprecated: Option<String>,
}

/// An argument of a constructor.
#[derive(Clone, Debug, Serialize)]
pub struct Argument {
    /// Name of the argument and of the field.
    pub name: String,
    /// Type of the argument.
    pub type_: String,
    /// Initializer of the field.
    pub initializer: String,
}

/// A method that sets an optional parameter.
#[derive(Clone, Debug, Serialize)]
pub struct Setter {
    /// Name of the method.
    pub method: String,
    /// Name of its argument and the field.
    pub name: String,
    /// What it sets, in one line.
    pub summary: String,
    /// Type of the argument.
    pub type_: String,
    /// Value of the field, made of the argument.
    pub value: String,
    /// Why not to use it any more.
    pub deprecated: Option<String>,
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
    /// The values are integers, not text.
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
    /// Pattern of the value and its other spellings.
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
    /// The same request may succeed when it is sent again.
    pub retryable: bool,
    /// Message on the wire; a placeholder stands in braces.
    pub message: String,
    /// The variant holds what stands in the placeholder.
    pub has_placeholder: bool,
    /// The gateway answers it, not the service.
    pub is_gateway: bool,
}

/// How a code with a placeholder is recognized.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorPattern {
    /// Name of the variant.
    pub name: String,
    /// What stands before the placeholder.
    pub prefix: String,
    /// What stands after it.
    pub suffix: String,
}

/// Expressions of the codes that dispatch answers.
#[derive(Clone, Debug, Serialize)]
pub struct Dispatch {
    /// No such action.
    pub unknown_action: String,
    /// A parameter is missing; `name` is in scope.
    pub missing: String,
    /// A parameter is malformed; `name` is in scope.
    pub malformed: String,
    /// A value is out of range; `name` is in scope.
    pub out_of_range: String,
    /// `Format` names no format.
    pub format: String,
    /// The service itself failed.
    pub internal: String,
    /// The product is not in that region, if it says so.
    pub unknown_region: Option<String>,
    /// Some of the expressions need `name`.
    pub names_parameter: bool,
}

/// A region.
#[derive(Clone, Debug, Serialize)]
pub struct Region {
    /// Region id.
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
    /// What changed, in English.
    pub changes: Vec<String>,
}

/// A rule for the text of a parameter.
#[derive(Clone, Debug, Serialize)]
pub struct Rule {
    /// Name of the constant.
    pub name: String,
    /// Arguments of `TextRule::new`.
    pub arguments: String,
}

/// An example response.
#[derive(Clone, Debug, Serialize)]
pub struct Example {
    /// The JSON, as a literal.
    pub json: String,
    /// The XML, as a literal.
    pub xml: String,
    /// Both formats hold the same value: it has no part of any type, of which XML knows none but text.
    pub is_exact: bool,
    /// Arguments of the client's method.
    pub arguments: Vec<String>,
    /// Calls that set the optional parameters.
    pub setters: Vec<String>,
}
