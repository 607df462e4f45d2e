//! Forms of actions: what a page and a snippet of code need to know of each parameter.

use crate::Text;

/// Forms of the actions of a product.
#[derive(Clone, Copy, Debug)]
pub struct Forms {
    /// Name of the program whose subcommands call the actions.
    pub program: &'static str,
    /// Name of the client's crate in Rust code.
    pub client: &'static str,
    /// Version of the API.
    pub version: &'static str,
    /// Region for examples, if the product has regions.
    pub region: Option<&'static str>,
    /// The forms, in the order of the spec.
    pub actions: &'static [Form],
}

/// Form of an action.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Name of the action on the wire.
    pub action: &'static str,
    /// Method of the client in Rust.
    pub method: &'static str,
    /// Words of the subcommand.
    pub command: &'static [&'static str],
    /// Parameters in the order of the spec.
    pub parameters: &'static [Parameter],
}

/// A parameter of an action; its texts are Markdown on one line.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Name on the wire.
    pub name: &'static str,
    /// Kind of its value.
    pub kind: ValueKind,
    /// `true` if it must always be sent.
    pub is_required: bool,
    /// `true` if it is an argument of the client's method and of the subcommand.
    pub is_argument: bool,
    /// Method of the call in Rust that sets it, if it is not an argument.
    pub setter: &'static str,
    /// Option of the subcommand without dashes, if it is not an argument.
    pub option: &'static str,
    /// An example of its value.
    pub example: &'static str,
    /// Condition under which it must be sent, if it is not always required.
    pub required_when: Text,
    /// Limits of its value, or a dash.
    pub limits: Text,
    /// Meaning.
    pub meaning: Text,
}

/// Kind of a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ValueKind {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Milliseconds since 1970.
    Time,
    /// A value of an enum.
    Enum {
        /// Type in Rust.
        type_name: &'static str,
        /// `true` if the values are integers.
        is_integer: bool,
        /// `true` if other values are allowed.
        is_open: bool,
        /// Known values.
        values: &'static [&'static str],
    },
    /// A list, a map or a struct, which is sent as one or more parameters.
    Several,
}
