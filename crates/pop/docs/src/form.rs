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
    /// `true` if requests are signed in headers, with ACS3.
    pub is_acs3: bool,
    /// The forms, in the order of the spec.
    pub actions: &'static [Form],
    /// Structs that parameters hold.
    pub structs: &'static [Struct],
}

impl Forms {
    /// Returns the members of a struct.
    pub fn members(&self, name: &str) -> &'static [Member] {
        let mut structs = self.structs.iter();
        let found = structs.find(|it| it.name == name);
        found.map_or(&[], |it| it.members)
    }
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
    /// Way in which a value with parts is sent.
    pub style: Style,
    /// `true` if it is sent in a form body.
    pub is_in_form: bool,
    /// `true` if it must always be sent.
    pub is_required: bool,
    /// `true` if it is an argument of the client's method.
    pub is_argument: bool,
    /// Method of the call in Rust that sets it, if it is not an argument.
    pub setter: &'static str,
    /// Option of the subcommand without dashes; empty if it is a positional argument.
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

/// A struct that a parameter holds.
#[derive(Clone, Copy, Debug)]
pub struct Struct {
    /// Type in Rust.
    pub name: &'static str,
    /// Its members in the order of the spec.
    pub members: &'static [Member],
}

/// A member of a struct.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Name on the wire.
    pub name: &'static str,
    /// Kind of its value.
    pub kind: ValueKind,
    /// Method of the struct in Rust that sets it; empty if it is an argument of `new`.
    pub setter: &'static str,
}

/// Way in which a value with parts is sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Style {
    /// One parameter per part: `Name.1`, `Name.key` or `Name.Member`.
    Parts,
    /// Items joined by commas.
    Commas,
    /// JSON text.
    Json,
}

/// Kind of a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ValueKind {
    /// Any text.
    Text,
    /// An integer.
    Integer,
    /// A number with a fraction.
    Float,
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
    /// A list.
    List(&'static ValueKind),
    /// A map from texts.
    Map(&'static ValueKind),
    /// The struct of [`Forms::structs`] with this name.
    Struct(&'static str),
    /// Any JSON value.
    Any,
}

impl ValueKind {
    /// Returns `true` if the value consists of other values.
    pub fn has_parts(&self) -> bool {
        matches!(
            self,
            Self::List(_) | Self::Map(_) | Self::Struct(_) | Self::Any
        )
    }
}
