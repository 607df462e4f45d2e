//! The walk through both specs.

use std::collections::{BTreeSet, HashMap};

use codegen::lower::Names;
use codegen_spec::graph::{reach, struct_by_name, struct_name};
use codegen_spec::{Field, Spec, Text};

use super::change::Change;
use super::kind::{ChangeKind, Class};
use super::location::{Location, Reach};
use super::pairs::{self, Item, Pair};

/// One of the two specs, with what the generator makes of its names.
pub(super) struct Side<'a> {
    pub(super) spec: &'a Spec,
    pub(super) names: Names<'a>,
    /// Types that requests lead to.
    requests: BTreeSet<&'a str>,
    /// Types that responses lead to.
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
}

/// Names of all types that fields lead to.
fn types<'a>(spec: &'a Spec, fields: impl Iterator<Item = &'a Field> + Clone) -> BTreeSet<&'a str> {
    let structs = struct_by_name(spec);
    let mut found = BTreeSet::new();
    reach(&structs, fields.clone(), &mut found);
    let members = found.iter().filter_map(|name| structs.get(name));
    let members = members.flat_map(|s| &s.members).collect::<Vec<_>>();
    found.extend(fields.chain(members).map(|field| struct_name(&field.type_)));
    found
}

/// Notes every difference.
pub(super) struct Walk<'a> {
    pub(super) old: Side<'a>,
    pub(super) new: Side<'a>,
    /// Types of the old spec that the new one has by another name.
    pub(super) renamed_types: HashMap<&'a str, &'a str>,
    changes: Vec<Change>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(old: &'a Spec, new: &'a Spec) -> Self {
        Self {
            old: Side::new(old),
            new: Side::new(new),
            renamed_types: HashMap::new(),
            changes: Vec::new(),
        }
    }

    pub(super) fn run(mut self) -> Vec<Change> {
        self.renamed_types = self.find_renamed_types();
        self.definitions();
        self.changes
    }

    /// Where the type is used, in either spec.
    pub(super) fn reach_of(&self, old: &str, new: &str) -> Reach {
        let (before, after) = (&self.old, &self.new);
        Reach {
            request: before.requests.contains(old) || after.requests.contains(new),
            response: before.responses.contains(old) || after.responses.contains(new),
            is_gateway: false,
        }
    }

    /// Notes a change of what both specs have.
    pub(super) fn changed(&mut self, location: &Location, kind: ChangeKind, sentence: String) {
        let was = (location.old != location.new).then(|| location.old.clone());
        self.note(location.new.clone(), was, location.reach, kind, sentence);
    }

    /// Notes what only the new spec has.
    pub(super) fn added(
        &mut self,
        list: &Location,
        name: &str,
        kind: ChangeKind,
        sentence: String,
    ) {
        let location = list.key(name);
        self.note(location.new, None, location.reach, kind, sentence);
    }

    /// Notes what only the old spec has.
    pub(super) fn removed(
        &mut self,
        list: &Location,
        name: &str,
        kind: ChangeKind,
        sentence: String,
    ) {
        let location = list.key(name);
        self.note(location.old, None, location.reach, kind, sentence);
    }

    fn note(
        &mut self,
        pointer: String,
        was: Option<String>,
        reach: Reach,
        kind: ChangeKind,
        sentence: String,
    ) {
        let policy = kind.policy();
        // No code is generated of what only gateways know; it stands in the reference.
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

    /// Pairs the items of a list and notes another order.
    pub(super) fn paired(&mut self, location: &Location, old: &[Item], new: &[Item]) -> Vec<Pair> {
        let pairs = pairs::pairs(old, new);
        if pairs::is_reordered(&pairs) {
            self.changed(location, ChangeKind::Reordered, reordered(location));
        }
        pairs
    }

    /// Notes new names of an item that both have; whether both versions read either.
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
            let sentence = format!("`{}` is called `{}` now.", old.wire, new.wire);
            self.changed(&location.key(key), kind, sentence);
        }
        let key = if old.rename == new.rename {
            key
        } else {
            "rename"
        };
        if old.code != new.code {
            let sentence = format!("In Rust, `{}` is called `{}` now.", old.code, new.code);
            self.changed(&location.key(key), ChangeKind::RenamedInCode, sentence);
        } else if old.rename != new.rename {
            let sentence = format!("In Rust, it is called `{}` all the same.", new.code);
            self.changed(&location.key(key), ChangeKind::Rewritten, sentence);
        }
    }

    /// Notes another value of a key, by the kind that it is of.
    pub(super) fn value<T: PartialEq + std::fmt::Display>(
        &mut self,
        location: &Location,
        kind: ChangeKind,
        what: &str,
        (old, new): (&T, &T),
    ) {
        if old != new {
            let sentence = format!("{what} is `{new}` now, not `{old}`.");
            self.changed(location, kind, sentence);
        }
    }

    /// Notes another text.
    pub(super) fn text(&mut self, location: &Location, old: &Text, new: &Text) {
        if old != new {
            self.changed(location, ChangeKind::TextChanged, reworded(old, new));
        }
    }

    /// Notes another text of those that may be left out.
    pub(super) fn optional_text(
        &mut self,
        location: &Location,
        old: Option<&Text>,
        new: Option<&Text>,
    ) {
        let sentence = match (old, new) {
            (Some(old), Some(new)) if old != new => reworded(old, new),
            (Some(old), None) => format!("The text “{}” is gone.", short(old.for_code())),
            (None, Some(new)) => format!("There is a text now: “{}”", short(new.for_code())),
            _ => return,
        };
        self.changed(location, ChangeKind::TextChanged, sentence);
    }

    /// Notes that something is deprecated, or no longer.
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
                let sentence = "Deprecated no longer.".to_owned();
                self.changed(&location, ChangeKind::DeprecationLifted, sentence);
            }
            _ => self.optional_text(&location, old, new),
        }
    }
}

pub(super) fn reordered(location: &Location) -> String {
    let list = location.new.rsplit('/').next().unwrap_or_default();
    format!("The {} stand in another order.", list.replace('_', " "))
}

fn reworded(old: &Text, new: &Text) -> String {
    match (old.en == new.en, old.zh == new.zh) {
        (true, _) => "The Chinese text is reworded.".to_owned(),
        (false, true) => format!("Reworded: “{}”", short(&new.en)),
        (false, false) if old.en.is_empty() => "It is translated to English.".to_owned(),
        (false, false) if new.en.is_empty() => "The English text is gone.".to_owned(),
        (false, false) => format!("Reworded: “{}”", short(&new.en)),
    }
}

/// The beginning of a text, on one line.
pub(super) fn short(text: &str) -> String {
    const LENGTH: usize = 70;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}
