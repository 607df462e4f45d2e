//! Structs of requests, and those that have no value without their members.
//!
//! A request sends what its structs hold. So a struct of requests cannot exist without its required
//! members. A response may lack any member, so a struct of responses is read with empty ones. A
//! struct of both has an `Option` in place of each required member, which its constructor takes.

use std::collections::{BTreeSet, HashMap};

use codegen_spec::graph::reach;
use codegen_spec::{Field, Spec, Struct, Type};

/// Structs that requests hold.
#[derive(Default)]
pub(super) struct SentStructs<'a> {
    /// Those that responses hold, too.
    also_received: BTreeSet<&'a str>,
    /// Those without a value unless their required members are given.
    strict: BTreeSet<&'a str>,
}

impl<'a> SentStructs<'a> {
    pub(super) fn new(spec: &'a Spec, structs: &HashMap<&'a str, &'a Struct>) -> Self {
        let (mut sent, mut received) = (BTreeSet::new(), BTreeSet::new());
        for action in &spec.actions {
            reach(structs, action.parameters.iter(), &mut sent);
            reach(structs, action.response.iter(), &mut received);
        }
        reach(structs, spec.common_response.iter(), &mut received);
        let mut found = Self {
            also_received: sent.intersection(&received).copied().collect(),
            strict: BTreeSet::new(),
        };
        let mut only_sent: BTreeSet<&str> = sent.difference(&received).copied().collect();
        // A struct that needs a strict one is strict, too.
        loop {
            let is_needed = |member: &Field| found.is_needed(member, structs);
            let has_needed = |name: &&str| structs[name].members.iter().any(is_needed);
            let more: Vec<&str> = only_sent.iter().copied().filter(has_needed).collect();
            if more.is_empty() {
                return found;
            }
            only_sent.retain(|name| !more.contains(name));
            found.strict.extend(more);
        }
    }

    pub(super) fn is_also_received(&self, name: &str) -> bool {
        self.also_received.contains(name)
    }

    pub(super) fn is_strict(&self, name: &str) -> bool {
        self.strict.contains(name)
    }

    /// Returns `true` if a field is required and each of its values is sent, unlike an empty list.
    pub(super) fn is_needed(&self, field: &Field, structs: &HashMap<&str, &Struct>) -> bool {
        let Type::Name(name) = &field.type_ else {
            return false;
        };
        let name = name.as_str();
        field.required && name != "any" && (self.is_strict(name) || !structs.contains_key(name))
    }
}
