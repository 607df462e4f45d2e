//! Types in the same place of both specs: the type of the same parameter or member.
//!
//! The name of a type is not on the wire, so it says nothing about which types belong together.

use std::collections::BTreeSet;

use codegen_spec::{Field, Type};

use super::owner::Owner;
use super::pairs;
use super::walk::Walk;

impl<'a> Walk<'a> {
    /// Finds the types in the same place, by their old and new names. Types without a partner belong
    /// to their namesakes that have none either.
    pub(super) fn find_type_pairs(&self) -> BTreeSet<(&'a str, &'a str)> {
        let (old, new) = (self.old.spec, self.new.spec);
        let mut open = Vec::new();
        let mut add = |owner, old: &'a [Field], new: &'a [Field]| {
            open.extend(self.field_pairs(owner, old, new));
        };
        add(
            Owner::Parameters,
            &old.common_parameters,
            &new.common_parameters,
        );
        add(
            Owner::CommonMembers,
            &old.common_response,
            &new.common_response,
        );
        let items = (self.old.actions(), self.new.actions());
        for pair in pairs::pairs(&items.0, &items.1) {
            let (Some(at), Some(to)) = pair else { continue };
            let (old, new) = (&old.actions[at], &new.actions[to]);
            add(Owner::Parameters, &old.parameters, &new.parameters);
            add(Owner::Members, &old.response, &new.response);
        }
        let mut found = BTreeSet::new();
        while let Some((before, after)) = open.pop() {
            let Some((before, after)) = names(&before.type_, &after.type_) else {
                continue;
            };
            let enums = (old.enum_named(before), new.enum_named(after));
            if let (Some(_), Some(_)) = enums {
                found.insert((before, after));
            }
            let structs = (old.struct_named(before), new.struct_named(after));
            if let (Some(old), Some(new)) = structs
                && found.insert((before, after))
            {
                let owner = Owner::Struct(&old.name, &new.name);
                open.extend(self.field_pairs(owner, &old.members, &new.members));
            }
        }
        let enums = old
            .enums
            .iter()
            .filter(|e| new.enum_named(&e.name).is_some());
        let structs = (old.structs.iter()).filter(|s| new.struct_named(&s.name).is_some());
        let namesakes = enums.map(|e| &*e.name).chain(structs.map(|s| &*s.name));
        let is_alone = |name: &&str| found.iter().all(|(old, new)| old != name && new != name);
        let alone: Vec<&str> = namesakes.filter(is_alone).collect();
        found.extend(alone.into_iter().map(|name| (name, name)));
        found
    }
}

/// Returns the names in both types, if they are inside the same lists and maps.
fn names<'a>(old: &'a Type, new: &'a Type) -> Option<(&'a str, &'a str)> {
    match (old, new) {
        (Type::Name(old), Type::Name(new)) => Some((old, new)),
        (Type::List { list: old }, Type::List { list: new }) => names(&old.of, &new.of),
        (Type::Map { map: old }, Type::Map { map: new }) => names(old, new),
        _ => None,
    }
}
