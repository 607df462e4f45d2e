//! Names of everything that a spec declares.

use std::collections::{BTreeSet, HashMap};

use codegen_spec::graph::{parameter_structs, reached, struct_by_name};
use codegen_spec::names::{Scope, TAKEN_COMMANDS, camel, has_letter, snake};
use codegen_spec::{Action, Spec, Struct, Type};
use heck::ToKebabCase;

use super::sent::SentStructs;
use super::spelling::Spelling;

/// Names of types that generated code already uses.
const TAKEN_TYPES: &[&str] = &[
    "Action",
    "ActionInfo",
    "Answer",
    "Api",
    "Arc",
    "Box",
    "Builder",
    "Call",
    "Client",
    "Clone",
    "Context",
    "Cow",
    "Debug",
    "Default",
    "Deserialize",
    "DeserializeOwned",
    "Dispatch",
    "Err",
    "Error",
    "ErrorCode",
    "ErrorFacts",
    "Examples",
    "Failure",
    "Fn",
    "Format",
    "From",
    "Future",
    "InProcess",
    "Inner",
    "Into",
    "Listing",
    "None",
    "Ok",
    "Operation",
    "Option",
    "Paged",
    "Parameter",
    "ParameterError",
    "ParameterSink",
    "ParameterStruct",
    "Parameters",
    "Pin",
    "Product",
    "Region",
    "Release",
    "Result",
    "Self",
    "Send",
    "Serialize",
    "Service",
    "Settings",
    "SignedRequest",
    "Some",
    "String",
    "Stub",
    "StubMethod",
    "Sync",
    "TextRule",
    "Vec",
];

/// Names of functions, modules, crates and variables that generated code already uses.
const TAKEN_FUNCTIONS: &[&str] = &[
    "alloc",
    "assert",
    "assert_any",
    "assert_round_trip",
    "builder",
    "call",
    "call_each",
    "clap",
    "client",
    "clone",
    "core",
    "default",
    "dispatch",
    "examples",
    "expected",
    "from_stub",
    "generated",
    "given",
    "into",
    "r#mod",
    "models",
    "not_implemented",
    "pairs",
    "parameters",
    "pop_cli",
    "pop_client",
    "pop_docs",
    "pop_rpc",
    "proptest",
    "read",
    "refuse",
    "region",
    "response",
    "run",
    "serde",
    "settings",
    "std",
    "tests",
    "the_examples_come_back",
    "try_into",
];

/// Methods of every call, including those of traits that generated code imports.
const METHODS_OF_CALLS: &[&str] = &[
    "clone",
    "given",
    "items",
    "items_blocking",
    "new",
    "pages",
    "pages_blocking",
    "request",
    "send",
    "send_blocking",
    "sign",
];

/// Functions of every struct, and operators, which clippy expects in traits.
const METHODS_OF_STRUCTS: &[&str] = &[
    "add", "clone", "default", "div", "mul", "new", "rem", "shl", "shr", "sub",
];

/// Rust names of everything that a spec declares, by the name in the spec.
pub struct Names<'a> {
    pub(super) spec: &'a Spec,
    pub(super) enums: HashMap<&'a str, String>,
    pub(super) structs: HashMap<&'a str, String>,
    /// Structs of the spec by name.
    pub(super) definitions: HashMap<&'a str, &'a Struct>,
    pub(super) methods: HashMap<&'a str, ActionNames>,
    /// Marker types, by the name of list items.
    pub(super) markers: HashMap<&'a str, String>,
    /// Structs that are sent as parameters, not as JSON text.
    pub(super) parameter_structs: BTreeSet<&'a str>,
    /// Structs that requests hold.
    pub(super) sent: SentStructs<'a>,
    /// Structs that each struct contains, directly or through members.
    pub(super) reached: HashMap<&'a str, BTreeSet<&'a str>>,
}

/// Names of an action in generated code.
pub(super) struct ActionNames {
    pub(super) method: String,
    pub(super) command: String,
    pub(super) request: String,
    pub(super) response: String,
}

impl<'a> Names<'a> {
    /// Chooses a name for everything that a spec declares.
    pub fn new(spec: &'a Spec) -> Self {
        let mut types = Scope::new(TAKEN_TYPES);
        let mut functions = Scope::new(TAKEN_FUNCTIONS);
        // Of names that differ in spelling only, the usual one comes first.
        let mut actions: Vec<_> = spec.actions.iter().zip(commands(spec)).collect();
        actions.sort_by_cached_key(|(action, _)| {
            (Spelling::of(short(spec, &action.name)), &action.name)
        });
        let methods = (actions.into_iter())
            .map(|(action, command)| {
                let name = short(spec, &action.name);
                let names = ActionNames {
                    method: functions.unique(snake(name)),
                    command,
                    request: types.unique(camel(&format!("{name}Request"))),
                    response: types.unique(camel(&format!("{name}Response"))),
                };
                (action.name.as_str(), names)
            })
            .collect();
        let suffix = spec.naming.type_suffix.as_str();
        let mut named = |name: &'a String| {
            let short = strip(name, |name| name.strip_suffix(suffix));
            (name.as_str(), types.unique(camel(short)))
        };
        let enums = spec.enums.iter().map(|e| named(&e.name)).collect();
        let structs = spec.structs.iter().map(|s| named(&s.name)).collect();
        let definitions = struct_by_name(spec);
        Self {
            spec,
            enums,
            structs,
            sent: SentStructs::new(spec, &definitions),
            definitions,
            methods,
            markers: markers(spec, &mut types),
            parameter_structs: parameter_structs(spec),
            reached: reached(spec),
        }
    }

    /// Returns the name of an action's method.
    pub fn method(&self, action: &str) -> &str {
        self.methods.get(action).map_or("", |names| &names.method)
    }

    /// Returns the words of an action's subcommand.
    pub fn command(&self, action: &str) -> &str {
        self.methods.get(action).map_or("", |names| &names.command)
    }

    /// Returns the name of a struct or an enum in Rust.
    pub fn type_name(&self, name: &str) -> &str {
        let found = self.structs.get(name).or_else(|| self.enums.get(name));
        found.map_or("", String::as_str)
    }

    /// Returns the names of the variants of error codes, in the order of the spec.
    pub fn error_codes(&self) -> Vec<String> {
        super::errors::names(self.spec)
    }

    /// Returns `true` if a struct contains another one, directly or through members.
    pub(super) fn reaches(&self, from: &str, to: &str) -> bool {
        self.reached
            .get(from)
            .is_some_and(|found| found.contains(to))
    }
}

/// Returns the words of each action's subcommand.
///
/// An action whose name is already a word for a subcommand keeps it, as `explain` looks up both.
fn commands(spec: &Spec) -> Vec<String> {
    let word = |name: &str| short(spec, name).to_kebab_case();
    let mut taken = Scope::new(&TAKEN_COMMANDS);
    let given = |action: &Action| action.command.clone();
    for command in spec.actions.iter().filter_map(given) {
        taken.take(command.split(' ').next().unwrap_or_default());
    }
    let own: Vec<bool> = (spec.actions.iter())
        .map(|action| {
            let is_own = action.command.is_none() && word(&action.name) == action.name;
            is_own && taken.take(&action.name)
        })
        .collect();
    let with_own = spec.actions.iter().zip(own);
    with_own
        .map(|(action, is_own)| {
            if is_own {
                action.name.clone()
            } else {
                given(action).unwrap_or_else(|| taken.unique_word(word(&action.name)))
            }
        })
        .collect()
}

/// Returns the name of an action without the prefix that all share.
fn short<'n>(spec: &Spec, name: &'n str) -> &'n str {
    strip(name, |name| {
        name.strip_prefix(spec.naming.action_prefix.as_str())
    })
}

/// Returns a marker type for each name of items in wrapped lists.
fn markers<'a>(spec: &'a Spec, types: &mut Scope) -> HashMap<&'a str, String> {
    let actions = spec.actions.iter().flat_map(|action| &action.response);
    let structs = spec.structs.iter().flat_map(|s| &s.members);
    let items: BTreeSet<&str> = spec
        .common_response
        .iter()
        .chain(actions)
        .chain(structs)
        .filter_map(|field| match &field.type_ {
            Type::List { list } => list.item.as_deref(),
            _ => None,
        })
        .collect();
    items
        .into_iter()
        .map(|item| (item, types.unique(camel(&format!("{item}Item")))))
        .collect()
}

/// Returns the name of the method of a call that sets a parameter.
pub(super) fn setter(parameter: &str) -> String {
    beside(METHODS_OF_CALLS, parameter)
}

/// Returns the name of the method of a struct that sets a member.
pub(super) fn member_setter(member: &str) -> String {
    beside(METHODS_OF_STRUCTS, member)
}

/// Returns a name for the setter of a field that no other method has.
fn beside(methods: &[&str], field: &str) -> String {
    if methods.contains(&field) {
        format!("{field}_")
    } else {
        field.to_owned()
    }
}

/// Returns a name without prefix or suffix, unless no letter remains.
pub(super) fn strip<'n>(name: &'n str, strip: impl FnOnce(&'n str) -> Option<&'n str>) -> &'n str {
    strip(name).filter(|rest| has_letter(rest)).unwrap_or(name)
}
