//! Data for the templates of the command line.
//!
//! Texts are help texts in plain text, not Markdown.

use serde::Serialize;
use serde_json::Value;

/// The command line, with one subcommand per action.
#[derive(Clone, Debug, Serialize)]
pub struct CommandLine {
    /// Prefix of the environment variables.
    pub variables: String,
    /// First words of the subcommands, in the order of the spec.
    pub commands: Vec<Command>,
    /// Enums among the parameters.
    pub enums: Vec<Enum>,
    /// Facts about each response, in the order of the actions.
    pub responses: Vec<Response>,
    /// Actions as tools of the Model Context Protocol, in each language.
    pub tools: Vec<ToolList>,
    /// `true` if a field of a subcommand is an `Option`.
    pub has_options: bool,
}

/// Actions as tools of the Model Context Protocol, in one language.
#[derive(Clone, Debug, Serialize)]
pub struct ToolList {
    /// Language of the descriptions.
    pub language: &'static str,
    /// Name of the language in Rust.
    pub variant: String,
    /// The tools as the protocol lists them; a file of its own holds them.
    #[serde(skip)]
    pub tools: Value,
}

/// First word of a subcommand: an action or a group of actions.
#[derive(Clone, Debug, Serialize)]
pub struct Command {
    /// Name of the variant.
    pub name: String,
    /// The word of a group, if clap would derive another one from the variant.
    pub rename: Option<String>,
    /// Name of the enum with the actions of a group, or `None` if the word is an action.
    pub group: Option<String>,
    /// Words of the group's actions, separated by commas.
    pub words: String,
    /// The actions of a group, or the only action.
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
    /// `true` if a parameter is a time.
    pub has_times: bool,
    /// Name of the flag to fetch all pages, if the response is a page of a list.
    pub all: Option<String>,
}

/// A parameter: an argument if it is required, otherwise an option.
#[derive(Clone, Debug, Serialize)]
pub struct Parameter {
    /// Name of the field.
    pub name: String,
    /// Type of its value.
    pub type_: String,
    /// `true` if the field holds an `Option` of the type.
    pub is_option: bool,
    /// Help text.
    pub docs: Vec<String>,
    /// `true` if it is an argument, not an option.
    pub is_positional: bool,
    /// `true` if it is a list with at least one item.
    pub is_required_list: bool,
    /// Its names in clap, if all subcommands have an option with the name of the field.
    pub renamed: Option<Renamed>,
    /// Kind of the value, or of the items of a list.
    pub kind: ValueKind,
    /// The method that sets it, if the constructor does not.
    pub setter: Option<String>,
}

/// Names of a parameter in clap.
#[derive(Clone, Debug, Serialize)]
pub struct Renamed {
    /// ID of the argument.
    pub id: String,
    /// Name of the option, without the dashes.
    pub option: String,
}

/// Kind of a value on the command line.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ValueKind {
    /// Text.
    Text,
    /// A number, which may be negative.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A point in time, also relative to now.
    Time,
    /// A value of an enum.
    Enum {
        /// Name of the function that returns its values.
        function: String,
        /// `true` if other values are nothing unusual.
        accepts_others: bool,
        /// `true` if the values are numbers, which may be negative.
        is_number: bool,
    },
    /// Anything else, written as JSON.
    Json {
        /// Type of the value.
        type_: String,
    },
}

/// An enum.
#[derive(Clone, Debug, Serialize)]
pub struct Enum {
    /// Name of the function that returns its values.
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
    /// Meaning, as a literal.
    pub help: String,
}

/// Facts about a response.
#[derive(Clone, Debug, Serialize)]
pub struct Response {
    /// Name of the struct.
    pub name: String,
    /// Names of the members that are times, as literals.
    pub times: Vec<String>,
    /// Chart in the response.
    pub chart: Option<Chart>,
}

/// A chart: values over time.
#[derive(Clone, Debug, Serialize)]
pub struct Chart {
    /// Name of the member that is the chart.
    pub member: String,
    /// `true` if the member may be absent.
    pub is_optional: bool,
    /// Names of its texts.
    pub texts: Vec<String>,
    /// Name of the list of points.
    pub points: String,
    /// Name of a point's time.
    pub time: String,
    /// Name of a point's value.
    pub value: String,
}
