//! Data for the templates of the reference.
//!
//! Texts are escaped Markdown on one line. Names and values from the wire are code spans where the
//! documentation of a field states so.

use serde::Serialize;
use serde_json::Value;

/// The reference in all languages.
#[derive(Clone, Debug, Serialize)]
pub struct Reference {
    /// Package of the crate, such as `ons-mqtt-docs`.
    pub package: String,
    /// Title of the API in the first language.
    pub title: String,
    /// Title of the API in each language of the spec.
    pub titles: Vec<Title>,
    /// Languages missing from the spec, with the title instead.
    pub absent_titles: Vec<AbsentLanguage>,
    /// Its pages, in reading order.
    pub pages: Vec<Page>,
    /// Modules in rustdoc: one tree per language.
    pub trees: Vec<Tree>,
    /// Names of the pages that are not actions.
    pub chapters: Vec<&'static str>,
    /// Content of the pages in each language; each template sees its own part.
    #[serde(skip)]
    pub languages: Vec<Chapters>,
    /// The API as an `OpenAPI` document, which is printed without a template.
    #[serde(skip)]
    pub openapi: Value,
}

/// The modules of one language.
#[derive(Clone, Debug, Serialize)]
pub struct Tree {
    /// Code of the language: `zh`.
    pub code: &'static str,
    /// First line of its documentation.
    pub title: &'static str,
    /// Its pages, in reading order.
    pub modules: Vec<PageModule>,
}

/// A title in one language.
#[derive(Clone, Debug, Serialize)]
pub struct Title {
    /// Code of the language: `zh`.
    pub code: &'static str,
    /// The title, as a literal.
    pub title: String,
}

/// A page in one language, as a module.
#[derive(Clone, Debug, Serialize)]
pub struct PageModule {
    /// Name of the module.
    pub module: String,
    /// First line of its documentation.
    pub summary: String,
    /// Path of its text, without extension: `zh/regions`.
    pub path: String,
    /// The same page in another language.
    pub other: Option<OtherLanguage>,
}

/// Link to a page in another language.
#[derive(Clone, Debug, Serialize)]
pub struct OtherLanguage {
    /// Code of the language: `en`.
    pub code: &'static str,
    /// Name of the language in the language itself.
    pub name: &'static str,
}

/// A page: an entry in the data.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// Name of its module.
    #[serde(skip)]
    pub module: String,
    /// Name of its files, without language and extension.
    pub file: String,
    /// Variant of `PageKind`.
    pub kind: &'static str,
    /// Name of the page, as a literal.
    pub name: String,
    /// Other names that find it, as literals.
    pub names: Vec<String>,
    /// The page in each language.
    pub languages: Vec<PageLanguage>,
    /// Languages missing from the spec, with their substitutes.
    pub absent: Vec<AbsentLanguage>,
}

/// A language missing from the spec.
#[derive(Clone, Debug, Serialize)]
pub struct AbsentLanguage {
    /// Code of the language: `zh`.
    pub code: &'static str,
    /// Code of the language that is shown instead.
    pub instead: &'static str,
    /// Title of the page in the shown language, as a literal.
    pub title: String,
}

/// One language of a page.
#[derive(Clone, Debug, Serialize)]
pub struct PageLanguage {
    /// Code of the language: `zh`.
    pub code: &'static str,
    /// Title of the page, as a literal.
    pub title: String,
    /// First line in rustdoc.
    #[serde(skip)]
    pub summary: String,
}

/// The chapters in one language.
#[derive(Clone, Debug, Serialize)]
pub struct Chapters {
    /// Code of the language: `zh`.
    pub language: &'static str,
    /// Description of the API.
    pub description: String,
    /// Actions by category.
    pub categories: Vec<Category>,
    /// Actions in the order of the spec; each page sees only its action.
    #[serde(skip)]
    pub actions: Vec<Action>,
    /// `true` if requests of the client have headers instead of the common parameters.
    pub is_acs3: bool,
    /// Parameters of every request.
    pub common_parameters: Vec<Field>,
    /// Members of every response.
    pub common_response: Vec<Field>,
    /// Error codes of the service.
    pub service_errors: Vec<ErrorCode>,
    /// Error codes of the gateway.
    pub gateway_errors: Vec<ErrorCode>,
    /// Regions in the order of the spec.
    pub regions: Vec<Region>,
    /// Releases, newest first.
    pub releases: Vec<Release>,
    /// Errata in the order of the spec.
    pub errata: Vec<Erratum>,
    /// Title of the API.
    pub title: String,
}

/// A group of actions.
#[derive(Clone, Debug, Serialize)]
pub struct Category {
    /// Heading.
    pub title: String,
    /// Its actions.
    pub actions: Vec<CategoryAction>,
}

/// An action in a list of actions.
#[derive(Clone, Debug, Serialize)]
pub struct CategoryAction {
    /// Name on the wire, as code.
    pub name: String,
    /// The subcommand, as code.
    pub command: String,
    /// Summary.
    pub summary: String,
}

/// An action.
#[derive(Clone, Debug, Serialize)]
pub struct Action {
    /// Name of its files, without language and extension.
    pub file: String,
    /// Name on the wire, as code.
    pub name: String,
    /// Its method, as code.
    pub method: String,
    /// The whole subcommand, as code.
    pub command: String,
    /// Summary.
    pub summary: String,
    /// Situation in which to use it.
    pub scenario: Option<String>,
    /// Reason for the deprecation.
    pub deprecated: Option<String>,
    /// Restriction on its use.
    pub restriction: Option<Restriction>,
    /// Rate limit.
    pub limit: Option<Limit>,
    /// `true` if it returns a list in pages.
    pub is_paged: bool,
    /// HTTP methods that it accepts, as code.
    pub methods: String,
    /// `true` if it needs no access key.
    pub is_anonymous: bool,
    /// `true` if it changes something.
    pub is_write: bool,
    /// `true` if calling it twice has the same effect as calling it once.
    pub is_idempotent: bool,
    /// Its own parameters.
    pub parameters: Vec<Field>,
    /// `true` if its response is the value of its only member.
    pub is_bare: bool,
    /// Members of its response, the common ones first, each followed by its own members.
    pub members: Vec<Field>,
    /// Enums among parameters and members.
    pub enums: Vec<Enum>,
    /// Error codes of the action itself.
    pub errors: Vec<ErrorCode>,
    /// A request and its responses.
    pub example: Option<Example>,
    /// The call in Rust.
    pub call: Call,
}

/// Restriction on the use of an action.
#[derive(Clone, Debug, Serialize)]
pub struct Restriction {
    /// The restriction in words.
    pub description: String,
    /// Error code of other calls, as code.
    pub error: String,
}

/// Rate limit of an action for each access key.
#[derive(Clone, Debug, Serialize)]
pub struct Limit {
    /// Calls allowed in the period.
    pub requests: u32,
    /// Length of the period in seconds.
    pub seconds: u32,
}

/// A row of a table of parameters or members.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// Name, or path from the top of the request or response, as code.
    pub name: String,
    /// Type in words.
    pub type_: String,
    /// `true` if it is always sent.
    pub is_required: bool,
    /// Condition under which it must be sent, if it is not always required.
    pub required_when: Option<String>,
    /// Limits, unit and default, or a dash.
    pub limits: String,
    /// An example as code, or a dash.
    pub example: String,
    /// Meaning.
    pub description: String,
}

/// An enum.
#[derive(Clone, Debug, Serialize)]
pub struct Enum {
    /// Name as code.
    pub name: String,
    /// Meaning.
    pub description: String,
    /// Its values.
    pub values: Vec<EnumValue>,
}

/// A value of an enum.
#[derive(Clone, Debug, Serialize)]
pub struct EnumValue {
    /// Value on the wire, as code.
    pub value: String,
    /// Meaning.
    pub description: String,
}

/// An error code.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorCode {
    /// Code on the wire, as code.
    pub code: String,
    /// HTTP status.
    pub status: u16,
    /// Message on the wire, as code.
    pub message: String,
    /// `true` if the same request may succeed later.
    pub is_retryable: bool,
    /// Cause.
    pub cause: String,
    /// Remedy.
    pub remedy: String,
    /// Actions that list the code, as a list of code spans; empty on the page of an action.
    pub actions: String,
}

/// A request and its responses.
#[derive(Clone, Debug, Serialize)]
pub struct Example {
    /// Lines of the request, with one parameter per line.
    pub request: Vec<String>,
    /// Response in JSON.
    pub json: String,
    /// Response in XML.
    pub xml: String,
    /// Fence around the XML.
    pub xml_fence: String,
}

/// A call in Rust.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// The client's crate.
    pub client: String,
    /// Types of the models that the arguments use, as one import.
    pub types: Option<String>,
    /// ID of a region, as a literal.
    pub region: Option<String>,
    /// Method of the action.
    pub method: String,
    /// Its arguments, which are the required parameters.
    pub arguments: String,
    /// Methods that set the optional parameters.
    pub options: Vec<CallOption>,
}

/// A method that sets an optional parameter.
#[derive(Clone, Debug, Serialize)]
pub struct CallOption {
    /// The method.
    pub method: String,
    /// Its argument.
    pub value: String,
}

/// A region.
#[derive(Clone, Debug, Serialize)]
pub struct Region {
    /// Region ID, as code.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Note on who should use it, or a dash.
    pub note: String,
    /// Host of the public endpoint, as code.
    pub endpoint: String,
    /// Host of the endpoint inside a virtual private cloud as code, or a dash.
    pub vpc_endpoint: String,
}

/// A release.
#[derive(Clone, Debug, Serialize)]
pub struct Release {
    /// Version number, as code.
    pub version: String,
    /// Day, `YYYY-MM-DD`.
    pub date: String,
    /// Changes.
    pub changes: Vec<String>,
}

/// An erratum.
#[derive(Clone, Debug, Serialize)]
pub struct Erratum {
    /// Its number, as code.
    pub id: String,
    /// Section of the reference document.
    pub section: String,
    /// Place in the spec, as code.
    pub at: String,
    /// Statement of the document.
    pub says: String,
    /// Behavior on the wire.
    pub wire: String,
    /// Decision for this implementation.
    pub decision: String,
}
