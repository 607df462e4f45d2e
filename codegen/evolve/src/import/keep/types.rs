//! Structs and enums.

use std::collections::{HashMap, HashSet};

use codegen_spec::{Field, Spec, Type};

use super::{Keeper, Older};

impl Older<'_> {
    /// Name of the type at the end of a path of names: an action, `""` if it is in the response, a
    /// field, members.
    pub(in super::super) fn type_name(&self, path: &[String], is_enum: bool) -> Option<String> {
        let (first, rest) = path.split_first()?;
        let mut fields: &[Field] = match self.actions.get(first.as_str()) {
            Some(action) if rest.first().is_some_and(String::is_empty) => &action.response,
            Some(action) => &action.parameters,
            None => &self.struct_(first)?.members,
        };
        let mut name: Option<&str> = None;
        let mut item: Option<&str> = None;
        for part in rest.iter().filter(|part| !part.is_empty()) {
            if item.take() == Some(part) {
                continue;
            }
            if let Some(outer) = name {
                fields = &self.struct_(outer)?.members;
            }
            let field = fields.iter().find(|field| field.name == *part)?;
            (name, item) = bottom(&field.type_);
        }
        let name = name?;
        let is_there = if is_enum {
            self.spec.enums.iter().any(|e| e.name == name)
        } else {
            self.struct_(name).is_some()
        };
        is_there.then(|| name.to_owned())
    }

    fn struct_(&self, name: &str) -> Option<&codegen_spec::Struct> {
        self.spec.struct_named(name)
    }
}

impl<'a> Keeper<'a, '_> {
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
                    None => self.gone(&place, "a value that the metadata does not have"),
                }
            }
        }
    }

    /// What both have stands in the order of the older spec, what is new behind it.
    pub(super) fn order(&self, spec: &mut Spec) {
        let older = self.older;
        sort(&mut spec.actions, &older.actions, |action| &action.name);
        sort(&mut spec.error_codes, &older.error_codes, |e| &e.code);
        sort(&mut spec.regions, &older.regions, |region| &region.id);
        sort(&mut spec.structs, &older.structs, |s| &s.name);
        sort(&mut spec.enums, &older.enums, |e| &e.name);
    }

    /// Declares the older types that something kept refers to.
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

/// Sorts by the position of the name in `older`.
pub(super) fn sort<T>(list: &mut [T], older: &[T], name: impl Fn(&T) -> &str) {
    let positions: HashMap<&str, usize> = (older.iter().enumerate())
        .map(|(position, element)| (name(element), position))
        .collect();
    list.sort_by_key(|element| positions.get(name(element)).copied().unwrap_or(usize::MAX));
}

/// Names of the types of fields.
fn names(fields: &[Field]) -> impl Iterator<Item = String> {
    let names = fields.iter().filter_map(|field| bottom(&field.type_).0);
    names.map(str::to_owned)
}

/// The named type in lists and maps, and the name of the items of a wrapped list.
fn bottom(type_: &Type) -> (Option<&str>, Option<&str>) {
    match type_ {
        Type::Name(name) => (Some(name), None),
        Type::List { list } => (bottom(&list.of).0, list.item.as_deref()),
        Type::Map { map } => (bottom(map).0, None),
    }
}
