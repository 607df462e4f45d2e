//! References between structs, and the actions that use them.

use std::collections::{BTreeSet, HashMap};

use crate::spec::{Field, ListStyle, Spec, Struct, Type};

/// Returns `true` if a type is a map, or a list of maps.
pub fn has_map(type_: &Type) -> bool {
    match type_ {
        Type::Name(_) => false,
        Type::List { list } => has_map(&list.of),
        Type::Map { .. } => true,
    }
}

/// Returns the name of the innermost type of lists and maps.
pub fn struct_name(type_: &Type) -> &str {
    match type_ {
        Type::Name(name) => name,
        Type::List { list } => struct_name(&list.of),
        Type::Map { map } => struct_name(map),
    }
}

/// Returns the structs of a spec by name.
pub fn struct_by_name(spec: &Spec) -> HashMap<&str, &Struct> {
    spec.structs.iter().map(|s| (&*s.name, s)).collect()
}

/// Adds the structs that `fields` refer to, directly or through other structs.
pub fn reach<'a>(
    structs: &HashMap<&'a str, &'a Struct>,
    fields: impl Iterator<Item = &'a Field>,
    found: &mut BTreeSet<&'a str>,
) {
    for field in fields {
        let name = struct_name(&field.type_);
        if let Some(s) = structs.get(name)
            && found.insert(name)
        {
            reach(structs, s.members.iter(), found);
        }
    }
}

/// Returns the structs that only one action uses, by action, and all other structs.
pub fn by_owner(spec: &Spec) -> (HashMap<&str, Vec<&Struct>>, Vec<&Struct>) {
    let structs = struct_by_name(spec);
    let mut users: HashMap<&str, Vec<&str>> = HashMap::new();
    for action in &spec.actions {
        let mut found = BTreeSet::new();
        let fields = action.parameters.iter().chain(&action.response);
        reach(&structs, fields, &mut found);
        for name in found {
            users.entry(name).or_default().push(&action.name);
        }
    }
    let mut owned: HashMap<&str, Vec<&Struct>> = HashMap::new();
    let mut shared = Vec::new();
    for s in &spec.structs {
        match users.get(s.name.as_str()).map(Vec::as_slice) {
            Some([owner]) => owned.entry(*owner).or_default().push(s),
            _ => shared.push(s),
        }
    }
    (owned, shared)
}

/// Returns the names of the structs whose members are sent as separate parameters.
pub fn parameter_structs(spec: &Spec) -> BTreeSet<&str> {
    let structs = struct_by_name(spec);
    let mut found = BTreeSet::new();
    for action in &spec.actions {
        let flattened = action
            .parameters
            .iter()
            .filter(|field| field.style != Some(ListStyle::Json));
        reach(&structs, flattened, &mut found);
    }
    found
}

/// Returns the structs that each struct refers to, directly or through others. A struct is included
/// itself if it contains itself.
pub fn reached(spec: &Spec) -> HashMap<&str, BTreeSet<&str>> {
    let structs = struct_by_name(spec);
    spec.structs
        .iter()
        .map(|s| {
            let mut found = BTreeSet::new();
            reach(&structs, s.members.iter(), &mut found);
            (&*s.name, found)
        })
        .collect()
}
