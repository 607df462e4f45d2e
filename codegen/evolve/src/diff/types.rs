//! Enums and structs.

use std::collections::HashMap;

use codegen_spec::{Enum, EnumBase, EnumValue, Field, Spec, Struct, Type};

use super::Kind;
use super::fields::List;
use super::pairs::Item;
use super::walk::{Place, Side, Walk};

impl<'a> Walk<'a> {
    /// The enums and the structs.
    pub(super) fn types(&mut self, root: &Place) {
        let (old, new) = (self.old.spec, self.new.spec);
        let place = root.key("enums");
        let names = |spec: &'a Spec| spec.enums.iter().map(|e| e.name.as_str()).collect();
        for (before, after) in self.type_pairs(&place, names(old), names(new)) {
            let (old, new) = (&old.enums[before], &new.enums[after]);
            let place = place.pair(&old.name, &new.name);
            self.enum_(&place.with(self.reach_of(&old.name, &new.name)), old, new);
        }
        let place = root.key("structs");
        let names = |spec: &'a Spec| spec.structs.iter().map(|s| s.name.as_str()).collect();
        for (before, after) in self.type_pairs(&place, names(old), names(new)) {
            let (old, new) = (&old.structs[before], &new.structs[after]);
            let place = place.pair(&old.name, &new.name);
            self.struct_(&place.with(self.reach_of(&old.name, &new.name)), old, new);
        }
    }

    /// Pairs types by their names, and notes those that have no partner or another name.
    fn type_pairs(
        &mut self,
        place: &Place,
        old: Vec<&'a str>,
        new: Vec<&'a str>,
    ) -> Vec<(usize, usize)> {
        let partner = |name: &&'a str| self.renamed_types.get(name).copied().unwrap_or(*name);
        let before: Vec<Item> = old.iter().map(|name| Item::named(partner(name))).collect();
        let after: Vec<Item> = new.iter().map(|name| Item::named(name)).collect();
        let mut both = Vec::new();
        for pair in self.paired(place, &before, &after) {
            match pair {
                (Some(at), Some(to)) => {
                    self.type_names(&place.pair(old[at], new[to]), old[at], new[to]);
                    both.push((at, to));
                }
                (None, Some(to)) => {
                    let name = new[to];
                    self.added(
                        place,
                        name,
                        Kind::TypeAdded,
                        format!("Type `{name}` is new."),
                    );
                }
                (Some(at), None) => {
                    let name = old[at];
                    self.removed(
                        place,
                        name,
                        Kind::TypeRemoved,
                        format!("Type `{name}` is gone."),
                    );
                }
                (None, None) => {}
            }
        }
        both
    }

    /// The name of a type is not on the wire.
    fn type_names(&mut self, place: &Place, old: &str, new: &str) {
        let (before, after) = (self.old.type_name(old), self.new.type_name(new));
        if before != after {
            let sentence = format!("In Rust, `{before}` is called `{after}` now.");
            self.changed(&place.key("name"), Kind::RenamedInCode, sentence);
        } else if old != new {
            let sentence = format!("The spec calls `{old}` `{new}` now.");
            self.changed(&place.key("name"), Kind::Rewritten, sentence);
        }
    }

    fn enum_(&mut self, place: &Place, old: &'a Enum, new: &'a Enum) {
        let Enum {
            name,
            base,
            description,
            values,
        } = old;
        if *base != new.base {
            let what = match new.base {
                EnumBase::String => "text",
                EnumBase::Int32 => "integers",
            };
            let sentence = format!("The values are {what} now.");
            self.changed(&place.key("base"), Kind::BaseChanged, sentence);
        }
        self.text(&place.key("description"), description, &new.description);
        let (before, after) = (variants(&self.old, old), variants(&self.new, new));
        let place = place.key("values");
        for pair in self.paired(&place, &before, &after) {
            match pair {
                (Some(at), Some(to)) => {
                    let place = place.pair(&before[at].wire, &after[to].wire);
                    let (old, new) = (&values[at], &new.values[to]);
                    let known =
                        old.aliases.contains(&new.value) && new.aliases.contains(&old.value);
                    self.names(&place, "value", &before[at], &after[to], known);
                    self.enum_value(&place, old, new);
                }
                (None, Some(to)) => {
                    let value = &after[to].wire;
                    let sentence = format!("Value `{value}` of `{name}` is new.");
                    self.added(&place, value, Kind::ValueAdded, sentence);
                }
                (Some(at), None) => {
                    let value = &before[at].wire;
                    let sentence = format!("Value `{value}` of `{name}` is gone.");
                    self.removed(&place, value, Kind::ValueRemoved, sentence);
                }
                (None, None) => {}
            }
        }
    }

    fn enum_value(&mut self, place: &Place, old: &EnumValue, new: &EnumValue) {
        let EnumValue {
            value: _,
            rename: _,
            aliases,
            description,
        } = old;
        let kinds = (Kind::AliasAdded, Kind::AliasRemoved);
        self.names_alone(&place.key("aliases"), (aliases, &new.aliases), kinds);
        self.text(&place.key("description"), description, &new.description);
    }

    fn struct_(&mut self, place: &Place, old: &'a Struct, new: &'a Struct) {
        let Struct {
            name,
            description,
            members,
        } = old;
        self.text(&place.key("description"), description, &new.description);
        let list = List::Struct(name, &new.name);
        self.fields(&place.key("members"), list, members, &new.members);
    }

    /// Types of the old spec that the new one has by another name.
    pub(super) fn find_renamed_types(&self) -> HashMap<&'a str, &'a str> {
        let (old, new) = (self.old.spec, self.new.spec);
        let is_same_name =
            |before: &str, after: &str| self.old.type_name(before) == self.new.type_name(after);
        let name = |s: &'a Struct| s.name.as_str();
        let mut found = renamed(
            &old.structs,
            &new.structs,
            name,
            is_same_name,
            is_same_struct,
        );
        let name = |e: &'a Enum| e.name.as_str();
        found.extend(renamed(
            &old.enums,
            &new.enums,
            name,
            is_same_name,
            is_same_enum,
        ));
        found
    }
}

impl Side<'_> {
    /// The name of a struct or an enum in Rust.
    fn type_name(&self, name: &str) -> &str {
        self.names.type_name(name)
    }
}

fn variants<'a>(side: &Side<'a>, e: &'a Enum) -> Vec<Item> {
    let variants = side.names.variants(e).into_iter().zip(&e.values);
    let item = |(variant, value): (String, &EnumValue)| Item {
        wire: value.value.clone(),
        code: variant,
        rename: value.rename.clone(),
    };
    variants.map(item).collect()
}

/// Pairs what has no namesake: by the name in Rust, then by what it holds.
fn renamed<'a, T>(
    old: &'a [T],
    new: &'a [T],
    name: impl Fn(&'a T) -> &'a str,
    is_same_name: impl Fn(&str, &str) -> bool,
    is_same: impl Fn(&T, &T) -> bool,
) -> HashMap<&'a str, &'a str> {
    let has = |list: &'a [T], wanted: &str| list.iter().any(|item| name(item) == wanted);
    let mut left: Vec<&T> = old.iter().filter(|item| !has(new, name(item))).collect();
    let mut found: HashMap<&str, &str> = HashMap::new();
    for by_name in [true, false] {
        let is_partner = |before: &'a T, after: &'a T| match by_name {
            true => is_same_name(name(before), name(after)),
            false => is_same(before, after),
        };
        for after in new.iter().filter(|item| !has(old, name(item))) {
            let is_taken = found.values().any(|taken| *taken == name(after));
            let partner = left.iter().position(|before| is_partner(before, after));
            if let (false, Some(at)) = (is_taken, partner) {
                found.insert(name(left.remove(at)), name(after));
            }
        }
    }
    found
}

fn is_same_struct(old: &Struct, new: &Struct) -> bool {
    let is_same = |before: &Field, after: &Field| {
        before.name == after.name
            && before.required == after.required
            && before.type_ == with_name(&after.type_, &new.name, &old.name)
    };
    let mut members = old.members.iter().zip(&new.members);
    old.members.len() == new.members.len() && members.all(|(old, new)| is_same(old, new))
}

fn is_same_enum(old: &Enum, new: &Enum) -> bool {
    let values = |e: &Enum| -> Vec<String> { e.values.iter().map(|v| v.value.clone()).collect() };
    old.base == new.base && values(old) == values(new)
}

/// A type with one name replaced: a struct that contains itself does so under its own.
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

/// What became of a type.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Form {
    /// Nothing, but for names.
    Same,
    /// Another type in Rust, that reads and writes the same.
    SameOnWire,
    /// `float` and `double`, which are one type in Rust.
    Precision,
    /// It holds all that it held, and more.
    Wider,
    /// An enum became what its values are.
    Opened,
    /// It became an enum.
    Closed,
    /// Anything else.
    Other,
}

/// What became of a type, through lists and maps alike.
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

/// Whether every value of an enum is one of another.
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
