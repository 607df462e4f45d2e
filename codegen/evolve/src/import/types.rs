//! The types of an import, and their names.
//!
//! Types in the metadata are nested and have no names. Until all types are known, a type is
//! identified by a number, such as `#12`. Then it is named after its place: the action and the
//! members that lead to it. So a name depends neither on other actions nor on an order, and a new
//! member changes no other name.

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

impl Shape {
    fn without_texts(&self) -> Self {
        match self {
            Self::Struct(members) => Self::Struct(
                (members.iter())
                    .map(|member| Field {
                        example: None,
                        deprecated: None,
                        description: Text::default(),
                        ..member.clone()
                    })
                    .collect(),
            ),
            Self::Enum(base, values) => Self::Enum(
                *base,
                (values.iter())
                    .map(|value| EnumValue {
                        description: Text::default(),
                        ..value.clone()
                    })
                    .collect(),
            ),
        }
    }
}

/// A type without a final name.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// Path of names to the type, such as `ListGroupId`, `""` for its response, `Data`.
    pub(super) path: Vec<String>,
    /// Path that names the type: like `path`, but it begins at the nearest type with a given name,
    /// and a wrapped list is called like its items.
    pub(super) place: Vec<String>,
    /// Name in the metadata, or one that people chose in an older spec.
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

    /// Returns the type with this name or place and this content, which is added if it is new.
    /// Texts do not count.
    pub(super) fn add(&mut self, draft: Draft) -> Type {
        let name = draft.given.as_ref().map(std::slice::from_ref);
        let name = name.unwrap_or(&draft.place);
        let content = format!("{name:?} {:?}", draft.shape.without_texts());
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

/// Returns a unique name for each draft: the given one, or else that of its place. Requests come
/// before responses, each sorted by path, so that the order of the drafts does not count.
fn names(drafts: &[Draft]) -> Vec<String> {
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by_key(|number| {
        let Draft { path, given, .. } = &drafts[*number];
        (given.is_none(), is_response(path), path)
    });
    let mut taken: HashSet<String> = SCALARS.map(str::to_owned).into();
    let mut names = vec![String::new(); drafts.len()];
    // All given names come first, so a second pass names those whose name another type has.
    let mut left = Vec::new();
    for number in order {
        let given = drafts[number].given.as_deref().map(wire_name);
        match given.filter(|name| taken.insert(key(name))) {
            Some(name) => names[number] = name,
            None => left.push(number),
        }
    }
    for number in left {
        let Draft { path, place, .. } = &drafts[number];
        let wanted = generated_names(path, place);
        let free = wanted.iter().find(|name| taken.insert(key(name)));
        names[number] = match free {
            Some(name) => name.clone(),
            None => unique(&wanted[0], &mut taken),
        };
    }
    names
}

/// Returns the names that a type may get without one that people chose, the best first.
fn generated_names(path: &[String], place: &[String]) -> [String; 3] {
    [place_name(place), response_name(path), place_name(path)]
}

/// Returns whether an import may have given a type its name.
pub(super) fn is_generated(name: &str, path: &[String], place: &[String]) -> bool {
    let names = generated_names(path, place);
    let number = name.strip_prefix(&*names[0]);
    names.iter().any(|one| one == name) || number.is_some_and(|rest| rest.parse::<u32>().is_ok())
}

fn is_response(path: &[String]) -> bool {
    path.get(1).is_some_and(String::is_empty)
}

/// Returns the name of the type at a place.
fn place_name(place: &[String]) -> String {
    let parts = place.iter().filter(|part| !part.is_empty());
    parts.map(|part| camel(part)).collect()
}

/// Returns the name of a type in a response whose shorter name is that of one in the request.
fn response_name(path: &[String]) -> String {
    let parts = path.iter().map(|part| match part.as_str() {
        "" => "Response".to_owned(),
        part => camel(part),
    });
    parts.collect()
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
