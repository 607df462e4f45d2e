//! The command line: what its templates see.
//!
//! Texts are help texts: plain, not Markdown.

use serde::Serialize;

/// A subcommand for every action.
#[derive(Clone, Debug, Serialize)]
pub struct CommandLine {
    /// Name of the client crate in Rust.
    pub client: String,
    /// What the names of its variables of the environment begin with.
    pub variables: String,
    /// What comes first on the command line, in the order of the spec.
    pub commands: Vec<Command>,
    /// Enums among the parameters.
    pub enums: Vec<Enum>,
    /// What is known of each response, in the order of the actions.
    pub responses: Vec<Response>,
    /// Some parameter needs a parser of its own.
    pub has_values: bool,
    /// Some parameter is a time.
    pub has_times: bool,
    /// Some parameter is written as JSON.
    pub has_json: bool,
    /// Some parameter is a map.
    pub has_maps: bool,
    /// Some parameter has a type of the models.
    pub has_models: bool,
    /// Some parameter is optional.
    pub has_options: bool,
}

/// A first word: an action, or a group of them.
#[derive(Clone, Debug, Serialize)]
pub struct Command {
    /// Name of the variant.
    pub name: String,
    /// The word, if it is a group and clap would derive another one from the variant.
    pub rename: Option<String>,
    /// Name of the enum below it; none if the word is an action itself.
    pub group: Option<String>,
    /// Words of the group's actions.
    pub words: String,
    /// The actions, of which there is one if this is no group.
    pub actions: Vec<Action>,
}

impl Command {
    /// Adds an action to a group.
    pub(crate) fn add(&mut self, word: &str, action: Action) {
        if !self.words.is_empty() {
            self.words.push_str(", ");
        }
        self.words.push_str(word);
        self.actions.push(action);
    }
}

/// An action.
#[derive(Clone, Debug, Serialize)]
pub struct Action {
    /// Name of the variant.
    pub name: String,
    /// The word, if clap would derive another one from the variant.
    pub rename: Option<String>,
    /// Method of the client.
    pub method: String,
    /// Help text.
    pub docs: Vec<String>,
    /// Parameters in the order of the spec.
    pub parameters: Vec<Parameter>,
    /// Names of the required parameters.
    pub arguments: Vec<String>,
    /// Some parameter is a time.
    pub has_times: bool,
}

/// A parameter: an argument if it is required, else an option.
#[derive(Clone, Debug, Serialize)]
pub struct Parameter {
    /// Name of the field.
    pub name: String,
    /// Type of the field.
    pub type_: String,
    /// Help text.
    pub docs: Vec<String>,
    /// What stands in `#[arg(…)]`.
    pub attributes: String,
    /// The method that sets it, if the constructor does not.
    pub setter: Option<String>,
    /// It may be absent, as an option of Rust.
    pub is_option: bool,
}

/// An enum.
#[derive(Clone, Debug, Serialize)]
pub struct Enum {
    /// Name of the function that gives its values.
    pub function: String,
    /// Name of the type.
    pub type_: String,
    /// The known values.
    pub variants: Vec<Variant>,
}

/// A known value of an enum.
#[derive(Clone, Debug, Serialize)]
pub struct Variant {
    /// Name of the variant.
    pub name: String,
    /// What it means, as a literal.
    pub help: String,
}

/// What is known of a response.
#[derive(Clone, Debug, Serialize)]
pub struct Response {
    /// Name of the struct.
    pub name: String,
    /// Names of the members that are times, as literals.
    pub times: Vec<String>,
    /// The chart that it holds.
    pub chart: Option<Chart>,
}

/// A chart: values over time.
#[derive(Clone, Debug, Serialize)]
pub struct Chart {
    /// Where the response has it, as an expression of `self`.
    pub place: String,
    /// Texts about it.
    pub texts: Vec<String>,
    /// Name of the list of points.
    pub points: String,
    /// Time of a point.
    pub time: String,
    /// Value of a point.
    pub value: String,
}
