//! Repair of the imported spec: facts that fail a check are removed or replaced, and reported with
//! their location in the metadata.
//!
//! The import itself does not look for most violations. Instead, the spec is checked and repaired
//! until it passes.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use codegen_spec::Mistake;
use codegen_spec::Spec;
use codegen_spec::check::check;
use codegen_spec::pointer::unescape;
use pop_rpc::xml::{self, response_element};
use serde_json::{Value, json};

use super::error::Error;
use super::findings::{FindingKind, Findings};
use super::types::Source;

/// Maximum number of rounds, since a repair may reveal another mistake.
const ROUNDS: usize = 12;

/// Keys of a field that can be removed on their own.
const FACTS: [&str; 13] = [
    "required",
    "pattern",
    "min_length",
    "max_length",
    "minimum",
    "maximum",
    "max_items",
    "example",
    "default",
    "style",
    "in",
    "rename",
    "unit",
];

/// Repairs a spec until it passes every check.
pub(super) fn repair(
    mut spec: Spec,
    places: &HashMap<String, String>,
    types: &HashMap<String, Source>,
    findings: &mut Findings,
) -> Result<Spec, Error> {
    for _ in 0..ROUNDS {
        let mut raw = serde_json::to_value(&spec)?;
        let mistakes = check(&spec, &raw);
        if mistakes.is_empty() {
            return Ok(spec);
        }
        let places = Places {
            names: names(&raw),
            places,
            types,
        };
        repair_round(&mut raw, &mistakes, &places, findings)?;
        spec = serde_json::from_value(raw)?;
    }
    let raw = serde_json::to_value(&spec)?;
    Err(unrepaired(&check(&spec, &raw)))
}

fn unrepaired(mistakes: &[Mistake]) -> Error {
    let lines: Vec<String> = mistakes
        .iter()
        .map(|mistake| format!("{}: {}", mistake.pointer, mistake.message))
        .collect();
    Error::Mistakes(lines.join("\n"))
}

/// Repairs one round of mistakes.
fn repair_round(
    raw: &mut Value,
    mistakes: &[Mistake],
    places: &Places<'_>,
    findings: &mut Findings,
) -> Result<(), Error> {
    // Removed at the end, the last first, so that the other indexes stay valid.
    let mut removed: BTreeSet<Reverse<Vec<Segment>>> = BTreeSet::new();
    let mut is_repaired: HashSet<String> = HashSet::new();
    // One example occurs twice: with its parameter, and in the request of a demo.
    let mut is_reported: HashSet<(String, String)> = HashSet::new();
    // Repair types of parameters before those of members: once a parameter is sent as JSON, the
    // members of its struct have no restrictions.
    let waits = mistakes
        .iter()
        .any(|mistake| is_type_of(mistake, "/parameters/"));
    let is_due = |mistake: &&Mistake| !waits || !is_type_of(mistake, "/members/");
    for mistake in mistakes.iter().filter(is_due) {
        let remedy = remedy(mistake).ok_or_else(|| unrepaired(std::slice::from_ref(mistake)))?;
        let (Remedy::Remove(at) | Remedy::Replace(at, _) | Remedy::Xml(at)) = &remedy;
        let at = at.clone();
        let kind = match &remedy {
            Remedy::Remove(_) => FindingKind::NotCarried,
            _ => FindingKind::Changed,
        };
        let (sort, message) = generalized(mistake);
        let place = places.of(&mistake.pointer);
        if is_reported.insert((place.clone(), mistake.message.clone())) {
            findings.add(kind, &place, sort, message);
        }
        if !is_repaired.insert(at.clone()) {
            continue;
        }
        match remedy {
            Remedy::Remove(_) => {
                removed.insert(Reverse(segments(&at)));
            }
            Remedy::Replace(_, value) => put(raw, &at, value),
            Remedy::Xml(_) => remake_xml(raw, &at),
        }
    }
    for Reverse(path) in removed {
        remove(raw, &path);
    }
    Ok(())
}

fn is_type_of(mistake: &Mistake, place: &str) -> bool {
    mistake.pointer.contains(place) && mistake.pointer.contains("/type")
}

/// Repair of a mistake, with a pointer into the spec.
enum Remedy {
    Remove(String),
    Replace(String, Value),
    /// Converts the JSON of an action's example into XML.
    Xml(String),
}

fn remedy(mistake: &Mistake) -> Option<Remedy> {
    let pointer = mistake.pointer.as_str();
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    let upto = |length: usize| format!("/{}", parts[..length].join("/"));
    if let Some(value) = &mistake.instead {
        return Some(Remedy::Replace(pointer.to_owned(), value.clone()));
    }
    match parts.as_slice() {
        ["actions", _, "examples", "request", _] => Some(Remedy::Remove(pointer.to_owned())),
        ["actions", _, "examples", "xml"] => Some(Remedy::Xml(upto(2))),
        ["actions", _, "examples", ..] => Some(Remedy::Remove(upto(3))),
        ["actions", _, "pages", ..] => Some(Remedy::Remove(upto(3))),
        ["actions", _, "parameters", _, "type", ..] => {
            Some(Remedy::Replace(format!("{}/style", upto(4)), json!("json")))
        }
        ["structs", _, "members", _, "type", ..] => {
            Some(Remedy::Replace(format!("{}/type", upto(4)), json!("any")))
        }
        ["actions", _, "response", _, "type", ..] => {
            Some(Remedy::Replace(format!("{}/type", upto(4)), json!("any")))
        }
        ["actions", _, "methods" | "rate_limit", ..] => Some(Remedy::Remove(upto(3))),
        // The region still has its public host.
        ["regions", _, "vpc_endpoint"] => Some(Remedy::Remove(pointer.to_owned())),
        // The gateway then accepts any region.
        ["dispatch_errors", "unknown_region"] => Some(Remedy::Remove(pointer.to_owned())),
        [.., fact] if FACTS.contains(fact) => Some(Remedy::Remove(pointer.to_owned())),
        ["actions", _, "parameters" | "response" | "errors", _, ..] => {
            Some(Remedy::Remove(upto(4)))
        }
        ["structs", _, "members", _, ..] => Some(Remedy::Remove(upto(4))),
        ["enums", _, "values", _, ..] => Some(Remedy::Remove(upto(4))),
        [
            "structs" | "enums" | "regions" | "error_codes" | "actions" | "errata",
            _,
            ..,
        ] => Some(Remedy::Remove(upto(2))),
        _ => None,
    }
}

/// Returns the message without names, which groups similar findings, and the whole message.
fn generalized(mistake: &Mistake) -> (String, String) {
    let message = mistake.message.as_str();
    if mistake.pointer.ends_with("/examples/xml") {
        let sort =
            "an XML demo that disagrees with the JSON demo, from which it is converted instead";
        return (sort.to_owned(), message.to_owned());
    }
    let parts: Vec<&str> = message.split('`').collect();
    if parts.len() < 3 {
        return (message.to_owned(), String::new());
    }
    let sort: Vec<String> = parts
        .iter()
        .enumerate()
        .map(|(index, part)| match index % 2 {
            0 => (*part).to_owned(),
            _ => "…".to_owned(),
        })
        .collect();
    (sort.concat(), message.to_owned())
}

/// Map of locations in the spec to locations in the metadata.
struct Places<'a> {
    names: Names,
    places: &'a HashMap<String, String>,
    types: &'a HashMap<String, Source>,
}

/// Names of regions, and of actions and structs with their fields.
struct Names {
    actions: Vec<(String, Vec<String>, Vec<String>)>,
    structs: Vec<(String, Vec<String>)>,
    regions: Vec<String>,
}

fn names(raw: &Value) -> Names {
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let all = |value: &Value, key: &str| {
        let list = value[key].as_array().into_iter().flatten();
        list.map(name).collect()
    };
    let actions = raw["actions"].as_array().into_iter().flatten();
    let structs = raw["structs"].as_array().into_iter().flatten();
    let regions = raw["regions"].as_array().into_iter().flatten();
    Names {
        regions: regions
            .map(|region| region["id"].as_str().unwrap_or_default().to_owned())
            .collect(),
        actions: actions
            .map(|action| {
                (
                    name(action),
                    all(action, "parameters"),
                    all(action, "response"),
                )
            })
            .collect(),
        structs: structs.map(|s| (name(s), all(s, "members"))).collect(),
    }
}

impl Places<'_> {
    fn of(&self, pointer: &str) -> String {
        self.find(pointer)
            .unwrap_or_else(|| format!("(spec) {pointer}"))
    }

    fn find(&self, pointer: &str) -> Option<String> {
        let parts: Vec<&str> = pointer.split('/').skip(1).collect();
        let index = |at: usize| parts.get(at)?.parse::<usize>().ok();
        match *parts.first()? {
            "actions" => {
                let (action, parameters, response) = self.names.actions.get(index(1)?)?;
                let (fields, between) = match parts.get(2).copied() {
                    Some("parameters") => (parameters, "/"),
                    Some("response") => (response, "//"),
                    Some("examples") => {
                        let below = parts[3..].join("/");
                        let demo = format!("{}/responseDemo ({below})", self.places.get(action)?);
                        // The request comes from the examples of the parameters.
                        let parameter = below.strip_prefix("request/");
                        let parameter = parameter.and_then(|name| {
                            let name = name.strip_suffix(".1").unwrap_or(name);
                            self.places.get(&format!("{action}/{name}"))
                        });
                        return Some(parameter.cloned().unwrap_or(demo));
                    }
                    _ => return self.places.get(action).cloned(),
                };
                let name = fields.get(index(3)?)?;
                self.places
                    .get(&format!("{action}{between}{name}"))
                    .cloned()
            }
            "regions" => {
                let id = self.names.regions.get(index(1)?)?;
                self.places.get(&format!("regions/{id}")).cloned()
            }
            "structs" => {
                let (name, members) = self.names.structs.get(index(1)?)?;
                let place = self.types.get(name)?;
                let Some(member) = index(3).and_then(|member| members.get(member)) else {
                    return Some(place.pointer.clone());
                };
                let path = format!("{}/{member}", place.path);
                self.places.get(&path).or(Some(&place.pointer)).cloned()
            }
            _ => None,
        }
    }
}

/// One step of a pointer: a name in an object or a number in a list.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
struct Segment {
    index: Option<usize>,
    key: String,
}

fn segments(pointer: &str) -> Vec<Segment> {
    let segment = |text: &str| Segment {
        index: text.parse().ok(),
        key: unescape(text),
    };
    pointer.split('/').skip(1).map(segment).collect()
}

fn remove(value: &mut Value, path: &[Segment]) {
    let Some((Segment { index, key }, rest)) = path.split_first() else {
        return;
    };
    match value {
        Value::Object(object) if rest.is_empty() => {
            object.shift_remove(key);
        }
        Value::Object(object) => {
            if let Some(inner) = object.get_mut(key) {
                remove(inner, rest);
            }
        }
        Value::Array(array) => {
            let Some(index) = index.filter(|index| *index < array.len()) else {
                return;
            };
            if rest.is_empty() {
                drop(array.remove(index))
            } else {
                remove(&mut array[index], rest)
            }
        }
        _ => {}
    }
}

fn put(raw: &mut Value, pointer: &str, value: Value) {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        return;
    };
    if let Some(Value::Object(object)) = raw.pointer_mut(parent) {
        object.insert(key.to_owned(), value);
    }
}

/// Converts the JSON of an action's example into XML. Removes the example if this fails.
fn remake_xml(raw: &mut Value, pointer: &str) {
    let Some(Value::Object(action)) = raw.pointer_mut(pointer) else {
        return;
    };
    let name = action
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let made = xml::to_string(&response_element(name), &action["examples"]["json"]);
    match made {
        // XML that was already converted and still fails cannot be repaired.
        Ok(made) if action["examples"]["xml"] != made.as_str() => {
            action["examples"]["xml"] = json!(made);
        }
        _ => {
            action.shift_remove("examples");
        }
    }
}
