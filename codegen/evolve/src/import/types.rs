//! The distinct types of an import, and their names.
//!
//! Types in the metadata are nested and have no names. Until all types are known, a type is
//! identified by a number, such as `#12`. Then it gets the name of its member. If two types would
//! have the same name, the name of the action precedes it.

use std::collections::{HashMap, HashSet};

use codegen_spec::check::SCALARS;
use codegen_spec::{Enum, EnumBase, EnumValue, Field, Spec, Struct, Text, Type};
use heck::ToUpperCamelCase;

/// Content of a type.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Struct(Vec<Field>),
    Enum(EnumBase, Vec<EnumValue>),
}

/// A type without a final name.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// Path of names to the type, such as `ListGroupId`, `Data`. The last one is its preferred
    /// name.
    pub(super) path: Vec<String>,
    /// Name in the metadata or in an older spec.
    pub(super) given: Option<String>,
    pub(super) description: Text,
    pub(super) shape: Shape,
    /// Location in the metadata.
    pub(super) pointer: String,
}

/// All types of an import.
#[derive(Default)]
pub(super) struct Types {
    drafts: Vec<Draft>,
    by_content: HashMap<String, usize>,
}

impl Types {
    /// Adds a separate type, even if it equals another one. Its content follows later.
    pub(super) fn reserve(&mut self, draft: Draft) -> usize {
        self.drafts.push(draft);
        self.drafts.len() - 1
    }

    /// Sets the content of a reserved type.
    pub(super) fn fill(&mut self, number: usize, description: Text, members: Vec<Field>) {
        if let Some(draft) = self.drafts.get_mut(number) {
            draft.description = description;
            draft.shape = Shape::Struct(members);
        }
    }

    /// Returns the type with this name and content, which is added if it is new.
    pub(super) fn add(&mut self, draft: Draft) -> Type {
        let name = draft.given.as_ref().or(draft.path.last());
        let content = format!("{name:?} {:?} {:?}", draft.description, draft.shape);
        let number = match self.by_content.get(&content) {
            Some(number) => *number,
            None => {
                let number = self.reserve(draft);
                self.by_content.insert(content, number);
                number
            }
        };
        by_number(number)
    }

    /// Chooses the final names and replaces the numbers by them. Returns the source of each type.
    pub(super) fn settle(self, spec: &mut Spec) -> HashMap<String, Source> {
        let names = names(&self.drafts);
        let mut places = HashMap::new();
        for (draft, name) in self.drafts.into_iter().zip(&names) {
            let source = Source {
                pointer: draft.pointer,
                path: draft.path.join("/"),
            };
            places.insert(name.clone(), source);
            match draft.shape {
                Shape::Struct(members) => spec.structs.push(Struct {
                    name: name.clone(),
                    description: draft.description,
                    members,
                }),
                Shape::Enum(base, values) => spec.enums.push(Enum {
                    name: name.clone(),
                    base,
                    description: draft.description,
                    values,
                }),
            }
        }
        let members = spec.structs.iter_mut().map(|s| &mut s.members);
        let actions = spec.actions.iter_mut();
        for fields in actions
            .flat_map(|action| [&mut action.parameters, &mut action.response])
            .chain(members)
        {
            for field in fields {
                rename(&mut field.type_, &names);
            }
        }
        places
    }
}

/// Source of a type.
pub(super) struct Source {
    /// Location in the metadata.
    pub(super) pointer: String,
    /// Path of names in the spec, like those of fields.
    pub(super) path: String,
}

pub(super) fn by_number(number: usize) -> Type {
    Type::Name(format!("#{number}"))
}

fn rename(type_: &mut Type, names: &[String]) {
    match type_ {
        Type::List { list } => rename(&mut list.of, names),
        Type::Map { map } => rename(map, names),
        Type::Name(name) => {
            let number = name
                .strip_prefix('#')
                .and_then(|number| number.parse().ok());
            if let Some(settled) = number.and_then(|number: usize| names.get(number)) {
                *name = settled.clone();
            }
        }
    }
}

/// Returns a unique name for each draft.
fn names(drafts: &[Draft]) -> Vec<String> {
    let given = |draft: &Draft| draft.given.as_deref().map(wire_name);
    let short = |draft: &Draft| {
        draft
            .path
            .last()
            .map(|name| camel(name))
            .unwrap_or_default()
    };
    let mut holders: HashMap<String, usize> = HashMap::new();
    for draft in drafts {
        let name = given(draft).unwrap_or_else(|| short(draft));
        *holders.entry(key(&name)).or_default() += 1;
    }
    let mut taken: HashSet<String> = SCALARS.map(str::to_owned).into();
    let mut names: Vec<Option<String>> = drafts
        .iter()
        .map(|draft| given(draft).map(|name| unique(&name, &mut taken)))
        .collect();
    for (name, draft) in names.iter_mut().zip(drafts) {
        if name.is_none() {
            let short = short(draft);
            let long = draft
                .path
                .first()
                .map(|first| camel(first))
                .unwrap_or_default()
                + &short;
            let is_alone = holders.get(&key(&short)) == Some(&1);
            let wanted = if is_alone && !taken.contains(&key(&short)) {
                short
            } else {
                long
            };
            *name = Some(unique(&wanted, &mut taken));
        }
    }
    names.into_iter().map(Option::unwrap_or_default).collect()
}

/// Takes `name`, or `name` with the smallest number that makes it unique.
fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    let name = match name {
        "" => "Unnamed",
        name => name,
    };
    let mut numbered = name.to_owned();
    let mut number = 2;
    while !taken.insert(key(&numbered)) {
        numbered = format!("{name}{number}");
        number += 1;
    }
    numbered
}

/// Returns a key for comparison, since names that differ only in case or punctuation are the same
/// in Rust.
fn key(name: &str) -> String {
    name.to_upper_camel_case().to_lowercase()
}

/// Converts a name of the metadata into a valid name of the spec.
fn wire_name(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let name: String = name
        .chars()
        .map(|c| if allowed(c) { c } else { '_' })
        .collect();
    match name.trim_matches('_') {
        "" => "Unnamed".to_owned(),
        name => name.to_owned(),
    }
}

/// Converts the name of a member into one of a type. A name that begins with a capital and has no
/// punctuation is unchanged.
fn camel(name: &str) -> String {
    let name = wire_name(name);
    if name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains(['_', '-', '.']) {
        name
    } else {
        name.to_upper_camel_case()
    }
}
