//! The walk through both specs, which records their differences.

use std::collections::BTreeSet;

use codegen::lower::Names;
use codegen_spec::graph::{reach, struct_by_name, struct_name};
use codegen_spec::{Action, Field, Spec, Text};

use super::change::Change;
use super::kind::{ChangeKind, Class};
use super::location::{Location, Reach};
use super::pairs::{self, Item, Pair};

/// One of the two specs, with its names in Rust.
pub(super) struct Side<'a> {
    pub(super) spec: &'a Spec,
    pub(super) names: Names<'a>,
    /// Types that requests refer to.
    requests: BTreeSet<&'a str>,
    /// Types that responses refer to.
    responses: BTreeSet<&'a str>,
}

impl<'a> Side<'a> {
    fn new(spec: &'a Spec) -> Self {
        let actions = || spec.actions.iter();
        let requests = actions().flat_map(|action| &action.parameters);
        let responses = actions().flat_map(|action| &action.response);
        Self {
            spec,
            names: Names::new(spec),
            requests: types(spec, requests.chain(&spec.common_parameters)),
            responses: types(spec, responses.chain(&spec.common_response)),
        }
    }

    /// Returns the names of the actions.
    pub(super) fn actions(&self) -> Vec<Item> {
        let actions = self.spec.actions.iter();
        let item =
            |action: &Action| Item::new(&action.name, self.names.method(&action.name).to_owned());
        actions.map(item).collect()
    }
}

/// Returns the names of all types that fields refer to.
fn types<'a>(spec: &'a Spec, fields: impl Iterator<Item = &'a Field> + Clone) -> BTreeSet<&'a str> {
    let structs = struct_by_name(spec);
    let mut found = BTreeSet::new();
    reach(&structs, fields.clone(), &mut found);
    let members = found.iter().filter_map(|name| structs.get(name));
    let members = members.flat_map(|s| &s.members).collect::<Vec<_>>();
    found.extend(fields.chain(members).map(|field| struct_name(&field.type_)));
    found
}

/// Recorder of every difference.
pub(super) struct Walk<'a> {
    pub(super) old: Side<'a>,
    pub(super) new: Side<'a>,
    /// Types in the same place of both specs, by their old and new names.
    pub(super) type_pairs: BTreeSet<(&'a str, &'a str)>,
    changes: Vec<Change>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(old: &'a Spec, new: &'a Spec) -> Self {
        Self {
            old: Side::new(old),
            new: Side::new(new),
            type_pairs: BTreeSet::new(),
            changes: Vec::new(),
        }
    }

    /// Compares the specs, and returns their differences.
    pub(super) fn run(mut self) -> Vec<Change> {
        self.type_pairs = self.find_type_pairs();
        self.definitions();
        self.changes
    }

    /// Returns the messages that use the type, in either spec.
    pub(super) fn reach_of(&self, old: &str, new: &str) -> Reach {
        let (before, after) = (&self.old, &self.new);
        Reach {
            request: before.requests.contains(old) || after.requests.contains(new),
            response: before.responses.contains(old) || after.responses.contains(new),
            is_gateway: false,
        }
    }

    /// Records a change in something that both specs have.
    pub(super) fn changed(&mut self, location: &Location, kind: ChangeKind, sentence: String) {
        let was = (location.old != location.new).then(|| location.old.clone());
        self.record(location.new.clone(), was, location.reach, kind, sentence);
    }

    /// Records something that only the new spec has.
    pub(super) fn added(
        &mut self,
        list: &Location,
        name: &str,
        kind: ChangeKind,
        sentence: String,
    ) {
        let location = list.key(name);
        self.record(location.new, None, location.reach, kind, sentence);
    }

    /// Records something that only the old spec has.
    pub(super) fn removed(
        &mut self,
        list: &Location,
        name: &str,
        kind: ChangeKind,
        sentence: String,
    ) {
        let location = list.key(name);
        self.record(location.old, None, location.reach, kind, sentence);
    }

    fn record(
        &mut self,
        pointer: String,
        was: Option<String>,
        reach: Reach,
        kind: ChangeKind,
        sentence: String,
    ) {
        let policy = kind.policy();
        // Facts that only gateways know appear in the reference, but not in generated code.
        let in_code = |class: Class| {
            if reach.is_gateway {
                class.min(Class::Documentation)
            } else {
                class
            }
        };
        let on_wire = |is_reached: bool, class| if is_reached { class } else { Class::None };
        let request = on_wire(reach.request, policy.request);
        self.changes.push(Change {
            pointer,
            was,
            kind,
            callers: in_code(policy.callers),
            implementers: in_code(policy.implementers),
            wire: request.max(on_wire(reach.response, policy.response)),
            sentence,
        });
    }

    /// Pairs the items of a list, and records a new order.
    pub(super) fn paired(&mut self, location: &Location, old: &[Item], new: &[Item]) -> Vec<Pair> {
        let pairs = pairs::pairs(old, new);
        if pairs::is_reordered(&pairs) {
            self.changed(location, ChangeKind::Reordered, reordered(location));
        }
        pairs
    }

    /// Records new names of an item. `known` is `true` if both versions read both names.
    pub(super) fn names(
        &mut self,
        location: &Location,
        key: &str,
        old: &Item,
        new: &Item,
        known: bool,
    ) {
        if old.wire != new.wire {
            let kind = if known {
                ChangeKind::RespelledWithAlias
            } else {
                ChangeKind::Respelled
            };
            let sentence = format!("`{}` is renamed to `{}`.", old.wire, new.wire);
            self.changed(&location.key(key), kind, sentence);
        }
        let key = if old.rename == new.rename {
            key
        } else {
            "rename"
        };
        if old.code != new.code {
            let sentence = format!("In Rust, `{}` is renamed to `{}`.", old.code, new.code);
            self.changed(&location.key(key), ChangeKind::RenamedInCode, sentence);
        } else if old.rename != new.rename {
            let sentence = format!("The name in Rust is still `{}`.", new.code);
            self.changed(&location.key(key), ChangeKind::Rewritten, sentence);
        }
    }

    /// Records a new value of a key.
    pub(super) fn value<T: PartialEq + std::fmt::Display>(
        &mut self,
        location: &Location,
        kind: ChangeKind,
        what: &str,
        (old, new): (&T, &T),
    ) {
        if old != new {
            let sentence = format!("{what} changes from `{old}` to `{new}`.");
            self.changed(location, kind, sentence);
        }
    }

    /// Records a new text.
    pub(super) fn text(&mut self, location: &Location, old: &Text, new: &Text) {
        if old != new {
            self.changed(location, ChangeKind::TextChanged, reworded(old, new));
        }
    }

    /// Records an optional text that is added, removed or changed.
    pub(super) fn optional_text(
        &mut self,
        location: &Location,
        old: Option<&Text>,
        new: Option<&Text>,
    ) {
        let sentence = match (old, new) {
            (Some(old), Some(new)) if old != new => reworded(old, new),
            (Some(old), None) => format!("The text “{}” is removed.", short(old.for_code())),
            (None, Some(new)) => format!("A text is added: “{}”", short(new.for_code())),
            _ => return,
        };
        self.changed(location, ChangeKind::TextChanged, sentence);
    }

    /// Records a new or lifted deprecation.
    pub(super) fn deprecation(
        &mut self,
        location: &Location,
        old: Option<&Text>,
        new: Option<&Text>,
    ) {
        let location = location.key("deprecated");
        match (old, new) {
            (None, Some(reason)) => {
                let sentence = format!("Deprecated: {}", short(reason.for_code()));
                self.changed(&location, ChangeKind::Deprecated, sentence);
            }
            (Some(_), None) => {
                let sentence = "The deprecation is lifted.".to_owned();
                self.changed(&location, ChangeKind::DeprecationLifted, sentence);
            }
            _ => self.optional_text(&location, old, new),
        }
    }
}

/// Describes a new order of a list.
pub(super) fn reordered(location: &Location) -> String {
    let list = location.new.rsplit('/').next().unwrap_or_default();
    format!("The order of the {} changes.", list.replace('_', " "))
}

fn reworded(old: &Text, new: &Text) -> String {
    match (old.en == new.en, old.zh == new.zh) {
        (true, _) => "The Chinese text is reworded.".to_owned(),
        (false, true) => format!("Reworded: “{}”", short(&new.en)),
        (false, false) if old.en.is_empty() => "The text is translated into English.".to_owned(),
        (false, false) if new.en.is_empty() => "The English text is removed.".to_owned(),
        (false, false) => format!("Reworded: “{}”", short(&new.en)),
    }
}

/// Returns the beginning of a text, on one line.
pub(super) fn short(text: &str) -> String {
    const LENGTH: usize = 70;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}
