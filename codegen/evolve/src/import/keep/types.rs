//! Carry-over of structs and enums.

use std::collections::{HashMap, HashSet};

use codegen_spec::{Enum, EnumValue, Field, Spec};

use super::keeper::Keeper;
use super::older::bottom;
use crate::import::value_names::{marked, name_in_code};

impl<'a> Keeper<'a, '_> {
    /// Carries over the handwritten parts of structs and enums.
    pub(super) fn types(&mut self, spec: &mut Spec) {
        for s in &mut spec.structs {
            let Some(before) = self.older.struct_named(&s.name) else {
                continue;
            };
            let place = format!("structs/{}", s.name);
            self.text(
                &mut s.description,
                &before.description,
                &format!("{place}/description"),
            );
            self.fields(&mut s.members, &before.members, &format!("{place}/members"));
        }
        for e in &mut spec.enums {
            let Some(before) = self.older.enum_named(&e.name) else {
                continue;
            };
            let place = format!("enums/{}", e.name);
            self.text(
                &mut e.description,
                &before.description,
                &format!("{place}/description"),
            );
            for old in &before.values {
                let place = format!("{place}/values/{}", old.value);
                match e.values.iter_mut().find(|value| value.value == old.value) {
                    Some(value) => {
                        value.rename.clone_from(&old.rename);
                        value.aliases.clone_from(&old.aliases);
                        let place = format!("{place}/description");
                        self.text(&mut value.description, &old.description, &place);
                    }
                    None => self.not_kept(&place, "a value that the metadata does not have"),
                }
            }
            tell_from(before, &mut e.values);
        }
    }

    /// Restores the order of the older spec, followed by new elements.
    pub(super) fn order(&self, spec: &mut Spec) {
        let older = self.older;
        sort(&mut spec.actions, &older.actions, |action| &action.name);
        sort(&mut spec.error_codes, &older.error_codes, |e| &e.code);
        sort(&mut spec.regions, &older.regions, |region| &region.id);
        sort(&mut spec.structs, &older.structs, |s| &s.name);
        sort(&mut spec.enums, &older.enums, |e| &e.name);
    }

    /// Declares the older types that kept parts refer to.
    pub(super) fn carry_types(&mut self, spec: &mut Spec) {
        let structs = spec.structs.iter().map(|s| s.name.clone());
        let enums = spec.enums.iter().map(|e| e.name.clone());
        let mut declared: HashSet<String> = structs.chain(enums).collect();
        let mut open: Vec<String> = Vec::new();
        for action in &spec.actions {
            open.extend(names(&action.parameters).chain(names(&action.response)));
        }
        for s in &spec.structs {
            open.extend(names(&s.members));
        }
        open.extend(names(&spec.common_parameters).chain(names(&spec.common_response)));
        open.reverse();
        while let Some(name) = open.pop() {
            if declared.contains(&name) {
                continue;
            }
            if let Some(s) = self.older.struct_named(&name) {
                open.extend(names(&s.members));
                spec.structs.push(s.clone());
                declared.insert(name);
            } else if let Some(e) = self.older.enum_named(&name) {
                spec.enums.push(e.clone());
                declared.insert(name);
            }
        }
    }
}

/// Renames new values in words whose names in code are those of values that an enum had before.
fn tell_from(before: &Enum, values: &mut [EnumValue]) {
    let (old, new): (Vec<_>, Vec<_>) = values
        .iter_mut()
        .partition(|value| before.values.iter().any(|old| old.value == value.value));
    let taken: HashSet<String> = old.iter().map(|value| name_in_code(value)).collect();
    for value in new {
        if value.rename.is_some() && taken.contains(&name_in_code(value)) {
            value.rename = Some(marked(&value.value));
        }
    }
}

/// Sorts a list by the positions of its names in `older`.
pub(super) fn sort<T>(list: &mut [T], older: &[T], name: impl Fn(&T) -> &str) {
    let positions: HashMap<&str, usize> = (older.iter().enumerate())
        .map(|(position, element)| (name(element), position))
        .collect();
    list.sort_by_key(|element| positions.get(name(element)).copied().unwrap_or(usize::MAX));
}

/// Returns the names of the types of fields.
fn names(fields: &[Field]) -> impl Iterator<Item = String> {
    let names = fields.iter().filter_map(|field| bottom(&field.type_).0);
    names.map(str::to_owned)
}
