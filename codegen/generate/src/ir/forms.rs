//! Data for the template of the forms of actions.

use serde::Serialize;

/// Forms of all actions.
#[derive(Clone, Debug, Serialize)]
pub struct Forms {
    /// Name of the command line's program.
    pub program: String,
    /// Name of the client's crate in Rust code.
    pub client: String,
    /// Version of the API.
    pub version: String,
    /// ID of a region, as a literal.
    pub region: Option<String>,
    /// `true` if requests are signed in headers, with ACS3.
    pub is_acs3: bool,
    /// Forms in the order of the spec.
    pub actions: Vec<Form>,
    /// Structs that parameters hold.
    pub structs: Vec<FormStruct>,
}

/// Form of an action.
#[derive(Clone, Debug, Serialize)]
pub struct Form {
    /// Name on the wire, as a literal.
    pub action: String,
    /// Method of the client, as a literal.
    pub method: String,
    /// Words of the subcommand, as literals.
    pub command: Vec<String>,
    /// Its parameters in the order of the spec.
    pub parameters: Vec<FormParameter>,
}

/// A parameter in a form.
#[derive(Clone, Debug, Serialize)]
pub struct FormParameter {
    /// Name on the wire, as a literal.
    pub name: String,
    /// Kind of its value.
    pub kind: FormKind,
    /// Variant of `Style`.
    pub style: &'static str,
    /// `true` if it is sent in a form body.
    pub is_in_form: bool,
    /// `true` if it must always be sent.
    pub is_required: bool,
    /// `true` if it is an argument of the client's method and of the subcommand.
    pub is_argument: bool,
    /// Method that sets it; empty for an argument.
    pub setter: String,
    /// Option of the subcommand; empty for an argument.
    pub option: String,
    /// An example, as a literal.
    pub example: String,
    /// Condition under which it must be sent.
    pub required_when: Both,
    /// Limits of its value.
    pub limits: Both,
    /// Meaning.
    pub meaning: Both,
}

/// A struct in a form.
#[derive(Clone, Debug, Serialize)]
pub struct FormStruct {
    /// Type in Rust.
    pub name: String,
    /// Its members in the order of the spec.
    pub members: Vec<FormMember>,
}

/// A member of a struct in a form.
#[derive(Clone, Debug, Serialize)]
pub struct FormMember {
    /// Name on the wire, as a literal.
    pub name: String,
    /// Kind of its value.
    pub kind: FormKind,
    /// Method that sets it; empty for an argument of `new`.
    pub setter: String,
}

/// Kind of a value in a form.
#[derive(Clone, Debug, Serialize)]
pub struct FormKind {
    /// Variant of `ValueKind`.
    pub is: &'static str,
    /// Kind of the items of a list, or of the values of a map.
    pub of: Option<Box<FormKind>>,
    /// Type of an enum or a struct.
    pub type_name: String,
    /// `true` if the values of an enum are integers.
    pub is_integer: bool,
    /// `true` if an enum accepts other values.
    pub is_open: bool,
    /// Known values of an enum, as literals.
    pub values: Vec<String>,
}

/// A text in both languages, as literals.
#[derive(Clone, Debug, Serialize)]
pub struct Both {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}
