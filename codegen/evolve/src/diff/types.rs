//! Comparison of enums and structs.

use std::collections::HashMap;

use codegen_spec::{Enum, EnumBase, EnumValue, Spec, Struct};

use super::form::is_same_struct;
use super::kind::ChangeKind;
use super::location::Location;
use super::owner::Owner;
use super::pairs::Item;
use super::walk::{Side, Walk};

impl<'a> Walk<'a> {
    /// Compares the enums and the structs.
    pub(super) fn types(&mut self, root: &Location) {
        let (old, new) = (self.old.spec, self.new.spec);
        let location = root.key("enums");
        let names = |spec: &'a Spec| spec.enums.iter().map(|e| e.name.as_str()).collect();
        for (before, after) in self.type_pairs(&location, names(old), names(new)) {
            let (old, new) = (&old.enums[before], &new.enums[after]);
            let location = location.pair(&old.name, &new.name);
            self.enum_(
                &location.with(self.reach_of(&old.name, &new.name)),
                old,
                new,
            );
        }
        let location = root.key("structs");
        let names = |spec: &'a Spec| spec.structs.iter().map(|s| s.name.as_str()).collect();
        for (before, after) in self.type_pairs(&location, names(old), names(new)) {
            let (old, new) = (&old.structs[before], &new.structs[after]);
            let location = location.pair(&old.name, &new.name);
            self.struct_(
                &location.with(self.reach_of(&old.name, &new.name)),
                old,
                new,
            );
        }
    }

    /// Pairs types by name, and records additions, removals and new names.
    fn type_pairs(
        &mut self,
        location: &Location,
        old: Vec<&'a str>,
        new: Vec<&'a str>,
    ) -> Vec<(usize, usize)> {
        let partner = |name: &&'a str| self.renamed_types.get(name).copied().unwrap_or(*name);
        let before: Vec<Item> = old.iter().map(|name| Item::named(partner(name))).collect();
        let after: Vec<Item> = new.iter().map(|name| Item::named(name)).collect();
        let mut both = Vec::new();
        for pair in self.paired(location, &before, &after) {
            match pair {
                (Some(at), Some(to)) => {
                    self.type_names(&location.pair(old[at], new[to]), old[at], new[to]);
                    both.push((at, to));
                }
                (None, Some(to)) => {
                    let name = new[to];
                    self.added(
                        location,
                        name,
                        ChangeKind::TypeAdded,
                        format!("Type `{name}` is new."),
                    );
                }
                (Some(at), None) => {
                    let name = old[at];
                    self.removed(
                        location,
                        name,
                        ChangeKind::TypeRemoved,
                        format!("Type `{name}` is removed."),
                    );
                }
                (None, None) => {}
            }
        }
        both
    }

    /// Compares two names of a type, which are not on the wire.
    fn type_names(&mut self, location: &Location, old: &str, new: &str) {
        let (before, after) = (self.old.type_name(old), self.new.type_name(new));
        if before != after {
            let sentence = format!("In Rust, `{before}` is renamed to `{after}`.");
            self.changed(&location.key("name"), ChangeKind::RenamedInCode, sentence);
        } else if old != new {
            let sentence = format!("In the spec, `{old}` is renamed to `{new}`.");
            self.changed(&location.key("name"), ChangeKind::Rewritten, sentence);
        }
    }

    fn enum_(&mut self, location: &Location, old: &'a Enum, new: &'a Enum) {
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
            let sentence = format!("The values are now {what}.");
            self.changed(&location.key("base"), ChangeKind::BaseChanged, sentence);
        }
        self.text(&location.key("description"), description, &new.description);
        let (before, after) = (variants(&self.old, old), variants(&self.new, new));
        let location = location.key("values");
        for pair in self.paired(&location, &before, &after) {
            match pair {
                (Some(at), Some(to)) => {
                    let location = location.pair(&before[at].wire, &after[to].wire);
                    let (old, new) = (&values[at], &new.values[to]);
                    let known =
                        old.aliases.contains(&new.value) && new.aliases.contains(&old.value);
                    self.names(&location, "value", &before[at], &after[to], known);
                    self.enum_value(&location, old, new);
                }
                (None, Some(to)) => {
                    let value = &after[to].wire;
                    let sentence = format!("Value `{value}` of `{name}` is new.");
                    self.added(&location, value, ChangeKind::ValueAdded, sentence);
                }
                (Some(at), None) => {
                    let value = &before[at].wire;
                    let sentence = format!("Value `{value}` of `{name}` is removed.");
                    self.removed(&location, value, ChangeKind::ValueRemoved, sentence);
                }
                (None, None) => {}
            }
        }
    }

    fn enum_value(&mut self, location: &Location, old: &EnumValue, new: &EnumValue) {
        let EnumValue {
            value: _,
            rename: _,
            aliases,
            description,
        } = old;
        let kinds = (ChangeKind::AliasAdded, ChangeKind::AliasRemoved);
        self.names_alone(&location.key("aliases"), (aliases, &new.aliases), kinds);
        self.text(&location.key("description"), description, &new.description);
    }

    fn struct_(&mut self, location: &Location, old: &'a Struct, new: &'a Struct) {
        let Struct {
            name,
            description,
            members,
        } = old;
        self.text(&location.key("description"), description, &new.description);
        let list = Owner::Struct(name, &new.name);
        self.fields(&location.key("members"), list, members, &new.members);
    }

    /// Finds the types of the old spec that have another name in the new one.
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
    /// Returns the name of a struct or an enum in Rust.
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

/// Pairs types that have no namesake: by their names in Rust, then by their content.
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
        let is_partner = |before: &'a T, after: &'a T| {
            if by_name {
                is_same_name(name(before), name(after))
            } else {
                is_same(before, after)
            }
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

fn is_same_enum(old: &Enum, new: &Enum) -> bool {
    let values = |e: &Enum| -> Vec<String> { e.values.iter().map(|v| v.value.clone()).collect() };
    old.base == new.base && values(old) == values(new)
}
