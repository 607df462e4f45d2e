//! Changes in the form of a type.

use codegen_spec::{Enum, EnumBase, Type};

use super::walk::Walk;

/// Change in the form of a type.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Form {
    /// No change, except for names.
    Same,
    /// Another type in Rust with the same form on the wire.
    SameOnWire,
    /// A change between `float` and `double`, which are one type in Rust.
    Precision,
    /// A wider type, which holds all old values and more.
    Wider,
    /// An enum was replaced by the base type of its values.
    Opened,
    /// A type was replaced by an enum.
    Closed,
    /// Any other change.
    Other,
}

/// Returns the change in the form of a type, through lists and maps.
pub(super) fn form(walk: &Walk<'_>, old: &Type, new: &Type, accepts_unknown: bool) -> Form {
    match (old, new) {
        (Type::Name(old), Type::Name(new)) => named_form(walk, old, new, accepts_unknown),
        (Type::List { list: old }, Type::List { list: new }) => form(walk, &old.of, &new.of, false),
        (Type::Map { map: old }, Type::Map { map: new }) => form(walk, old, new, false),
        _ => Form::Other,
    }
}

/// Returns the change between two named types. Two structs or two enums in the same place are
/// compared as definitions, so that their names do not count.
fn named_form(walk: &Walk<'_>, old: &str, new: &str, accepts_unknown: bool) -> Form {
    let base = |e: &Enum| match e.base {
        EnumBase::String => "string",
        EnumBase::Int32 => "int32",
    };
    let (before, after) = (walk.old.spec, walk.new.spec);
    match (before.enum_named(old), after.enum_named(new)) {
        (Some(_), Some(_)) => Form::Same,
        (Some(e), None) if base(e) == new => Form::Opened,
        (None, Some(e)) if base(e) == old && accepts_unknown => Form::SameOnWire,
        (None, Some(e)) if base(e) == old => Form::Closed,
        (None, None) => match (before.struct_named(old), after.struct_named(new)) {
            (Some(_), Some(_)) => Form::Same,
            (None, None) => scalar_form(old, new),
            _ => Form::Other,
        },
        _ => Form::Other,
    }
}

fn scalar_form(old: &str, new: &str) -> Form {
    match (old, new) {
        _ if old == new => Form::Same,
        ("float", "double") | ("double", "float") => Form::Precision,
        ("int32", "int64" | "float" | "double") | ("int64", "double") => Form::Wider,
        ("int32" | "int64" | "float" | "double" | "boolean", "string") => Form::Wider,
        _ => Form::Other,
    }
}
