//! The reference: what its templates see.
//!
//! Texts are Markdown, escaped, on one line; names and values from the wire are code spans where a
//! field says so.

use serde::Serialize;
use serde_json::Value;

/// The reference in all languages.
#[derive(Clone, Debug, Serialize)]
pub struct Reference {
    /// Package of the crate, such as `ons-mqtt-docs`.
    pub package: String,
    /// The API in a few words, in the first language.
    pub title: String,
    /// Its pages, in reading order.
    pub pages: Vec<Page>,
    /// Names of the pages that are no action.
    pub chapters: Vec<&'static str>,
    /// What the pages say, a language an element; each page sees its part.
    #[serde(skip)]
    pub languages: Vec<Chapters>,
    /// The API as an `OpenAPI` document; no template prints it.
    #[serde(skip)]
    pub openapi: Value,
}

/// A page: a module in rustdoc, an entry in the data.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// Name of the module.
    pub module: String,
    /// Name of its files, without language and extension.
    pub file: String,
    /// Variant of `Kind`.
    pub kind: &'static str,
    /// First line in rustdoc.
    pub summary: String,
    /// Name of the page, as a literal.
    pub name: String,
    /// What else it is found by, as literals.
    pub names: Vec<String>,
    /// The page in each language.
    pub languages: Vec<PageLanguage>,
    /// Languages that the spec does not have, and what stands for them.
    pub absent: Vec<AbsentLanguage>,
}

/// A language that the spec does not have.
#[derive(Clone, Debug, Serialize)]
pub struct AbsentLanguage {
    /// Code of the language: `zh`.
    pub code: &'static str,
    /// Code of the language that stands for it.
    pub instead: &'static str,
    /// Title of the page in that language, as a literal.
    pub title: String,
}

/// One language of a page.
#[derive(Clone, Debug, Serialize)]
pub struct PageLanguage {
    /// Code of the language: `zh`.
    pub code: &'static str,
    /// Name of the language in itself.
    pub name: &'static str,
    /// Title of the page, as a literal.
    pub title: String,
}

/// The chapters in one language.
#[derive(Clone, Debug, Serialize)]
pub struct Chapters {
    /// Code of the language: `zh`.
    pub language: &'static str,
    /// What the API is for.
    pub description: String,
    /// Actions by category.
    pub categories: Vec<Category>,
    /// Actions in the order of the spec; the page of each sees it alone.
    #[serde(skip)]
    pub actions: Vec<Action>,
    /// Headers stand for the parameters of every request, where the client signs.
    pub is_acs3: bool,
    /// Parameters of every request.
    pub common_parameters: Vec<Field>,
    /// Members of every response.
    pub common_response: Vec<Field>,
    /// Error codes that the service answers.
    pub service_errors: Vec<ErrorCode>,
    /// Error codes that the gateway answers.
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
    /// What it does.
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
    /// What it does.
    pub summary: String,
    /// When to use it.
    pub scenario: Option<String>,
    /// Why not to use it any more.
    pub deprecated: Option<String>,
    /// Who may use it.
    pub restriction: Option<Restriction>,
    /// How often it may be called.
    pub limit: Option<Limit>,
    /// It changes something.
    pub is_write: bool,
    /// Calling it twice leaves what calling it once leaves.
    pub is_idempotent: bool,
    /// Its own parameters.
    pub parameters: Vec<Field>,
    /// Members of its response, the common ones first, each followed by what is in it.
    pub members: Vec<Field>,
    /// Enums among parameters and members.
    pub enums: Vec<Enum>,
    /// Codes that it answers itself.
    pub errors: Vec<ErrorCode>,
    /// A request and its responses.
    pub example: Option<Example>,
    /// The call in Rust.
    pub call: Call,
}

/// Who may use an action.
#[derive(Clone, Debug, Serialize)]
pub struct Restriction {
    /// The restriction in words.
    pub description: String,
    /// Code that the others get, as code.
    pub error: String,
}

/// How often an action may be called with one access key.
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
    /// Name, or way from the top of the response, as code.
    pub name: String,
    /// Type in words.
    pub type_: String,
    /// It is always sent.
    pub is_required: bool,
    /// When it must be sent, if not always.
    pub required_when: Option<String>,
    /// Limits, unit and default, or a dash.
    pub limits: String,
    /// An example as code, or a dash.
    pub example: String,
    /// What it means.
    pub description: String,
}

/// An enum.
#[derive(Clone, Debug, Serialize)]
pub struct Enum {
    /// Name as code.
    pub name: String,
    /// What it says.
    pub description: String,
    /// Its values.
    pub values: Vec<EnumValue>,
}

/// A value of an enum.
#[derive(Clone, Debug, Serialize)]
pub struct EnumValue {
    /// Value on the wire, as code.
    pub value: String,
    /// What it means.
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
    /// The same request may succeed when it is sent again.
    pub is_retryable: bool,
    /// What happened.
    pub cause: String,
    /// What to do.
    pub remedy: String,
    /// Actions that answer it themselves, as a list of code.
    pub actions: String,
}

/// A request and its responses.
#[derive(Clone, Debug, Serialize)]
pub struct Example {
    /// The request line, a parameter a line.
    pub request: Vec<String>,
    /// Response in JSON.
    pub json: String,
    /// Response in XML.
    pub xml: String,
    /// Marks that stand around it.
    pub xml_fence: String,
}

/// A call in Rust.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// The client's crate.
    pub client: String,
    /// Types of the models that the arguments name, as one import.
    pub types: Option<String>,
    /// A region.
    pub region: Option<String>,
    /// Method of the action.
    pub method: String,
    /// Its arguments: the required parameters.
    pub arguments: String,
    /// Methods that set the others.
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
    /// Region id, as code.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who should use it, or a dash.
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
    /// What changed.
    pub changes: Vec<String>,
}

/// An erratum.
#[derive(Clone, Debug, Serialize)]
pub struct Erratum {
    /// Its number, as code.
    pub id: String,
    /// Section of the reference document.
    pub section: String,
    /// The place in the spec, as code.
    pub at: String,
    /// What the document says.
    pub says: String,
    /// What the wire does.
    pub wire: String,
    /// What we do.
    pub decision: String,
}
