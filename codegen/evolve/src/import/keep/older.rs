//! An older spec of the product.

use std::collections::HashMap;

use codegen_spec::{Action, Field, Spec, Struct, Type};

/// An older spec of the product, with its actions by name.
pub(in super::super) struct Older<'a> {
    pub(in super::super) spec: &'a Spec,
    pub(super) actions: HashMap<&'a str, &'a Action>,
}

impl<'a> Older<'a> {
    pub(in super::super) fn new(spec: &'a Spec) -> Self {
        let actions = spec.actions.iter();
        Self {
            spec,
            actions: actions.map(|action| (&*action.name, action)).collect(),
        }
    }

    /// Returns the name of the type at a path of names: an action, `""` for its response, a field,
    /// and members.
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

    fn struct_(&self, name: &str) -> Option<&Struct> {
        self.spec.struct_named(name)
    }
}

/// Returns the innermost type of lists and maps, and the name of the items of a wrapped list.
pub(super) fn bottom(type_: &Type) -> (Option<&str>, Option<&str>) {
    match type_ {
        Type::Name(name) => (Some(name), None),
        Type::List { list } => (bottom(&list.of).0, list.item.as_deref()),
        Type::Map { map } => (bottom(map).0, None),
    }
}
