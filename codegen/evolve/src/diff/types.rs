//! Comparison of enums and structs.

use std::collections::HashMap;

use codegen_spec::{Enum, EnumBase, EnumValue, Spec, Struct};

use super::kind::ChangeKind;
use super::location::Location;
use super::owner::Owner;
use super::pairs::{Item, Pair, is_reordered};
use super::walk::{Side, Walk, reordered};

impl<'a> Walk<'a> {
    /// Compares the enums and the structs.
    pub(super) fn types(&mut self, root: &Location) {
        let (old, new) = (self.old.spec, self.new.spec);
        let location = root.key("enums");
        let names = |spec: &'a Spec| spec.enums.iter().map(|e| e.name.as_str()).collect();
        for (before, after) in self.both(&location, names(old), names(new)) {
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
        for (before, after) in self.both(&location, names(old), names(new)) {
            let (old, new) = (&old.structs[before], &new.structs[after]);
            let location = location.pair(&old.name, &new.name);
            self.struct_(
                &location.with(self.reach_of(&old.name, &new.name)),
                old,
                new,
            );
        }
    }

    /// Returns the pairs of types in the same place, and records additions, removals and new names.
    fn both(
        &mut self,
        location: &Location,
        old: Vec<&'a str>,
        new: Vec<&'a str>,
    ) -> Vec<(usize, usize)> {
        let position = |names: &[&'a str]| -> HashMap<&'a str, usize> {
            let numbered = names.iter().enumerate();
            numbered.map(|(at, name)| (*name, at)).collect()
        };
        let (before, after) = (position(&old), position(&new));
        let at = |(old, new): &(&str, &str)| Some((*before.get(old)?, *after.get(new)?));
        let mut both: Vec<(usize, usize)> = self.type_pairs.iter().filter_map(at).collect();
        both.sort_by_key(|(at, to)| (*to, *at));
        let is_only = |pair: &&(usize, usize)| {
            let mut others = both.iter().filter(|other| *other != *pair);
            others.all(|(at, to)| *at != pair.0 && *to != pair.1)
        };
        let only = both.iter().filter(is_only);
        let pairs: Vec<Pair> = only.map(|(at, to)| (Some(*at), Some(*to))).collect();
        if is_reordered(&pairs) {
            self.changed(location, ChangeKind::Reordered, reordered(location));
        }
        for (at, to) in &both {
            self.type_names(&location.pair(old[*at], new[*to]), old[*at], new[*to]);
        }
        for (to, name) in new.iter().enumerate() {
            if both.iter().all(|(_, other)| *other != to) {
                let sentence = format!("Type `{name}` is new.");
                self.added(location, name, ChangeKind::TypeAdded, sentence);
            }
        }
        for (at, name) in old.iter().enumerate() {
            if both.iter().all(|(other, _)| *other != at) {
                let sentence = format!("Type `{name}` is removed.");
                self.removed(location, name, ChangeKind::TypeRemoved, sentence);
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
