//! The state that all checks share: the spec, its names, and the mistakes found so far.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use crate::graph;
use crate::mistake::Mistake;
use crate::names::did_you_mean;
use crate::spec::{Enum, Spec, Struct, Type};

/// Names of the scalar types.
pub const SCALARS: [&str; 7] = [
    "string", "int32", "int64", "float", "double", "boolean", "any",
];

/// Type that a name refers to.
#[derive(Clone, Copy)]
pub(super) enum Named<'a> {
    Scalar(&'a str),
    Enum(&'a Enum),
    Struct(&'a Struct),
}

/// State of the checks.
pub(super) struct Checker<'a> {
    pub(super) spec: &'a Spec,
    pub(super) raw: &'a Value,
    pub(super) types: HashMap<&'a str, Named<'a>>,
    /// Declared error codes.
    codes: BTreeSet<&'a str>,
    pub(super) used_types: HashSet<&'a str>,
    /// Structs whose members are sent as separate parameters, not as JSON text.
    pub(super) parameter_structs: BTreeSet<&'a str>,
    /// Structs that each struct refers to.
    pub(super) reached: HashMap<&'a str, BTreeSet<&'a str>>,
    pub(super) mistakes: Vec<Mistake>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(spec: &'a Spec, raw: &'a Value) -> Self {
        let scalars = SCALARS.map(|name| (name, Named::Scalar(name)));
        let enums = spec.enums.iter().map(|e| (&*e.name, Named::Enum(e)));
        let structs = spec.structs.iter().map(|s| (&*s.name, Named::Struct(s)));
        Self {
            spec,
            raw,
            types: structs.chain(enums).chain(scalars).collect(),
            codes: spec.error_codes.iter().map(|e| &*e.code).collect(),
            used_types: HashSet::new(),
            parameter_structs: graph::parameter_structs(spec),
            reached: graph::reached(spec),
            mistakes: Vec::new(),
        }
    }

    /// Records a mistake.
    pub(super) fn mistake(
        &mut self,
        pointer: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.mistakes.push(Mistake::new(pointer, message, hint));
    }

    /// Reports each name that repeats an earlier one. `at` returns the pointer for an index.
    pub(super) fn unique<'n>(
        &mut self,
        what: &str,
        names: impl IntoIterator<Item = &'n str>,
        at: impl Fn(usize) -> String,
    ) {
        let mut seen = HashMap::new();
        for (index, name) in names.into_iter().enumerate() {
            if let Some(first) = seen.get(name) {
                let message = format!("{what} `{name}` is declared twice");
                let hint = format!(
                    "remove or rename one of the two; the first is at `{}`",
                    at(*first)
                );
                self.mistake(at(index), message, hint);
            } else {
                seen.insert(name, index);
            }
        }
    }

    /// Reports an undeclared name.
    pub(super) fn unknown<'n>(
        &mut self,
        pointer: String,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        let hint = match did_you_mean(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare the {what}, or use a declared one"),
        };
        self.mistake(pointer, format!("{what} `{name}` is not declared"), hint);
    }

    /// Reports an error code that is not declared.
    pub(super) fn error_code(&mut self, pointer: String, code: &str) {
        if !self.codes.contains(code) {
            let codes = self.codes.clone();
            self.unknown(pointer, "error code", code, codes);
        }
    }

    /// Returns the innermost type of lists and maps, if it is declared.
    pub(super) fn resolve(&self, type_: &Type) -> Option<Named<'a>> {
        match type_ {
            Type::Name(name) => self.types.get(name.as_str()).copied(),
            Type::List { list } => self.resolve(&list.of),
            Type::Map { map } => self.resolve(map),
        }
    }

    /// Returns the type, if it is declared and neither a list nor a map.
    pub(super) fn named(&self, type_: &Type) -> Option<Named<'a>> {
        match type_ {
            Type::Name(_) => self.resolve(type_),
            _ => None,
        }
    }
}
