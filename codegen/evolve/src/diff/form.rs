//! Changes in the form of a type.

use codegen_spec::{Enum, EnumBase, EnumValue, Field, Struct, Type};

use super::walk::{Side, Walk};

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

fn named_form(walk: &Walk<'_>, old: &str, new: &str, accepts_unknown: bool) -> Form {
    let is_struct = |side: &Side<'_>, name: &str| side.spec.struct_named(name).is_some();
    let is_partner = walk.renamed_types.get(old).copied().unwrap_or(old) == new;
    if is_partner && is_struct(&walk.old, old) == is_struct(&walk.new, new) {
        return Form::Same;
    }
    let base = |e: &Enum| match e.base {
        EnumBase::String => "string",
        EnumBase::Int32 => "int32",
    };
    let (before, after) = (walk.old.spec, walk.new.spec);
    match (before.enum_named(old), after.enum_named(new)) {
        (Some(e), None) if base(e) == new => Form::Opened,
        (None, Some(e)) if base(e) == old && accepts_unknown => Form::SameOnWire,
        (None, Some(e)) if base(e) == old => Form::Closed,
        (Some(before), Some(after)) if holds_all(before, after) => Form::Wider,
        (Some(before), Some(after)) if before.base == after.base => Form::Closed,
        (None, None) => match (before.struct_named(old), after.struct_named(new)) {
            (Some(before), Some(after)) if is_same_struct(before, after) => Form::SameOnWire,
            _ => scalar_form(old, new),
        },
        _ => Form::Other,
    }
}

/// Returns `true` if the new enum has every value of the old one.
fn holds_all(old: &Enum, new: &Enum) -> bool {
    let is_held = |value: &EnumValue| new.values.iter().any(|new| new.value == value.value);
    old.base == new.base && old.values.iter().all(is_held)
}

fn scalar_form(old: &str, new: &str) -> Form {
    match (old, new) {
        ("float", "double") | ("double", "float") => Form::Precision,
        ("int32", "int64" | "float" | "double") | ("int64", "double") => Form::Wider,
        ("int32" | "int64" | "float" | "double" | "boolean", "string") => Form::Wider,
        _ => Form::Other,
    }
}

/// Returns `true` if two structs have the same members, names aside.
pub(super) fn is_same_struct(old: &Struct, new: &Struct) -> bool {
    let is_same = |before: &Field, after: &Field| {
        before.name == after.name
            && before.required == after.required
            && before.type_ == with_name(&after.type_, &new.name, &old.name)
    };
    let mut members = old.members.iter().zip(&new.members);
    old.members.len() == new.members.len() && members.all(|(old, new)| is_same(old, new))
}

/// Replaces one name in a type, so that structs that contain themselves can be compared.
fn with_name(type_: &Type, from: &str, to: &str) -> Type {
    match type_ {
        Type::Name(name) if name == from => Type::Name(to.to_owned()),
        Type::Name(_) => type_.clone(),
        Type::List { list } => {
            let mut list = list.clone();
            list.of = with_name(&list.of, from, to);
            Type::List { list }
        }
        Type::Map { map } => Type::Map {
            map: Box::new(with_name(map, from, to)),
        },
    }
}
